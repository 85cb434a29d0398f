// amiko - tests of the limits on connections that have not logged in
#include "../../libs/server/src/startup_limits.hpp"

#include <amiko/base/error.hpp>

#include <boost/test/unit_test.hpp>

#include <ostream>
#include <string>
#include <vector>

#include "common/fixed_random.hpp"

namespace amiko {

std::ostream& operator<<(std::ostream& out, StartupLimits::Answer answer) {
  switch (answer) {
    case StartupLimits::Answer::admitted:
      return out << "admitted";
    case StartupLimits::Answer::too_many:
      return out << "too many";
    case StartupLimits::Answer::too_many_from_source:
      return out << "too many from source";
  }
  return out << "?";
}

}  // namespace amiko

namespace {

using amiko::StartupLimits;
using amiko::test::FixedRandom;
constexpr auto admitted = StartupLimits::Answer::admitted;
constexpr auto too_many = StartupLimits::Answer::too_many;
constexpr auto too_many_from_source = StartupLimits::Answer::too_many_from_source;

constexpr std::uint32_t lucky = 0xffffffff;  // admitted wherever there is a chance
constexpr std::uint32_t unlucky = 0;

// So many connections of other sources, however unlikely.
void fill(StartupLimits& limits, unsigned count) {
  for (unsigned i = 0; i < count; ++i)
    BOOST_REQUIRE(limits.admit("198.51." + std::to_string(i / 250) + "." + std::to_string(i % 250), lucky) ==
                  admitted);
}

// The share of connections, in percent, that is turned away while so many are under way.
double drop_rate(StartupLimits limits, unsigned under_way) {
  fill(limits, under_way);
  FixedRandom random(under_way);
  constexpr int rounds = 20000;
  int dropped = 0;
  for (int i = 0; i < rounds; ++i) {
    const auto bytes = random.bytes(4);
    const std::uint32_t number = static_cast<std::uint32_t>(bytes[0]) << 24 |
                                 static_cast<std::uint32_t>(bytes[1]) << 16 |
                                 static_cast<std::uint32_t>(bytes[2]) << 8 | bytes[3];
    if (limits.admit("10.0.0.1", number) == admitted)
      limits.release("10.0.0.1");
    else
      ++dropped;
  }
  BOOST_TEST(limits.count() == under_way);
  return 100.0 * dropped / rounds;
}

auto bad_config(const amiko::ConfigError& e) {
  return e.code() == amiko::errc::bad_config;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(startup_limits)

BOOST_AUTO_TEST_CASE(up_to_the_start_nobody_is_turned_away) {
  StartupLimits limits;
  for (unsigned i = 0; i < 10; ++i)
    BOOST_TEST(limits.admit("10.0.0.1", unlucky) == admitted);
  BOOST_TEST(limits.count() == 10U);
  BOOST_TEST(limits.admit("10.0.0.2", unlucky) == too_many);
  BOOST_TEST(limits.count() == 10U);
  limits.release("10.0.0.1");
  BOOST_TEST(limits.admit("10.0.0.2", unlucky) == admitted);
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-48"))
BOOST_AUTO_TEST_CASE(when_full_everybody_is) {
  StartupLimits limits = StartupLimits::parse("2:30:5");
  fill(limits, 5);
  BOOST_TEST(limits.admit("10.0.0.2", lucky) == too_many);
  limits.release("198.51.0.0");
  BOOST_TEST(limits.admit("10.0.0.2", lucky) == admitted);
}

// sshd_config(5): "rate/100 (30%) if there are currently start (10)", linearly to all at full (100).
BOOST_AUTO_TEST_CASE(in_between_the_chance_rises) {
  const StartupLimits limits = StartupLimits::parse("10:30:100");
  BOOST_TEST(drop_rate(limits, 9) == 0.0);
  const struct {
    unsigned under_way;
    double percent;
  } points[] = {{10, 30}, {55, 65}, {99, 99.2}};
  for (const auto& [under_way, percent] : points) {  // the standard deviation is 0.34 at most
    const double rate = drop_rate(limits, under_way);
    BOOST_TEST((rate > percent - 1.5 && rate < percent + 1.5), under_way << ": " << rate);
  }
  BOOST_TEST(drop_rate(limits, 100) == 100.0);
  BOOST_TEST(drop_rate(StartupLimits::parse("1:100:10"), 1) == 100.0);
}

BOOST_AUTO_TEST_CASE(the_chance_at_its_edge) {
  StartupLimits limits = StartupLimits::parse("1:50:2");
  BOOST_TEST(limits.admit("10.0.0.1", unlucky) == admitted);
  BOOST_TEST(limits.admit("10.0.0.1", 0x7fffffff) == too_many);
  BOOST_TEST(limits.admit("10.0.0.1", 0x80000000) == admitted);
  StartupLimits large = StartupLimits::parse("1:1:1000000");
  BOOST_TEST(large.admit("10.0.0.1", unlucky) == admitted);
  BOOST_TEST(large.admit("10.0.0.1", unlucky) == too_many);
  BOOST_TEST(large.admit("10.0.0.1", 42949673) == admitted);  // a hundredth of 2^32
}

BOOST_AUTO_TEST_CASE(texts) {
  StartupLimits limits = StartupLimits::parse("3");
  fill(limits, 3);
  BOOST_TEST(limits.admit("10.0.0.1", lucky) == too_many);
  for (const char* bad :
       {"", "0", "-1", "x", "10:30", "10:30:", "10:30:100:1", ":30:100", "10:0:100", "10:101:100",
        "101:30:100", "0:30:100", "10:30:1000001", "4294967296", "10 :30:100", " 10", "10,30,100", "none"})
    BOOST_CHECK_EXCEPTION(StartupLimits::parse(bad), amiko::ConfigError, bad_config);
  BOOST_CHECK_EXCEPTION(StartupLimits::parse("10:30:100", 0, {33, 128}), amiko::ConfigError, bad_config);
  BOOST_CHECK_EXCEPTION(StartupLimits::parse("10:30:100", 0, {32, 129}), amiko::ConfigError, bad_config);
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-48"))
BOOST_AUTO_TEST_CASE(each_source_has_its_own_limit) {
  StartupLimits limits = StartupLimits::parse("100", 2);
  BOOST_TEST(limits.admit("10.0.0.1", lucky) == admitted);
  BOOST_TEST(limits.admit("10.0.0.1", lucky) == admitted);
  BOOST_TEST(limits.admit("10.0.0.1", lucky) == too_many_from_source);
  BOOST_TEST(limits.admit("::ffff:10.0.0.1", lucky) == too_many_from_source);
  BOOST_TEST(limits.count() == 2U);
  BOOST_TEST(limits.admit("10.0.0.2", lucky) == admitted);
  limits.release("::FFFF:10.0.0.1");
  BOOST_TEST(limits.admit("10.0.0.1", lucky) == admitted);
  BOOST_TEST(limits.admit("2001:db8::1", lucky) == admitted);
  BOOST_TEST(limits.admit("2001:DB8:0::1", lucky) == admitted);
  BOOST_TEST(limits.admit("2001:db8::1%eth0", lucky) == too_many_from_source);
  BOOST_TEST(limits.admit("2001:db8::2", lucky) == admitted);
}

BOOST_AUTO_TEST_CASE(network_blocks_are_one_source) {
  StartupLimits limits = StartupLimits::parse("100", 2, {24, 64});
  for (const char* address :
       {"192.0.2.0", "192.0.2.255", "2001:db8:0:1::", "2001:db8:0:1:ffff:ffff:ffff:ffff"})
    BOOST_TEST(limits.admit(address, lucky) == admitted);
  for (const char* address : {"192.0.2.7", "2001:db8:0:1::7"})
    BOOST_TEST(limits.admit(address, lucky) == too_many_from_source, address);
  for (const char* address : {"192.0.1.255", "192.0.3.0", "2001:db8::ffff", "2001:db8:0:2::"})
    BOOST_TEST(limits.admit(address, lucky) == admitted, address);
  limits.release("192.0.2.255");
  BOOST_TEST(limits.admit("192.0.2.9", lucky) == admitted);

  StartupLimits one = StartupLimits::parse("100", 1, {0, 0});
  BOOST_TEST(one.admit("10.0.0.1", lucky) == admitted);
  BOOST_TEST(one.admit("203.0.113.1", lucky) == too_many_from_source);
  BOOST_TEST(one.admit("::1", lucky) == admitted);  // the other family
  BOOST_TEST(one.admit("2001:db8::1", lucky) == too_many_from_source);
}

BOOST_AUTO_TEST_CASE(what_has_no_address_has_only_the_common_limit) {
  StartupLimits limits = StartupLimits::parse("4", 1);
  for (const char* address : {"", "", "/run/socket", "UNKNOWN"})
    BOOST_TEST(limits.admit(address, lucky) == admitted);
  BOOST_TEST(limits.admit("", lucky) == too_many);
  limits.release("");
  BOOST_TEST(limits.count() == 3U);
  BOOST_TEST(limits.admit(std::string(1000, '1'), lucky) == admitted);
}

BOOST_AUTO_TEST_CASE(only_what_was_admitted_is_released) {
  StartupLimits limits = StartupLimits::parse("2", 1);
  limits.release("10.0.0.1");
  limits.release("");
  BOOST_TEST(limits.count() == 0U);
  BOOST_TEST(limits.admit("10.0.0.1", lucky) == admitted);
  BOOST_TEST(limits.admit("10.0.0.1", lucky) == too_many_from_source);
  limits.release("10.0.0.2");
  BOOST_TEST(limits.count() == 1U);
  limits.release("10.0.0.1");
  limits.release("10.0.0.1");
  BOOST_TEST(limits.count() == 0U);
}

BOOST_AUTO_TEST_CASE(new_settings_keep_the_counts) {
  StartupLimits limits = StartupLimits::parse("100", 0, {32, 128});
  for (const char* address : {"192.0.2.1", "192.0.2.2", "192.0.2.3"})
    BOOST_TEST(limits.admit(address, lucky) == admitted);
  limits.reconfigure(StartupLimits::parse("100", 3, {24, 128}));
  BOOST_TEST(limits.count() == 3U);
  BOOST_TEST(limits.admit("192.0.2.4", lucky) == too_many_from_source);
  limits.release("192.0.2.2");
  BOOST_TEST(limits.admit("192.0.2.4", lucky) == admitted);
  limits.reconfigure(StartupLimits::parse("2"));
  BOOST_TEST(limits.admit("10.0.0.1", lucky) == too_many);
  for (const char* address : {"192.0.2.1", "192.0.2.3", "192.0.2.4"})
    limits.release(address);
  BOOST_TEST(limits.count() == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
