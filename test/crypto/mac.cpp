// amiko - tests of packet MACs, through the ciphers that use them
#include <amiko/crypto/cipher_table.hpp>

#include "packets.hpp"

namespace amiko::crypto::test {

namespace {

/// The tag of a packet with no bytes but its length.  That length and, before it, the sequence number are the
/// MAC's input.
std::string tag_of(std::string_view hash, std::size_t tag_size, ByteView key, std::uint32_t sequence,
                   ByteView length) {
  const MacInfo mac{"test", hash, key.size(), tag_size, true, false, false};
  const CipherInfo& info = *find_cipher("aes128-ctr");
  const Bytes cipher_key = counting(16), iv = counting(16);
  const auto cipher = info.make(info, &mac, {.key = cipher_key, .iv = iv, .mac_key = key}, Direction::seal);
  Bytes packet = length.bytes();
  packet.resize(4 + tag_size);
  cipher->seal(sequence, packet);
  return hex(ByteView(packet).from(4));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(mac_test)

// RFC 4231 section 4.2: key 20 times 0b, data "Hi There", of which "Hi T" is the sequence number here.
BOOST_AUTO_TEST_CASE(rfc4231_case_1) {
  const Bytes key(20, 0x0b);
  BOOST_TEST(tag_of("SHA-256", 32, key, 0x48692054, "here") ==
             "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  BOOST_TEST(tag_of("SHA-512", 64, key, 0x48692054, "here") ==
             "87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cde"
             "daa833b7d6b8a702038b274eaea3f4e4be9d914eeb61f1702e696c203a126854");
}

// RFC 4231 section 4.3: key "Jefe", data "what do ya want for nothing?".
BOOST_AUTO_TEST_CASE(rfc4231_case_2_over_the_plain_packet) {
  const MacInfo mac{"test", "SHA-256", 4, 32, false, false, false};
  const CipherInfo& info = *find_cipher("aes128-ctr");
  const Bytes key = counting(16), iv = counting(16);
  const auto cipher = info.make(info, &mac, {.key = key, .iv = iv, .mac_key = "Jefe"}, Direction::seal);
  Bytes packet = ByteView(" do ya want for nothing?").bytes();
  packet.resize(24 + 32);
  cipher->seal(0x77686174, packet);
  BOOST_TEST(hex(ByteView(packet).from(24)) ==
             "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

BOOST_AUTO_TEST_CASE(a_shorter_tag_is_the_digest_s_beginning) {
  const Bytes key(20, 0x0b);
  BOOST_TEST(tag_of("SHA-256", 12, key, 0x48692054, "here") == "b0344c61d8db38535ca8afce");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::crypto::test
