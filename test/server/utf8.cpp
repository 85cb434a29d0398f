// amiko - tests of decoding UTF-8
#include "../../libs/server/src/utf8.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

using amiko::decode_utf8;
using amiko::Decoded;
using Kind = amiko::Decoded::Kind;

namespace {

std::string encode(char32_t c) {
  const auto byte = [](char32_t value) { return static_cast<char>(static_cast<unsigned char>(value)); };
  if (c < 0x80) return {byte(c)};
  if (c < 0x800) return {byte(0xc0 | (c >> 6)), byte(0x80 | (c & 0x3f))};
  if (c < 0x10000) return {byte(0xe0 | (c >> 12)), byte(0x80 | ((c >> 6) & 0x3f)), byte(0x80 | (c & 0x3f))};
  return {byte(0xf0 | (c >> 18)), byte(0x80 | ((c >> 12) & 0x3f)), byte(0x80 | ((c >> 6) & 0x3f)),
          byte(0x80 | (c & 0x3f))};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(utf8)

BOOST_AUTO_TEST_CASE(every_code_point) {
  std::size_t wrong = 0;
  for (char32_t c = 0; c <= 0x10ffff; ++c) {
    const std::string bytes = encode(c);
    const bool surrogate = c >= 0xd800 && c <= 0xdfff;
    const Decoded whole = decode_utf8(bytes + "x");
    if ((whole.kind == Kind::character) == surrogate) ++wrong;
    if (!surrogate && (whole.code != c || whole.length != bytes.size())) ++wrong;
    for (std::size_t n = 1; n < bytes.size() && !surrogate; ++n) {
      const Decoded part = decode_utf8(bytes.substr(0, n));
      if (part.kind != Kind::incomplete || part.length != n) ++wrong;
    }
  }
  BOOST_TEST(wrong == 0U);
}

// The Unicode standard, version 15, table 3-8: the parts into which bad bytes fall.
BOOST_AUTO_TEST_CASE(bad_bytes_fall_into_maximal_parts) {
  const struct {
    std::string bytes;
    std::vector<std::size_t> lengths;
  } cases[] = {
      {"\xc0\xaf\xe0\x80\xbf\xf0\x81\x82\x41", {1, 1, 1, 1, 1, 1, 1, 1, 1}},
      {"\xed\xa0\x80\xed\xbf\xbf\xed\xaf\x41", {1, 1, 1, 1, 1, 1, 1, 1, 1}},
      {"\xf4\x91\x92\x93\xff\x41\x80\xbf\x42", {1, 1, 1, 1, 1, 1, 1, 1, 1}},
      {"\xe1\x80\xe2\xf0\x91\x92\xf1\xbf\x41", {2, 1, 3, 2, 1}},
  };
  for (const auto& c : cases) {
    std::string_view rest = c.bytes;
    std::vector<std::size_t> lengths;
    while (!rest.empty()) {
      const Decoded next = decode_utf8(rest);
      BOOST_TEST(
          (next.kind == (static_cast<unsigned char>(rest[0]) < 0x80 ? Kind::character : Kind::invalid)));
      lengths.push_back(next.length);
      rest.remove_prefix(next.length);
    }
    BOOST_TEST(lengths == c.lengths, boost::test_tools::per_element());
  }
}

BOOST_AUTO_TEST_SUITE_END()
