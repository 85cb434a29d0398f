// amiko - tests of chacha20-poly1305@openssh.com
#include <amiko/crypto/cipher_table.hpp>

#include "packets.hpp"

namespace amiko::crypto::test {

namespace {

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
  check_packets("chacha20_poly1305");
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-38"))
BOOST_AUTO_TEST_CASE(nothing_is_decrypted_when_the_tag_is_wrong) {
  const auto seal = make(Direction::seal);
  Bytes packet = plain_packet(*seal, counting(20));
  seal->seal(0, packet);
  packet.back() = static_cast<std::uint8_t>(packet.back() ^ 0x80);
  const Bytes before = packet;
  BOOST_TEST(!open_packet(*make(Direction::open), 0, packet).authentic);
  BOOST_TEST(hex(ByteView(packet).from(4)) == hex(ByteView(before).from(4)));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::crypto::test
