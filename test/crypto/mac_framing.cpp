// amiko - tests of the two ways to join a cipher and a MAC
#include "packets.hpp"

namespace amiko::crypto::test {

BOOST_AUTO_TEST_SUITE(mac_framing_test)

BOOST_AUTO_TEST_CASE(encrypt_then_mac) {
  check_packets("etm");
}

BOOST_AUTO_TEST_CASE(encrypt_and_mac) {
  check_packets("encrypt_and_mac");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::crypto::test
