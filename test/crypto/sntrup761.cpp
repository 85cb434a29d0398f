// amiko - tests of Streamlined NTRU Prime
#include "../../libs/crypto/src/sntrup761.hpp"

#include "nist_random.hpp"
#include "support.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <vector>

namespace amiko::crypto::test {

namespace {

struct Run {
  sntrup::KeyPair keys = sntrup::generate(system_random());
  sntrup::Encapsulated sent = sntrup::encapsulate(keys.public_key, system_random());
};

}  // namespace

BOOST_AUTO_TEST_SUITE(sntrup761_test)

BOOST_AUTO_TEST_CASE(known_answers_of_the_submission) {
  for (const TestVector& vector : test_vectors("sntrup761")) {
    NistRandom random(vector.bytes("seed"));
    const auto keys = sntrup::generate(random);
    const auto sent = sntrup::encapsulate(keys.public_key, random);
    if (vector.has("sk")) {
      const Bytes secret_key = vector.bytes("sk");
      BOOST_TEST((ByteView(keys.secret_key) == ByteView(secret_key)));
      BOOST_TEST((ByteView(keys.public_key) == ByteView(secret_key).slice(382, sntrup::public_size)));
      BOOST_TEST((sent.ciphertext == vector.bytes("ct")));
    }
    BOOST_TEST(hex(sent.key) == hex(vector.bytes("ss")));
    BOOST_TEST(hex(sntrup::decapsulate(keys.secret_key, sent.ciphertext)) == hex(vector.bytes("ss")));
  }
}

BOOST_AUTO_TEST_CASE(both_sides_agree) {
  for (int i = 0; i < 20; ++i) {
    const Run run;
    BOOST_REQUIRE_EQUAL(run.keys.public_key.size(), sntrup::public_size);
    BOOST_REQUIRE_EQUAL(run.keys.secret_key.size(), sntrup::secret_size);
    BOOST_REQUIRE_EQUAL(run.sent.ciphertext.size(), sntrup::ciphertext_size);
    BOOST_REQUIRE_EQUAL(run.sent.key.size(), 32U);
    BOOST_TEST(hex(sntrup::decapsulate(run.keys.secret_key, run.sent.ciphertext)) == hex(run.sent.key));
  }
}

BOOST_AUTO_TEST_CASE(a_changed_ciphertext_gives_another_key) {
  const Run run;
  std::vector<std::string> seen{hex(run.sent.key)};
  for (const std::size_t at : {0u, 1u, 500u, 1006u, 1007u, 1038u}) {
    Bytes changed = run.sent.ciphertext;
    changed[at] = static_cast<std::uint8_t>(changed[at] ^ 1);
    const std::string key = hex(sntrup::decapsulate(run.keys.secret_key, changed));
    BOOST_TEST((std::ranges::find(seen, key) == seen.end()), at);
    // The same ciphertext, the same key: nobody learns that it was refused.
    BOOST_TEST(key == hex(sntrup::decapsulate(run.keys.secret_key, changed)));
    seen.push_back(key);
  }
}

BOOST_AUTO_TEST_CASE(any_bytes_are_a_ciphertext_and_a_public_key) {
  const Run run;
  for (const std::uint8_t byte : Bytes{0x00, 0x55, 0xaa, 0xff}) {
    BOOST_TEST(sntrup::decapsulate(run.keys.secret_key, Bytes(sntrup::ciphertext_size, byte)).size() == 32U);
    BOOST_TEST(sntrup::encapsulate(Bytes(sntrup::public_size, byte), system_random()).key.size() == 32U);
  }
}

BOOST_AUTO_TEST_CASE(another_secret_key_gives_another_key) {
  const Run one, two;
  BOOST_TEST(hex(sntrup::decapsulate(two.keys.secret_key, one.sent.ciphertext)) != hex(one.sent.key));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::crypto::test
