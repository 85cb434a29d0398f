// amiko - base64 and hexadecimal
#pragma once

#include <amiko/base/bytes.hpp>

#include <string>
#include <string_view>

namespace amiko::support {

/// Whether base64 text is filled up with '=' to a multiple of four.  Fingerprints ("SHA256:...") are not.
enum class Base64Padding { padded, unpadded };

// Pure functions; any thread.  The base64 ones take no branch and no table lookup that depends on the data,
// since private keys pass through them.  (RFC 4648 sections 4 and 8)

std::string base64_encode(ByteView data, Base64Padding padding = Base64Padding::padded);

/// Strict: no white space, no other padding than asked for, no bits left over.  Throws
/// errc::invalid_argument.
Bytes base64_decode(std::string_view text, Base64Padding padding = Base64Padding::padded);

/// In lower case.
std::string hex_encode(ByteView data);
/// Either case, nothing between the digits.  Throws errc::invalid_argument.
Bytes hex_decode(std::string_view text);

}  // namespace amiko::support
