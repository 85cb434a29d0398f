// amiko - tests that the libraries behind the bulk ciphers agree
#include "../../libs/crypto/src/primitives.hpp"

#include "support.hpp"

#include <boost/test/unit_test.hpp>

#include <vector>

namespace amiko::crypto::test {
namespace {

constexpr std::size_t sizes[] = {0, 16, 32, 48, 64, 112, 128, 240, 256, 1024, 4096, 32768, 32784, 65536};

template <class Maker>
void botan_is_last(std::span<const Maker> makers) {
  BOOST_REQUIRE(!makers.empty());
  BOOST_TEST(makers.back().library == "Botan");
}

Bytes pattern(std::size_t size, std::uint8_t seed) {
  Bytes bytes = counting(size);
  for (std::uint8_t& byte : bytes)
    byte = static_cast<std::uint8_t>(byte * 7 + seed);
  return bytes;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(primitives_test)

BOOST_AUTO_TEST_CASE(botan_is_what_there_is_when_nothing_else_is) {
  botan_is_last(aes_gcm_makers());
  botan_is_last(chacha20_makers());
  botan_is_last(poly1305_makers());
}

BOOST_AUTO_TEST_CASE(each_aes_gcm_opens_what_each_other_sealed) {
  const Bytes nonce = pattern(AesGcm::nonce_size, 1), associated = pattern(4, 2);
  for (const std::size_t key_size : {16u, 32u}) {
    const Bytes key = pattern(key_size, 3);
    for (const AesGcmMaker& sealer : aes_gcm_makers()) {
      for (const AesGcmMaker& opener : aes_gcm_makers()) {
        const auto seal = sealer.make(key, Direction::seal), open = opener.make(key, Direction::open);
        BOOST_REQUIRE(seal);
        BOOST_REQUIRE(open);
        for (const std::size_t size : sizes) {
          BOOST_TEST_CONTEXT(sealer.library << " to " << opener.library << ", " << size << " bytes") {
            const Bytes plain = pattern(size, 4);
            Bytes text = plain, tag(AesGcm::tag_size);
            seal->seal(nonce, associated, text, tag);
            BOOST_TEST((text != plain) == (size != 0));
            BOOST_TEST(open->open(nonce, associated, text, tag));
            BOOST_TEST(text == plain);
          }
        }
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(no_aes_gcm_opens_what_was_touched) {
  const Bytes key = pattern(16, 1), nonce = pattern(AesGcm::nonce_size, 2), associated = pattern(4, 3);
  for (const AesGcmMaker& maker : aes_gcm_makers()) {
    BOOST_TEST_CONTEXT(maker.library) {
      Bytes sealed = pattern(64, 4), tag(AesGcm::tag_size);
      maker.make(key, Direction::seal)->seal(nonce, associated, sealed, tag);
      const auto open = maker.make(key, Direction::open);
      const auto opens = [&](Bytes n, Bytes a, Bytes text, Bytes t) { return open->open(n, a, text, t); };
      const auto flipped = [](Bytes bytes) { return bytes.back() ^= 1, bytes; };
      BOOST_TEST(!opens(flipped(nonce), associated, sealed, tag));
      BOOST_TEST(!opens(nonce, flipped(associated), sealed, tag));
      BOOST_TEST(!opens(nonce, associated, flipped(sealed), tag));
      BOOST_TEST(!opens(nonce, associated, sealed, flipped(tag)));
      BOOST_TEST(opens(nonce, associated, sealed, tag));  // a failure spoils nothing
    }
  }
}

BOOST_AUTO_TEST_CASE(each_chacha20_makes_the_same_key_stream) {
  const Bytes key = pattern(Chacha20::key_size, 1);
  for (const std::size_t size : sizes) {
    const Bytes nonce = pattern(Chacha20::nonce_size, static_cast<std::uint8_t>(size));
    std::vector<Bytes> streams;
    for (const Chacha20Maker& maker : chacha20_makers()) {
      const auto stream = maker.make(key);
      BOOST_REQUIRE(stream);
      Bytes text(Chacha20::block_size + size + 5);
      stream->start(nonce);
      stream->cipher(MutableBytes(text).first(Chacha20::block_size));
      stream->cipher(MutableBytes(text).subspan(Chacha20::block_size));
      streams.push_back(text);
      stream->start(nonce);
      Bytes again(text.size());
      stream->cipher(again);
      BOOST_TEST((again == text), maker.library << " in one piece, " << size << " bytes");
    }
    for (const Bytes& stream : streams)
      BOOST_TEST((stream == streams.back()), size);
  }
}

BOOST_AUTO_TEST_CASE(each_poly1305_has_the_published_answer) {
  for (const TestVector& vector : test_vectors("poly1305"))
    for (const Poly1305Maker& maker : poly1305_makers()) {
      const auto poly = maker.make();
      BOOST_REQUIRE(poly);
      for (int round = 0; round < 2; ++round) {
        Bytes tag(Poly1305::tag_size);
        poly->compute(vector.bytes("Key"), vector.bytes("Message"), tag);
        BOOST_TEST(hex(tag) == hex(vector.bytes("Tag")), maker.library);
      }
    }
}

BOOST_AUTO_TEST_CASE(each_chacha20_has_the_published_key_stream) {
  for (const TestVector& vector : test_vectors("chacha20"))
    for (const Chacha20Maker& maker : chacha20_makers()) {
      const auto stream = maker.make(vector.bytes("Key"));
      BOOST_REQUIRE(stream);
      const Bytes expected = vector.bytes("Stream");
      Bytes text(expected.size());
      stream->start(vector.bytes("Nonce"));
      stream->cipher(text);
      BOOST_TEST(hex(text) == hex(expected), maker.library);
    }
}

BOOST_AUTO_TEST_CASE(each_aes_gcm_has_the_published_answers) {
  for (const TestVector& vector : test_vectors("gcm"))
    for (const AesGcmMaker& maker : aes_gcm_makers()) {
      const Bytes key = vector.bytes("Key"), nonce = vector.bytes("Iv");
      const auto seal = maker.make(key, Direction::seal), open = maker.make(key, Direction::open);
      BOOST_REQUIRE(seal);
      BOOST_REQUIRE(open);
      Bytes text = vector.bytes("Plain"), tag(AesGcm::tag_size);
      seal->seal(nonce, {}, text, tag);
      BOOST_TEST(hex(text) == hex(vector.bytes("Sealed")), maker.library);
      BOOST_TEST(hex(tag) == hex(vector.bytes("Tag")), maker.library);
      BOOST_TEST(open->open(nonce, {}, text, tag), maker.library);
      BOOST_TEST(hex(text) == hex(vector.bytes("Plain")), maker.library);
    }
}

BOOST_AUTO_TEST_CASE(each_poly1305_agrees_at_all_lengths) {
  for (std::size_t size = 0; size < 300; ++size) {
    const Bytes key = pattern(Poly1305::key_size, static_cast<std::uint8_t>(size)),
                message = pattern(size, 9);
    std::vector<Bytes> tags;
    for (const Poly1305Maker& maker : poly1305_makers()) {
      tags.emplace_back(Poly1305::tag_size);
      maker.make()->compute(key, message, tags.back());
    }
    for (const Bytes& tag : tags)
      BOOST_TEST((tag == tags.back()), size);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::crypto::test
