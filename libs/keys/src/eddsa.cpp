// amiko - Ed25519 and Ed448 keys (RFC 8709)
#include "eddsa.hpp"

#include "botan_random.hpp"

#include <amiko/base/error.hpp>

#include <botan/ed25519.h>
#include <botan/ed448.h>
#include <botan/pubkey.h>

#include <algorithm>
#include <string>

namespace amiko::keys {
namespace {

using SecureSeed = Botan::secure_vector<std::uint8_t>;

struct Ed25519 {
  using PublicHalf = Botan::Ed25519_PublicKey;
  using PrivateHalf = Botan::Ed25519_PrivateKey;
  static constexpr std::string_view type = "ssh-ed25519";
  static constexpr const char* name = "Ed25519";
  static constexpr unsigned bits = 256;
  static constexpr std::size_t size = 32;  // of the public half and of the seed
  static constexpr const char* padding = "Pure";
};

struct Ed448 {
  using PublicHalf = Botan::Ed448_PublicKey;
  using PrivateHalf = Botan::Ed448_PrivateKey;
  static constexpr std::string_view type = "ssh-ed448";
  static constexpr const char* name = "Ed448";
  static constexpr unsigned bits = 448;
  static constexpr std::size_t size = 57;
  static constexpr const char* padding = "Pure";
};

template <class Curve>
ByteView expect_size(ByteView field, std::size_t size, const char* half) {
  if (field.size() != size)
    throw_error(errc::malformed_key, std::string("an ") + Curve::name + " " + half + " key of " +
                                         std::to_string(field.size()) + " bytes where " +
                                         std::to_string(size) + " are needed");
  return field;
}

// Under it a signature that anybody can make is right for everything.
bool is_identity(ByteView point) {
  return point[0] == 1 && std::ranges::all_of(point.from(1), [](std::uint8_t byte) { return byte == 0; });
}

template <class Curve>
class VerifyingEd final : public VerifyingKey {
 public:
  explicit VerifyingEd(ByteView point) : key_(std::span(point.data(), point.size())) {
    BotanRandom random;
    if (is_identity(point) || !key_.check_key(random, true))
      throw_error(errc::malformed_key,
                  std::string("the ") + Curve::name + " public key is no point of its curve");
  }

  unsigned bits() const override { return Curve::bits; }
  bool verify(const SignatureInfo&, ByteView data, ByteView signature) const override {
    if (signature.size() != 2 * Curve::size) return false;
    return Botan::PK_Verifier(key_, Curve::padding).verify_message(data, signature);
  }

 private:
  typename Curve::PublicHalf key_;
};

template <class Curve>
class SigningEd final : public SigningKey {
 public:
  explicit SigningEd(const SecureSeed& seed) : seed_(seed), key_(seed), point_(key_.raw_public_key_bits()) {}

  std::string_view type() const override { return Curve::type; }
  void write_public(wire::Writer& out) const override { out.string(point_); }
  // Seed and public half in one string, as OpenSSH does it for Ed25519 and AsyncSSH and PuTTY for both.
  void write_private(wire::Writer& out) const override {
    out.string(point_);
    const std::size_t mark = out.begin_string();
    out.raw(seed_);
    out.raw(point_);
    out.end_string(mark);
  }
  Bytes sign(const SignatureInfo&, ByteView data) const override {
    BotanRandom random;
    return Botan::PK_Signer(key_, random, Curve::padding).sign_message(data, random);
  }
  ByteView point() const noexcept { return point_; }

 private:
  SecureSeed seed_;
  typename Curve::PrivateHalf key_;
  Bytes point_;
};

template <class Curve>
auto from_seed(ByteView seed) {
  expect_size<Curve>(seed, Curve::size, "private");
  return std::make_shared<const SigningEd<Curve>>(SecureSeed(seed.begin(), seed.end()));
}

template <class Curve>
VerifyingKeyPtr read_public(wire::Reader& in) {
  return std::make_shared<const VerifyingEd<Curve>>(expect_size<Curve>(in.string(), Curve::size, "public"));
}

template <class Curve>
SigningKeyPtr read_private(wire::Reader& in) {
  const ByteView point = expect_size<Curve>(in.string(), Curve::size, "public");
  const ByteView pair = expect_size<Curve>(in.string(), 2 * Curve::size, "private");
  auto key = from_seed<Curve>(pair.first(Curve::size));
  if (key->point() != point || pair.last(Curve::size) != point)
    throw_error(errc::malformed_key, "the public half does not belong to the private half");
  return key;
}

template <class Curve>
SigningKeyPtr generate() {
  BotanRandom random;
  return std::make_shared<const SigningEd<Curve>>(random.random_vec(Curve::size));
}

}  // namespace

VerifyingKeyPtr read_public_ed25519(std::string_view, wire::Reader& in) {
  return read_public<Ed25519>(in);
}

SigningKeyPtr read_private_ed25519(std::string_view, wire::Reader& in) {
  return read_private<Ed25519>(in);
}

SigningKeyPtr generate_ed25519(std::string_view, unsigned) {
  return generate<Ed25519>();
}

VerifyingKeyPtr read_public_ed448(std::string_view, wire::Reader& in) {
  return read_public<Ed448>(in);
}

SigningKeyPtr read_private_ed448(std::string_view, wire::Reader& in) {
  return read_private<Ed448>(in);
}

SigningKeyPtr generate_ed448(std::string_view, unsigned) {
  return generate<Ed448>();
}

SigningKeyPtr make_ed25519(ByteView seed) {
  return from_seed<Ed25519>(seed);
}

SigningKeyPtr make_ed448(ByteView seed) {
  return from_seed<Ed448>(seed);
}

}  // namespace amiko::keys
