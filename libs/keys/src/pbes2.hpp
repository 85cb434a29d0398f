// amiko - password-based encryption of PKCS#8 (RFC 8018, RFC 7914)
#pragma once

#include "pem.hpp"

#include <botan/asn1_obj.h>

#include <string>

namespace amiko::keys {

/// What an EncryptedPrivateKeyInfo says of its encryption.
struct Pbes2 {
  std::string_view cipher;  ///< Botan's name: "AES-256/CBC/PKCS7"
  std::size_t key_size = 0;
  Bytes iv;
  Bytes salt;
  std::string kdf;                  ///< Botan's name: "PBKDF2(SHA-256)" or "Scrypt"
  std::size_t work[3] = {0, 0, 0};  ///< PBKDF2: iterations; scrypt: N, r, p

  /// "PBES2 (PBKDF2(SHA-256), AES-256/CBC)"
  std::string describe() const;
};

/// Throws errc::unsupported_key for other schemes and for a work factor that is too high, Botan::Exception
/// for bad DER.
Pbes2 decode_pbes2(const Botan::AlgorithmIdentifier& algorithm);

/// Throws errc::wrong_passphrase; a wrong passphrase goes unnoticed once in a few hundred times, and the
/// result is noise then.
SecureBytes decrypt_pbes2(const Pbes2& scheme, const Secret& passphrase, ByteView data);

}  // namespace amiko::keys
