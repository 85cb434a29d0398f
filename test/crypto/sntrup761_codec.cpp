// amiko - tests of how Streamlined NTRU Prime writes its polynomials
#include "../../libs/crypto/src/sntrup761_codec.hpp"

#include <amiko/crypto/random.hpp>

#include <boost/test/unit_test.hpp>

namespace amiko::crypto::test {

namespace {

using namespace sntrup761_ring;

std::uint32_t draw() {
  std::array<std::uint8_t, 4> bytes;
  system_random().fill(bytes);
  return static_cast<std::uint32_t>(bytes[0]) << 16 | static_cast<std::uint32_t>(bytes[1]) << 8 | bytes[2];
}

}  // namespace

BOOST_AUTO_TEST_SUITE(sntrup761_codec_test)

BOOST_AUTO_TEST_CASE(there_and_back) {
  for (int round = 0; round < 20; ++round) {
    Small s;
    Large a, rounded;
    for (std::size_t i = 0; i < degree; ++i) {
      s[i] = static_cast<std::int8_t>(static_cast<int>(draw() % 3) - 1);
      a[i] = static_cast<std::int16_t>(static_cast<int>(draw() % modulus) - modulus / 2);
      rounded[i] = static_cast<std::int16_t>(3 * (static_cast<int>(draw() % 1531) - 765));
    }
    BOOST_REQUIRE_EQUAL(encode(s).size(), small_size);
    BOOST_REQUIRE_EQUAL(encode(a).size(), large_size);
    BOOST_REQUIRE_EQUAL(encode_rounded(rounded).size(), rounded_size);
    BOOST_TEST((decode_small(encode(s)) == s));
    BOOST_TEST((decode_large(encode(a)) == a));
    BOOST_TEST((decode_rounded(encode_rounded(rounded)) == rounded));
  }
}

BOOST_AUTO_TEST_CASE(the_ends_of_the_range) {
  for (const int value : {-modulus / 2, modulus / 2, 0}) {
    Large a;
    a.fill(static_cast<std::int16_t>(value));
    BOOST_TEST((decode_large(encode(a)) == a));
    BOOST_TEST((decode_rounded(encode_rounded(round_to_triples(a))) == round_to_triples(a)));
  }
}

// Bytes that nobody encoded still decode to something in range.
BOOST_AUTO_TEST_CASE(any_bytes_decode) {
  for (const std::uint8_t byte : Bytes{0x00, 0x7f, 0xff}) {
    for (const std::int16_t value : decode_large(Bytes(large_size, byte)))
      BOOST_REQUIRE(std::abs(value) <= modulus / 2);
    for (const std::int16_t value : decode_rounded(Bytes(rounded_size, byte)))
      BOOST_REQUIRE(std::abs(value) <= modulus / 2 && value % 3 == 0);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::crypto::test
