// amiko - tests of compression
#include <amiko/crypto/compression.hpp>

#include "support.hpp"

#include <boost/test/unit_test.hpp>

namespace amiko::crypto::test {

namespace {

constexpr std::size_t limit = 256 * 1024;

Bytes deflated(Deflater& deflater, ByteView payload) {
  Bytes out;
  deflater.deflate(payload, out);
  return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(compression_test)

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-28"))
BOOST_AUTO_TEST_CASE(only_methods_that_wait_for_authentication_are_offered) {
  BOOST_TEST(compression_table().front().name == "none");
  for (const CompressionInfo& info : compression_table()) {
    BOOST_TEST(find_compression(info.name) == &info);
    BOOST_TEST(info.by_default == (!info.compresses || info.delayed));
  }
  BOOST_TEST(find_compression("zlib@openssh.com")->delayed);
  BOOST_TEST(!find_compression("zlib")->by_default);
  BOOST_TEST(find_compression("lzma") == nullptr);
}

BOOST_AUTO_TEST_CASE(inflates_a_known_stream) {
  Inflater inflater;
  for (const TestVector& vector : test_vectors("compression")) {
    Bytes expected, out;
    for (std::uint64_t i = 0; i < vector.number("Times"); ++i)
      append(expected, vector.bytes("Text"));
    inflater.inflate(vector.bytes("Deflated"), out, limit);
    BOOST_TEST(ByteView(out).text() == ByteView(expected).text());
  }
}

// A full flush would end in an empty stored block, 5 bytes for each packet.
BOOST_AUTO_TEST_CASE(each_payload_ends_with_a_partial_flush) {
  Deflater deflater;
  for (const std::string_view payload : {"hello, hello, hello, ssh", "a second packet, hello, hello"}) {
    const Bytes small = deflated(deflater, payload);
    BOOST_TEST(small.size() < payload.size());
    BOOST_TEST(hex(ByteView(small).last(4)) != "0000ffff");
  }
}

BOOST_AUTO_TEST_CASE(deflate_appends) {
  Deflater deflater;
  Bytes out{1, 2, 3};
  deflater.deflate("hello", out);
  BOOST_TEST(hex(ByteView(out).first(3)) == "010203");
  Bytes plain;
  Inflater().inflate(ByteView(out).from(3), plain, limit);
  BOOST_TEST(ByteView(plain).text() == "hello");
}

BOOST_AUTO_TEST_CASE(payloads_of_all_sizes_make_the_round_trip) {
  Deflater deflater;
  Inflater inflater;
  Bytes out;
  for (std::size_t size : {0u, 1u, 2u, 100u, 1000u, 32768u, 65536u, 262144u, 3u, 0u}) {
    for (const bool random : {false, true}) {
      Bytes payload = counting(size);
      if (random) system_random().fill(payload);
      inflater.inflate(deflated(deflater, payload), out, limit);
      BOOST_REQUIRE(ByteView(out) == ByteView(payload));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_result_may_reach_the_limit_but_not_pass_it) {
  for (const std::size_t size : {std::size_t{1}, std::size_t{1000}, limit}) {
    Deflater deflater;
    const Bytes small = deflated(deflater, Bytes(size));
    Bytes out;
    Inflater().inflate(small, out, size);
    BOOST_TEST(out.size() == size);
    BOOST_TEST(throws(errc::compression_failed, [&] { Inflater().inflate(small, out, size - 1); }));
  }
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-28"))
BOOST_AUTO_TEST_CASE(a_bomb_stops_at_the_limit) {
  Deflater deflater;
  const Bytes bomb = deflated(deflater, Bytes(64u << 20));
  BOOST_TEST(bomb.size() < limit);
  Bytes out;
  BOOST_TEST(throws(errc::compression_failed, [&] { Inflater().inflate(bomb, out, limit); }));
  BOOST_TEST(out.capacity() <= 2 * limit);
}

BOOST_AUTO_TEST_CASE(broken_data_is_refused) {
  Bytes out;
  const auto refused = [&](std::string_view data) {
    return throws(errc::compression_failed, [&] { Inflater().inflate(unhex(data), out, limit); });
  };
  BOOST_TEST(refused("000102030405"));      // not a zlib header
  BOOST_TEST(refused("789c07"));            // block type 3
  BOOST_TEST(refused("78bb000000010000"));  // asks for a dictionary
  BOOST_TEST(refused("789c030000000001"));  // the stream's end
  BOOST_TEST(refused("789c020200"));        // goes further back than there is data
}

BOOST_AUTO_TEST_CASE(no_input_gives_no_output) {
  Inflater inflater;
  Bytes out{1};
  inflater.inflate({}, out, limit);
  BOOST_TEST(out.empty());
}

BOOST_AUTO_TEST_CASE(any_limit_works) {
  Bytes out;
  Inflater().inflate(unhex("789cca48cdc9c9d751c840a18a8b330002"), out, static_cast<std::size_t>(-1));
  BOOST_TEST(out.size() == 24u);
  BOOST_TEST(throws(errc::compression_failed,
                    [&] { Inflater().inflate(unhex("789cca48cdc9c9d751c840a18a8b330002"), out, 0); }));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::crypto::test
