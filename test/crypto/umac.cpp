// amiko - tests of UMAC
#include "../../libs/crypto/src/umac.hpp"

#include "support.hpp"

#include <amiko/wire/reader.hpp>

#include <boost/test/unit_test.hpp>

#include <string>

namespace amiko::crypto::test {

namespace {

std::string tag_of(std::size_t tag_size, std::string_view message, std::uint64_t nonce) {
  Umac umac("abcdefghijklmnop", tag_size);
  Bytes tag(tag_size);
  umac.tag(nonce, message, tag);
  return hex(tag);
}

std::string message_of(const TestVector& vector) {
  const Bytes text = vector.bytes("Text");
  std::string message(vector.number("Length"), '\0');
  for (std::size_t i = 0; i < message.size(); ++i)
    message[i] = static_cast<char>(text.at(i % text.size()));
  return message;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(umac_test)

BOOST_AUTO_TEST_CASE(known_tags) {
  for (const TestVector& vector : test_vectors("umac")) {
    const std::string message = message_of(vector);
    const std::uint64_t nonce = wire::Reader(vector.bytes("Nonce")).uint64();
    for (const std::size_t size : {8u, 16u}) {
      const std::string name = "Tag" + std::to_string(8 * size);
      if (!vector.has(name) && size == 8) continue;
      Bytes tag(size);
      Umac(vector.bytes("Key"), size).tag(nonce, message, tag);
      BOOST_TEST(hex(tag) == hex(vector.bytes(name)), name << " of " << message.size() << " bytes");
    }
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
    const std::string tag = tag_of(16, std::string(size, '\0'), 7);
    BOOST_TEST(tag != before, size);
    before = tag;
  }
}

BOOST_AUTO_TEST_CASE(one_object_makes_many_tags) {
  Umac umac("abcdefghijklmnop", 8);
  Bytes tag(8);
  umac.tag(7, "something else", tag);
  umac.tag(8, "abc", tag);
  BOOST_TEST(hex(tag) == tag_of(8, "abc", 8));
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
