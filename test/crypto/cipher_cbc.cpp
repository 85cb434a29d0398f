// amiko - tests of block ciphers in CBC mode
#include <amiko/crypto/cipher_table.hpp>

#include "packets.hpp"

#include <vector>

namespace amiko::crypto::test {

namespace {

std::unique_ptr<PacketCipher> make(const TestVector& vector, std::string_view mac) {
  const Suite s = suite(vector.text("Cipher"), mac);
  const Bytes key = vector.bytes("Key"), iv = vector.bytes("Iv"), mac_key = counting(s.mac->key_size);
  return s.cipher->make(*s.cipher, s.mac, {.key = key, .iv = iv, .mac_key = mac_key}, Direction::seal);
}

Bytes sealed(PacketCipher& cipher, ByteView text) {
  Bytes packet = text.bytes();
  packet.resize(text.size() + cipher.tag_size());
  cipher.seal(0, packet);
  packet.resize(text.size());
  return packet;
}

std::vector<const CipherInfo*> cbc_ciphers() {
  std::vector<const CipherInfo*> found;
  for (const CipherInfo& info : cipher_table())
    if (info.name.find("-cbc") != std::string_view::npos) found.push_back(&info);
  return found;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(cipher_cbc_test)

BOOST_AUTO_TEST_CASE(known_values) {
  BOOST_TEST(cbc_ciphers().size() == 7U);
  for (const TestVector& vector : test_vectors("cbc"))
    BOOST_TEST(
        hex(sealed(*make(vector, "hmac-sha2-256"), vector.bytes("Plain"))) == hex(vector.bytes("Sealed")),
        vector.text("Cipher"));
}

BOOST_AUTO_TEST_CASE(the_chain_runs_on_over_packets) {
  for (const TestVector& vector : test_vectors("cbc")) {
    const Bytes plain = vector.bytes("Plain");
    const auto cipher = make(vector, "hmac-sha2-256");
    const std::size_t block = cipher->block_size();
    Bytes all;
    for (std::size_t at = 0; at < plain.size(); at += block)
      append(all, sealed(*cipher, ByteView(plain).slice(at, block)));
    BOOST_TEST(hex(all) == hex(vector.bytes("Sealed")), vector.text("Cipher"));
  }
}

BOOST_AUTO_TEST_CASE(encrypt_then_mac_leaves_the_length_in_clear) {
  for (const TestVector& vector : test_vectors("cbc")) {
    const auto cipher = make(vector, "hmac-sha2-512-etm@openssh.com");
    BOOST_TEST(!cipher->fails_late());
    BOOST_TEST(cipher->header_size() == 4U);
    Bytes packet = unhex("00000040");
    append(packet, vector.bytes("Plain"));
    BOOST_TEST(hex(sealed(*cipher, packet)) == "00000040" + hex(vector.bytes("Sealed")),
               vector.text("Cipher"));
  }
}

// A failure whose moment depends on the length that a block decrypted to would tell that block's plain text,
// of any block that the attacker likes (CVE-2008-5161).
BOOST_TEST_DECORATOR(*boost::unit_test::label("V-63"))
BOOST_AUTO_TEST_CASE(failures_come_late) {
  for (const CipherInfo& info : cipher_table()) {
    if (info.aead) continue;
    const bool cbc = info.name.find("-cbc") != std::string_view::npos;
    const auto cipher = suite(info.name, "hmac-sha2-256").make(Direction::open);
    BOOST_TEST(cipher->fails_late() == cbc, info.name);
    BOOST_TEST(cipher->header_size() == cipher->block_size(), info.name);
  }
}

// Keys of small blocks wear out soon.
BOOST_AUTO_TEST_CASE(blocks_have_a_limit) {
  for (const CipherInfo* info : cbc_ciphers())
    BOOST_TEST(info->max_bytes == (info->block_size == 8 ? std::uint64_t{8} << 20 : std::uint64_t{1} << 36),
               info->name);
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-63"))
BOOST_AUTO_TEST_CASE(all_are_legacy) {
  for (const CipherInfo* info : cbc_ciphers()) {
    BOOST_TEST(info->legacy, info->name);
    BOOST_TEST(!info->by_default, info->name);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::crypto::test
