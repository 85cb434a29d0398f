// amiko - tests of the lines of `ls -l`
#include "../../libs/sftp/src/longname.hpp"

#include <boost/test/unit_test.hpp>

#include <array>

using namespace amiko;

namespace {

constexpr std::time_t now = 1'700'000'000;

std::string line(std::uint32_t mode, std::int64_t mtime = now - 60) {
  const SftpAttributes attributes{
      .size = 4096, .uid = 1, .gid = 2, .permissions = mode, .mtime = FileTime{mtime, 0}};
  return sftp::longname("name", attributes, {.links = 3, .user = "ann", .group = "verylonggroup"}, now);
}

std::string local(std::time_t time, const char* format) {
  std::tm parts{};
  ::localtime_r(&time, &parts);
  std::array<char, 64> text{};
  std::strftime(text.data(), text.size(), format, &parts);
  return text.data();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(sftp_longname)

BOOST_AUTO_TEST_CASE(has_the_columns_of_sftp_server) {
  BOOST_TEST(line(0100640) ==
             "-rw-r-----    3 ann      verylonggroup     4096 " + local(now - 60, "%b %e %H:%M") + " name");
  BOOST_TEST(sftp::longname("x", {}, {}, now).starts_with("??????????    ? ?        ?               ? "));
}

BOOST_AUTO_TEST_CASE(shows_types_and_special_bits) {
  BOOST_TEST(line(0041777).starts_with("drwxrwxrwt "));
  BOOST_TEST(line(0041776).starts_with("drwxrwxrwT "));
  BOOST_TEST(line(0104755).starts_with("-rwsr-xr-x "));
  BOOST_TEST(line(0104644).starts_with("-rwSr--r-- "));
  BOOST_TEST(line(0102755).starts_with("-rwxr-sr-x "));
  BOOST_TEST(line(0120777).starts_with("lrwxrwxrwx "));
  BOOST_TEST(line(0010600).starts_with("prw------- "));
  BOOST_TEST(line(0140600).starts_with("srw------- "));
  BOOST_TEST(line(0020600).starts_with("crw------- "));
  BOOST_TEST(line(0060600).starts_with("brw------- "));
}

BOOST_AUTO_TEST_CASE(shows_the_year_of_what_is_half_a_year_off) {
  constexpr std::int64_t half = 365 * 24 * 60 * 60 / 2;
  BOOST_TEST((line(0100640, now - half + 10).find(local(now - half + 10, "%H:%M")) != std::string::npos));
  BOOST_TEST((line(0100640, now - half - 10).find(local(now - half - 10, "%b %e  %Y")) != std::string::npos));
  BOOST_TEST((line(0100640, now + 3600).find(local(now + 3600, "%b %e  %Y")) != std::string::npos));
}

BOOST_AUTO_TEST_SUITE_END()
