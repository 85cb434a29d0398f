// amiko - DSA keys (RFC 4253 section 6.6)
#pragma once

#include "key_codec.hpp"

#include <botan/bigint.h>

namespace amiko::keys {

/// OpenSSH has 1024 only; others have made larger ones, always with a subgroup of 160 bits, which the
/// signature's form demands.
constexpr unsigned dsa_min_bits = 1024;
constexpr unsigned dsa_max_bits = 3072;
constexpr unsigned dsa_subgroup_bits = 160;

VerifyingKeyPtr read_public_dsa(std::string_view type, wire::Reader& in);
SigningKeyPtr read_private_dsa(std::string_view type, wire::Reader& in);
/// `bits` 0: 1024.  Looks for primes, which takes a second or some.
SigningKeyPtr generate_dsa(std::string_view type, unsigned bits);

/// `y` is the public number, `x` the private one.
struct DsaNumbers {
  Botan::BigInt p, q, g, y, x;
};

/// y of the others.  Throws errc::malformed_key for a group or a private number that is out of range.
Botan::BigInt dsa_public_number(const DsaNumbers& numbers);

/// Throws errc::malformed_key when the numbers are out of range or do not belong together.  Whether p and q
/// are prime is not tested.
SigningKeyPtr make_dsa(const DsaNumbers& numbers);

}  // namespace amiko::keys
