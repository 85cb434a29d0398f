// amiko - tests of X448 key agreement
#include <amiko/crypto/kex_table.hpp>

#include "support.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>

namespace amiko::crypto::test {

namespace {

std::unique_ptr<KeyAgreement> make() {
  return find_kex("curve448-sha512")->make();
}

// RFC 7748 section 6.2.
const Bytes alice_private = unhex(
    "9a8f4925d1519f5775cf46b04b5800d4ee9ee8bae8bc5565d498c28dd9c9baf574a9419744897391006382a6f127ab1d9ac2d8c0"
    "a598726b");
const Bytes bob_private = unhex(
    "1c306a7ac2a0e2e0990b294470cba339e6453772b075811d8fad0d1d6927c120bb5ee8972b0d3e21374c9c921b09d1b0366f10b6"
    "5173992d");
constexpr std::string_view alice_public =
    "9b08f7cc31b7e3e67d22d5aea121074a273bd2b83de09c63faa73d2c22c5d9bbc836647241d953d40c5b12da88120d53177f80e5"
    "32c41fa0";
constexpr std::string_view bob_public =
    "3eb7a829b0cd20f5bcfc0b599b6feccf6da4627107bdb0d4f345b43027d8b972fc3e34fb4232a13ca706dcb57aec3dae07bdc1c6"
    "7bf33609";
constexpr std::string_view shared =
    "07fff4181ac6cc95ec1c16a94a0f74d12da232ce40a77552281d282bb60c0b56fd2464c335543936521c24403085d59a449a5037"
    "514a879d";

bool refused(ByteView value) {
  const auto client = make();
  client->offer(system_random());
  return throws(errc::kex_failed, [&] { client->finish(value); }) &&
         throws(errc::kex_failed, [&] { make()->respond(value, system_random()); });
}

}  // namespace

BOOST_AUTO_TEST_SUITE(x448_key_test)

BOOST_AUTO_TEST_CASE(rfc7748_example) {
  ScriptedRandom alice(alice_private), bob(bob_private);
  const auto client = make();
  const Bytes offer = client->offer(alice);
  BOOST_TEST(hex(offer) == alice_public);
  const auto [reply, secret] = make()->respond(offer, bob);
  BOOST_TEST(hex(reply) == bob_public);
  BOOST_TEST(hex(secret.view()) == "00000038" + std::string(shared));
  BOOST_TEST((client->finish(reply) == secret));
}

BOOST_AUTO_TEST_CASE(other_lengths_are_refused) {
  for (const std::size_t size : {0u, 1u, 32u, 55u, 57u, 112u})
    BOOST_TEST(refused(counting(size, 9)), size);
}

// 0, 1 and -1, and what is the same modulo p = 2^448 - 2^224 - 1: the result is all zero.
BOOST_AUTO_TEST_CASE(points_of_small_order_are_refused) {
  Bytes zero(56), one(56), p(56, 0xff);
  one[0] = 1;
  p[28] = 0xfe;
  Bytes minus_one = p, p_plus_one(56);
  minus_one[0] = 0xfe;
  std::fill(p_plus_one.begin() + 28, p_plus_one.end(), 0xff);
  for (const Bytes& point : {zero, one, minus_one, p, p_plus_one})
    BOOST_TEST(refused(point), hex(point));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::crypto::test
