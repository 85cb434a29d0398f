// amiko - one curve alone: RFC 5656, RFC 8731
#include "agreements.hpp"
#include "shared_secret.hpp"

#include <amiko/base/error.hpp>

namespace amiko::crypto {
namespace {

class CurveAgreement final : public KeyAgreement {
 public:
  explicit CurveAgreement(MakeCurveKey make_key) : make_key_(make_key) {}

  Bytes offer(Random& random) override {
    key_ = make_key_(random);
    return key_->public_value();
  }

  Secret finish(ByteView reply) override {
    if (!key_) throw_error(errc::no_state, "finish() without offer()");
    return mpint_secret(key_->agree(reply));
  }

  Response respond(ByteView offer, Random& random) override {
    const auto key = make_key_(random);
    return {key->public_value(), mpint_secret(key->agree(offer))};
  }

 private:
  MakeCurveKey make_key_;
  std::unique_ptr<CurveKey> key_;
};

}  // namespace

std::unique_ptr<KeyAgreement> make_curve_agreement(MakeCurveKey make_key) {
  return std::make_unique<CurveAgreement>(make_key);
}

}  // namespace amiko::crypto
