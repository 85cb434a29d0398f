// amiko - curve25519-sha256 (RFC 8731)
#include "agreements.hpp"
#include "shared_secret.hpp"
#include "x25519_key.hpp"

#include <amiko/base/error.hpp>

#include <optional>

namespace amiko::crypto {
namespace {

class X25519Agreement final : public KeyAgreement {
 public:
  Bytes offer(Random& random) override { return key_.emplace(random).public_value(); }

  Secret finish(ByteView reply) override {
    if (!key_) throw_error(errc::no_state, "finish() without offer()");
    return mpint_secret(key_->agree(reply));
  }

  Response respond(ByteView offer, Random& random) override {
    const X25519Key key(random);
    return {key.public_value(), mpint_secret(key.agree(offer))};
  }

 private:
  std::optional<X25519Key> key_;
};

}  // namespace

std::unique_ptr<KeyAgreement> make_x25519() {
  return std::make_unique<X25519Agreement>();
}

}  // namespace amiko::crypto
