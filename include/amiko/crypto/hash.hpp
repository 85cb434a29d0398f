// amiko - hashes for key exchange and fingerprints
#pragma once

#include <amiko/base/bytes.hpp>

#include <string_view>

namespace amiko::crypto {

/// `name` is Botan's: "SHA-256", "SHA-384", "SHA-512", "SHA-1", "MD5".  Throws errc::unsupported for a name
/// that the build lacks.
Bytes hash(std::string_view name, ByteView data);

/// RFC 4253 section 7.2: HASH(K || H || letter || session_id), extended by K || H || so far until `size`
/// bytes are there. `k` is K as it is encoded on the wire (mpint or string).  The result is secret: the
/// caller wipes it.
Bytes derive_key(std::string_view hash_name, ByteView k, ByteView h, char letter, ByteView session_id,
                 std::size_t size);

}  // namespace amiko::crypto
