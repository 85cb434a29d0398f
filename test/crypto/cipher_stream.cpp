// amiko - tests of AES-CTR and arcfour with a MAC
#include <amiko/crypto/cipher_table.hpp>

#include "packets.hpp"

namespace amiko::crypto::test {

namespace {

struct Vector {
  std::string_view cipher, key, sealed;
};

// NIST SP 800-38A, F.5.1, F.5.3 and F.5.5.
constexpr std::string_view counter = "f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff";
constexpr std::string_view plain =
    "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
    "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710";
constexpr Vector vectors[] = {
    {"aes128-ctr", "2b7e151628aed2a6abf7158809cf4f3c",
     "874d6191b620e3261bef6864990db6ce9806f66b7970fdff8617187bb9fffdff"
     "5ae4df3edbd5d35e5b4f09020db03eab1e031dda2fbe03d1792170a0f3009cee"},
    {"aes192-ctr", "8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b",
     "1abc932417521ca24f2b0459fe7e6e0b090339ec0aa6faefd5ccc2c6f4ce8e94"
     "1e36b26bd1ebc670d1bd1d665620abf74f78a7f6d29809585a97daec58c6b050"},
    {"aes256-ctr", "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4",
     "601ec313775789a5b7a7f504bbf3d228f443e3ca4d62b59aca84e990cacaf5c5"
     "2b0930daa23de94ce87017ba2d84988ddfc9c58db67aada613c2dd08457941a6"},
};

std::unique_ptr<PacketCipher> make(std::string_view cipher, std::string_view mac, ByteView key, ByteView iv) {
  const Suite s = suite(cipher, mac);
  return s.cipher->make(*s.cipher, s.mac, {.key = key, .iv = iv, .mac_key = counting(s.mac->key_size)},
                        Direction::seal);
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
  const Bytes text = unhex(plain);
  for (const Vector& vector : vectors) {
    const auto cipher = make(vector.cipher, "hmac-sha2-256", unhex(vector.key), unhex(counter));
    Bytes all = sealed(*cipher, ByteView(text).first(16));
    append(all, sealed(*cipher, ByteView(text).slice(16, 32)));
    append(all, sealed(*cipher, ByteView(text).from(48)));
    BOOST_TEST(hex(all) == vector.sealed);
  }
}

BOOST_AUTO_TEST_CASE(encrypt_then_mac_leaves_the_length_out_of_the_key_stream) {
  for (const Vector& vector : vectors) {
    const auto cipher =
        make(vector.cipher, "hmac-sha2-512-etm@openssh.com", unhex(vector.key), unhex(counter));
    const Bytes packet = sealed(*cipher, unhex("00000040" + std::string(plain)));
    BOOST_TEST(hex(packet) == "00000040" + std::string(vector.sealed));
  }
}

BOOST_AUTO_TEST_CASE(the_counter_has_128_bits) {
  // AES of pyca/cryptography (OpenSSL), CTR mode from ff..ff, 48 zero bytes.
  const auto cipher = make("aes256-ctr", "hmac-sha2-256", counting(32), Bytes(16, 0xff));
  BOOST_TEST(
      hex(sealed(*cipher, Bytes(48))) ==
      "e999e41d4ca770da5387117b5d8f57eef29000b62a499fd0a9f39a6add2e7780f05d76ae4ab99fe5a6f69b3148c2363d");
}

// RFC 6229, the keys of 128 and 256 bits, from byte 0 and from byte 1536 on.
BOOST_AUTO_TEST_CASE(arcfour_and_what_it_throws_away) {
  const struct {
    std::string_view cipher, stream;
  } streams[] = {{"arcfour", "9ac7cc9a609d1ef7b2932899cde41b975248c4959014126a6e8a84f11d1a9e1c"},
                 {"arcfour128", "ffa0b514647ec04f6306b892ae661181"},
                 {"arcfour256", "3e34135c79db010200767651cf263073"}};
  for (const auto& [name, stream] : streams) {
    const std::size_t size = find_cipher(name)->key_size;
    const auto cipher = make(name, "hmac-sha2-256", counting(size, 1), {});
    BOOST_TEST(hex(sealed(*cipher, Bytes(stream.size() / 2))) == stream, name);
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
