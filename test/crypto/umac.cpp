// amiko - tests of UMAC
#include "../../libs/crypto/src/umac.hpp"

#include "support.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace amiko::crypto::test {

namespace {

/// "bcdefghi", the nonce of RFC 4418's appendix; its key is "abcdefghijklmnop".
constexpr std::uint64_t rfc_nonce = 0x6263646566676869;

std::string tag_of(std::size_t tag_size, std::string_view message, std::uint64_t nonce = rfc_nonce) {
  Umac umac("abcdefghijklmnop", tag_size);
  Bytes tag(tag_size);
  umac.tag(nonce, message, tag);
  return hex(tag);
}

std::string repeat(std::string_view text, std::size_t n) {
  std::string all;
  for (std::size_t i = 0; i < n; ++i)
    all += text;
  return all;
}

struct Vector {
  std::string_view text;
  std::size_t times;
  std::string_view tag64, tag128;
};
// RFC 4418, appendix.  It has 96-bit tags, the beginning of 128-bit ones; the last 32 bits are those of GNU
// Nettle's test suite.
constexpr Vector vectors[] = {
    {"", 0, "6e155fad26900be1", "32fedb100c79ad58f07ff7643cc60465"},
    {"a", 3, "44b5cb542f220104", "185e4fe905cba7bd85e4c2dc3d117d8d"},
    {"a", 1 << 10, "26bf2f5d60118bd9", "7a54abe04af82d60fb298c3cbd195bcb"},
    {"a", 1 << 15, "27f8ef643b0d118d", "7b136bd911e4b734286ef2be501f2c3c"},
    {"a", 1 << 20, "a4477e87e9f55853", "f8acfa3ac31cfeea047f7b115b03bef5"},
    {"abc", 1, "d4d7b9f6bd4fbfcf", "883c3d4b97a61976ffcf232308cba5a5"},
    {"abc", 500, "d4cf26ddefd5c01a", "8824a260c53c66a36c9260a62cb83aa1"},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(umac_test)

BOOST_AUTO_TEST_CASE(rfc4418_appendix) {
  for (const Vector& vector : vectors) {
    const std::string message = repeat(vector.text, vector.times);
    BOOST_TEST(tag_of(8, message) == vector.tag64, message.size());
    BOOST_TEST(tag_of(16, message) == vector.tag128, message.size());
  }
}

// One block of the pad serves an even nonce and the odd one after it, but no more than those.
BOOST_AUTO_TEST_CASE(nonces_give_different_tags) {
  for (const std::size_t size : {8u, 16u}) {
    std::string before;
    for (std::uint64_t nonce = 0; nonce < 6; ++nonce) {
      const std::string tag = tag_of(size, "message", nonce);
      BOOST_TEST(tag != before);
      before = tag;
    }
  }
}

BOOST_AUTO_TEST_CASE(sizes_around_the_block) {
  std::string before;
  for (const std::size_t size : {1u, 31u, 32u, 33u, 1023u, 1024u, 1025u, 2047u, 2048u, 2049u}) {
    const std::string tag = tag_of(16, std::string(size, '\0'));
    BOOST_TEST(tag != before, size);
    before = tag;
  }
}

BOOST_AUTO_TEST_CASE(one_object_makes_many_tags) {
  Umac umac("abcdefghijklmnop", 8);
  Bytes tag(8);
  umac.tag(7, "something else", tag);
  umac.tag(rfc_nonce, "abc", tag);
  BOOST_TEST(hex(tag) == "d4d7b9f6bd4fbfcf");
}

BOOST_AUTO_TEST_CASE(what_it_cannot_do_is_refused) {
  BOOST_TEST(throws(errc::invalid_argument, [] { Umac("abcdefghijklmno", 8); }));
  BOOST_TEST(throws(errc::invalid_argument, [] { Umac("abcdefghijklmnop", 12); }));
  const Bytes long_message(Umac::max_message_size + 1);
  Bytes tag(8);
  BOOST_TEST(throws(errc::internal_error, [&] { Umac("abcdefghijklmnop", 8).tag(0, long_message, tag); }));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::crypto::test
