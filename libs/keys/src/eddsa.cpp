// amiko - Ed25519 keys (RFC 8709)
#include "eddsa.hpp"

#include "botan_random.hpp"

#include <amiko/base/error.hpp>

#include <botan/ed25519.h>
#include <botan/pubkey.h>

#include <string>

namespace amiko::keys {
namespace {

constexpr std::size_t public_size = 32;
constexpr std::size_t seed_size = 32;
constexpr std::size_t signature_size = 64;

ByteView expect_size(ByteView field, std::size_t size, const char* what) {
  if (field.size() != size)
    throw_error(errc::malformed_key, std::string(what) + " of " + std::to_string(field.size()) +
                                         " bytes where " + std::to_string(size) + " are needed");
  return field;
}

class VerifyingEd25519 final : public VerifyingKey {
 public:
  explicit VerifyingEd25519(ByteView point) : key_(std::span(point.data(), point.size())) {}

  unsigned bits() const override { return 256; }
  bool verify(const SignatureInfo&, ByteView data, ByteView signature) const override {
    if (signature.size() != signature_size) return false;
    return Botan::PK_Verifier(key_, "Pure").verify_message(data, signature);
  }

 private:
  Botan::Ed25519_PublicKey key_;
};

class SigningEd25519 final : public SigningKey {
 public:
  explicit SigningEd25519(const Botan::secure_vector<std::uint8_t>& seed) : key_(seed) {}

  std::string_view type() const override { return "ssh-ed25519"; }
  void write_public(wire::Writer& out) const override { out.string(key_.get_public_key()); }
  void write_private(wire::Writer& out) const override {
    out.string(key_.get_public_key());
    out.string(key_.raw_private_key_bits());
  }
  Bytes sign(const SignatureInfo&, ByteView data) const override {
    BotanRandom random;
    return Botan::PK_Signer(key_, random, "Pure").sign_message(data, random);
  }
  ByteView point() const noexcept { return key_.get_public_key(); }

 private:
  Botan::Ed25519_PrivateKey key_;
};

std::shared_ptr<const SigningEd25519> from_seed(ByteView seed) {
  expect_size(seed, seed_size, "an Ed25519 private key");
  return std::make_shared<const SigningEd25519>(Botan::secure_vector<std::uint8_t>(seed.begin(), seed.end()));
}

}  // namespace

VerifyingKeyPtr read_public_ed25519(std::string_view, wire::Reader& in) {
  return std::make_shared<const VerifyingEd25519>(
      expect_size(in.string(), public_size, "an Ed25519 public key"));
}

SigningKeyPtr read_private_ed25519(std::string_view, wire::Reader& in) {
  const ByteView point = expect_size(in.string(), public_size, "an Ed25519 public key");
  const ByteView pair = expect_size(in.string(), seed_size + public_size, "an Ed25519 private key");
  auto key = from_seed(pair.first(seed_size));
  if (key->point() != point || pair.last(public_size) != point)
    throw_error(errc::malformed_key, "the public half does not belong to the private half");
  return key;
}

SigningKeyPtr generate_ed25519(std::string_view, unsigned) {
  BotanRandom random;
  return std::make_shared<const SigningEd25519>(random.random_vec(seed_size));
}

SigningKeyPtr make_ed25519(ByteView seed) {
  return from_seed(seed);
}

}  // namespace amiko::keys
