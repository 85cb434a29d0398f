// amiko - an ephemeral key on an elliptic curve, alone or as half of a hybrid
#pragma once

#include <amiko/base/bytes.hpp>
#include <amiko/crypto/random.hpp>

#include <botan/secmem.h>

#include <cstdint>
#include <memory>

namespace amiko::crypto {

class CurveKey {
 public:
  virtual ~CurveKey() = default;
  virtual Bytes public_value() const = 0;
  /// The shared secret, of a size that the curve alone decides: no leading zero is lost.  Throws
  /// errc::kex_failed for a value of the peer that has another size or is not on the curve, and where the
  /// result is all zero.
  virtual Botan::secure_vector<std::uint8_t> agree(ByteView peer) const = 0;

 protected:
  CurveKey() = default;
  CurveKey(const CurveKey&) = delete;
  CurveKey& operator=(const CurveKey&) = delete;
};

using MakeCurveKey = std::unique_ptr<CurveKey> (*)(Random&);

/// RFC 7748.
std::unique_ptr<CurveKey> make_x25519_key(Random& random);
std::unique_ptr<CurveKey> make_x448_key(Random& random);
/// SEC 1, uncompressed points only (RFC 5656).
std::unique_ptr<CurveKey> make_nistp256_key(Random& random);
std::unique_ptr<CurveKey> make_nistp384_key(Random& random);
std::unique_ptr<CurveKey> make_nistp521_key(Random& random);
std::unique_ptr<CurveKey> make_secp256k1_key(Random& random);

/// Refuses the result of a point of low order (RFC 8731 section 3).
void refuse_all_zero(const Botan::secure_vector<std::uint8_t>& secret);

}  // namespace amiko::crypto
