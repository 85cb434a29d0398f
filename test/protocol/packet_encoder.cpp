// amiko - tests of payloads into packets
#include <amiko/base/error.hpp>
#include <amiko/protocol/packet_decoder.hpp>
#include <amiko/protocol/packet_encoder.hpp>
#include <amiko/wire/reader.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <string>

#include "common/fixed_random.hpp"
#include "protections.hpp"

namespace amiko::protocol {
namespace {

using test::FixedRandom;
using test::Protection;

constexpr std::uint32_t last_sequence = 0xffffffff;

PacketEncoder make_encoder(std::uint32_t first_sequence = 0) {
  return PacketEncoder(std::make_unique<FixedRandom>(), first_sequence);
}

/// A packet taken apart: everything in it is checked against RFC 4253 section 6 on the way.
struct Parts {
  std::size_t padding = 0;
  Bytes payload{};
};

Parts take_apart(crypto::PacketCipher& cipher, std::uint32_t sequence, Bytes packet) {
  BOOST_REQUIRE(packet.size() >= 16u + cipher.tag_size());
  const std::size_t length = cipher.open_length(sequence, MutableBytes(packet).first(cipher.header_size()));
  BOOST_REQUIRE(packet.size() == 4 + length + cipher.tag_size());
  BOOST_REQUIRE(cipher.open(sequence, packet));
  const std::size_t block = std::max<std::size_t>(8, cipher.block_size());
  BOOST_TEST((length + (cipher.length_is_padded() ? 4 : 0)) % block == 0u);
  Parts parts{.padding = packet[4]};
  BOOST_TEST(parts.padding >= 4u);
  BOOST_REQUIRE(parts.padding < length - 1);
  parts.payload = ByteView(packet).slice(5, length - 1 - parts.padding).bytes();
  return parts;
}

bool is_bad_argument(const Error& error) {
  return error.code() == errc::invalid_argument;
}
bool is_protocol_error(const Error& error) {
  return error.code() == errc::protocol_error;
}

/// Counts how often it is asked.
class CountingRandom final : public crypto::Random {
 public:
  explicit CountingRandom(int& calls) : calls_(calls) {}
  void fill(MutableBytes out) override {
    ++calls_;
    random_.fill(out);
  }

