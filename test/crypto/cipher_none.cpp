// amiko - tests of packets in clear
#include <amiko/crypto/packet_cipher.hpp>

#include "packets.hpp"

namespace amiko::crypto::test {

BOOST_AUTO_TEST_SUITE(cipher_none_test)

BOOST_AUTO_TEST_CASE(packets_stay_as_they_are) {
  const auto cipher = make_null_cipher();
  BOOST_TEST(cipher->block_size() == 8u);
  BOOST_TEST(cipher->tag_size() == 0u);
  BOOST_TEST(cipher->header_size() == 4u);
  BOOST_TEST(cipher->length_is_padded());
  const Bytes plain = plain_packet(*cipher, counting(20));
  Bytes packet = plain;
  cipher->seal(3, packet);
  BOOST_TEST(hex(packet) == hex(plain));
  BOOST_TEST(cipher->open_length(3, MutableBytes(packet).first(4)) == plain.size() - 4);
  BOOST_TEST(cipher->open(3, packet));
  BOOST_TEST(hex(packet) == hex(plain));
}

BOOST_AUTO_TEST_CASE(the_length_is_all_32_bits) {
  Bytes header = unhex("fffffffe");
  BOOST_TEST(make_null_cipher()->open_length(0, header) == 0xfffffffeu);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::crypto::test
