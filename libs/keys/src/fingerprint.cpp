// amiko - fingerprints of public keys
#include <amiko/base/error.hpp>
#include <amiko/crypto/hash.hpp>
#include <amiko/keys/public_key.hpp>
#include <amiko/support/encoding.hpp>

namespace amiko {
namespace {

std::string colon_hex(ByteView data) {
  std::string text;
  for (const std::uint8_t byte : data) {
    if (!text.empty()) text += ':';
    text += support::hex_encode({&byte, 1});
  }
  return text;
}

}  // namespace

std::string PublicKey::fingerprint(std::string_view hash) const {
  if (hash == "SHA256")
    return "SHA256:" +
           support::base64_encode(crypto::hash("SHA-256", blob()), support::Base64Padding::unpadded);
  if (hash == "MD5") return "MD5:" + colon_hex(crypto::hash("MD5", blob()));
  throw_error(errc::invalid_argument, "fingerprints are SHA256 or MD5, not \"" + std::string(hash) + "\"");
}

}  // namespace amiko
