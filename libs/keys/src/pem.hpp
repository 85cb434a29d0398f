// amiko - PEM armour, with the encryption that OpenSSL put on it (RFC 7468, RFC 1421)
#pragma once

#include <amiko/base/secret.hpp>

#include <botan/secmem.h>

#include <optional>
#include <string_view>

namespace amiko::keys {

using SecureBytes = Botan::secure_vector<std::uint8_t>;

/// A block that was found and not decoded yet.  The views point into the text.
struct Armour {
  std::string_view label;    ///< "RSA PRIVATE KEY"
  std::string_view content;  ///< headers and base64; up to the end of the text when the end line is missing
  std::string_view after;    ///< what follows the block
  bool is_closed = false;
};

struct PemBlock {
  std::string_view dek_info;  ///< "AES-128-CBC,0123..." when it is encrypted, otherwise empty
  SecureBytes data;
};

/// The first block in `text`.
std::optional<Armour> find_armour(std::string_view text);

/// Throws errc::malformed_key, or Botan::Exception for bad base64.
PemBlock decode_armour(const Armour& armour);

/// "AES-128-CBC" of a DEK-Info header.
std::string_view dek_cipher(std::string_view dek_info);

/// Undoes OpenSSL's traditional encryption.  Throws errc::unsupported_key, errc::malformed_key and
/// errc::wrong_passphrase; a wrong passphrase goes unnoticed once in a few hundred times, and the result is
/// noise then.
SecureBytes decrypt_dek(const PemBlock& block, const Secret& passphrase);

}  // namespace amiko::keys
