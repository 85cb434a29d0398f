// amiko - DSA keys (RFC 4253 section 6.6)
#define BOTAN_NO_DEPRECATED_WARNINGS  // of dsa.h, which is to go: while it is there it is what there is
#include "dsa.hpp"

#include "botan_random.hpp"

#include <amiko/base/error.hpp>

#include <botan/dl_group.h>
#include <botan/dsa.h>
#include <botan/numthry.h>
#include <botan/pubkey.h>

#include <string>

namespace amiko::keys {
namespace {

using Botan::BigInt;

constexpr std::size_t signature_size = 2 * dsa_subgroup_bits / 8;

[[noreturn]] void malformed(std::string text) {
  throw_error(errc::malformed_key, std::move(text));
}

std::string range_text() {
  return "outside " + std::to_string(dsa_min_bits) + " to " + std::to_string(dsa_max_bits);
}

bool between(const BigInt& number, const BigInt& low, const BigInt& high) {
  return number > low && number < high;
}

void check_group(const DsaNumbers& k) {
  if (k.p.is_negative() || k.p.bits() < dsa_min_bits || k.p.bits() > dsa_max_bits)
    malformed("a DSA modulus of " + std::to_string(k.p.bits()) + " bits is " + range_text());
  if (k.q.is_negative() || k.q.bits() != dsa_subgroup_bits)
    malformed("a DSA subgroup of " + std::to_string(k.q.bits()) + " bits where " +
              std::to_string(dsa_subgroup_bits) + " are needed");
  if (k.p.is_even() || k.q.is_even() || (k.p - 1) % k.q != 0)
    malformed("the DSA subgroup does not divide the group");
  if (!between(k.g, 1, k.p - 1) || Botan::power_mod(k.g, k.q, k.p) != 1)
    malformed("the DSA generator is not in the subgroup");
}

void check_public(const DsaNumbers& k) {
  check_group(k);
  if (!between(k.y, 1, k.p - 1) || Botan::power_mod(k.y, k.q, k.p) != 1)
    malformed("the DSA public number is not in the subgroup");
}

void check_private(const DsaNumbers& k) {
  if (!between(k.x, 0, k.q)) malformed("the DSA private number is out of range");
}

Botan::DSA_PrivateKey private_key(const DsaNumbers& k) {
  return Botan::DSA_PrivateKey(Botan::DL_Group(k.p, k.q, k.g), k.x);
}

BigInt read_number(wire::Reader& in) {
  const ByteView magnitude = in.mpint();
  if (magnitude.size() > dsa_max_bits / 8)
    malformed("a DSA number of " + std::to_string(magnitude.size() * 8) + " bits is " + range_text());
  return BigInt(magnitude.data(), magnitude.size());
}

void read_public_numbers(DsaNumbers& k, wire::Reader& in) {
  for (BigInt* number : {&k.p, &k.q, &k.g, &k.y})
    *number = read_number(in);
}

void write_number(wire::Writer& out, const BigInt& number) {
  out.mpint(number.serialize<Botan::secure_vector<std::uint8_t>>());
}

class VerifyingDsa final : public VerifyingKey {
 public:
  explicit VerifyingDsa(const DsaNumbers& k) : key_(Botan::DL_Group(k.p, k.q, k.g), k.y) {}

  unsigned bits() const override { return static_cast<unsigned>(key_.key_length()); }
  bool verify(const SignatureInfo& algorithm, ByteView data, ByteView signature) const override {
    if (signature.size() != signature_size) return false;
    return Botan::PK_Verifier(key_, algorithm.hash).verify_message(data, signature);
  }

 private:
  Botan::DSA_PublicKey key_;
};

class SigningDsa final : public SigningKey {
 public:
  explicit SigningDsa(Botan::DSA_PrivateKey key) : key_(std::move(key)) {}

  std::string_view type() const override { return "ssh-dss"; }
  void write_public(wire::Writer& out) const override {
    for (const char* field : {"p", "q", "g", "y"})
      write_number(out, key_.get_int_field(field));
  }
  void write_private(wire::Writer& out) const override {
    write_public(out);
    write_number(out, key_.get_int_field("x"));
  }
  Bytes sign(const SignatureInfo& algorithm, ByteView data) const override {
    BotanRandom random;
    return Botan::PK_Signer(key_, random, algorithm.hash).sign_message(data, random);
  }

 private:
  Botan::DSA_PrivateKey key_;
};

}  // namespace

VerifyingKeyPtr read_public_dsa(std::string_view, wire::Reader& in) {
  DsaNumbers numbers;
  read_public_numbers(numbers, in);
  check_public(numbers);
  return std::make_shared<const VerifyingDsa>(numbers);
}

SigningKeyPtr read_private_dsa(std::string_view, wire::Reader& in) {
  DsaNumbers numbers;
  read_public_numbers(numbers, in);
  numbers.x = read_number(in);
  return make_dsa(numbers);
}

SigningKeyPtr generate_dsa(std::string_view, unsigned bits) {
  if (bits == 0) bits = dsa_min_bits;
  if (bits != dsa_min_bits)
    throw_error(errc::unsupported_key,
                "DSA keys are made with " + std::to_string(dsa_min_bits) + " bits only");
  BotanRandom random;
  const Botan::DL_Group group(random, Botan::DL_Group::DSA_Kosherizer, bits, dsa_subgroup_bits);
  return std::make_shared<const SigningDsa>(Botan::DSA_PrivateKey(random, group));
}

Botan::BigInt dsa_public_number(const DsaNumbers& numbers) {
  check_group(numbers);
  check_private(numbers);
  return private_key(numbers).get_int_field("y");
}

SigningKeyPtr make_dsa(const DsaNumbers& numbers) {
  check_public(numbers);
  check_private(numbers);
  Botan::DSA_PrivateKey key = private_key(numbers);
  if (key.get_int_field("y") != numbers.y) malformed("the public half does not belong to the private half");
  return std::make_shared<const SigningDsa>(std::move(key));
}

}  // namespace amiko::keys
