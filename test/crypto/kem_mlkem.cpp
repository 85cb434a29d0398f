// amiko - tests of ML-KEM, alone and as half of a hybrid with X25519
#include <amiko/crypto/kex_table.hpp>

#include "../../libs/crypto/src/kem.hpp"
#include "support.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <string>

namespace amiko::crypto::test {

namespace {

constexpr std::size_t offer_size = 1184 + 32;
constexpr std::size_t reply_size = 1088 + 32;

std::unique_ptr<KeyAgreement> make() {
  return find_kex("mlkem768x25519-sha256")->make();
}

struct Run {
  std::unique_ptr<KeyAgreement> client = make();
  Bytes offer = client->offer(system_random());
};

/// The first and the last bytes.
void check_ends(ByteView value, std::size_t size, const TestVector& vector, const std::string& name) {
  const Bytes first = vector.bytes(name + "Begin"), last = vector.bytes(name + "End");
  BOOST_REQUIRE_EQUAL(value.size(), size);
  BOOST_TEST(hex(value.first(first.size())) == hex(first));
  BOOST_TEST(hex(value.last(last.size())) == hex(last));
}

bool offer_refused(ByteView offer) {
  return throws(errc::kex_failed, [&] { make()->respond(offer, system_random()); });
}

}  // namespace

BOOST_AUTO_TEST_SUITE(kem_mlkem_test)

BOOST_AUTO_TEST_CASE(known_values) {
  for (const TestVector& vector : test_vectors("ml_kem")) {
    const std::uint64_t set = vector.number("Set");
    BOOST_REQUIRE((set == 768 || set == 1024));
    const Kem& kem = set == 768 ? mlkem768 : mlkem1024;
    Bytes seed = vector.bytes("D");
    append(seed, vector.bytes("Z"));
    ScriptedRandom client(seed), server(vector.bytes("M"));
    const auto key = kem.generate(client);
    const Bytes ek = key->public_value();
    check_ends(ek, kem.public_size, vector, "Ek");
    const auto [c, k] = kem.encapsulate(ek, server);
    check_ends(c, kem.ciphertext_size, vector, "C");
    BOOST_TEST(hex(k) == hex(vector.bytes("K")));
    BOOST_TEST(hex(key->decapsulate(c)) == hex(vector.bytes("K")));
  }
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-65"))
BOOST_AUTO_TEST_CASE(the_secret_is_a_string_of_32_bytes_whatever_its_first_bits) {
  bool sign_bit = false;
  for (int i = 0; i < 64; ++i) {
    const Run run;
    const auto [reply, secret] = make()->respond(run.offer, system_random());
    const ByteView k = secret.view();
    BOOST_REQUIRE_EQUAL(k.size(), 36u);
    BOOST_REQUIRE_EQUAL(hex(k.first(4)), "00000020");
    sign_bit = sign_bit || k[4] >= 0x80;
  }
  BOOST_TEST(sign_bit);
}

BOOST_AUTO_TEST_CASE(other_lengths_are_refused) {
  const Run run;
  for (const std::size_t size : {0u, 32u, 1088u, 1119u, 1120u, 1184u, 1215u, 1217u})
    BOOST_TEST(offer_refused(counting(size, 1)), size);
  for (const std::size_t size : {0u, 32u, 1088u, 1119u, 1121u, 1184u, 1216u})
    BOOST_TEST(throws(errc::kex_failed, [&] { run.client->finish(counting(size, 1)); }), size);
}

// FIPS 203 section 7.2, the modulus check.
BOOST_TEST_DECORATOR(*boost::unit_test::label("V-31"))
BOOST_AUTO_TEST_CASE(coefficients_above_the_modulus_are_refused) {
  const Run run;
  for (const std::size_t at : {0u, 384u, 1149u}) {
    Bytes offer = run.offer;
    std::fill_n(offer.begin() + static_cast<std::ptrdiff_t>(at), 3, 0xff);
    BOOST_TEST(offer_refused(offer), at);
    offer = run.offer;
    offer[at] = 0x01;  // 0xd01 is 3329, the modulus
    offer[at + 1] = static_cast<std::uint8_t>((offer[at + 1] & 0xf0) | 0x0d);
    BOOST_TEST(offer_refused(offer), at);
  }
}

BOOST_AUTO_TEST_CASE(an_x25519_half_of_low_order_is_refused) {
  const Run run;
  Bytes reply = make()->respond(run.offer, system_random()).reply;
  std::fill(reply.end() - 32, reply.end(), 0);
  BOOST_TEST(throws(errc::kex_failed, [&] { run.client->finish(reply); }));
  Bytes offer = run.offer;
  std::fill(offer.end() - 32, offer.end(), 0);
  BOOST_TEST(offer_refused(offer));
}

// ML-KEM rejects implicitly: a damaged ciphertext gives another secret, and the exchange hash will differ.
BOOST_AUTO_TEST_CASE(a_damaged_ciphertext_gives_another_secret) {
  const Run run;
  const auto [reply, secret] = make()->respond(run.offer, system_random());
  for (const std::size_t at : {0u, 500u, 1087u}) {
    Bytes damaged = reply;
    damaged[at] = static_cast<std::uint8_t>(damaged[at] ^ 1);
    BOOST_TEST(!(run.client->finish(damaged) == secret), at);
  }
  BOOST_TEST((run.client->finish(reply) == secret));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::crypto::test
