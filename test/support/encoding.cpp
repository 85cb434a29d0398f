// amiko - tests of base64 and hexadecimal
#include <amiko/support/encoding.hpp>

#include <amiko/base/error.hpp>

#include <boost/test/unit_test.hpp>

#include <random>
#include <utility>

using namespace amiko;
using namespace amiko::support;

namespace {

bool is_invalid(const Error& error) {
  return error.code() == errc::invalid_argument;
}

constexpr auto unpadded = Base64Padding::unpadded;

// RFC 4648 section 10
const std::pair<const char*, const char*> base64_vectors[] = {
    {"", ""},
    {"f", "Zg=="},
    {"fo", "Zm8="},
    {"foo", "Zm9v"},
    {"foob", "Zm9vYg=="},
    {"fooba", "Zm9vYmE="},
    {"foobar", "Zm9vYmFy"},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(encoding)

BOOST_AUTO_TEST_CASE(base64_vectors_of_the_rfc) {
  for (const auto& [data, text] : base64_vectors) {
    BOOST_TEST(base64_encode(data) == text);
    BOOST_TEST((ByteView(base64_decode(text)) == data));
  }
}

BOOST_AUTO_TEST_CASE(base64_without_padding) {
  for (const auto& [data, text] : base64_vectors) {
    const std::string bare(std::string_view(text).substr(0, std::string_view(text).find('=')));
    BOOST_TEST(base64_encode(data, unpadded) == bare);
    BOOST_TEST((ByteView(base64_decode(bare, unpadded)) == data));
  }
}

BOOST_AUTO_TEST_CASE(base64_uses_the_whole_alphabet) {
  const std::string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const Bytes data = base64_decode(alphabet);
  BOOST_TEST(
      hex_encode(data) ==
      "00108310518720928b30d38f41149351559761969b71d79f8218a39259a7a29aabb2dbafc31cb3d35db7e39ebbf3dfbf");
  BOOST_TEST(base64_encode(data) == alphabet);
}

BOOST_AUTO_TEST_CASE(base64_refuses_every_character_outside_the_alphabet) {
  const std::string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (int c = 0; c < 256; ++c) {
    const char character = static_cast<char>(c);
    const std::string text{'A', character, 'A', 'A'};
    if (alphabet.find(character) != std::string::npos)
      BOOST_CHECK_NO_THROW(base64_decode(text));
    else
      BOOST_CHECK_EXCEPTION(base64_decode(text), Error, is_invalid);
  }
}

BOOST_AUTO_TEST_CASE(base64_is_strict) {
  for (const char* text : {"Z", "Zg", "Zg=", "Zm8", "=", "====", "Z===", "Zg==Zg==", "Zm9v=", "Zm9v====",
                           " Zg==", "Zg==\n", "Zh==", "Zm9="})  // the last two: bits left over
    BOOST_CHECK_EXCEPTION(base64_decode(text), Error, is_invalid);
  for (const char* text : {"Z", "Zg==", "Zm8=", "Zh", "Zm9", "Zm9vY"})
    BOOST_CHECK_EXCEPTION(base64_decode(text, unpadded), Error, is_invalid);
}

BOOST_AUTO_TEST_CASE(hex_both_ways) {
  BOOST_TEST(hex_encode("") == "");
  BOOST_TEST(hex_encode(Bytes{0x00, 0x9f, 0xA0, 0xff}) == "009fa0ff");
  BOOST_TEST((hex_decode("009fA0Ff") == Bytes{0x00, 0x9f, 0xA0, 0xff}));
  BOOST_TEST(hex_decode("").empty());
}

BOOST_AUTO_TEST_CASE(hex_is_strict) {
  for (const char* text : {"0", "0g", "g0", " 00", "0x00", "00 11", "/0", ":0", "@0", "`0"})
    BOOST_CHECK_EXCEPTION(hex_decode(text), Error, is_invalid);
}

BOOST_AUTO_TEST_CASE(random_data_survives_the_round_trip) {
  std::mt19937 random(42);
  for (std::size_t size = 0; size < 200; ++size) {
    Bytes data(size);
    for (auto& byte : data)
      byte = static_cast<std::uint8_t>(random());
    BOOST_TEST((base64_decode(base64_encode(data)) == data));
    BOOST_TEST((base64_decode(base64_encode(data, unpadded), unpadded) == data));
    BOOST_TEST((hex_decode(hex_encode(data)) == data));
  }
}

BOOST_AUTO_TEST_SUITE_END()
