// amiko - tests of times and sizes in configuration files
#include <amiko/support/timespec.hpp>

#include <amiko/base/error.hpp>

#include <boost/test/unit_test.hpp>

using namespace amiko;
using namespace amiko::support;

namespace {

std::int64_t seconds(std::string_view text) {
  return parse_time(text).value().count();
}

bool is_invalid(const Error& error) {
  return error.code() == errc::invalid_argument;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(times_and_sizes)

// The examples of sshd_config(5), TIME FORMATS
BOOST_AUTO_TEST_CASE(times_of_the_manual) {
  BOOST_TEST(seconds("600") == 600);
  BOOST_TEST(seconds("10m") == 600);
  BOOST_TEST(seconds("1h30m") == 5400);
}

BOOST_AUTO_TEST_CASE(every_unit_in_either_case) {
  BOOST_TEST(seconds("0") == 0);
  BOOST_TEST(seconds("7s") == 7);
  BOOST_TEST(seconds("7S") == 7);
  BOOST_TEST(seconds("2M") == 120);
  BOOST_TEST(seconds("3H") == 10800);
  BOOST_TEST(seconds("1d") == 86400);
  BOOST_TEST(seconds("1W") == 604800);
  BOOST_TEST(seconds("1w2d3h4m5s") == 604800 + 2 * 86400 + 3 * 3600 + 4 * 60 + 5);
  BOOST_TEST(seconds("1m30") == 90);
}

BOOST_AUTO_TEST_CASE(none_is_no_time) {
  BOOST_TEST(!parse_time("none"));
  BOOST_TEST(!parse_time("None"));
}

BOOST_AUTO_TEST_CASE(bad_times) {
  for (const char* text : {"", "m", "1x", "-1", "+1", " 1", "1 ", "1h ", "1hm", "nonesuch", "1.5h",
                           "9223372036854775808", "9223372036854775807m", "9223372036854775807s1s"})
    BOOST_CHECK_EXCEPTION(parse_time(text), Error, is_invalid);
}

BOOST_AUTO_TEST_CASE(the_largest_time) {
  BOOST_TEST(seconds("9223372036854775807") == INT64_MAX);
}

BOOST_AUTO_TEST_CASE(the_error_shows_the_text) {
  BOOST_CHECK_EXCEPTION(parse_time("1x\n"), Error, [](const Error& error) {
    return std::string_view(error.what()).find("\"1x\\012\" is no time") != std::string_view::npos;
  });
}

BOOST_AUTO_TEST_CASE(sizes) {
  BOOST_TEST(parse_size("0") == 0U);
  BOOST_TEST(parse_size("4096") == 4096U);
  BOOST_TEST(parse_size("512K") == 512U * 1024);
  BOOST_TEST(parse_size("512k") == 512U * 1024);
  BOOST_TEST(parse_size("3m") == 3U * 1024 * 1024);
  BOOST_TEST(parse_size("1G") == 1024ULL * 1024 * 1024);
  BOOST_TEST(parse_size("18446744073709551615") == UINT64_MAX);
  BOOST_TEST(parse_size("17179869183G") == 17179869183ULL << 30);
}

BOOST_AUTO_TEST_CASE(bad_sizes) {
  for (const char* text :
       {"", "K", "1T", "1KB", "-1", " 1", "1 ", "1K1", "none", "18446744073709551616", "17179869184G"})
    BOOST_CHECK_EXCEPTION(parse_size(text), Error, is_invalid);
}

BOOST_AUTO_TEST_SUITE_END()
