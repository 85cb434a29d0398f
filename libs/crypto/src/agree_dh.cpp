// amiko - Diffie-Hellman in finite fields (RFC 4253 section 8, RFC 4419, RFC 8268)
#include <amiko/crypto/key_agreement.hpp>

#include "botan_random.hpp"
#include "shared_secret.hpp"

#include <amiko/base/error.hpp>

#include <botan/bigint.h>
#include <botan/dl_group.h>

#include <utility>

namespace amiko::crypto {
namespace {

using Botan::BigInt;

constexpr std::size_t min_modulus_bits = 1024;
constexpr std::size_t max_modulus_bits = 8192;
// Twice the 256 bits of the strongest cipher's key (RFC 4419 section 6.2); no group here is stronger.
constexpr std::size_t exponent_bits = 512;

BigInt to_integer(ByteView magnitude) {
  return BigInt(magnitude.data(), magnitude.size());
}

Botan::DL_Group load_group(const DhGroup& group) {
  // Before any arithmetic: the peer chooses how long it takes.
  if (group.p.size() > max_modulus_bits / 8 || group.g.size() > group.p.size())
    throw_bad_value("a Diffie-Hellman group too large");
  const BigInt p = to_integer(group.p);
  const BigInt g = to_integer(group.g);
  if (p.bits() < min_modulus_bits)
    throw_bad_value("a Diffie-Hellman group of " + std::to_string(p.bits()) + " bits");
  if (p.is_even() || g <= 1 || g >= p - 1) throw_bad_value("not a Diffie-Hellman group");
  return Botan::DL_Group(p, g);
}

class DhAgreement final : public KeyAgreement {
 public:
  explicit DhAgreement(const DhGroup& group) : group_(load_group(group)) {}

  Bytes offer(Random& random) override {
    exponent_ = draw_exponent(random);
    return public_value(exponent_);
  }

  Secret finish(ByteView reply) override {
    if (exponent_.is_zero()) throw_error(errc::no_state, "finish() without offer()");
    return agree(exponent_, reply);
  }

  Response respond(ByteView offer, Random& random) override {
    const BigInt exponent = draw_exponent(random);
    return {public_value(exponent), agree(exponent, offer)};
  }

 private:
  static BigInt draw_exponent(Random& random) {
    BotanRandom generator(random);
    return BigInt(generator, exponent_bits);
  }

  Bytes public_value(const BigInt& exponent) const {
    return group_.power_g_p(exponent, exponent_bits).serialize<Bytes>();
  }

  Secret agree(const BigInt& exponent, ByteView peer) const {
    if (peer.size() > group_.p_bytes()) throw_bad_value("a Diffie-Hellman value out of range");
    const BigInt value = to_integer(peer);
    if (!in_range(value)) throw_bad_value("a Diffie-Hellman value out of range");
    const BigInt secret = group_.power_b_p(value, exponent, exponent_bits);
    if (!in_range(secret)) throw_bad_value("a Diffie-Hellman result out of range");
    return mpint_secret(secret.serialize<Botan::secure_vector<std::uint8_t>>());
  }

  // RFC 8268 section 4 for the peer's value and, by the same bounds, for K.
  bool in_range(const BigInt& x) const { return x > 1 && x < group_.get_p() - 1; }

  Botan::DL_Group group_;
  BigInt exponent_;
};

}  // namespace

std::unique_ptr<KeyAgreement> make_dh(const DhGroup& group) {
  return std::make_unique<DhAgreement>(group);
}

}  // namespace amiko::crypto
