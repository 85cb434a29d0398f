// amiko - keys in DER
#pragma once

#include "key_codec.hpp"
#include "pem.hpp"

#include <amiko/base/error.hpp>

#include <botan/exceptn.h>

#include <string_view>
#include <utility>

namespace amiko::keys {

/// No key that is supported comes near; more is not worth decoding.
constexpr std::size_t max_der_size = 64 * 1024;

/// Throws errc::malformed_key.
void check_der_size(ByteView der);

/// RSAPrivateKey (RFC 8017 appendix A.1.2).  Botan::Exception when it does not decode, Error when the numbers
/// are wrong.
SigningKeyPtr decode_rsa(ByteView der);

/// INTEGER x and the parameters of RFC 3279 section 2.3.2, as PKCS#8 has DSA keys.  The same.
SigningKeyPtr decode_dsa(ByteView der, ByteView parameters);

/// ECPrivateKey (RFC 5915).  `type` where the curve is known from outside, otherwise empty.
SigningKeyPtr decode_ec(ByteView der, std::string_view type);

/// Runs `decode` on what decryption gave.  DER that does not decode means that the passphrase was wrong.
template <class Decode>
auto after_decryption(Decode&& decode) {
  try {
    return std::forward<Decode>(decode)();
  } catch (const Botan::Exception&) {
    throw_error(errc::wrong_passphrase, "");
  }
}

}  // namespace amiko::keys
