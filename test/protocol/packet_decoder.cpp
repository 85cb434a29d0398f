// amiko - tests of packets into payloads
#include <amiko/base/error.hpp>
#include <amiko/protocol/packet_decoder.hpp>
#include <amiko/protocol/packet_encoder.hpp>
#include <amiko/wire/writer.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstring>
#include <initializer_list>
#include <string>
#include <vector>

#include "common/fixed_random.hpp"
#include "protections.hpp"

namespace amiko::protocol {
namespace {

using test::FixedRandom;
using test::Protection;

using Sizes = std::initializer_list<std::size_t>;

constexpr std::size_t max_length = PacketDecoder::max_packet_length;

PacketEncoder make_encoder(std::uint32_t first_sequence = 0) {
  return PacketEncoder(std::make_unique<FixedRandom>(), first_sequence);
}

void put(PacketDecoder& decoder, ByteView data) {
  while (!data.empty()) {
    const MutableBytes space = decoder.space();
    if (space.empty()) BOOST_FAIL("no space");
    const std::size_t n = std::min(space.size(), data.size());
    std::memcpy(space.data(), data.data(), n);
    decoder.commit(n);
    data = data.from(n);
  }
}

/// Feeds `stream` in random pieces of up to `most` bytes and collects the payloads.
std::vector<Bytes> decode_in_pieces(PacketDecoder& decoder, ByteView stream, FixedRandom& random,
                                    std::size_t most) {
  std::vector<Bytes> payloads;
  while (!stream.empty()) {
    const std::size_t n = std::min(stream.size(), 1 + random.below(most));
    put(decoder, stream.first(n));
    stream = stream.from(n);
    while (const auto packet = decoder.next()) {
      if (packet->number != packet->payload[0] || packet->sequence != payloads.size())
        BOOST_FAIL("wrong packet head");
      payloads.push_back(packet->payload.bytes());
    }
  }
  return payloads;
}

/// A packet as somebody without manners makes it: any length and padding field, the right MAC.
Bytes forged(const Protection& protection, std::uint32_t packet_length, std::uint8_t padding_length,
             std::size_t body_size) {
  const auto sealer = protection.sealer();
  Bytes packet;
  wire::Writer(packet).uint32(packet_length);
  packet.push_back(padding_length);
  packet.resize(4 + body_size + sealer->tag_size(), 'x');
  sealer->seal(0, packet);
  return packet;
}

/// What a decoder makes of `stream`: an error, or a packet, or (no error) neither.
struct Outcome {
  error_code code{};
  std::optional<Bytes> payload{};
};

Outcome judge(const Protection& protection, ByteView stream) {
  PacketDecoder decoder;
  if (!protection.is_clear()) decoder.use_cipher(protection.opener(), false);
  Outcome outcome;
  try {
    put(decoder, stream);
    if (const auto packet = decoder.next()) outcome.payload = packet->payload.bytes();
  } catch (const ProtocolError& error) {
    outcome.code = error.code();
  }
  return outcome;
}

bool fails_late(const Protection& protection) {
  return protection.opener()->fails_late();
}

/// What is there, and what an attacker adds until the largest packet's bytes have come.
Outcome judge_to_the_end(const Protection& protection, Bytes stream) {
  if (fails_late(protection)) stream.resize(4 + max_length + protection.opener()->tag_size());
  return judge(protection, stream);
}

/// The smallest packet_length that fits the cipher's blocks and is at least `n`.
std::uint32_t fitting_length(const Protection& protection, std::size_t n) {
  const auto cipher = protection.sealer();
  const std::size_t outside = cipher->length_is_padded() ? 4 : 0;
  while ((n + outside) % cipher->block_size() != 0)
    ++n;
  return static_cast<std::uint32_t>(n);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(packet_decoder)

BOOST_AUTO_TEST_CASE(a_packet_in_clear) {
  PacketDecoder decoder;
  BOOST_TEST(!decoder.next().has_value());
  BOOST_TEST(!decoder.in_packet());
  const Bytes bytes{0, 0, 0, 12, 10, 0x15, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
  put(decoder, ByteView(bytes).first(15));
  BOOST_TEST(!decoder.next().has_value());
  BOOST_TEST(decoder.in_packet());
  put(decoder, ByteView(bytes).from(15));
  const auto packet = decoder.next();
  BOOST_REQUIRE(packet.has_value());
  BOOST_TEST(packet->number == 0x15);
  BOOST_TEST(packet->payload.size() == 1u);
  BOOST_TEST(packet->sequence == 0u);
  BOOST_TEST(!decoder.in_packet());
  BOOST_TEST(decoder.sequence() == 1u);
  BOOST_TEST(decoder.packets() == 1u);
  BOOST_TEST(decoder.bytes() == bytes.size());
}

BOOST_AUTO_TEST_CASE(all_sizes_in_random_pieces_through_all_buffers) {
  for (const Protection& protection : test::all_protections()) {
    PacketEncoder encoder = make_encoder();
    encoder.use_cipher(protection.sealer(), false);
    FixedRandom random(3);
    std::vector<Bytes> payloads;
    Bytes stream;
    for (std::size_t size = 1; size <= 300; ++size) {
      payloads.push_back(random.bytes(size));
      encoder.encode(stream, payloads.back());
    }
    for (const std::size_t buffer : Sizes{1, 100, 1000, 256 * 1024})
      for (const std::size_t piece : Sizes{1, 7, 100, 5000, 1000000}) {
        PacketDecoder decoder(buffer);
        decoder.use_cipher(protection.opener(), false);
        BOOST_REQUIRE(decode_in_pieces(decoder, stream, random, piece) == payloads);
        BOOST_TEST(decoder.bytes() == stream.size());
        BOOST_TEST(decoder.packets() == 300u);
        BOOST_TEST(!decoder.in_packet());
      }
  }
}

BOOST_AUTO_TEST_CASE(packets_larger_than_the_buffer) {
  for (const Protection& protection : test::all_protections()) {
    PacketEncoder encoder = make_encoder();
    encoder.use_cipher(protection.sealer(), false);
    FixedRandom random(4);
    std::vector<Bytes> payloads;
    Bytes stream;
    for (const std::size_t size : Sizes{10, 5000, 40000, 20, 32768, max_length - 256, 30}) {
      payloads.push_back(random.bytes(size));
      encoder.encode(stream, payloads.back());
    }
    PacketDecoder decoder(1024);
    decoder.use_cipher(protection.opener(), false);
    BOOST_TEST((decode_in_pieces(decoder, stream, random, 3000) == payloads), protection.name);
  }
}

BOOST_AUTO_TEST_CASE(the_space_fits_the_rest_of_the_packet_and_is_no_larger_than_needed) {
  PacketDecoder decoder(1024);
  BOOST_TEST(decoder.space().size() == 1024u);
  Bytes head;
  wire::Writer(head).uint32(
      static_cast<std::uint32_t>(fitting_length(test::all_protections()[0], max_length - 7)));
  put(decoder, head);
  BOOST_TEST(decoder.space().size() == 1020u);  // nobody has looked at the length yet
  BOOST_TEST(!decoder.next().has_value());
  BOOST_TEST(decoder.space().size() >= max_length - 12);
  BOOST_TEST(decoder.space().size() <= max_length);
}

BOOST_AUTO_TEST_CASE(there_is_never_so_little_space_that_a_read_is_wasted) {
  PacketDecoder decoder(1024);
  const Bytes packet{0, 0, 0, 12, 10, 0x15, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
  for (int i = 0; i < 63; ++i)
    put(decoder, packet);
  put(decoder, ByteView(packet).first(3));
  while (decoder.next()) {
  }
  BOOST_TEST(decoder.space().size() == 1021u);
  put(decoder, ByteView(packet).from(3));
  BOOST_REQUIRE(decoder.next().has_value());
}

BOOST_AUTO_TEST_CASE(more_committed_than_there_was_space_for) {
  PacketDecoder decoder(1024);
  const std::size_t space = decoder.space().size();
  BOOST_CHECK_THROW(decoder.commit(space + 1), Error);
  BOOST_CHECK_NO_THROW(decoder.commit(space));
}

BOOST_AUTO_TEST_CASE(a_full_buffer_still_has_space) {
  PacketDecoder decoder(64);
  const Bytes packet{0, 0, 0, 12, 10, 0x15, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
  for (int i = 0; i < 100; ++i)
    put(decoder, packet);
  for (int i = 0; i < 100; ++i)
    BOOST_REQUIRE(decoder.next().has_value());
  BOOST_TEST(!decoder.next().has_value());
}

BOOST_AUTO_TEST_CASE(the_version_line_comes_before_packets) {
  PacketDecoder decoder;
  put(decoder, "SSH-2.0-x\r\n");
  const Bytes packet{0, 0, 0, 12, 10, 0x15, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
  put(decoder, packet);
  BOOST_TEST(decoder.buffered().size() == 27u);
  decoder.consume(11);
  BOOST_TEST(decoder.buffered() == ByteView(packet));
  BOOST_REQUIRE(decoder.next().has_value());
  BOOST_TEST(decoder.bytes() == packet.size());
  decoder.consume(1000);
  BOOST_TEST(decoder.buffered().empty());
}

BOOST_AUTO_TEST_CASE(keys_change_in_the_middle_of_a_buffer) {
  for (const bool reset : {false, true}) {
    PacketEncoder encoder = make_encoder();
    Bytes stream;
    const auto protections = test::all_protections();
    for (std::size_t i = 0; i < protections.size(); ++i) {
      if (i > 0) encoder.use_cipher(protections[i].sealer(i), reset);
      encoder.encode(stream, "under " + protections[i].name);
      encoder.encode(stream, "\x15");
    }
    for (const std::size_t piece : Sizes{1, 50, stream.size()}) {
      PacketDecoder decoder;
      FixedRandom random(6);
      std::size_t keys = 0;
      std::uint32_t sequence = 0;
      for (std::size_t at = 0; at < stream.size();) {
        const std::size_t n = std::min(stream.size() - at, piece);
        put(decoder, ByteView(stream).slice(at, n));
        at += n;
        while (const auto packet = decoder.next()) {
          BOOST_REQUIRE(packet->sequence == sequence++);
          if (packet->number != 0x15) {
            BOOST_REQUIRE(packet->payload.text() == "under " + protections[keys].name);
            continue;
          }
          BOOST_TEST(decoder.packets() == 2u);
          if (++keys == protections.size()) break;
          decoder.use_cipher(protections[keys].opener(keys), reset);
          BOOST_TEST(decoder.packets() == 0u);
          BOOST_TEST(decoder.bytes() == 0u);
          if (reset) sequence = 0;
        }
      }
      BOOST_TEST(keys == protections.size());
    }
  }
}

BOOST_AUTO_TEST_CASE(new_keys_in_the_middle_of_a_packet_are_a_mistake) {
  PacketDecoder decoder;
  put(decoder, Bytes{0, 0, 0, 12, 10});
  BOOST_TEST(!decoder.next().has_value());
  BOOST_CHECK_EXCEPTION(decoder.use_cipher(crypto::make_null_cipher(), false), Error,
                        [](const Error& error) { return error.code() == errc::internal_error; });
}

BOOST_AUTO_TEST_CASE(the_wrong_sequence_number_or_key_opens_nothing) {
  for (const Protection& protection : test::all_protections()) {
    if (protection.is_clear()) continue;
    PacketEncoder encoder = make_encoder(1);
    encoder.use_cipher(protection.sealer(), false);
    Bytes stream;
    encoder.encode(stream, "payload");
    stream.resize(stream.size() + max_length + 100);
    const bool counts_itself = protection.name.find("gcm") != std::string::npos;
    if (!counts_itself) BOOST_TEST(judge(protection, stream).code.failed(), protection.name);
    PacketDecoder decoder;
    decoder.use_cipher(protection.opener(2), true);
    put(decoder, stream);
    BOOST_CHECK_THROW(decoder.next(), ProtocolError);
  }
}

BOOST_AUTO_TEST_CASE(no_flipped_bit_passes) {
  for (const Protection& protection : test::all_protections()) {
    if (protection.is_clear()) continue;
    PacketEncoder encoder = make_encoder();
    encoder.use_cipher(protection.sealer(), false);
    Bytes packet;
    encoder.encode(packet, "a payload to be changed on the way");
    const std::size_t size = packet.size();
    packet.resize(size + max_length + 100);  // so that a larger length has its bytes
    // Each failure that comes late takes as long as the largest packet.
    for (std::size_t bit = 0; bit < size * 8; bit += fails_late(protection) ? 61 : 1) {
      Bytes changed = packet;
      changed[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
      const Outcome outcome = judge(protection, changed);
      BOOST_REQUIRE(!outcome.payload.has_value());
      BOOST_REQUIRE((outcome.code == errc::corrupted_packet || outcome.code == errc::packet_too_large));
      if (bit >= 32) BOOST_REQUIRE(outcome.code == make_error_code(errc::corrupted_packet));
    }
  }
}

BOOST_AUTO_TEST_CASE(part_of_a_packet_is_no_packet) {
  for (const Protection& protection : test::all_protections()) {
    PacketEncoder encoder = make_encoder();
    if (!protection.is_clear()) encoder.use_cipher(protection.sealer(), false);
    Bytes packet;
    encoder.encode(packet, "a payload that does not arrive");
    for (std::size_t n = 0; n < packet.size(); ++n) {
      const Outcome outcome = judge(protection, ByteView(packet).first(n));
      BOOST_REQUIRE(!outcome.payload.has_value());
      BOOST_REQUIRE(!outcome.code.failed());
    }
    BOOST_TEST(judge(protection, packet).payload.has_value());
  }
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-24"))
BOOST_AUTO_TEST_CASE(lengths_out_of_bounds_end_the_connection_without_waiting) {
  for (const Protection& protection : test::all_protections()) {
    if (fails_late(protection)) continue;
    for (const std::uint32_t length : {0u, 1u, 2u, 3u, 4u, 262145u, 262148u, 262160u, 0x7fffffffu,
                                       0x80000000u, 0xfffffff0u, 0xfffffffbu, 0xfffffffcu, 0xffffffffu}) {
      const Bytes packet = forged(protection, length, 4, fitting_length(protection, 28));
      BOOST_TEST(judge(protection, packet).code == make_error_code(errc::packet_too_large),
                 protection.name << ", " << length);
    }
  }
}

// In CBC an attacker can have any block of an earlier packet decrypted as a length.  So a bad length, a
// length that does not fit the blocks, and a good one with a bad MAC must end the connection alike: after the
// same number of bytes, in the same words.
BOOST_TEST_DECORATOR(*boost::unit_test::label("V-63"))
BOOST_AUTO_TEST_CASE(bad_lengths_and_bad_macs_look_alike_where_lengths_are_secret) {
  std::size_t tried = 0;
  for (const Protection& protection : test::all_protections()) {
    if (!fails_late(protection)) continue;
    ++tried;
    const std::uint32_t fits = fitting_length(protection, 28);
    const std::size_t all = 4 + max_length + protection.opener()->tag_size();
    for (const std::uint32_t length :
         {0u, 4u, 5u, fits - 1, fits, fits + 16, fitting_length(protection, max_length - 15), 262145u,
          0x80000000u, 0xffffffffu}) {
      Bytes stream = forged(protection, length, 4, 28);
      stream[protection.opener()->block_size() + 3] ^= 1;  // and the MAC is wrong
      stream.resize(all + 1000);
      PacketDecoder decoder;
      decoder.use_cipher(protection.opener(), false);
      put(decoder, ByteView(stream).first(all - 1));
      BOOST_CHECK_NO_THROW(BOOST_TEST(!decoder.next().has_value()));
      put(decoder, ByteView(stream).slice(all - 1, 1));
      BOOST_CHECK_EXCEPTION(decoder.next(), ProtocolError, [](const ProtocolError& error) {
        return error.code() == errc::corrupted_packet &&
               std::string(error.what()).find("the MAC or tag of packet 0 is wrong") != std::string::npos;
      });
    }
  }
  BOOST_TEST(tried == 7U);
}

BOOST_AUTO_TEST_CASE(lengths_that_do_not_fit_the_block_size) {
  for (const Protection& protection : test::all_protections()) {
    const std::uint32_t right = fitting_length(protection, 28);
    for (std::uint32_t length = right - 7; length < right; ++length)
      BOOST_TEST(judge_to_the_end(protection, forged(protection, length, 4, right)).code ==
                     make_error_code(errc::corrupted_packet),
                 protection.name << ", " << length);
    BOOST_TEST(judge(protection, forged(protection, right, 4, right)).payload.has_value());
  }
}

BOOST_AUTO_TEST_CASE(the_largest_packet_is_taken) {
  for (const Protection& protection : test::all_protections()) {
    std::uint32_t length = fitting_length(protection, max_length - 15);
    while (length > max_length)
      length -= 8;
    BOOST_TEST(judge(protection, forged(protection, length, 4, length)).payload.value_or(Bytes()).size() ==
               length - 5);
  }
}

BOOST_AUTO_TEST_CASE(padding_must_be_there_and_fit) {
  for (const Protection& protection : test::all_protections()) {
    const std::uint32_t length = fitting_length(protection, 40);
    const auto with = [&](std::size_t padding) {
      return judge(protection, forged(protection, length, static_cast<std::uint8_t>(padding), length));
    };
    for (std::size_t padding = 4; padding <= length - 2; ++padding)
      BOOST_TEST(with(padding).payload.value_or(Bytes()).size() == length - 1 - padding);
    BOOST_TEST(with(length - 1).code == make_error_code(errc::malformed_packet));  // no payload
    for (const std::size_t padding : Sizes{0, 3, length, length + 1, 255})
      BOOST_TEST(with(padding).code == make_error_code(errc::corrupted_packet),
                 protection.name << ", " << padding);
  }
}

BOOST_AUTO_TEST_CASE(the_smallest_packet_of_openssh) {
  // 12 bytes and the tag: chacha20-poly1305 leaves the length out of the padding, and OpenSSH pads no
  // further.
  for (const Protection& protection : test::all_protections()) {
    if (protection.name.find("chacha20") == std::string::npos) continue;
    BOOST_TEST(judge(protection, forged(protection, 8, 6, 8)).payload.value_or(Bytes()).size() == 1u);
  }
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-05"))
BOOST_AUTO_TEST_CASE(the_sequence_number_does_not_wrap_before_there_are_keys) {
  const Bytes packet{0, 0, 0, 12, 10, 0x15, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
  PacketDecoder decoder(1024, 0xfffffffe);
  put(decoder, packet);
  BOOST_REQUIRE(decoder.next().has_value());
  put(decoder, packet);
  BOOST_CHECK_EXCEPTION(decoder.next(), Error,
                        [](const Error& error) { return error.code() == errc::protocol_error; });
}

BOOST_AUTO_TEST_CASE(the_sequence_number_wraps_under_keys) {
  for (const Protection& protection : test::all_protections()) {
    PacketEncoder encoder = make_encoder(0xffffffff);
    encoder.use_cipher(protection.sealer(), false);
    Bytes stream;
    encoder.encode(stream, "last");
    encoder.encode(stream, "first");
    PacketDecoder decoder(1024, 0xffffffff);
    decoder.use_cipher(protection.opener(), false);
    put(decoder, stream);
    BOOST_TEST(decoder.next().value().sequence == 0xffffffffu);
    BOOST_TEST(decoder.next().value().sequence == 0u);
  }
}

BOOST_AUTO_TEST_CASE(compression_on_and_off_and_anew) {
  FixedRandom random(8);
  PacketEncoder encoder = make_encoder();
  PacketDecoder decoder(1000);
  for (const bool on : {false, true, true, false}) {
    encoder.use_compression(on);
    decoder.use_compression(on);
    for (int i = 0; i < 20; ++i) {
      const Bytes payload =
          i % 2 == 0 ? Bytes(1 + random.below(40000), 'a') : random.bytes(1 + random.below(40000));
      Bytes stream;
      encoder.encode(stream, payload);
      put(decoder, stream);
      const auto packet = decoder.next();
      BOOST_REQUIRE(packet.has_value());
      BOOST_REQUIRE(packet->payload == ByteView(payload));
      BOOST_REQUIRE(packet->number == payload[0]);
    }
  }
}

BOOST_AUTO_TEST_CASE(what_inflates_too_far_or_not_at_all) {
  const auto inflating = [](ByteView payload) {
    PacketEncoder encoder = make_encoder();
    Bytes stream;
    encoder.encode(stream, payload);
    PacketDecoder decoder;
    decoder.use_compression(true);
    put(decoder, stream);
    try {
      decoder.next();
    } catch (const ProtocolError& error) {
      return error.code();
    }
    return error_code();
  };
  const auto deflated = [](const Bytes& plain) {
    Bytes out;
    crypto::Deflater().deflate(plain, out);
    return out;
  };
  BOOST_TEST(inflating(deflated(Bytes(max_length))) == error_code());
  BOOST_TEST(inflating(deflated(Bytes(max_length + 1))) == make_error_code(errc::compression_failed));
  BOOST_TEST(inflating(deflated(Bytes(100 * max_length))) == make_error_code(errc::compression_failed));
  BOOST_TEST(inflating("no zlib stream") == make_error_code(errc::compression_failed));
  BOOST_TEST(inflating("\x78\x9c") ==
             make_error_code(errc::malformed_packet));  // the head of a stream, and nothing in it
}

BOOST_AUTO_TEST_CASE(a_packet_can_be_wiped) {
  PacketEncoder encoder = make_encoder();
  Bytes stream;
  for (const std::string_view payload : {"first", "secret", "third"})
    encoder.encode(stream, payload);
  PacketDecoder decoder;
  put(decoder, stream);
  BOOST_TEST(decoder.next()->payload.str() == "first");
  const ByteView secret = decoder.next()->payload;
  BOOST_TEST(secret.str() == "secret");
  decoder.wipe_packet();
  BOOST_TEST(secret.str() == std::string(6, '\0'));
  BOOST_TEST(decoder.next()->payload.str() == "third");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::protocol
