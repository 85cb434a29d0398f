// amiko - tests of Streamlined NTRU Prime
#include "../../libs/crypto/src/sntrup761.hpp"

#include "support.hpp"

#include <botan/block_cipher.h>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <fstream>
#include <map>
#include <vector>

namespace amiko::crypto::test {

namespace {

/// The generator behind NIST's known answers: CTR_DRBG with AES-256, no derivation function, no reseeding.
class NistRandom final : public Random {
 public:
  explicit NistRandom(ByteView seed) : aes_(Botan::BlockCipher::create_or_throw("AES-256")) {
    aes_->set_key(Bytes(32));
    update(seed);
  }

  // The submission's code asks for each of 761 words by itself, and the generator counts requests.
  void fill(MutableBytes out) override {
    const std::size_t request = out.size() == 4 * 761 ? 4 : out.size();
    for (; !out.empty(); out = out.subspan(request))
      fill_one(out.first(request));
  }

 private:
  void fill_one(MutableBytes out) {
    for (std::size_t at = 0; at < out.size(); at += 16) {
      const Bytes block = next_block();
      std::copy_n(block.begin(), std::min<std::size_t>(16, out.size() - at),
                  out.begin() + static_cast<std::ptrdiff_t>(at));
    }
    update(Bytes(48));
  }

  Bytes next_block() {
    for (std::size_t i = 16; i > 0 && ++v_[i - 1] == 0; --i) {
    }
    Bytes block = v_;
    aes_->encrypt(block);
    return block;
  }

  void update(ByteView provided) {
    Bytes state;
    for (int i = 0; i < 3; ++i)
      append(state, next_block());
    for (std::size_t i = 0; i < state.size(); ++i)
      state[i] = static_cast<std::uint8_t>(state[i] ^ provided[i]);
    aes_->set_key(ByteView(state).first(32));
    v_ = ByteView(state).from(32).bytes();
  }

  std::unique_ptr<Botan::BlockCipher> aes_;
  Bytes v_ = Bytes(16);
};

using Answer = std::map<std::string, Bytes>;

std::vector<Answer> known_answers() {
  std::ifstream file(AMIKO_SOURCE_DIR "/test/data/crypto/sntrup761.txt");
  std::vector<Answer> answers;
  for (std::string line; std::getline(file, line);) {
    const std::size_t mark = line.find(" = ");
    if (line.empty() || line[0] == '#' || mark == line.npos) continue;
    if (line.starts_with("count")) answers.emplace_back();
    answers.back()[line.substr(0, mark)] = unhex(line.substr(mark + 3));
  }
  return answers;
}

struct Run {
  sntrup::KeyPair keys = sntrup::generate(system_random());
  sntrup::Encapsulated sent = sntrup::encapsulate(keys.public_key, system_random());
};

}  // namespace

BOOST_AUTO_TEST_SUITE(sntrup761_test)

BOOST_AUTO_TEST_CASE(known_answers_of_the_submission) {
  const auto answers = known_answers();
  BOOST_REQUIRE_EQUAL(answers.size(), 2U);
  for (const Answer& answer : answers) {
    NistRandom random(answer.at("seed"));
    const auto keys = sntrup::generate(random);
    const auto sent = sntrup::encapsulate(keys.public_key, random);
    if (answer.contains("sk")) {
      BOOST_TEST((ByteView(keys.secret_key) == ByteView(answer.at("sk"))));
      BOOST_TEST((ByteView(keys.public_key) == ByteView(answer.at("sk")).slice(382, sntrup::public_size)));
      BOOST_TEST((sent.ciphertext == answer.at("ct")));
    }
    BOOST_TEST(hex(sent.key) == hex(answer.at("ss")));
    BOOST_TEST(hex(sntrup::decapsulate(keys.secret_key, sent.ciphertext)) == hex(answer.at("ss")));
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