 private:
  int& calls_;
  FixedRandom random_;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(packet_encoder)

BOOST_AUTO_TEST_CASE(a_packet_in_clear_has_length_padding_length_payload_and_random_padding) {
  PacketEncoder encoder = make_encoder();
  Bytes out;
  encoder.encode(out, "\x15");
  Bytes expected{0, 0, 0, 12, 10, 0x15};
  append(expected, FixedRandom().bytes(10));
  BOOST_TEST(out == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(every_size_is_padded_as_the_rfc_asks) {
  for (const Protection& protection : test::all_protections()) {
    PacketEncoder encoder = make_encoder();
    encoder.use_cipher(protection.sealer(), false);
    const auto opener = protection.opener();
    FixedRandom random(5);
    BOOST_TEST_CONTEXT(protection.name) {
      for (std::uint32_t size = 1; size <= 300; ++size) {
        const Bytes payload = random.bytes(size);
        Bytes out;
        encoder.encode(out, payload);
        const Parts parts = take_apart(*opener, size - 1, out);
        BOOST_REQUIRE(parts.payload == payload);
        BOOST_TEST(parts.padding < 4 + 2 * opener->block_size());
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(packets_are_appended_to_what_is_there) {
  for (const Protection& protection : test::all_protections()) {
    PacketEncoder encoder = make_encoder();
    encoder.use_cipher(protection.sealer(), false);
    const auto opener = protection.opener();
    Bytes out{1, 2, 3};
    std::size_t start = 3;
    for (std::uint32_t i = 0; i < 5; ++i) {
      const Bytes before = out;
      encoder.begin(out);
      append(out, "some ");
      append(out, "payload");
      encoder.finish(out);
      BOOST_REQUIRE(ByteView(out).first(before.size()) == ByteView(before));
      BOOST_TEST(ByteView(take_apart(*opener, i, ByteView(out).from(start).bytes()).payload).text() ==
                 "some payload");
      start = out.size();
    }
  }
}

BOOST_AUTO_TEST_CASE(an_abandoned_packet_leaves_no_trace) {
  PacketEncoder encoder = make_encoder();
  Bytes out;
  encoder.encode(out, "first");
  const Bytes before = out;
  encoder.begin(out);
  append(out, "never sent");
  encoder.abandon(out);
  BOOST_TEST(out == before);
  BOOST_TEST(encoder.sequence() == 1u);
  BOOST_TEST(encoder.packets() == 1u);
  encoder.encode(out, "second");
  const auto opener = crypto::make_null_cipher();
  BOOST_TEST(ByteView(take_apart(*opener, 1, ByteView(out).from(before.size()).bytes()).payload).text() ==
             "second");
}

BOOST_AUTO_TEST_CASE(packets_and_bytes_are_counted_for_each_set_of_keys) {
  const Protection protection = test::all_protections().back();
  PacketEncoder encoder = make_encoder();
  Bytes out;
  encoder.encode(out, "one");
  encoder.encode(out, "two");
  BOOST_TEST(encoder.bytes() == out.size());
  BOOST_TEST(encoder.packets() == 2u);
  BOOST_TEST(encoder.sequence() == 2u);

  encoder.use_cipher(protection.sealer(), false);
  BOOST_TEST(encoder.bytes() == 0u);
  BOOST_TEST(encoder.packets() == 0u);
  BOOST_TEST(encoder.sequence() == 2u);
  Bytes sealed;
  encoder.encode(sealed, "three");
  BOOST_TEST(encoder.bytes() == sealed.size());
  BOOST_TEST(encoder.packets() == 1u);
  BOOST_TEST(encoder.sequence() == 3u);

  encoder.use_cipher(protection.sealer(), true);
  BOOST_TEST(encoder.sequence() == 0u);
}

BOOST_AUTO_TEST_CASE(an_empty_payload_cannot_be_sent) {
  PacketEncoder encoder = make_encoder();
  Bytes out{1, 2, 3};
  BOOST_CHECK_EXCEPTION(encoder.encode(out, ByteView()), Error, is_bad_argument);
  BOOST_TEST(out.size() == 3u);
  BOOST_TEST(encoder.sequence() == 0u);
}

BOOST_AUTO_TEST_CASE(what_no_peer_would_take_cannot_be_sent) {
  for (const Protection& protection : test::all_protections()) {
    PacketEncoder encoder = make_encoder();
    encoder.use_cipher(protection.sealer(), false);
    const Bytes largest(PacketDecoder::max_packet_length - 256, 'x');
    Bytes out;
    encoder.encode(out, largest);
    BOOST_TEST(take_apart(*protection.opener(), 0, out).payload == largest);
    const std::size_t before = out.size();
    BOOST_CHECK_EXCEPTION(encoder.encode(out, Bytes(largest.size() + 1)), Error, is_bad_argument);
    BOOST_TEST(out.size() == before);
  }
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-05"))
BOOST_AUTO_TEST_CASE(the_sequence_number_does_not_wrap_before_there_are_keys) {
  PacketEncoder encoder = make_encoder(last_sequence - 1);
  Bytes out;
  encoder.encode(out, "last but one");
  const Bytes before = out;
  BOOST_CHECK_EXCEPTION(encoder.encode(out, "last"), Error, is_protocol_error);
  BOOST_TEST(out == before);
}

BOOST_AUTO_TEST_CASE(the_sequence_number_wraps_under_keys) {
  for (const Protection& protection : test::all_protections()) {
    PacketEncoder encoder = make_encoder(last_sequence);
    encoder.use_cipher(protection.sealer(), false);
    const auto opener = protection.opener();
    for (const std::uint32_t sequence : {last_sequence, std::uint32_t{0}}) {
      Bytes out;
      encoder.encode(out, "payload");
      BOOST_TEST(ByteView(take_apart(*opener, sequence, out).payload).text() == "payload");
    }
    BOOST_TEST(encoder.sequence() == 1u);
  }
}

BOOST_AUTO_TEST_CASE(one_call_to_the_generator_serves_many_packets) {
  int calls = 0;
  PacketEncoder encoder(std::make_unique<CountingRandom>(calls));
  Bytes out;
  for (int i = 0; i < 8 * 512; ++i)
    encoder.encode(out, "12345678901");  // 8 bytes of padding each
  BOOST_TEST(calls == 8);                // 512 packets from 4096 bytes
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-55"))
BOOST_AUTO_TEST_CASE(no_padding_is_used_twice) {
  PacketEncoder encoder = make_encoder();
  Bytes paddings;
  for (int i = 0; i < 1000; ++i) {
    Bytes out;
    encoder.encode(out, "12345");
    append(paddings, ByteView(out).from(out.size() - 6));
    BOOST_REQUIRE(out[4] == 6);
  }
  // 682 packets take 4092 bytes of a pool of 4096; what does not suffice for one more is left.
  FixedRandom random;
  Bytes expected;
  while (expected.size() < paddings.size())
    append(expected, ByteView(random.bytes(4096)).first(682 * 6));
  expected.resize(paddings.size());
  BOOST_TEST(paddings == expected);
}

BOOST_AUTO_TEST_CASE(compression_can_be_switched_on_and_off) {
  const std::string text(10000, 'a');
  PacketEncoder encoder = make_encoder();
  const auto opener = crypto::make_null_cipher();
  const auto encoded = [&] {
    Bytes out;
    encoder.encode(out, text);
    return take_apart(*opener, 0, out).payload;
  };
  BOOST_TEST(ByteView(encoded()).text() == text);

  for (int round = 0; round < 2; ++round) {  // a new context each time
    encoder.use_compression(true);
    crypto::Inflater inflater;
    for (int i = 0; i < 3; ++i) {
      const Bytes packed = encoded();
      BOOST_TEST(packed.size() < 200u);
      Bytes plain;
      inflater.inflate(packed, plain, text.size());
      BOOST_TEST(ByteView(plain).text() == text);
    }
  }
  encoder.use_compression(false);
  BOOST_TEST(ByteView(encoded()).text() == text);
}

BOOST_AUTO_TEST_CASE(what_does_not_compress_is_still_taken_by_the_peer) {
  PacketEncoder encoder = make_encoder();
  encoder.use_compression(true);
  FixedRandom random(9);
  Bytes out;
  encoder.encode(out, random.bytes(PacketDecoder::max_packet_length - 256));
  BOOST_TEST(wire::Reader(out).uint32() <= PacketDecoder::max_packet_length);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::protocol
