// amiko - tests of ECDH on the curves of NIST and SEC 2
#include <amiko/crypto/kex_table.hpp>

#include "../../libs/crypto/src/curve_key.hpp"
#include "support.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>

namespace amiko::crypto::test {

namespace {

/// Encoded; the responder's where any will do.
Bytes point_of(const TestVector& vector, const char* name = "GR") {
  Bytes point{4};
  append(point, vector.bytes(name));
  return point;
}

bool refused(const TestVector& vector, ByteView value) {
  const std::string& method = vector.text("Method");
  const auto client = find_kex(method)->make();
  client->offer(system_random());
  return throws(errc::kex_failed, [&] { client->finish(value); }) &&
         throws(errc::kex_failed, [&] { find_kex(method)->make()->respond(value, system_random()); });
}

}  // namespace

BOOST_AUTO_TEST_SUITE(ec_key_test)

BOOST_AUTO_TEST_CASE(known_points) {
  for (const TestVector& vector : test_vectors("ecdh")) {
    ScriptedRandom initiator(vector.bytes("I")), responder(vector.bytes("R"));
    const std::string& method = vector.text("Method");
    const auto client = find_kex(method)->make();
    const Bytes offer = client->offer(initiator);
    BOOST_TEST(hex(offer) == hex(point_of(vector, "GI")));
    const auto [reply, secret] = find_kex(method)->make()->respond(offer, responder);
    BOOST_TEST(hex(reply) == hex(point_of(vector, "GR")));
    BOOST_TEST(hex(secret.view()) == hex(mpint_of(vector.bytes("Shared"))));
    BOOST_TEST((client->finish(reply) == secret));
  }
}

// In a hybrid the size of this half must not tell anything, nor change what is hashed.
BOOST_TEST_DECORATOR(*boost::unit_test::label("V-65"))
BOOST_AUTO_TEST_CASE(leading_zeros_stay) {
  bool zero = false;
  for (int i = 0; i < 3000 && !zero; ++i) {
    const auto one = make_nistp256_key(system_random()), two = make_nistp256_key(system_random());
    const auto secret = one->agree(two->public_value());
    BOOST_REQUIRE_EQUAL(secret.size(), 32U);
    zero = secret[0] == 0;
  }
  BOOST_TEST(zero);
}

BOOST_AUTO_TEST_CASE(points_off_the_curve_are_refused) {
  for (const TestVector& vector : test_vectors("ecdh")) {
    const std::string& method = vector.text("Method");
    Bytes point = point_of(vector);
    point.back() = static_cast<std::uint8_t>(point.back() ^ 1);
    BOOST_TEST(refused(vector, point), method);
    // Coordinates of zero, and above the field's prime.
    for (const std::uint8_t byte : {std::uint8_t{0}, std::uint8_t{0xff}}) {
      std::fill(point.begin() + 1, point.end(), byte);
      BOOST_TEST(refused(vector, point), method);
    }
  }
}

BOOST_AUTO_TEST_CASE(other_encodings_are_refused) {
  for (const TestVector& vector : test_vectors("ecdh")) {
    const std::string& method = vector.text("Method");
    Bytes point = point_of(vector);
    const bool odd = point.back() % 2 == 1;
    Bytes compressed = ByteView(point).first(1 + point.size() / 2).bytes();
    compressed[0] = odd ? 3 : 2;
    BOOST_TEST(refused(vector, compressed), method);
    point[0] = odd ? 7 : 6;  // hybrid
    BOOST_TEST(refused(vector, point), method);
    point[0] = 0;
    BOOST_TEST(refused(vector, point), method);
    BOOST_TEST(refused(vector, Bytes{0}), method);  // infinity
  }
}

BOOST_AUTO_TEST_CASE(other_lengths_are_refused) {
  const auto vectors = test_vectors("ecdh");
  for (const TestVector& vector : vectors) {
    const std::string& method = vector.text("Method");
    const Bytes point = point_of(vector);
    Bytes longer = point;
    longer.push_back(0);
    BOOST_TEST(refused(vector, longer), method);
    BOOST_TEST(refused(vector, ByteView(point).first(point.size() - 1)), method);
    BOOST_TEST(refused(vector, ByteView(point).first(1)), method);
    for (const TestVector& other : vectors) {
      // Points of secp256k1 have the size of those of P-256, but are not on it.
      if (other.text("Method") != method) BOOST_TEST(refused(vector, point_of(other)), method);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::crypto::test
