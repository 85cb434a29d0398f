// amiko - tests of the messages of SFTP
#include "../../libs/sftp/src/messages.hpp"

#include <amiko/base/error.hpp>

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

#include "common/calls.hpp"

using amiko::Bytes;
using amiko::ByteView;
using amiko::errc;
using amiko::SftpName;
using amiko::test::has_code;
namespace sftp = amiko::sftp;

namespace {

ByteView body_of(const Bytes& packet) {
  return ByteView(packet).from(sftp::header_size);
}

template <class Message>
Bytes packet_of(const Message& message) {
  Bytes out;
  sftp::encode(out, 1, message);
  return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(messages)

BOOST_AUTO_TEST_CASE(version_carries_extensions) {
  Bytes out;
  sftp::encode_version(out, sftp::PacketType::version, 3, {{{"a@b", "1"}, {"copy-data", ""}}});
  const auto extensions = sftp::decode_extensions(body_of(out)).pairs;
  BOOST_REQUIRE(extensions.size() == 2u);
  BOOST_TEST(extensions[0].first == "a@b");
  BOOST_TEST(extensions[0].second == "1");
  BOOST_TEST(extensions[1].first == "copy-data");
  BOOST_CHECK_EXCEPTION(sftp::decode_extensions(body_of(out).first(10)), amiko::ProtocolError,
                        has_code(errc::malformed_packet));
}

BOOST_AUTO_TEST_CASE(a_status_may_lack_its_texts) {
  const Bytes whole = packet_of(sftp::Status{.code = 4, .message = "no", .language = "en"});
  BOOST_TEST(sftp::decode_status(body_of(whole)).message == "no");
  BOOST_TEST(sftp::decode_status(body_of(whole)).language == "en");
  const Bytes code{0, 0, 0, 4};
  BOOST_TEST(sftp::decode_status(code).code == 4u);
  BOOST_TEST(sftp::decode_status(code).message.empty());
  BOOST_CHECK_EXCEPTION(sftp::decode_status(Bytes{0, 0}), amiko::ProtocolError,
                        has_code(errc::malformed_packet));
}

BOOST_AUTO_TEST_CASE(names_come_back) {
  const std::vector<SftpName> names{
      {.filename = "a\nb", .longname = "-rw a", .attributes = {.size = 5}},
      {.filename = std::string("\xff\xfe"), .longname = "", .attributes = {.permissions = 0100600}}};
  Bytes out;
  sftp::encode_names(out, 1, names);
  const auto read = sftp::decode_names(body_of(out));
  BOOST_REQUIRE(read.size() == 2u);
  for (std::size_t i = 0; i < 2; ++i) {
    BOOST_TEST(read[i].filename == names[i].filename);
    BOOST_TEST(read[i].longname == names[i].longname);
    BOOST_TEST((read[i].attributes == names[i].attributes));
  }
  for (std::size_t have = 0; have < body_of(out).size(); ++have)
    BOOST_CHECK_EXCEPTION(sftp::decode_names(body_of(out).first(have)), amiko::ProtocolError,
                          has_code(errc::malformed_packet));
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-26"))
BOOST_AUTO_TEST_CASE(a_huge_count_of_names_reserves_nothing) {
  const Bytes body{0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
  BOOST_CHECK_EXCEPTION(sftp::decode_names(body), amiko::ProtocolError, has_code(errc::malformed_packet));
}

BOOST_AUTO_TEST_CASE(an_extended_request_has_a_name_and_the_fields_of_its_own) {
  const Bytes fields = sftp::encoded_body(sftp::CopyData{
      .read_handle = "r", .read_offset = 1, .length = 2, .write_handle = "w", .write_offset = 3});
  const Bytes packet = packet_of(sftp::Extended{.name = sftp::extension::copy_data, .body = {fields}});
  const auto read = sftp::decode<sftp::Extended>(body_of(packet));
  BOOST_TEST(read.name == "copy-data");
  const auto copy = sftp::decode<sftp::CopyData>(read.body.bytes);
  BOOST_TEST(copy.read_handle.text() == "r");
  BOOST_TEST(copy.read_offset == 1u);
  BOOST_TEST(copy.length == 2u);
  BOOST_TEST(copy.write_handle.text() == "w");
  BOOST_TEST(copy.write_offset == 3u);
}

BOOST_AUTO_TEST_CASE(replies_of_extensions_have_the_fields_in_openssh_order) {
  sftp::StatVfsBody told{{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}};
  const Bytes bytes = sftp::encoded_body(told);
  BOOST_TEST(bytes.size() == 88u);
  for (std::size_t i = 0; i < 11; ++i)
    BOOST_TEST(bytes[8 * i + 7] == i + 1);
  const Bytes limits = sftp::encoded_body(sftp::LimitsBody{{1, 2, 3, 4}});
  BOOST_TEST(limits.size() == 32u);
  BOOST_TEST(sftp::decode<sftp::LimitsBody>(limits).limits.max_write == 3u);
}

BOOST_AUTO_TEST_SUITE_END()
