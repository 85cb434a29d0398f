// amiko - shared secrets as they enter the exchange hash
#pragma once

#include <amiko/base/bytes.hpp>
#include <amiko/base/secret.hpp>

#include <string>

namespace amiko::crypto {

/// The mpint of a big-endian magnitude.
Secret mpint_secret(ByteView magnitude);

/// The string with this content.
Secret string_secret(ByteView content);

/// ProtocolError with errc::kex_failed.
[[noreturn]] void throw_bad_value(std::string text);

}  // namespace amiko::crypto
