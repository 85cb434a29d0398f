// amiko - tests of the framing of SFTP
#include "../../libs/sftp/src/packet.hpp"

#include "../../libs/sftp/src/messages.hpp"

#include <amiko/base/error.hpp>

#include <boost/test/unit_test.hpp>

#include <string>

#include "common/calls.hpp"

using amiko::Bytes;
using amiko::ByteView;
using amiko::errc;
using amiko::test::has_code;
namespace sftp = amiko::sftp;

BOOST_AUTO_TEST_SUITE(packet)

BOOST_AUTO_TEST_CASE(a_packet_has_length_type_id_and_fields) {
  Bytes out;
  sftp::encode(out, 0x01020304, sftp::Read{.handle = "hd", .offset = 0x1122334455667788, .length = 0x8000});
  const Bytes expected{0,   0,    0,    23,   5,    1,    2,    3,    4,    0, 0, 0,    2, 'h',
                       'd', 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0, 0, 0x80, 0};
  BOOST_TEST(out == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(what_is_written_is_read_again) {
  Bytes out;
  sftp::encode(out, 7, sftp::Write{.handle = "h", .offset = 5, .data = "data"});
  std::size_t size = 0;
  const auto packet = sftp::first_packet(out, 1000, size);
  BOOST_REQUIRE(packet.has_value());
  BOOST_TEST(size == out.size());
  BOOST_TEST((packet->type == sftp::PacketType::write));
  BOOST_TEST(packet->id == 7u);
  const auto message = sftp::decode<sftp::Write>(packet->body);
  BOOST_TEST(message.handle.text() == "h");
  BOOST_TEST(message.offset == 5u);
  BOOST_TEST(message.data.text() == "data");
}

BOOST_AUTO_TEST_CASE(a_packet_counts_only_when_it_is_there_whole) {
  Bytes out;
  sftp::encode(out, 1, sftp::Stat{.path = "/some/path"});
  for (std::size_t have = 0; have < out.size(); ++have) {
    std::size_t size = 0;
    BOOST_TEST(!sftp::first_packet(ByteView(out).first(have), 1000, size).has_value());
  }
}

BOOST_AUTO_TEST_CASE(packets_behind_the_first_stay) {
  Bytes out;
  sftp::encode(out, 1, sftp::Stat{.path = "a"});
  const std::size_t first = out.size();
  sftp::encode(out, 2, sftp::Lstat{.path = "b"});
  std::size_t size = 0;
  BOOST_TEST(sftp::first_packet(out, 1000, size)->id == 1u);
  BOOST_TEST(size == first);
  BOOST_TEST(sftp::first_packet(ByteView(out).from(size), 1000, size)->id == 2u);
}

BOOST_AUTO_TEST_CASE(the_head_of_data_tells_what_comes) {
  Bytes out;
  sftp::encode(out, 7, sftp::Data{.data = ByteView("content")});
  for (std::size_t there = 0; there < 13; ++there)
    BOOST_TEST(!sftp::data_head(ByteView(out).first(there)).has_value());
  const auto head = sftp::data_head(ByteView(out).first(15));
  BOOST_REQUIRE(head.has_value());
  BOOST_TEST(head->id == 7U);
  BOOST_TEST(head->size == 7U);
  BOOST_TEST((head->begun == "co"));
  out[3] = static_cast<std::uint8_t>(out[3] + 1);  // something follows the data
  BOOST_TEST(!sftp::data_head(out).has_value());
  Bytes other;
  sftp::encode(other, 7, sftp::Handle{.handle = ByteView("content")});
  BOOST_TEST(!sftp::data_head(other).has_value());
}

BOOST_AUTO_TEST_CASE(lengths_out_of_bounds_are_refused) {
  std::size_t size = 0;
  const Bytes large{0, 0, 4, 1, 101, 0, 0, 0, 0};
  BOOST_CHECK_EXCEPTION(sftp::first_packet(large, 1024, size), amiko::ProtocolError,
                        has_code(errc::packet_too_large));
  const Bytes huge{0xff, 0xff, 0xff, 0xff};
  BOOST_CHECK_EXCEPTION(sftp::first_packet(huge, 1024, size), amiko::ProtocolError,
                        has_code(errc::packet_too_large));
  for (const int length : {0, 1, 4}) {
    const Bytes small{0, 0, 0, static_cast<std::uint8_t>(length), 101, 0, 0, 0, 0};
    BOOST_CHECK_EXCEPTION(sftp::first_packet(small, 1024, size), amiko::ProtocolError,
                          has_code(errc::malformed_packet));
  }
}

BOOST_AUTO_TEST_CASE(fields_that_are_missing_are_an_error_and_those_left_over_are_not) {
  Bytes out;
  sftp::encode(out, 1, sftp::Read{.handle = "h", .offset = 5, .length = 6});
  const ByteView body = ByteView(out).from(sftp::header_size);
  for (std::size_t have = 0; have < body.size(); ++have)
    BOOST_CHECK_EXCEPTION(sftp::decode<sftp::Read>(body.first(have)), amiko::ProtocolError,
                          has_code(errc::malformed_packet));
  out.push_back(0);
  BOOST_TEST(sftp::decode<sftp::Read>(ByteView(out).from(sftp::header_size)).length == 6u);
}

BOOST_AUTO_TEST_SUITE_END()
