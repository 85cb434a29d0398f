// amiko - tests of X25519 key agreement
#include <amiko/crypto/kex_table.hpp>

#include "support.hpp"

#include <boost/test/unit_test.hpp>

namespace amiko::crypto::test {

namespace {

std::unique_ptr<KeyAgreement> make() {
  return find_kex("curve25519-sha256")->make();
}

// RFC 7748 section 6.1.
const Bytes alice_private = unhex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a");
const Bytes bob_private = unhex("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb");
constexpr std::string_view alice_public = "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a";
constexpr std::string_view bob_public = "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f";
constexpr std::string_view shared = "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742";

}  // namespace

BOOST_AUTO_TEST_SUITE(x25519_key_test)

BOOST_AUTO_TEST_CASE(rfc7748_example) {
  ScriptedRandom alice(alice_private), bob(bob_private);
  const auto client = make();
  const Bytes offer = client->offer(alice);
  BOOST_TEST(hex(offer) == alice_public);
  const auto [reply, secret] = make()->respond(offer, bob);
  BOOST_TEST(hex(reply) == bob_public);
  BOOST_TEST(hex(secret.view()) == "00000020" + std::string(shared));
  BOOST_TEST((client->finish(reply) == secret));
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

// The points of small order (RFC 7748 section 7; their list is at https://cr.yp.to/ecdh.html): the result is
// all zero.
BOOST_TEST_DECORATOR(*boost::unit_test::label("V-31"))
BOOST_AUTO_TEST_CASE(points_of_small_order_are_refused) {
  for (const std::string_view point : {"0000000000000000000000000000000000000000000000000000000000000000",
                                       "0100000000000000000000000000000000000000000000000000000000000000",
                                       "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
                                       "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
                                       "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                                       "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                                       "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"}) {
    const auto client = make();
    client->offer(system_random());
    BOOST_TEST(throws(errc::kex_failed, [&] { client->finish(unhex(point)); }), point);
    BOOST_TEST(throws(errc::kex_failed, [&] { make()->respond(unhex(point), system_random()); }), point);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::crypto::test
