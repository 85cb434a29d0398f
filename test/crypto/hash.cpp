// amiko - tests of hashing and key derivation
#include <amiko/crypto/hash.hpp>

#include "support.hpp"

#include <boost/test/unit_test.hpp>

namespace amiko::crypto::test {

BOOST_AUTO_TEST_SUITE(hash_test)

// FIPS 180-4's "abc"; RFC 1321 for MD5.
BOOST_AUTO_TEST_CASE(known_digests) {
  BOOST_TEST(hex(hash("SHA-256", "abc")) ==
             "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  BOOST_TEST(
      hex(hash("SHA-384", "abc")) ==
      "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7");
  BOOST_TEST(hex(hash("SHA-512", "abc")) ==
             "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
             "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f");
  BOOST_TEST(hex(hash("SHA-1", "abc")) == "a9993e364706816aba3e25717850c26c9cd0d89d");
  BOOST_TEST(hex(hash("MD5", "abc")) == "900150983cd24fb0d6963f7d28e17f72");
}

BOOST_AUTO_TEST_CASE(an_unknown_hash_is_refused) {
  for (const std::string_view name : {"SHA-0", "SHA-256(", ""})
    BOOST_TEST(throws(errc::unsupported, [&] { hash(name, "abc"); }), name);
  BOOST_TEST(throws(errc::unsupported, [] { derive_key("", "k", "h", 'A', "s", 16); }));
}

// Computed with hashlib: K is the mpint 2^1007 + 12345, H is SHA-256 of "H", the session id SHA-256 of
// "session", the letter C.
struct Derived {
  std::string_view hash, first_16, sha256_of_200;
};
constexpr Derived derived[] = {
    {"SHA-1", "de60281bc5cac8578f9c893b93093ccb",
     "3e075e811f1a06e3644388ccb5c3b5573b1644c6eed3119f94dd3d339f490a30"},
    {"SHA-256", "8c26eb3b078a6445f15e7522c7fd096d",
     "ae4df2ee0f2443af8567fb407998958122a77d0d2e7323b96e2108d91d3a9a34"},
    {"SHA-384", "e143bd9be52774437f01b97b565088f7",
     "a45585758821714f75b42d93c636427fc0182f3101cebf833e06123b251f0775"},
    {"SHA-512", "4d0691044e8e372d1175ca40989360eb",
     "07a2cb27b181268c049e700953294fb9f605d8c26bb19e9a77efe3a11c54a930"},
};

Bytes derive(std::string_view hash_name, char letter, std::size_t size) {
  Bytes k{0, 0, 0, 127, 0, 0x80};
  k.resize(4 + 127);
  k[k.size() - 2] = 12345 / 256;
  k[k.size() - 1] = 12345 % 256;
  return derive_key(hash_name, k, hash("SHA-256", "H"), letter, hash("SHA-256", "session"), size);
}

BOOST_AUTO_TEST_CASE(known_keys_shorter_and_longer_than_the_hash) {
  for (const Derived& expected : derived) {
    BOOST_TEST(hex(derive(expected.hash, 'C', 16)) == expected.first_16);
    BOOST_TEST(sha256_hex(derive(expected.hash, 'C', 200)) == expected.sha256_of_200);
  }
}

BOOST_AUTO_TEST_CASE(each_size_is_the_beginning_of_a_longer_key) {
  const Bytes whole = derive("SHA-256", 'A', 200);
  for (std::size_t size = 0; size <= 200; ++size)
    BOOST_TEST(hex(derive("SHA-256", 'A', size)) == hex(ByteView(whole).first(size)));
}

BOOST_AUTO_TEST_CASE(each_letter_gives_another_key) {
  BOOST_TEST(hex(derive("SHA-256", 'A', 64)) != hex(derive("SHA-256", 'B', 64)));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::crypto::test
