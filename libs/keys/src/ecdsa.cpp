// amiko - ECDSA keys (RFC 5656)
#include "ecdsa.hpp"

#include "botan_random.hpp"

#include <amiko/base/error.hpp>
#include <amiko/base/printable.hpp>

#include <botan/ec_group.h>
#include <botan/ecdsa.h>
#include <botan/pubkey.h>

#include <algorithm>
#include <string>

namespace amiko::keys {
namespace {

struct Curve {
  std::string_view type;
  std::string_view name;
  std::string_view botan_name;
  std::string_view object_identifier;
};

constexpr Curve curves[] = {
    {"ecdsa-sha2-nistp256", "nistp256", "secp256r1", "1.2.840.10045.3.1.7"},
    {"ecdsa-sha2-nistp384", "nistp384", "secp384r1", "1.3.132.0.34"},
    {"ecdsa-sha2-nistp521", "nistp521", "secp521r1", "1.3.132.0.35"},
    // A curve without a name of its own goes by its object identifier (RFC 5656 section 6.1).
    {"ecdsa-sha2-1.3.132.0.10", "1.3.132.0.10", "secp256k1", "1.3.132.0.10"},
};

const Curve& curve_of(std::string_view type) {
  const auto* found = std::ranges::find(curves, type, &Curve::type);
  if (found == std::end(curves)) throw_error(errc::internal_error, "no curve for " + std::string(type));
  return *found;
}

Botan::EC_Group group_of(const Curve& curve) {
  return Botan::EC_Group::from_name(curve.botan_name);
}

void expect_curve(wire::Reader& in, const Curve& curve) {
  const std::string_view name = in.text();
  if (name != curve.name)
    throw_error(errc::malformed_key, "the curve is named \"" + printable(name, false, 64) +
                                         "\" in a key of type " + std::string(curve.type));
}

// Only the uncompressed form, so that a key has one blob and one fingerprint.
Botan::EC_AffinePoint read_point(const Botan::EC_Group& group, ByteView point) {
  if (point.size() != 1 + 2 * group.get_p_bytes() || point[0] != 0x04)
    throw_error(errc::malformed_key, "the public point is not in its uncompressed form");
  auto result = Botan::EC_AffinePoint::deserialize(group, point);
  if (!result) throw_error(errc::malformed_key, "the public point is not on its curve");
  return *std::move(result);
}

Botan::EC_Scalar read_scalar(const Botan::EC_Group& group, ByteView scalar) {
  while (!scalar.empty() && scalar[0] == 0)
    scalar = scalar.from(1);
  const std::size_t size = group.get_order_bytes();
  if (!scalar.empty() && scalar.size() <= size) {
    Botan::secure_vector<std::uint8_t> padded(size);
    std::ranges::copy(scalar, padded.end() - static_cast<std::ptrdiff_t>(scalar.size()));
    if (auto result = Botan::EC_Scalar::deserialize(group, padded)) return *std::move(result);
  }
  throw_error(errc::malformed_key, "the private number is out of range");
}

// r and s are fixed-size for Botan and mpints on the wire.
bool append_padded(Bytes& to, ByteView number, std::size_t size) {
  if (number.size() > size) return false;
  to.insert(to.end(), size - number.size(), 0);
  append(to, number);
  return true;
}

class VerifyingEcdsa final : public VerifyingKey {
 public:
  VerifyingEcdsa(const Botan::EC_Group& group, const Botan::EC_AffinePoint& point) : key_(group, point) {}

  unsigned bits() const override { return static_cast<unsigned>(key_.domain().get_p_bits()); }
  bool verify(const SignatureInfo& algorithm, ByteView data, ByteView signature) const override {
    wire::Reader in(signature);
    const ByteView r = in.mpint();
    const ByteView s = in.mpint();
    in.expect_end();
    const std::size_t size = key_.domain().get_order_bytes();
    Bytes raw;
    if (!append_padded(raw, r, size) || !append_padded(raw, s, size)) return false;
    return Botan::PK_Verifier(key_, algorithm.hash).verify_message(data, raw);
  }

 private:
  Botan::ECDSA_PublicKey key_;
};

class SigningEcdsa final : public SigningKey {
 public:
  SigningEcdsa(const Curve& curve, const Botan::EC_Scalar& scalar)
      : curve_(curve), key_(group_of(curve), scalar) {}

  std::string_view type() const override { return curve_.type; }
  void write_public(wire::Writer& out) const override {
    out.string(curve_.name);
    out.string(point());
  }
  void write_private(wire::Writer& out) const override {
    write_public(out);
    out.mpint(key_.raw_private_key_bits());
  }
  Bytes sign(const SignatureInfo& algorithm, ByteView data) const override {
    BotanRandom random;
    const Bytes raw = Botan::PK_Signer(key_, random, algorithm.hash).sign_message(data, random);
    const ByteView both = raw;
    Bytes signature;
    wire::Writer out(signature);
    out.mpint(both.first(raw.size() / 2));
    out.mpint(both.last(raw.size() / 2));
    return signature;
  }
  Bytes point() const { return key_._public_ec_point().serialize_uncompressed(); }

 private:
  const Curve& curve_;
  Botan::ECDSA_PrivateKey key_;
};

}  // namespace

VerifyingKeyPtr read_public_ecdsa(std::string_view type, wire::Reader& in) {
  const Curve& curve = curve_of(type);
  expect_curve(in, curve);
  const Botan::EC_Group group = group_of(curve);
  return std::make_shared<const VerifyingEcdsa>(group, read_point(group, in.string()));
}

SigningKeyPtr read_private_ecdsa(std::string_view type, wire::Reader& in) {
  expect_curve(in, curve_of(type));
  const ByteView point = in.string();
  return make_ecdsa(type, in.mpint(), point);
}

SigningKeyPtr generate_ecdsa(std::string_view type, unsigned) {
  const Curve& curve = curve_of(type);
  BotanRandom random;
  return std::make_shared<const SigningEcdsa>(curve, Botan::EC_Scalar::random(group_of(curve), random));
}

std::string_view ecdsa_type_of_curve(std::string_view object_identifier) {
  const auto* found = std::ranges::find(curves, object_identifier, &Curve::object_identifier);
  if (found == std::end(curves))
    throw_error(errc::unsupported_key,
                "the elliptic curve is none of nistp256, nistp384, nistp521 and secp256k1 (" +
                    std::string(object_identifier) + ")");
  return found->type;
}

SigningKeyPtr make_ecdsa(std::string_view type, ByteView scalar, ByteView point) {
  const Curve& curve = curve_of(type);
  auto key = std::make_shared<const SigningEcdsa>(curve, read_scalar(group_of(curve), scalar));
  if (!point.empty() && ByteView(key->point()) != point)
    throw_error(errc::malformed_key, "the public half does not belong to the private half");
  return key;
}

}  // namespace amiko::keys
