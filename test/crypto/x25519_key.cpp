// amiko - tests of X25519 key agreement
#include <amiko/crypto/kex_table.hpp>

#include "support.hpp"

#include <boost/test/unit_test.hpp>

namespace amiko::crypto::test {

namespace {

std::unique_ptr<KeyAgreement> make() {
  return find_kex("curve25519-sha256")->make();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(x25519_key_test)

BOOST_AUTO_TEST_CASE(rfc7748_example) {
  for (const TestVector& vector : test_vectors("x25519")) {
    ScriptedRandom alice(vector.bytes("Alice")), bob(vector.bytes("Bob"));
    const auto client = make();
    const Bytes offer = client->offer(alice);
    BOOST_TEST(hex(offer) == hex(vector.bytes("AlicePublic")));
    const auto [reply, secret] = make()->respond(offer, bob);
    BOOST_TEST(hex(reply) == hex(vector.bytes("BobPublic")));
    BOOST_TEST(hex(secret.view()) == "00000020" + hex(vector.bytes("Shared")));
    BOOST_TEST((client->finish(reply) == secret));
  }
}

// RFC 8731 section 3.1: the 32 bytes are read big-endian, so leading zeros go and a set sign bit gets one.
BOOST_TEST_DECORATOR(*boost::unit_test::label("V-65"))
BOOST_AUTO_TEST_CASE(the_secret_is_a_minimal_mpint) {
  bool shortened = false, prefixed = false;
  for (int i = 0; i < 3000 && !(shortened && prefixed); ++i) {
    const auto client = make();
    const auto [reply, secret] = make()->respond(client->offer(system_random()), system_random());
    const ByteView k = secret.view();
    BOOST_REQUIRE_EQUAL(k.size(), 4u + k[3]);
    BOOST_REQUIRE(k[4] != 0 || k[5] >= 0x80);
    BOOST_REQUIRE(k[4] < 0x80);
    shortened = shortened || k.size() < 4 + 32;
    prefixed = prefixed || k.size() == 4 + 33;
  }
  BOOST_TEST(shortened);
  BOOST_TEST(prefixed);
}

BOOST_AUTO_TEST_CASE(other_lengths_are_refused) {
  const auto client = make();
  client->offer(system_random());
  for (const std::size_t size : {0u, 1u, 31u, 33u, 64u}) {
    BOOST_TEST(throws(errc::kex_failed, [&] { client->finish(counting(size, 9)); }), size);
    BOOST_TEST(throws(errc::kex_failed, [&] { make()->respond(counting(size, 9), system_random()); }), size);
  }
}

// The result is all zero.
BOOST_TEST_DECORATOR(*boost::unit_test::label("V-31"))
BOOST_AUTO_TEST_CASE(points_of_small_order_are_refused) {
  for (const TestVector& vector : test_vectors("x25519_small_order")) {
    const Bytes point = vector.bytes("Point");
    const auto client = make();
    client->offer(system_random());
    BOOST_TEST(throws(errc::kex_failed, [&] { client->finish(point); }), hex(point));
    BOOST_TEST(throws(errc::kex_failed, [&] { make()->respond(point, system_random()); }), hex(point));
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::crypto::test
