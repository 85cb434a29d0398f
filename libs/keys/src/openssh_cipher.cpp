// amiko - the ciphers and the key derivation of openssh-key-v1
#include "openssh_cipher.hpp"

#include <amiko/base/error.hpp>
#include <amiko/base/printable.hpp>

#include <botan/cipher_mode.h>
#include <botan/exceptn.h>
#include <botan/mac.h>
#include <botan/pwdhash.h>
#include <botan/stream_cipher.h>

#include <algorithm>
#include <array>
#include <string>

namespace amiko::keys {
namespace {

constexpr std::string_view chacha20_poly1305 = "chacha20-poly1305@openssh.com";

constexpr OpensshCipher ciphers[] = {
    {"aes256-ctr", "CTR(AES-256)", 32, 16, 16},
    {"aes192-ctr", "CTR(AES-192)", 24, 16, 16},
    {"aes128-ctr", "CTR(AES-128)", 16, 16, 16},
    {"aes256-cbc", "AES-256/CBC/NoPadding", 32, 16, 16},
    {"aes192-cbc", "AES-192/CBC/NoPadding", 24, 16, 16},
    {"aes128-cbc", "AES-128/CBC/NoPadding", 16, 16, 16},
    {"3des-cbc", "3DES/CBC/NoPadding", 24, 8, 8},
    {"aes256-gcm@openssh.com", "AES-256/GCM", 32, 12, 16, 16},
    {"aes128-gcm@openssh.com", "AES-128/GCM", 16, 12, 16, 16},
    {chacha20_poly1305, "", 64, 0, 8, 16},
};

SecureBytes run_mode(const OpensshCipher& cipher, ByteView key_and_iv, ByteView data,
                     Botan::Cipher_Dir direction) {
  const auto mode = Botan::Cipher_Mode::create_or_throw(cipher.botan_name, direction);
  mode->set_key(key_and_iv.first(cipher.key_size));
  mode->start(key_and_iv.from(cipher.key_size));
  SecureBytes result(data.begin(), data.end());
  mode->finish(result);
  return result;
}

// PROTOCOL.chacha20poly1305 with sequence number 0 and no length field, so that only the first half of the
// key is used.
SecureBytes decrypt_chacha(ByteView key, ByteView data, std::size_t tag_size) {
  constexpr std::array<std::uint8_t, 8> nonce{};
  const auto stream = Botan::StreamCipher::create_or_throw("ChaCha(20)");
  stream->set_key(key.first(32));
  stream->set_iv(nonce);
  SecureBytes block(64);
  stream->write_keystream(block);  // block 0: its first half keys the MAC

  const auto mac = Botan::MessageAuthenticationCode::create_or_throw("Poly1305");
  mac->set_key(ByteView(block).first(32));
  SecureBytes result(data.begin(), data.end() - static_cast<std::ptrdiff_t>(tag_size));
  mac->update(result);
  if (!mac->verify_mac(data.last(tag_size))) throw_error(errc::wrong_passphrase, "");
  stream->cipher1(result.data(), result.size());
  return result;
}

}  // namespace

const OpensshCipher& find_openssh_cipher(std::string_view name) {
  const auto* found = std::ranges::find(ciphers, name, &OpensshCipher::name);
  if (found == std::end(ciphers))
    throw_error(errc::unsupported_key, "the cipher \"" + printable(name, false, 64) + "\" is not supported");
  return *found;
}

SecureBytes derive_bcrypt(const OpensshCipher& cipher, const Secret& passphrase, ByteView salt,
                          std::uint32_t rounds) {
  if (rounds == 0 || salt.empty() || salt.size() > 1024)
    throw_error(errc::malformed_key, "the parameters of bcrypt make no sense");
  if (rounds > max_bcrypt_rounds)
    throw_error(errc::unsupported_key, std::to_string(rounds) +
                                           " rounds of bcrypt are more than the limit of " +
                                           std::to_string(max_bcrypt_rounds));
  const auto family = Botan::PasswordHashFamily::create_or_throw("Bcrypt-PBKDF");
  SecureBytes key(cipher.key_size + cipher.iv_size);
  family->from_iterations(rounds)->hash(key, passphrase.view().text(), salt);
  return key;
}

SecureBytes decrypt_openssh(const OpensshCipher& cipher, ByteView key_and_iv, ByteView data) {
  if (data.size() < cipher.tag_size) throw_error(errc::malformed_key, "the encrypted part is too short");
  if (cipher.name == chacha20_poly1305) return decrypt_chacha(key_and_iv, data, cipher.tag_size);
  try {
    return run_mode(cipher, key_and_iv, data, Botan::Cipher_Dir::Decryption);
  } catch (const Botan::Invalid_Authentication_Tag&) {
    throw_error(errc::wrong_passphrase, "");
  }
}

SecureBytes encrypt_openssh(const OpensshCipher& cipher, ByteView key_and_iv, ByteView data) {
  return run_mode(cipher, key_and_iv, data, Botan::Cipher_Dir::Encryption);
}

}  // namespace amiko::keys
