// amiko - tests of AES-CTR and arcfour with a MAC
#include <amiko/crypto/cipher_table.hpp>

#include "packets.hpp"

namespace amiko::crypto::test {

namespace {

std::unique_ptr<PacketCipher> make(std::string_view cipher, std::string_view mac, ByteView key, ByteView iv) {
  const Suite s = suite(cipher, mac);
  return s.cipher->make(*s.cipher, s.mac, {.key = key, .iv = iv, .mac_key = counting(s.mac->key_size)},
                        Direction::seal);
}

std::unique_ptr<PacketCipher> make(const TestVector& vector, std::string_view mac) {
  return make(vector.text("Cipher"), mac, vector.bytes("Key"), vector.bytes("Counter"));
}

/// The covered bytes after sealing `text` with room for a tag.
Bytes sealed(PacketCipher& cipher, ByteView text) {
  Bytes packet = text.bytes();
  packet.resize(text.size() + cipher.tag_size());
  cipher.seal(0, packet);
  packet.resize(text.size());
  return packet;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(cipher_stream_test)

BOOST_AUTO_TEST_CASE(shapes) {
  const auto together = suite("aes128-ctr", "hmac-sha2-512").make(Direction::seal);
  BOOST_TEST(together->block_size() == 16u);
  BOOST_TEST(together->tag_size() == 64u);
  BOOST_TEST(together->length_is_padded());
  BOOST_TEST(together->header_size() == 16u);
  const auto etm = suite("aes128-ctr", "hmac-sha2-256-etm@openssh.com").make(Direction::seal);
  BOOST_TEST(etm->block_size() == 16u);
  BOOST_TEST(etm->tag_size() == 32u);
  BOOST_TEST(!etm->length_is_padded());
  BOOST_TEST(etm->header_size() == 4u);
}

BOOST_AUTO_TEST_CASE(the_key_stream_runs_on_over_packets) {
  for (const TestVector& vector : test_vectors("ctr")) {
    const auto cipher = make(vector, "hmac-sha2-256");
    const Bytes plain = vector.bytes("Plain");
    Bytes all = sealed(*cipher, ByteView(plain).first(16));
    append(all, sealed(*cipher, ByteView(plain).slice(16, 16)));
    append(all, sealed(*cipher, ByteView(plain).from(32)));
    BOOST_TEST(hex(all) == hex(vector.bytes("Sealed")));
  }
}

BOOST_AUTO_TEST_CASE(encrypt_then_mac_leaves_the_length_out_of_the_key_stream) {
  for (const TestVector& vector : test_vectors("ctr")) {
    Bytes packet = unhex("00000040");
    append(packet, vector.bytes("Plain"));
    BOOST_TEST(hex(sealed(*make(vector, "hmac-sha2-512-etm@openssh.com"), packet)) ==
               "00000040" + hex(vector.bytes("Sealed")));
  }
}

BOOST_AUTO_TEST_CASE(arcfour_and_what_it_throws_away) {
  for (const TestVector& vector : test_vectors("arcfour")) {
    const Bytes stream = vector.bytes("Stream");
    const auto cipher = make(vector.text("Cipher"), "hmac-sha2-256", vector.bytes("Key"), {});
    BOOST_TEST(hex(sealed(*cipher, Bytes(stream.size()))) == hex(stream), vector.text("Cipher"));
  }
}

BOOST_AUTO_TEST_CASE(the_length_is_read_from_the_first_block) {
  const Suite s = suite("aes256-ctr", "hmac-sha2-256");
  const auto seal = s.make(Direction::seal), open = s.make(Direction::open);
  const Bytes clear = plain_packet(*seal, counting(40));
  Bytes packet = clear;
  seal->seal(0, packet);
  BOOST_TEST(hex(ByteView(packet).first(4)) != hex(ByteView(clear).first(4)));
  const MutableBytes header = MutableBytes(packet).first(open->header_size());
  BOOST_TEST(open->open_length(0, header) == clear.size() - 32 - 4);
  BOOST_TEST(open->open(0, packet));
  BOOST_TEST(hex(ByteView(packet).slice(5, 40)) == hex(counting(40)));
}

BOOST_AUTO_TEST_CASE(encrypt_then_mac_decrypts_nothing_when_the_mac_is_wrong) {
  const Suite s = suite("aes128-ctr", "hmac-sha2-256-etm@openssh.com");
  const auto seal = s.make(Direction::seal);
  Bytes packet = plain_packet(*seal, counting(40));
  seal->seal(0, packet);
  packet.back() = static_cast<std::uint8_t>(packet.back() ^ 1);
  const Bytes before = packet;
  BOOST_TEST(!open_packet(*s.make(Direction::open), 0, packet).authentic);
  BOOST_TEST(hex(packet) == hex(before));
}

BOOST_AUTO_TEST_CASE(needs_a_mac) {
  const CipherInfo& info = *find_cipher("aes128-ctr");
  BOOST_TEST(throws(errc::invalid_argument, [&] {
    info.make(info, nullptr, {.key = counting(16), .iv = counting(16)}, Direction::seal);
  }));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::crypto::test
