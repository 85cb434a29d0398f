// amiko - tests of ML-KEM, as half of a hybrid with X25519
#include <amiko/crypto/kex_table.hpp>

#include "support.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>

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

bool offer_refused(ByteView offer) {
  return throws(errc::kex_failed, [&] { make()->respond(offer, system_random()); });
}

}  // namespace

BOOST_AUTO_TEST_SUITE(kem_mlkem_test)

// ML-KEM: C2SP/CCTV, ML-KEM/unluckysample/ML-KEM-768.txt (FIPS 203 with d, z and m given).  X25519: RFC 7748
// section 6.1.
BOOST_AUTO_TEST_CASE(known_values) {
  ScriptedRandom client_random(
      unhex("82c4a361586b9715c2375a45fb85c32d04be7fe6e26acd820ec5d4080093afe1"     // d
            "8476013560151d986dc7834dcb57c75f845f8d7ee71558d0955f3f4feb723cf2"     // z
            "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a"));  // X25519, Alice
  ScriptedRandom server_random(
      unhex("e48f74ad416e99631003ded1478aec62a02c245d88ed7f2fae92aedf13ca03b3"     // m
            "5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb"));  // X25519, Bob
  const auto client = make();
  const Bytes offer = client->offer(client_random);
  BOOST_REQUIRE_EQUAL(offer.size(), offer_size);
  BOOST_TEST(hex(ByteView(offer).first(32)) ==
             "ad568015b87690ebbe1fb438ee8a22b9ac4379a12422e34037c231341c316bc0");
  BOOST_TEST(hex(ByteView(offer).slice(1168, 16)) == "441a1b78f1bdd9b13626b9f21b7c6161");
  BOOST_TEST(hex(ByteView(offer).last(32)) ==
             "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a");

  const auto [reply, secret] = make()->respond(offer, server_random);
  BOOST_REQUIRE_EQUAL(reply.size(), reply_size);
  BOOST_TEST(hex(ByteView(reply).first(16)) == "696ef1699d5ac2aa9a012a64c60c6c21");
  BOOST_TEST(hex(ByteView(reply).slice(1072, 16)) == "134559be391c29d990f82f8a1dd4a715");
  BOOST_TEST(hex(ByteView(reply).last(32)) ==
             "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f");

  // The shared keys of both sources, one after the other.
  const Bytes both = unhex(
      "4f7cc64c040fc4e335a539691f4638caf8b1bf5da6455754afe699e41813801b"
      "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742");
  BOOST_TEST(hex(secret.view()) == "00000020" + sha256_hex(both));
  BOOST_TEST((client->finish(reply) == secret));
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
