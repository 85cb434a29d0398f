// amiko - tests of AES-GCM packets
#include <amiko/crypto/cipher_table.hpp>

#include "packets.hpp"

namespace amiko::crypto::test {

BOOST_AUTO_TEST_SUITE(cipher_gcm_test)

BOOST_AUTO_TEST_CASE(shape) {
  for (const char* name : {"aes128-gcm@openssh.com", "aes256-gcm@openssh.com"}) {
    const auto cipher = suite(name).make(Direction::seal);
    BOOST_TEST(cipher->block_size() == 16u);
    BOOST_TEST(cipher->tag_size() == 16u);
    BOOST_TEST(!cipher->length_is_padded());
    BOOST_TEST(cipher->header_size() == 4u);
  }
}

BOOST_AUTO_TEST_CASE(known_packets) {
  check_packets("gcm_packets");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::crypto::test
