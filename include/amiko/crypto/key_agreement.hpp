// amiko - ways to agree on a secret, all in the shape of a key encapsulation
#pragma once

#include <amiko/base/bytes.hpp>
#include <amiko/base/secret.hpp>
#include <amiko/crypto/random.hpp>

#include <memory>
#include <string_view>

namespace amiko::crypto {

/// Parameters of a finite-field group, big-endian magnitudes.
struct DhGroup {
  Bytes p;
  Bytes g;
};

/// One run of a key agreement.  The initiator (client) calls offer() once, then finish(); the responder calls
/// respond() once.  Values are as they travel: the magnitude of e or f for finite fields, the string's
/// content for curves and hybrids.  The shared secret comes encoded as it enters the exchange hash and key
/// derivation: an mpint, or for the hybrids a string.  Bad values of the peer (out of range, wrong length,
/// off the curve, all-zero result) throw ProtocolError with errc::kex_failed.  Not synchronised.
class KeyAgreement {
 public:
  virtual ~KeyAgreement() = default;

  virtual Bytes offer(Random& random) = 0;
  virtual Secret finish(ByteView reply) = 0;

  struct Response {
    Bytes reply;
    Secret secret;
  };
  virtual Response respond(ByteView offer, Random& random) = 0;
};

/// The group may come from the peer (RFC 4419): one outside 1024 to 8192 bits, an even p or a g outside 1 < g
/// < p-1 throws ProtocolError (errc::kex_failed).  Whether p is prime is not tested.
std::unique_ptr<KeyAgreement> make_dh(const DhGroup& group);

/// The groups of RFC 2409 and RFC 3526 by number: 1, 14, 15, 16, 17, 18.  Throws errc::unsupported for
/// another.
const DhGroup& dh_group(int number);

}  // namespace amiko::crypto
