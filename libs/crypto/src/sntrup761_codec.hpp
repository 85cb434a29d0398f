// amiko - how Streamlined NTRU Prime writes its polynomials
#pragma once

#include <amiko/base/bytes.hpp>

#include "sntrup761_ring.hpp"

#include <botan/secmem.h>

#include <cstddef>

namespace amiko::crypto::sntrup761_ring {

constexpr std::size_t small_size = 191;     ///< bytes
constexpr std::size_t large_size = 1158;    ///< bytes
constexpr std::size_t rounded_size = 1007;  ///< bytes

using Encoded = Botan::secure_vector<std::uint8_t>;

/// Two bits for each coefficient.
Encoded encode(const Small& a);
Small decode_small(ByteView bytes);

/// Digits of base q.
Encoded encode(const Large& a);
/// For a public value: takes a time that depends on it.
Large decode_large(ByteView bytes);

/// For multiples of 3: digits of base (q+2)/3.
Encoded encode_rounded(const Large& a);
/// For a public value: takes a time that depends on it.
Large decode_rounded(ByteView bytes);

}  // namespace amiko::crypto::sntrup761_ring
