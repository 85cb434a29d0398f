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

bool refused(ByteView value) {
  const auto client = make();
  client->offer(system_random());
  return throws(errc::kex_failed, [&] { client->finish(value); }) &&
         throws(errc::kex_failed, [&] { make()->respond(value, system_random()); });
}

}  // namespace

BOOST_AUTO_TEST_SUITE(x448_key_test)

BOOST_AUTO_TEST_CASE(rfc7748_example) {
  for (const TestVector& vector : test_vectors("x448")) {
    ScriptedRandom alice(vector.bytes("Alice")), bob(vector.bytes("Bob"));
    const auto client = make();
    const Bytes offer = client->offer(alice);
    BOOST_TEST(hex(offer) == hex(vector.bytes("AlicePublic")));
    const auto [reply, secret] = make()->respond(offer, bob);
    BOOST_TEST(hex(reply) == hex(vector.bytes("BobPublic")));
    BOOST_TEST(hex(secret.view()) == "00000038" + hex(vector.bytes("Shared")));
    BOOST_TEST((client->finish(reply) == secret));
  }
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
