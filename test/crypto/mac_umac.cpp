// amiko - tests of UMAC as a packet's MAC
#include <amiko/crypto/cipher_table.hpp>

#include "../../libs/crypto/src/umac.hpp"
#include "support.hpp"

#include <boost/test/unit_test.hpp>

namespace amiko::crypto::test {

BOOST_AUTO_TEST_SUITE(mac_umac_test)

// umac.c and mac.c of OpenSSH: the nonce is the sequence number as 64 bits, which is no part of the message.
BOOST_AUTO_TEST_CASE(the_sequence_number_is_the_nonce) {
  const Bytes key = counting(16, 3), data = counting(50, 9);
  for (const char* name : {"umac-64@openssh.com", "umac-64-etm@openssh.com", "umac-128@openssh.com",
                           "umac-128-etm@openssh.com"}) {
    const MacInfo& info = *find_mac(name);
    for (const std::uint32_t sequence : {0u, 1u, 0x80000001u, 0xffffffffu}) {
      Bytes tag(info.tag_size), expected(info.tag_size);
      info.make(info, key)->sign(sequence, data, tag);
      Umac(key, info.tag_size).tag(sequence, data, expected);
      BOOST_TEST(hex(tag) == hex(expected), name);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::crypto::test
