// amiko - tests of chacha20-poly1305@openssh.com
#include <amiko/crypto/cipher_table.hpp>

#include "packets.hpp"

namespace amiko::crypto::test {

namespace {

struct Vector {
  std::uint32_t sequence;
  std::string_view sealed;
};

// Computed with ChaCha20 and Poly1305 of pyca/cryptography (OpenSSL) as PROTOCOL.chacha20poly1305 says: key
// 00 01 02 ... 3f.
constexpr std::string_view plain = "0000001805636861636861207061636b657400000000000000000000";
constexpr Vector packets[] = {
    {0, "94450e411ddb2a50ce8ec7f163003f0aca374e27f8b1f3f5e1ad5b5c3152f891009ed3dc0fca7866f2784425"},
    {7, "a39afcb22d257d222deb4b7e1c0cd89bb2fbd32c34b230367ee33d8389b0647a5ffb69bd87000570a1c45eba"},
    {0xfffffffe, "69a614d0321934fdbd4ced1b929c27851b6d370f9511982d51518f51440b375cc1072df2bda1f793193b2867"},
};

std::unique_ptr<PacketCipher> make(Direction direction) {
  const CipherInfo& info = *find_cipher("chacha20-poly1305@openssh.com");
  return info.make(info, nullptr, {.key = counting(64)}, direction);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(cipher_chachapoly_test)

BOOST_AUTO_TEST_CASE(shape) {
  const auto cipher = make(Direction::seal);
  BOOST_TEST(cipher->block_size() == 8u);
  BOOST_TEST(cipher->tag_size() == 16u);
  BOOST_TEST(!cipher->length_is_padded());
  BOOST_TEST(cipher->header_size() == 4u);
}

BOOST_AUTO_TEST_CASE(known_packets) {
  const auto seal = make(Direction::seal), open = make(Direction::open);
  for (const Vector& vector : packets) {
    Bytes packet = unhex(plain);
    packet.resize(packet.size() + 16);
    seal->seal(vector.sequence, packet);
    BOOST_TEST(hex(packet) == vector.sealed);
    const Opened opened = open_packet(*open, vector.sequence, packet);
    BOOST_TEST(opened.length == 24u);
    BOOST_TEST(opened.authentic);
    BOOST_TEST(hex(ByteView(packet).slice(4, 24)) == plain.substr(8));
  }
}

BOOST_AUTO_TEST_CASE(nothing_is_decrypted_when_the_tag_is_wrong) {
  Bytes packet = unhex(packets[0].sealed);
  packet.back() = static_cast<std::uint8_t>(packet.back() ^ 0x80);
  const Bytes before = packet;
  BOOST_TEST(!open_packet(*make(Direction::open), 0, packet).authentic);
  BOOST_TEST(hex(ByteView(packet).from(4)) == hex(ByteView(before).from(4)));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::crypto::test
