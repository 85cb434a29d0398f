// amiko - tests of hashing and key derivation
#include <amiko/crypto/hash.hpp>

#include "support.hpp"

#include <boost/test/unit_test.hpp>

namespace amiko::crypto::test {

BOOST_AUTO_TEST_SUITE(hash_test)

BOOST_AUTO_TEST_CASE(known_digests) {
  for (const TestVector& vector : test_vectors("hash")) {
    const std::string& name = vector.text("Hash");
    BOOST_TEST(hex(hash(name, vector.bytes("Message"))) == hex(vector.bytes("Digest")), name);
  }
}

BOOST_AUTO_TEST_CASE(an_unknown_hash_is_refused) {
  for (const std::string_view name : {"SHA-0", "SHA-256(", ""})
    BOOST_TEST(throws(errc::unsupported, [&] { hash(name, "abc"); }), name);
  BOOST_TEST(throws(errc::unsupported, [] { derive_key("", "k", "h", 'A', "s", 16); }));
}

Bytes derive(const TestVector& vector, std::size_t size) {
  const Bytes letter = vector.bytes("Letter");
  return derive_key(vector.text("Hash"), vector.bytes("K"), vector.bytes("H"),
                    static_cast<char>(letter.at(0)), vector.bytes("Session"), size);
}

Bytes derive(char letter, std::size_t size) {
  return derive_key("SHA-256", counting(100), hash("SHA-256", "H"), letter, hash("SHA-256", "session"), size);
}

BOOST_AUTO_TEST_CASE(known_keys_shorter_and_longer_than_the_hash) {
  for (const TestVector& vector : test_vectors("key_derivation")) {
    BOOST_TEST(hex(derive(vector, 16)) == hex(vector.bytes("First16")));
    BOOST_TEST(sha256_hex(derive(vector, 200)) == hex(vector.bytes("Sha256Of200")));
  }
}

BOOST_AUTO_TEST_CASE(each_size_is_the_beginning_of_a_longer_key) {
  const Bytes whole = derive('A', 200);
  for (std::size_t size = 0; size <= 200; ++size)
    BOOST_TEST(hex(derive('A', size)) == hex(ByteView(whole).first(size)));
}

BOOST_AUTO_TEST_CASE(each_letter_gives_another_key) {
  BOOST_TEST(hex(derive('A', 64)) != hex(derive('B', 64)));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::crypto::test
