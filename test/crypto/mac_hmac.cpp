// amiko - tests of HMAC over packets, through the ciphers that use it
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

BOOST_AUTO_TEST_SUITE(mac_hmac_test)

// RFC 4231 section 4.2: key 20 times 0b, data "Hi There", of which "Hi T" is the sequence number here.
BOOST_AUTO_TEST_CASE(rfc4231_case_1) {
  const Bytes key(20, 0x0b);
  BOOST_TEST(tag_of("SHA-256", 32, key, 0x48692054, "here") ==
             "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  BOOST_TEST(tag_of("SHA-512", 64, key, 0x48692054, "here") ==
             "87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cde"
             "daa833b7d6b8a702038b274eaea3f4e4be9d914eeb61f1702e696c203a126854");
  BOOST_TEST(tag_of("SHA-224", 28, key, 0x48692054, "here") ==
             "896fb1128abbdf196832107cd49df33f47b4b1169912ba4f53684b22");
  BOOST_TEST(tag_of("SHA-384", 48, key, 0x48692054, "here") ==
             "afd03944d84895626b0825f4ab46907f15f9dadbe4101ec682aa034c7cebc59c"
             "faea9ea9076ede7f4af152e8b2fa9cb6");
}

// RFC 2202, case 1 of both hashes.
BOOST_AUTO_TEST_CASE(rfc2202_case_1) {
  BOOST_TEST(tag_of("SHA-1", 20, Bytes(20, 0x0b), 0x48692054, "here") ==
             "b617318655057264e28bc0b6fb378c8ef146be00");
  BOOST_TEST(tag_of("MD5", 16, Bytes(16, 0x0b), 0x48692054, "here") == "9294727a3638bb1c13f48ef8158bfc9d");
  BOOST_TEST(tag_of("SHA-1", 12, Bytes(20, 0x0b), 0x48692054, "here") == "b617318655057264e28bc0b6");
  BOOST_TEST(tag_of("MD5", 12, Bytes(16, 0x0b), 0x48692054, "here") == "9294727a3638bb1c13f48ef8");
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
