// amiko - tests of block ciphers in CBC mode
#include <amiko/crypto/cipher_table.hpp>

#include "packets.hpp"

#include <vector>

namespace amiko::crypto::test {

namespace {

struct Vector {
  std::string_view cipher, key, iv, plain, sealed;
};

constexpr std::string_view nist_iv = "000102030405060708090a0b0c0d0e0f";
constexpr std::string_view nist_plain =
    "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
    "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710";

constexpr Vector vectors[] = {
    // NIST SP 800-38A, F.2.1, F.2.3 and F.2.5.
    {"aes128-cbc", "2b7e151628aed2a6abf7158809cf4f3c", nist_iv, nist_plain,
     "7649abac8119b246cee98e9b12e9197d5086cb9b507219ee95db113a917678b2"
     "73bed6b8e3c1743b7116e69e222295163ff1caa1681fac09120eca307586e1a7"},
    {"aes192-cbc", "8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b", nist_iv, nist_plain,
     "4f021db243bc633d7178183a9fa071e8b4d9ada9ad7dedf4e5e738763f69145a"
     "571b242012fb7ae07fa9baac3df102e008b0e27988598881d920a9e64f5615cd"},
    {"aes256-cbc", "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4", nist_iv, nist_plain,
     "f58c4c04d6e5f1ba779eabfb5f7bfbd69cfc4e967edb808d679f777bc6702c7d"
     "39f23369a9d9bacfa530e26304231461b2eb05e2c39be9fcda6c19078c6a9d1b"},
    // NIST SP 800-67 (2004), appendix B.1, whose first block is enough: it has no chaining.
    {"3des-cbc", "0123456789abcdef23456789abcdef01456789abcdef0123", "0000000000000000", "5468652071756663",
     "a826fd8ce53b855f"},
    // Blowfish's own test vectors (Schneier and Young), chaining mode.
    {"blowfish-cbc", "0123456789abcdeff0e1d2c3b4a59687", "fedcba9876543210",
     "37363534333231204e6f77206973207468652074696d6520666f722000000000",
     "6b77b4d63006dee605b156e27403979358deb9e7154616d959f1652bd5ff92cc"},
    // RFC 2144 appendix B.1.
    {"cast128-cbc", "0123456712345678234567893456789a", "0000000000000000", "0123456789abcdef",
     "238b4fe5847e44b2"},
    // RFC 4269 appendix B.1 and B.2.
    {"seed-cbc@ssh.com", "00000000000000000000000000000000", "00000000000000000000000000000000",
     "000102030405060708090a0b0c0d0e0f", "5ebac6e0054e166819aff1cc6d346cdb"},
    {"seed-cbc@ssh.com", "000102030405060708090a0b0c0d0e0f", "00000000000000000000000000000000",
     "00000000000000000000000000000000", "c11f22f20140505084483597e4370f43"},
};

std::unique_ptr<PacketCipher> make(const Vector& vector, std::string_view mac, Direction direction) {
  const Suite s = suite(vector.cipher, mac);
  return s.cipher->make(
      *s.cipher, s.mac,
      {.key = unhex(vector.key), .iv = unhex(vector.iv), .mac_key = counting(s.mac->key_size)}, direction);
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
  for (const Vector& vector : vectors)
    BOOST_TEST(
        hex(sealed(*make(vector, "hmac-sha2-256", Direction::seal), unhex(vector.plain))) == vector.sealed,
        vector.cipher);
}

BOOST_AUTO_TEST_CASE(the_chain_runs_on_over_packets) {
  for (const Vector& vector : vectors) {
    const Bytes plain = unhex(vector.plain);
    const auto cipher = make(vector, "hmac-sha2-256", Direction::seal);
    const std::size_t block = cipher->block_size();
    Bytes all;
    for (std::size_t at = 0; at < plain.size(); at += block)
      append(all, sealed(*cipher, ByteView(plain).slice(at, block)));
    BOOST_TEST(hex(all) == vector.sealed, vector.cipher);
  }
}

BOOST_AUTO_TEST_CASE(encrypt_then_mac_leaves_the_length_in_clear) {
  for (const Vector& vector : vectors) {
    const auto cipher = make(vector, "hmac-sha2-512-etm@openssh.com", Direction::seal);
    BOOST_TEST(!cipher->fails_late());
    BOOST_TEST(cipher->header_size() == 4U);
    const Bytes packet = sealed(*cipher, unhex("00000040" + std::string(vector.plain)));
    BOOST_TEST(hex(packet) == "00000040" + std::string(vector.sealed), vector.cipher);
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
