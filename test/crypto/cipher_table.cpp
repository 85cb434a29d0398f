// amiko - tests of the cipher table, and of what every cipher must do
#include <amiko/crypto/cipher_table.hpp>

#include "packets.hpp"

#include <set>

namespace amiko::crypto::test {

BOOST_AUTO_TEST_SUITE(cipher_table_test)

BOOST_AUTO_TEST_CASE(the_cpu_decides_what_comes_first) {
  const auto table = cipher_table();
  const std::string_view first =
      has_aes_instructions() ? "aes128-gcm@openssh.com" : "chacha20-poly1305@openssh.com";
  BOOST_TEST(table.front().name == first);
  std::set<std::string_view> names;
  for (const CipherInfo& info : table)
    names.insert(info.name);
  BOOST_TEST(names.size() == table.size());
}

BOOST_AUTO_TEST_CASE(finds_by_whole_name) {
  for (const CipherInfo& info : cipher_table())
    BOOST_TEST(find_cipher(info.name) == &info);
  BOOST_TEST(find_cipher("aes128-gcm") == nullptr);
  BOOST_TEST(find_cipher("") == nullptr);
}

BOOST_AUTO_TEST_CASE(keys_of_the_wrong_size_are_refused) {
  const Bytes big = counting(100);
  const auto make = [&](const Suite& s, std::size_t key, std::size_t iv, std::size_t mac_key) {
    const ByteView all(big);
    s.cipher->make(*s.cipher, s.mac, {all.first(key), all.first(iv), all.first(mac_key)}, Direction::seal);
  };
  for (const Suite& s : all_suites()) {
    const std::size_t key = s.cipher->key_size, iv = s.cipher->iv_size;
    const std::size_t mac_key = s.mac != nullptr ? s.mac->key_size : 0;
    BOOST_TEST(throws(errc::invalid_argument, [&] { make(s, key - 1, iv, mac_key); }), s.name());
    BOOST_TEST(throws(errc::invalid_argument, [&] { make(s, key + 1, iv, mac_key); }), s.name());
    if (iv != 0) BOOST_TEST(throws(errc::invalid_argument, [&] { make(s, key, iv - 1, mac_key); }), s.name());
    if (s.mac != nullptr)
      BOOST_TEST(throws(errc::invalid_argument, [&] { make(s, key, iv, mac_key - 1); }), s.name());
  }
}

BOOST_AUTO_TEST_CASE(every_payload_size_makes_the_round_trip) {
  for (const Suite& s : all_suites()) {
    const auto seal = s.make(Direction::seal), open = s.make(Direction::open);
    for (std::uint32_t size = 0; size <= 300; ++size) {
      const Bytes plain = plain_packet(*seal, counting(size, size));
      Bytes packet = plain;
      seal->seal(size, packet);
      const std::size_t covered = packet.size() - seal->tag_size();
      BOOST_REQUIRE_MESSAGE(
          !(ByteView(packet).slice(4, covered - 4) == ByteView(plain).slice(4, covered - 4)), s.name());
      const auto [length, authentic] = open_packet(*open, size, packet);
      BOOST_REQUIRE_MESSAGE(authentic, s.name() << " " << size);
      BOOST_REQUIRE_EQUAL(length, covered - 4);
      BOOST_REQUIRE(ByteView(packet).slice(4, covered - 4) == ByteView(plain).slice(4, covered - 4));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_hundred_large_packets_make_the_round_trip) {
  const Bytes payload = counting(32768, 9);
  for (const Suite& s : all_suites()) {
    const auto seal = s.make(Direction::seal), open = s.make(Direction::open);
    const Bytes plain = plain_packet(*seal, payload);
    Bytes before;
    for (std::uint32_t i = 0; i < 100; ++i) {
      const std::uint32_t sequence = 0xffffffceu + i;  // wraps half-way
      Bytes packet = plain;
      seal->seal(sequence, packet);
      BOOST_REQUIRE_MESSAGE(packet != before, s.name());
      before = packet;
      BOOST_REQUIRE_MESSAGE(open_packet(*open, sequence, packet).authentic, s.name());
      BOOST_REQUIRE(ByteView(packet).slice(5, payload.size()) == ByteView(payload));
    }
  }
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-38"))
BOOST_AUTO_TEST_CASE(a_flipped_bit_anywhere_is_refused) {
  for (const Suite& s : all_suites()) {
    const auto seal = s.make(Direction::seal);
    Bytes sealed = plain_packet(*seal, counting(50));
    const std::size_t length = sealed.size() - seal->tag_size() - 4;
    seal->seal(0, sealed);
    for (std::size_t i = 0; i < sealed.size(); ++i) {
      Bytes packet = sealed;
      packet[i] = static_cast<std::uint8_t>(packet[i] ^ (1u << i % 8));
      const Opened opened = open_packet(*s.make(Direction::open), 0, packet);
      BOOST_TEST(!opened.authentic, s.name() << " byte " << i);
      if (i < 4) BOOST_TEST(opened.length != length, s.name() << " byte " << i);
    }
    BOOST_TEST(open_packet(*s.make(Direction::open), 0, sealed).authentic, s.name());
  }
}

BOOST_AUTO_TEST_CASE(another_sequence_number_is_refused) {
  for (const Suite& s : all_suites()) {
    // AES-GCM counts for itself; that is the next test.
    if (s.cipher->name.find("gcm") != std::string_view::npos) continue;
    const auto seal = s.make(Direction::seal);
    Bytes packet = plain_packet(*seal, counting(50));
    seal->seal(7, packet);
    for (const std::uint32_t wrong : {0u, 6u, 8u, 0x07000000u}) {
      Bytes copy = packet;
      BOOST_TEST(!open_packet(*s.make(Direction::open), wrong, copy).authentic, s.name() << " " << wrong);
    }
    BOOST_TEST(open_packet(*s.make(Direction::open), 7, packet).authentic, s.name());
  }
}

BOOST_AUTO_TEST_CASE(lost_and_repeated_packets_are_refused) {
  for (const Suite& s : all_suites()) {
    const auto seal = s.make(Direction::seal);
    Bytes first = plain_packet(*seal, counting(50));
    Bytes second = first;
    seal->seal(0, first);
    seal->seal(1, second);
    BOOST_TEST(!open_packet(*s.make(Direction::open), 0, second).authentic, s.name());
    Bytes again = first;
    const auto open = s.make(Direction::open);
    BOOST_TEST(open_packet(*open, 0, first).authentic, s.name());
    BOOST_TEST(!open_packet(*open, 1, again).authentic, s.name());
  }
}

BOOST_AUTO_TEST_CASE(a_packet_without_room_for_header_and_tag_is_refused) {
  for (const Suite& s : all_suites()) {
    const auto seal = s.make(Direction::seal), open = s.make(Direction::open);
    for (const std::size_t size :
         {std::size_t{0}, seal->tag_size(), seal->header_size() + seal->tag_size() - 1}) {
      Bytes packet(size);
      BOOST_TEST(throws(errc::internal_error, [&] { seal->seal(0, packet); }), s.name());
      BOOST_TEST(throws(errc::internal_error, [&] { open->open(0, packet); }), s.name());
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::crypto::test
