// amiko - the public key file format of RFC 4716
#pragma once

#include <amiko/base/bytes.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace amiko::keys {

struct Rfc4716 {
  Bytes blob{};
  std::string comment{};
};

/// The text from the begin marker on; nothing unless it is the first thing in the file.
std::optional<std::string_view> find_rfc4716(std::string_view text);

/// Takes lines longer than the 72 bytes that there should be.  Throws errc::malformed_key, or
/// Botan::Exception for bad base64.
Rfc4716 parse_rfc4716(std::string_view text);

std::string format_rfc4716(const Rfc4716& key);

}  // namespace amiko::keys
