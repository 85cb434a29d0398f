// amiko - tests of HMAC over packets, through the ciphers that use it
#include <amiko/crypto/cipher_table.hpp>

#include "packets.hpp"

namespace amiko::crypto::test {

namespace {

/// The tag of a packet whose bytes, encrypted or not, are the MAC's input together with the sequence number
/// before them.
std::string tag_of(const MacInfo& mac, ByteView key, ByteView input) {
  const CipherInfo& info = *find_cipher("aes128-ctr");
  const Bytes cipher_key = counting(16), iv = counting(16);
  const auto cipher = info.make(info, &mac, {.key = cipher_key, .iv = iv, .mac_key = key}, Direction::seal);
  Bytes packet = input.from(4).bytes();
  const std::size_t size = packet.size();
  packet.resize(size + mac.tag_size);
  cipher->seal(wire::Reader(input).uint32(), packet);
  return hex(ByteView(packet).from(size));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(mac_hmac_test)

// Of the data the first 4 bytes are the sequence number.  With 8 bytes in all the rest is the length of a
// packet that has nothing else, which encrypt-then-MAC leaves in clear.  With 20 and more it is a plain
// packet.
BOOST_AUTO_TEST_CASE(known_tags) {
  for (const TestVector& vector : test_vectors("hmac")) {
    const Bytes key = vector.bytes("Key"), data = vector.bytes("Data"), tag = vector.bytes("Tag");
    const bool etm = data.size() == 8;
    BOOST_REQUIRE((etm || data.size() >= 20));
    for (const std::size_t size : {tag.size(), std::size_t{12}}) {
      const MacInfo mac{"test", vector.text("Hash"), key.size(), size, etm, false, false};
      BOOST_TEST(tag_of(mac, key, data) == hex(ByteView(tag).first(size)), vector.text("Hash"));
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::crypto::test
