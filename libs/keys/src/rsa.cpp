// amiko - RSA keys (RFC 4253 section 6.6, RFC 8332)
#include "rsa.hpp"

#include "botan_random.hpp"

#include <amiko/base/error.hpp>

#include <botan/pubkey.h>
#include <botan/rsa.h>

#include <algorithm>
#include <string>

namespace amiko::keys {
namespace {

using Botan::BigInt;

// Real exponents are 65537 or smaller; a huge one makes each verification as slow as a signature.
constexpr std::size_t max_exponent_bits = 256;

[[noreturn]] void malformed(std::string text) {
  throw_error(errc::malformed_key, std::move(text));
}

std::string range_text() {
  return "outside " + std::to_string(rsa_min_bits) + " to " + std::to_string(rsa_max_bits);
}

void check_public(const BigInt& n, const BigInt& e) {
  if (n.is_negative() || n.bits() < rsa_min_bits || n.bits() > rsa_max_bits)
    malformed("an RSA modulus of " + std::to_string(n.bits()) + " bits is " + range_text());
  if (n.is_even()) malformed("the RSA modulus is even");
  if (e.is_negative() || e.is_even() || e < 3 || e.bits() > max_exponent_bits)
    malformed("the RSA public exponent is out of range");
}

void check_private(const RsaNumbers& k) {
  check_public(k.n, k.e);
  const auto is_proper_factor = [&](const BigInt& f) { return !f.is_negative() && f > 1 && f < k.n; };
  if (!is_proper_factor(k.p) || !is_proper_factor(k.q) || k.p.bits() + k.q.bits() > k.n.bits() + 1 ||
      k.p * k.q != k.n)
    malformed("the RSA modulus is not the product of the two primes");
  if (k.d.is_negative() || k.d >= k.n) malformed("the RSA private exponent is out of range");
  for (const BigInt& factor : {k.p, k.q}) {
    const BigInt order = factor - 1;
    if ((k.d % order) * k.e % order != 1) malformed("the public half does not belong to the private half");
  }
  if (k.coefficient.is_negative() || k.coefficient >= k.p || k.coefficient * k.q % k.p != 1)
    malformed("the RSA coefficient does not belong to the primes");
}

std::string padding_of(const SignatureInfo& algorithm) {
  return "PKCS1v15(" + std::string(algorithm.hash) + ")";
}

BigInt read_number(wire::Reader& in) {
  const ByteView magnitude = in.mpint();
  if (magnitude.size() > rsa_max_bits / 8)
    malformed("an RSA number of " + std::to_string(magnitude.size() * 8) + " bits is " + range_text());
  return BigInt(magnitude.data(), magnitude.size());
}

void write_number(wire::Writer& out, const BigInt& number) {
  out.mpint(number.serialize<Botan::secure_vector<std::uint8_t>>());
}

class VerifyingRsa final : public VerifyingKey {
 public:
  VerifyingRsa(const BigInt& n, const BigInt& e) : key_(n, e) {}

  unsigned bits() const override { return static_cast<unsigned>(key_.get_n().bits()); }
  bool verify(const SignatureInfo& algorithm, ByteView data, ByteView signature) const override {
    const std::size_t size = key_.get_n().bytes();
    if (signature.size() > size) return false;
    // Some signers drop leading zeros; RFC 8332 section 3 lets verifiers take that, and OpenSSH does.
    Bytes padded(size - signature.size(), 0);
    append(padded, signature);
    return Botan::PK_Verifier(key_, padding_of(algorithm)).verify_message(data, padded);
  }

 private:
  Botan::RSA_PublicKey key_;
};

class SigningRsa final : public SigningKey {
 public:
  explicit SigningRsa(Botan::RSA_PrivateKey key) : key_(std::move(key)) {}

  std::string_view type() const override { return "ssh-rsa"; }
  void write_public(wire::Writer& out) const override {
    write_number(out, key_.get_e());
    write_number(out, key_.get_n());
  }
  void write_private(wire::Writer& out) const override {
    write_number(out, key_.get_n());
    write_number(out, key_.get_e());
    write_number(out, key_.get_d());
    write_number(out, key_.get_c());
    write_number(out, key_.get_p());
    write_number(out, key_.get_q());
  }
  Bytes sign(const SignatureInfo& algorithm, ByteView data) const override {
    BotanRandom random;
    return Botan::PK_Signer(key_, random, padding_of(algorithm)).sign_message(data, random);
  }

 private:
  Botan::RSA_PrivateKey key_;
};

}  // namespace

VerifyingKeyPtr read_public_rsa(std::string_view, wire::Reader& in) {
  const BigInt e = read_number(in);
  const BigInt n = read_number(in);
  check_public(n, e);
  return std::make_shared<const VerifyingRsa>(n, e);
}

SigningKeyPtr read_private_rsa(std::string_view, wire::Reader& in) {
  RsaNumbers numbers;
  for (BigInt* number : {&numbers.n, &numbers.e, &numbers.d, &numbers.coefficient, &numbers.p, &numbers.q})
    *number = read_number(in);
  return make_rsa(numbers);
}

SigningKeyPtr generate_rsa(std::string_view, unsigned bits) {
  if (bits == 0) bits = 3072;
  if (bits < rsa_min_bits || bits > rsa_max_bits)
    throw_error(errc::unsupported_key, "RSA keys of " + std::to_string(bits) + " bits are " + range_text());
  BotanRandom random;
  return std::make_shared<const SigningRsa>(Botan::RSA_PrivateKey(random, bits));
}

SigningKeyPtr make_rsa(const RsaNumbers& numbers) {
  check_private(numbers);
  return std::make_shared<const SigningRsa>(
      Botan::RSA_PrivateKey(numbers.p, numbers.q, numbers.e, numbers.d, numbers.n));
}

}  // namespace amiko::keys
