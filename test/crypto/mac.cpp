// amiko - tests of what every MAC of the table must do
#include <amiko/crypto/cipher_table.hpp>

#include "support.hpp"

#include <boost/test/unit_test.hpp>

namespace amiko::crypto::test {

namespace {

Bytes tag_of(Mac& mac, std::size_t size, std::uint32_t sequence, ByteView data) {
  Bytes tag(size);
  mac.sign(sequence, data, tag);
  return tag;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(mac_test)

BOOST_AUTO_TEST_CASE(a_tag_verifies_and_a_changed_one_does_not) {
  const Bytes data = counting(100);
  for (const MacInfo& info : mac_table()) {
    const Bytes key = counting(info.key_size, 7);
    const auto signer = info.make(info, key), verifier = info.make(info, key);
    const Bytes tag = tag_of(*signer, info.tag_size, 5, data);
    BOOST_TEST(verifier->verify(5, data, tag), info.name);
    BOOST_TEST(!verifier->verify(6, data, tag), info.name);
    BOOST_TEST(!verifier->verify(5, ByteView(data).first(99), tag), info.name);
    for (std::size_t i = 0; i < tag.size(); ++i) {
      Bytes wrong = tag;
      wrong[i] = static_cast<std::uint8_t>(wrong[i] ^ 0x10);
      BOOST_TEST(!verifier->verify(5, data, wrong), info.name << " byte " << i);
    }
    BOOST_TEST(verifier->verify(5, data, tag), info.name);
  }
}

BOOST_AUTO_TEST_CASE(every_part_of_key_number_and_data_counts) {
  const Bytes data = counting(64);
  for (const MacInfo& info : mac_table()) {
    const Bytes key = counting(info.key_size, 7);
    const auto tag = hex(tag_of(*info.make(info, key), info.tag_size, 5, data));
    for (std::size_t i = 0; i < key.size(); ++i) {
      Bytes other = key;
      other[i] = static_cast<std::uint8_t>(other[i] ^ 1);
      BOOST_TEST(hex(tag_of(*info.make(info, other), info.tag_size, 5, data)) != tag,
                 info.name << " key " << i);
    }
    for (std::size_t i = 0; i < data.size(); ++i) {
      Bytes other = data;
      other[i] = static_cast<std::uint8_t>(other[i] ^ 0x80);
      BOOST_TEST(hex(tag_of(*info.make(info, key), info.tag_size, 5, other)) != tag,
                 info.name << " byte " << i);
    }
    for (unsigned bit = 0; bit < 32; ++bit)
      BOOST_TEST(hex(tag_of(*info.make(info, key), info.tag_size, 5 ^ 1U << bit, data)) != tag, info.name);
  }
}

BOOST_AUTO_TEST_CASE(keys_of_another_size_are_refused) {
  for (const MacInfo& info : mac_table())
    for (const std::size_t size : {info.key_size - 1, info.key_size + 1, std::size_t{0}})
      BOOST_TEST(throws(errc::invalid_argument, [&] { info.make(info, counting(size)); }), info.name);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::crypto::test
