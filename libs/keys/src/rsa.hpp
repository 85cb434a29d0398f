// amiko - RSA keys (RFC 4253 section 6.6, RFC 8332)
#pragma once

#include "key_codec.hpp"

#include <botan/bigint.h>

namespace amiko::keys {

constexpr unsigned rsa_min_bits = 1024;
constexpr unsigned rsa_max_bits = 16384;

VerifyingKeyPtr read_public_rsa(std::string_view type, wire::Reader& in);
SigningKeyPtr read_private_rsa(std::string_view type, wire::Reader& in);
/// `bits` 0: 3072.
SigningKeyPtr generate_rsa(std::string_view type, unsigned bits);

/// The numbers of RFC 8017 section 3; `coefficient` is the inverse of q modulo p.
struct RsaNumbers {
  Botan::BigInt n, e, d, p, q, coefficient;
};

/// Throws errc::malformed_key when the numbers do not belong together.  Does not test p and q for being
/// prime: that takes long, and signing with numbers that are not fails.
SigningKeyPtr make_rsa(const RsaNumbers& numbers);

}  // namespace amiko::keys
