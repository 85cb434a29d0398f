// amiko - a key encapsulation and a curve together: the secret is safe as long as one of the two is
#include "agreements.hpp"
#include "shared_secret.hpp"

#include <amiko/base/error.hpp>

#include <botan/hash.h>

#include <string>
#include <utility>

namespace amiko::crypto {
namespace {

using SecretBytes = Botan::secure_vector<std::uint8_t>;

void require_length(ByteView value, std::size_t size) {
  if (value.size() != size) throw_bad_value("a hybrid value of " + std::to_string(value.size()) + " bytes");
}

class HybridAgreement final : public KeyAgreement {
 public:
  explicit HybridAgreement(const HybridParts& parts) : parts_(parts) {}

  Bytes offer(Random& random) override {
    kem_key_ = parts_.kem.generate(random);
    curve_key_ = parts_.make_curve_key(random);
    Bytes offer = kem_key_->public_value();
    append(offer, curve_key_->public_value());
    return offer;
  }

  Secret finish(ByteView reply) override {
    if (!kem_key_ || !curve_key_) throw_error(errc::no_state, "finish() without offer()");
    require_length(reply, parts_.kem.ciphertext_size + parts_.curve_size);
    const auto kem_secret = kem_key_->decapsulate(reply.first(parts_.kem.ciphertext_size));
    return combine(kem_secret, curve_key_->agree(reply.from(parts_.kem.ciphertext_size)));
  }

  Response respond(ByteView offer, Random& random) override {
    require_length(offer, parts_.kem.public_size + parts_.curve_size);
    auto encapsulation = parts_.kem.encapsulate(offer.first(parts_.kem.public_size), random);
    const auto curve_key = parts_.make_curve_key(random);
    const auto curve_secret = curve_key->agree(offer.from(parts_.kem.public_size));
    Bytes reply = std::move(encapsulation.ciphertext);
    append(reply, curve_key->public_value());
    return {std::move(reply), combine(encapsulation.secret, curve_secret)};
  }

 private:
  // K = HASH(K_PQ || K_CL), as a string.
  Secret combine(const SecretBytes& kem_secret, const SecretBytes& curve_secret) const {
    const auto hash = Botan::HashFunction::create_or_throw(parts_.hash);
    hash->update(kem_secret);
    hash->update(curve_secret);
    return string_secret(hash->final());
  }

  HybridParts parts_;
  std::unique_ptr<KemKey> kem_key_;
  std::unique_ptr<CurveKey> curve_key_;
};

}  // namespace

std::unique_ptr<KeyAgreement> make_hybrid(const HybridParts& parts) {
  return std::make_unique<HybridAgreement>(parts);
}

}  // namespace amiko::crypto
