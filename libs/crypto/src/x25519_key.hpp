// amiko - an ephemeral X25519 key (RFC 7748), alone or as half of a hybrid
#pragma once

#include <amiko/base/bytes.hpp>
#include <amiko/crypto/random.hpp>

#include <botan/x25519.h>

namespace amiko::crypto {

class X25519Key {
 public:
  static constexpr std::size_t public_size = 32;

  explicit X25519Key(Random& random);

  Bytes public_value() const { return key_.public_value(); }
  /// The 32 bytes as RFC 7748 has them.  Throws errc::kex_failed for a peer's value of another size, and for
  /// one whose result is all zero.
  Botan::secure_vector<std::uint8_t> agree(ByteView peer) const;

 private:
  Botan::X25519_PrivateKey key_;
};

}  // namespace amiko::crypto
