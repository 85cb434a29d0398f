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

// draft-ietf-sshm-chacha20-poly1305-02, appendix A: packet 7, a CHANNEL_DATA.
BOOST_AUTO_TEST_CASE(the_draft_s_example) {
  const CipherInfo& info = *find_cipher("chacha20-poly1305@openssh.com");
  const Bytes key = unhex(
      "8bbff6855fc102338c373e73aac0c914f076a905b2444a32eecaffeae22becc5"
      "e9b7a7a5825a8249346ec1c28301cf394543fc7569887d76e168f37562ac0740");
  Bytes packet = unhex(
      "00000048065e00000000000000384c6f72656d20697073756d20646f6c6f7220"
      "73697420616d65742c20636f6e7365637465747572206164697069736963696e"
      "6720656c69744e43e804dc6c");
  packet.resize(packet.size() + 16);
  info.make(info, nullptr, {.key = key}, Direction::seal)->seal(7, packet);
  BOOST_TEST(hex(packet) ==
             "2c3ecce4a5bc05895bf07a7ba956b6c68829ac7c83b780b7000ecde745afc705"
             "bbc378ce03a280236b87b53bed5839662302b164b6286a48cd1e097138e3cb90"
             "9b8b2b829dd18d2a35ff82d995349e855bf02c298ef775f2d1a7e8b8");
  const auto open = info.make(info, nullptr, {.key = key}, Direction::open);
  const Opened opened = open_packet(*open, 7, packet);
  BOOST_TEST(opened.length == 72U);
  BOOST_TEST(opened.authentic);
}

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

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-38"))
BOOST_AUTO_TEST_CASE(nothing_is_decrypted_when_the_tag_is_wrong) {
  Bytes packet = unhex(packets[0].sealed);
  packet.back() = static_cast<std::uint8_t>(packet.back() ^ 0x80);
  const Bytes before = packet;
  BOOST_TEST(!open_packet(*make(Direction::open), 0, packet).authentic);
  BOOST_TEST(hex(ByteView(packet).from(4)) == hex(ByteView(before).from(4)));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::crypto::test
