// amiko - tests of AES-GCM packets
#include <amiko/crypto/cipher_table.hpp>

#include "packets.hpp"

namespace amiko::crypto::test {

namespace {

struct Vector {
  std::string_view plain, sealed;
};

// Computed with AESGCM of pyca/cryptography (OpenSSL): key 00 01 02 ..., nonce a0a1a2a3 and a counter that
// starts 2 below its wrap, the length as associated data.
constexpr Vector aes128_packets[] = {
    {"00000010047061636b6574203021210000000000",
     "00000010e5ea77ce41caf0459cdfb43abeb77a82b527247343fd466cccee298db54789ef"},
    {"00000010047061636b6574203121210000000000",
     "00000010d443132435a352e181a9950b4a5c1a257595b080ae79c375bcfc4d40e1def548"},
    {"00000010047061636b6574203221210000000000",
     "000000108e2daffe2cea404f61e70b2371ca7ba09f6508472d065c64c5ede50aab81c8dc"},
};
constexpr Vector aes256_packets[] = {
    {"00000010047061636b6574203021210000000000",
     "00000010e0606d70361de632ed30df513b7976c8379f7f236c1db56751c4c00c90cb7d6b"},
    {"00000010047061636b6574203121210000000000",
     "00000010a0cfa32c974a070d2b7f325c2b1dda7a32fc6ec7c08c804fb23557c264327c03"},
    {"00000010047061636b6574203221210000000000",
     "0000001018c93d554801c19c8b1a9a3351da65db9a1c2546fc53c5e7b311fb6497beff5e"},
};

void check(std::string_view name, std::span<const Vector> packets) {
  const CipherInfo& info = *find_cipher(name);
  const Bytes key = counting(info.key_size);
  const Bytes iv = unhex("a0a1a2a3fffffffffffffffe");
  const auto seal = info.make(info, nullptr, {.key = key, .iv = iv}, Direction::seal);
  const auto open = info.make(info, nullptr, {.key = key, .iv = iv}, Direction::open);
  BOOST_TEST(seal->block_size() == 16u);
  BOOST_TEST(seal->tag_size() == 16u);
  BOOST_TEST(!seal->length_is_padded());
  BOOST_TEST(seal->header_size() == 4u);
  std::uint32_t sequence = 99;
  for (const Vector& vector : packets) {
    Bytes packet = unhex(vector.plain);
    packet.resize(packet.size() + 16);
    seal->seal(sequence, packet);
    BOOST_TEST(hex(packet) == vector.sealed);
    const Opened opened = open_packet(*open, sequence++, packet);
    BOOST_TEST(opened.length == 16u);
    BOOST_TEST(opened.authentic);
    BOOST_TEST(hex(ByteView(packet).first(20)) == vector.plain);
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(cipher_gcm_test)

BOOST_AUTO_TEST_CASE(aes128_known_packets) {
  check("aes128-gcm@openssh.com", aes128_packets);
}

BOOST_AUTO_TEST_CASE(aes256_known_packets) {
  check("aes256-gcm@openssh.com", aes256_packets);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::crypto::test
