// amiko - tests of reading RFC 4251 data types
#include <amiko/wire/reader.hpp>

#include <amiko/base/error.hpp>

#include <boost/test/unit_test.hpp>

using namespace amiko;
using namespace amiko::wire;

namespace {

bool is_malformed(const ProtocolError& error) {
  return error.code() == errc::malformed_packet;
}

#define CHECK_MALFORMED(expression) BOOST_CHECK_EXCEPTION((void)(expression), ProtocolError, is_malformed)

Bytes mpint(const Bytes& wire) {
  Reader reader(wire);
  const Bytes magnitude = reader.mpint().bytes();
  reader.expect_end();
  return magnitude;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(reading)

BOOST_AUTO_TEST_CASE(numbers_are_big_endian) {
  const Bytes data{0x7f, 0x29, 0xb7, 0xf4, 0xaa, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08};
  Reader reader(data);
  BOOST_TEST(reader.byte() == 0x7f);
  BOOST_TEST(reader.uint32() == 699921578U);  // RFC 4251 section 5
  BOOST_TEST(reader.uint64() == 0x0102030405060708ULL);
  BOOST_TEST(reader.at_end());
}

BOOST_AUTO_TEST_CASE(the_largest_numbers) {
  const Bytes data(13, 0xff);
  Reader reader(data);
  BOOST_TEST(reader.byte() == 0xff);
  BOOST_TEST(reader.uint32() == 0xffffffffU);
  BOOST_TEST(reader.uint64() == 0xffffffffffffffffULL);
}

BOOST_AUTO_TEST_CASE(every_value_but_0_is_true) {
  const Bytes data{0, 1, 2, 255};
  Reader reader(data);
  BOOST_TEST(!reader.boolean());
  for (int i = 0; i < 3; ++i)
    BOOST_TEST(reader.boolean());
}

// RFC 4251 section 5: "testing" is 00 00 00 07 t e s t i n g
BOOST_AUTO_TEST_CASE(strings) {
  const Bytes data{0, 0, 0, 7, 't', 'e', 's', 't', 'i', 'n', 'g', 0, 0, 0, 0, 0, 0, 0, 2, 0, 0xff};
  Reader reader(data);
  BOOST_TEST(reader.text() == "testing");
  BOOST_TEST(reader.string().empty());
  BOOST_TEST((reader.string() == Bytes{0, 0xff}));
  BOOST_TEST(reader.at_end());
}

BOOST_AUTO_TEST_CASE(strings_are_views_into_the_payload) {
  const Bytes data{0, 0, 0, 1, 'x'};
  Reader reader(data);
  BOOST_TEST(reader.string().data() == data.data() + 4);
}

BOOST_AUTO_TEST_CASE(raw_bytes_and_the_rest) {
  const Bytes data{1, 2, 3, 4, 5};
  Reader reader(data);
  BOOST_TEST((reader.raw(2) == Bytes{1, 2}));
  BOOST_TEST(reader.raw(0).empty());
  BOOST_TEST(reader.position() == 2U);
  BOOST_TEST(reader.remaining() == 3U);
  BOOST_TEST((reader.rest() == Bytes{3, 4, 5}));
  BOOST_TEST(reader.rest().empty());
  BOOST_TEST(reader.at_end());
}

// The examples of RFC 4251 section 5
BOOST_AUTO_TEST_CASE(mpints_of_the_rfc) {
  BOOST_TEST(mpint({0, 0, 0, 0}).empty());
  BOOST_TEST((mpint({0, 0, 0, 8, 0x09, 0xa3, 0x78, 0xf9, 0xb2, 0xe3, 0x32, 0xa7}) ==
              Bytes{0x09, 0xa3, 0x78, 0xf9, 0xb2, 0xe3, 0x32, 0xa7}));
  BOOST_TEST((mpint({0, 0, 0, 2, 0x00, 0x80}) == Bytes{0x80}));
}

BOOST_AUTO_TEST_CASE(negative_mpints_are_refused) {
  CHECK_MALFORMED(mpint({0, 0, 0, 2, 0xed, 0xcc}));                    // -1234, RFC 4251 section 5
  CHECK_MALFORMED(mpint({0, 0, 0, 5, 0xff, 0x21, 0x52, 0x41, 0x11}));  // -deadbeef
  CHECK_MALFORMED(mpint({0, 0, 0, 1, 0x80}));
}

BOOST_AUTO_TEST_CASE(mpints_that_are_longer_than_needed_are_refused) {
  CHECK_MALFORMED(mpint({0, 0, 0, 1, 0x00}));
  CHECK_MALFORMED(mpint({0, 0, 0, 2, 0x00, 0x7f}));
  CHECK_MALFORMED(mpint({0, 0, 0, 3, 0x00, 0x00, 0x80}));
}

BOOST_AUTO_TEST_CASE(nothing_is_read_past_the_end) {
  const Bytes three{0, 0, 0};
  CHECK_MALFORMED(Reader({}).byte());
  CHECK_MALFORMED(Reader({}).boolean());
  CHECK_MALFORMED(Reader(three).uint32());
  CHECK_MALFORMED(Reader(Bytes(7)).uint64());
  CHECK_MALFORMED(Reader(three).string());
  CHECK_MALFORMED(Reader(three).text());
  CHECK_MALFORMED(Reader(three).mpint());
  CHECK_MALFORMED(Reader(three).raw(4));
  CHECK_MALFORMED(Reader(three).raw(SIZE_MAX));
}

BOOST_AUTO_TEST_CASE(lengths_beyond_the_payload_are_refused) {
  CHECK_MALFORMED(Reader(Bytes{0, 0, 0, 2, 'x'}).string());
  CHECK_MALFORMED(Reader(Bytes{0xff, 0xff, 0xff, 0xff, 'x'}).string());
  CHECK_MALFORMED(Reader(Bytes{0x7f, 0xff, 0xff, 0xff}).mpint());
}

BOOST_AUTO_TEST_CASE(a_failed_read_takes_nothing) {
  const Bytes data{1, 2, 3};
  Reader reader(data);
  CHECK_MALFORMED(reader.uint32());
  BOOST_TEST(reader.remaining() == 3U);
}

BOOST_AUTO_TEST_CASE(expect_end_refuses_what_is_left_over) {
  const Bytes data{1, 2};
  Reader reader(data);
  CHECK_MALFORMED(reader.expect_end());
  reader.raw(2);
  BOOST_CHECK_NO_THROW(reader.expect_end());
}

BOOST_AUTO_TEST_SUITE_END()
