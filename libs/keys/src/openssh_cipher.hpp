// amiko - the ciphers and the key derivation of openssh-key-v1
#pragma once

#include "pem.hpp"

#include <amiko/base/secret.hpp>

#include <cstdint>
#include <string_view>

namespace amiko::keys {

struct OpensshCipher {
  std::string_view name;
  std::string_view botan_name;
  std::size_t key_size;
  std::size_t iv_size;
  std::size_t block_size;
  std::size_t tag_size = 0;
};

/// Above this a key counts as unsupported: it would take minutes to open.  ssh-keygen's default is 16 or 24.
constexpr std::uint32_t max_bcrypt_rounds = 16384;

/// Throws errc::unsupported_key.
const OpensshCipher& find_openssh_cipher(std::string_view name);

/// Key and IV, one after the other.  Throws errc::malformed_key and errc::unsupported_key for bad parameters.
SecureBytes derive_bcrypt(const OpensshCipher& cipher, const Secret& passphrase, ByteView salt,
                          std::uint32_t rounds);

/// `data` is ciphertext and tag.  Throws errc::wrong_passphrase when there is a tag and it does not fit.
SecureBytes decrypt_openssh(const OpensshCipher& cipher, ByteView key_and_iv, ByteView data);

/// For ciphers without a tag.
SecureBytes encrypt_openssh(const OpensshCipher& cipher, ByteView key_and_iv, ByteView data);

}  // namespace amiko::keys
