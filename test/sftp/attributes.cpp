// amiko - tests of attributes of files
#include <amiko/sftp/sftp_attributes.hpp>

#include "../../libs/sftp/src/packet.hpp"

#include <amiko/base/error.hpp>

#include <boost/test/unit_test.hpp>

#include <sys/stat.h>

#include <string>
#include <vector>

#include "common/calls.hpp"

using amiko::Bytes;
using amiko::ByteView;
using amiko::errc;
using amiko::FileTime;
using amiko::FileType;
using amiko::SftpAttributes;
using amiko::test::has_code;
namespace sftp = amiko::sftp;

namespace {

Bytes encoded(const SftpAttributes& attributes) {
  Bytes out;
  sftp::encode_attributes(out, attributes, sftp::version_3);
  return out;
}

SftpAttributes decoded(ByteView bytes) {
  amiko::wire::Reader reader(bytes);
  SftpAttributes attributes = sftp::decode_attributes(reader, sftp::version_3);
  reader.expect_end();
  return attributes;
}

SftpAttributes everything() {
  return {.size = 0x123456789a,
          .uid = 1000,
          .gid = 1001,
          .permissions = 0100644,
          .atime = FileTime{1700000000, 0},
          .mtime = FileTime{1700000001, 0},
          .extended = {{"name@example.org", Bytes{1, 2, 3}}, {"", Bytes{}}}};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(attributes)

BOOST_AUTO_TEST_CASE(nothing_told_is_flags_alone) {
  BOOST_TEST(encoded({}) == (Bytes{0, 0, 0, 0}), boost::test_tools::per_element());
  BOOST_TEST((decoded(encoded({})) == SftpAttributes{}));
}

BOOST_AUTO_TEST_CASE(fields_come_in_the_order_of_the_draft) {
  const Bytes expected{0, 0, 0, 0x0f, 0, 0, 0, 0,    0, 0, 0, 9, 0, 0, 0, 1,
                       0, 0, 0, 2,    0, 0, 1, 0xa4, 0, 0, 0, 3, 0, 0, 0, 4};
  BOOST_TEST(
      encoded(
          {.size = 9, .uid = 1, .gid = 2, .permissions = 0644, .atime = FileTime{3}, .mtime = FileTime{4}}) ==
          expected,
      boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(every_combination_comes_back) {
  for (unsigned set = 0; set < 32; ++set) {
    SftpAttributes attributes = everything();
    if (!(set & 1)) attributes.size.reset();
    if (!(set & 2)) attributes.uid.reset(), attributes.gid.reset();
    if (!(set & 4)) attributes.permissions.reset();
    if (!(set & 8)) attributes.atime.reset(), attributes.mtime.reset();
    if (!(set & 16)) attributes.extended.clear();
    BOOST_TEST((decoded(encoded(attributes)) == attributes), "set " << set);
  }
}

BOOST_AUTO_TEST_CASE(half_a_pair_is_not_sent) {
  BOOST_TEST((decoded(encoded({.uid = 1})) == SftpAttributes{}));
  BOOST_TEST((decoded(encoded({.mtime = FileTime{1}})) == SftpAttributes{}));
}

BOOST_AUTO_TEST_CASE(times_outside_of_the_field_are_the_nearest_ones) {
  const auto times = decoded(encoded({.atime = FileTime{-5}, .mtime = FileTime{0x100000005}}));
  BOOST_TEST(times.atime->seconds == 0);
  BOOST_TEST(times.mtime->seconds == 0xffffffff);
}

BOOST_AUTO_TEST_CASE(each_missing_byte_is_an_error) {
  const Bytes all = encoded(everything());
  for (std::size_t have = 0; have < all.size(); ++have)
    BOOST_CHECK_EXCEPTION(decoded(ByteView(all).first(have)), amiko::ProtocolError,
                          has_code(errc::malformed_packet));
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-26"))
BOOST_AUTO_TEST_CASE(a_huge_count_of_extended_pairs_is_an_error_soon) {
  const Bytes bytes{0x80, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0};
  BOOST_CHECK_EXCEPTION(decoded(bytes), amiko::ProtocolError, has_code(errc::malformed_packet));
}

BOOST_AUTO_TEST_CASE(the_type_comes_from_the_permissions) {
  const std::vector<std::pair<std::uint32_t, FileType>> types{
      {S_IFREG, FileType::regular},     {S_IFDIR, FileType::directory},
      {S_IFLNK, FileType::symlink},     {S_IFSOCK, FileType::socket},
      {S_IFCHR, FileType::char_device}, {S_IFBLK, FileType::block_device},
      {S_IFIFO, FileType::fifo},        {0, FileType::unknown}};
  for (const auto& [bits, type] : types)
    BOOST_TEST((SftpAttributes{.permissions = bits | 0777}.type() == type), "bits " << bits);
  BOOST_TEST((SftpAttributes{}.type() == FileType::unknown));
  BOOST_TEST(SftpAttributes{.permissions = S_IFREG | 06755}.mode().value() == 06755u);
}

BOOST_AUTO_TEST_CASE(a_stat_structure_has_everything) {
  struct stat status {};
  status.st_size = 5;
  status.st_uid = 1;
  status.st_gid = 2;
  status.st_mode = S_IFREG | 0600;
  status.st_atim = {10, 11};
  status.st_mtim = {12, 13};
  const auto attributes = SftpAttributes::from(status);
  BOOST_TEST(attributes.size.value() == 5u);
  BOOST_TEST(attributes.uid.value() == 1u);
  BOOST_TEST(attributes.gid.value() == 2u);
  BOOST_TEST(attributes.is_regular());
  BOOST_TEST((attributes.atime == FileTime{10, 11}));
  BOOST_TEST((attributes.mtime == FileTime{12, 13}));
}

BOOST_AUTO_TEST_CASE(modes_are_flags) {
  using namespace amiko;
  const std::vector<std::pair<std::string, std::uint32_t>> modes{
      {"r", sftp_read},
      {"rb", sftp_read},
      {"r+", sftp_read | sftp_write},
      {"rb+", sftp_read | sftp_write},
      {"r+b", sftp_read | sftp_write},
      {"w", sftp_write | sftp_create | sftp_truncate},
      {"w+", sftp_read | sftp_write | sftp_create | sftp_truncate},
      {"a", sftp_write | sftp_create | sftp_append},
      {"x", sftp_write | sftp_create | sftp_exclusive}};
  for (const auto& [mode, flags] : modes)
    BOOST_TEST(sftp_open_flags(mode) == flags, mode);
  for (const char* mode : {"", "b", "+", "rw", "q", "r w"})
    BOOST_CHECK_EXCEPTION(sftp_open_flags(mode), amiko::Error, has_code(errc::invalid_argument));
}

BOOST_AUTO_TEST_SUITE_END()
