// amiko - building packets and passing them through a pair of ciphers
#ifndef AMIKO_TEST_CRYPTO_PACKETS_HPP
#define AMIKO_TEST_CRYPTO_PACKETS_HPP

#include "support.hpp"

#include <amiko/crypto/cipher_table.hpp>
#include <amiko/wire/reader.hpp>

#include <boost/test/unit_test.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace amiko::crypto::test {

/// A cipher with the MAC it is used with; no MAC for AEAD.
struct Suite {
  const CipherInfo* cipher;
  const MacInfo* mac;

  std::string name() const {
    return std::string(cipher->name) + (mac != nullptr ? " " + std::string(mac->name) : "");
  }

  std::unique_ptr<PacketCipher> make(Direction direction) const {
    const Bytes key = counting(cipher->key_size, 1);
    const Bytes iv = counting(cipher->iv_size, 101);
    const Bytes mac_key = counting(mac != nullptr ? mac->key_size : 0, 201);
    return cipher->make(*cipher, mac, {.key = key, .iv = iv, .mac_key = mac_key}, direction);
  }
};

/// Every cipher with a MAC of either kind, and every MAC with one cipher.
inline std::vector<Suite> all_suites() {
  std::vector<Suite> suites;
  for (const CipherInfo& cipher : cipher_table()) {
    if (cipher.aead) suites.push_back({&cipher, nullptr});
    if (cipher.aead || cipher.name == "aes256-ctr") continue;
    for (const char* mac : {"hmac-sha2-256", "hmac-sha2-512-etm@openssh.com"})
      suites.push_back({&cipher, find_mac(mac)});
  }
  for (const MacInfo& mac : mac_table())
    suites.push_back({find_cipher("aes256-ctr"), &mac});
  return suites;
}

inline Suite suite(std::string_view cipher, std::string_view mac = {}) {
  const Suite found{find_cipher(cipher), find_mac(mac)};
  BOOST_REQUIRE(found.cipher != nullptr);
  return found;
}

/// A plain packet with room for the tag, padded as RFC 4253 section 6 asks.
inline Bytes plain_packet(const PacketCipher& cipher, ByteView payload) {
  const std::size_t block = cipher.block_size();
  const std::size_t counted = (cipher.length_is_padded() ? 4 : 0) + 1 + payload.size();
  std::size_t padding = block - counted % block;
  if (padding < 4) padding += block;
  Bytes packet;
  wire::Writer writer(packet);
  writer.uint32(static_cast<std::uint32_t>(1 + payload.size() + padding));
  writer.byte(static_cast<std::uint8_t>(padding));
  writer.raw(payload);
  writer.raw(counting(padding + cipher.tag_size(), 77));
  return packet;
}

struct Opened {
  std::uint32_t length;
  bool authentic;
};

inline Opened open_packet(PacketCipher& cipher, std::uint32_t sequence, Bytes& packet) {
  const std::uint32_t length = cipher.open_length(sequence, MutableBytes(packet).first(cipher.header_size()));
  return {length, cipher.open(sequence, packet)};
}

/// Both directions of a record's cipher.
struct Pair {
  explicit Pair(const TestVector& vector) {
    const auto given = [&vector](const char* name) {
      return vector.has(name) ? vector.bytes(name) : Bytes();
    };
    const Suite s = suite(vector.text("Cipher"), vector.has("Mac") ? vector.text("Mac") : "");
    BOOST_REQUIRE((s.mac != nullptr) == vector.has("Mac"));
    const Bytes key = given("Key"), iv = given("Iv"), mac_key = given("MacKey");
    const DirectionKeys keys{.key = key, .iv = iv, .mac_key = mac_key};
    seal = s.cipher->make(*s.cipher, s.mac, keys, Direction::seal);
    open = s.cipher->make(*s.cipher, s.mac, keys, Direction::open);
  }

  std::unique_ptr<PacketCipher> seal, open;
};

/// Seals and opens the packets of a file of test/data/crypto.
inline void check_packets(std::string_view file) {
  std::optional<Pair> pair;
  for (const TestVector& vector : test_vectors(file)) {
    if (vector.has("Cipher")) pair.emplace(vector);
    BOOST_REQUIRE(pair.has_value());
    const auto sequence = static_cast<std::uint32_t>(vector.number("Sequence"));
    const Bytes plain = vector.bytes("Plain");
    Bytes packet = plain;
    packet.resize(plain.size() + pair->seal->tag_size());
    pair->seal->seal(sequence, packet);
    BOOST_TEST(hex(packet) == hex(vector.bytes("Sealed")));
    const Opened opened = open_packet(*pair->open, sequence, packet);
    BOOST_TEST(opened.length == wire::Reader(plain).uint32());
    BOOST_TEST(opened.authentic);
    // The length stays encrypted where it was.
    BOOST_TEST(hex(ByteView(packet).slice(4, plain.size() - 4)) == hex(ByteView(plain).from(4)));
  }
}

}  // namespace amiko::crypto::test

#endif
