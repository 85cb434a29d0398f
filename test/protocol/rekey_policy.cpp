// amiko - tests of when new keys are due
#include <amiko/protocol/rekey_policy.hpp>

#include <boost/test/unit_test.hpp>

#include <limits>

namespace amiko::protocol {
namespace {

using std::chrono::hours;
using std::chrono::nanoseconds;

constexpr std::uint64_t gibibyte = std::uint64_t{1} << 30;
constexpr std::uint64_t most_packets = std::uint64_t{1} << 31;

}  // namespace

BOOST_AUTO_TEST_SUITE(rekey_policy)

BOOST_AUTO_TEST_CASE(defaults_are_a_gibibyte_an_hour_or_2_to_the_31_packets) {
  const RekeyLimits limits;
  BOOST_TEST(!rekey_due(limits, 0, 0, nanoseconds(0)));
  BOOST_TEST(!rekey_due(limits, gibibyte - 1, most_packets - 1, hours(1) - nanoseconds(1)));
  BOOST_TEST(rekey_due(limits, gibibyte, 0, nanoseconds(0)));
  BOOST_TEST(rekey_due(limits, 0, most_packets, nanoseconds(0)));
  BOOST_TEST(rekey_due(limits, 0, 0, hours(1)));
}

BOOST_AUTO_TEST_CASE(bytes_and_time_can_be_without_limit) {
  const RekeyLimits limits{.bytes = 0, .time = nanoseconds(0)};
  BOOST_TEST(!rekey_due(limits, std::numeric_limits<std::uint64_t>::max(), 1, nanoseconds::max()));
}

BOOST_AUTO_TEST_CASE(packets_cannot) {
  for (const std::uint64_t packets :
       {std::uint64_t{0}, most_packets + 1, std::numeric_limits<std::uint64_t>::max()}) {
    const RekeyLimits limits{.bytes = 0, .packets = packets, .time = nanoseconds(0)};
    BOOST_TEST(!rekey_due(limits, 0, most_packets - 1, nanoseconds(0)));
    BOOST_TEST(rekey_due(limits, 0, most_packets, nanoseconds(0)));
  }
}

BOOST_AUTO_TEST_CASE(lower_limits_hold) {
  const RekeyLimits limits{.bytes = 16, .packets = 3, .time = nanoseconds(5)};
  BOOST_TEST(!rekey_due(limits, 15, 2, nanoseconds(4)));
  BOOST_TEST(rekey_due(limits, 16, 2, nanoseconds(4)));
  BOOST_TEST(rekey_due(limits, 15, 3, nanoseconds(4)));
  BOOST_TEST(rekey_due(limits, 15, 2, nanoseconds(5)));
}

BOOST_AUTO_TEST_CASE(a_ciphers_own_limit) {
  constexpr std::uint64_t small = 8 << 20;
  BOOST_TEST(limits_under({}, 0).bytes == gibibyte);
  BOOST_TEST(limits_under({}, small).bytes == small);
  BOOST_TEST(limits_under({}, 64 * gibibyte).bytes == gibibyte);
  BOOST_TEST(limits_under({.bytes = 0}, small).bytes == small);
  BOOST_TEST(limits_under({.bytes = 0}, 0).bytes == 0U);
  BOOST_TEST(limits_under({.bytes = 5}, small).bytes == 5U);
}

BOOST_AUTO_TEST_CASE(a_storm_is_paid_for_once) {
  RekeyBudget budget;
  int taken = 0;
  while (budget.take(hours(5), 100) && taken < 1000)
    ++taken;
  BOOST_TEST(taken == 64);  // 64 times 100 bytes buy nothing more
  for (int i = 0; i < 80; ++i)
    budget.take(hours(5), 100);
  BOOST_TEST(!budget.take(hours(5) + nanoseconds(999'999'999), 0));
}

BOOST_AUTO_TEST_CASE(data_and_time_pay) {
  RekeyBudget budget;
  nanoseconds now = hours(7);
  while (budget.take(now, 0)) {
  }
  for (int i = 0; i < 10'000; ++i)
    BOOST_REQUIRE(budget.take(now, 8192));
  BOOST_TEST(!budget.take(now, 8191));
  BOOST_TEST(budget.take(now, 1));
  for (int i = 0; i < 100; ++i)
    BOOST_REQUIRE(budget.take(now += std::chrono::seconds(1), 0));
  BOOST_TEST(!budget.take(now, 0));
  // Parts of a second are not lost.
  BOOST_TEST(!budget.take(now += std::chrono::milliseconds(600), 0));
  BOOST_TEST(budget.take(now += std::chrono::milliseconds(600), 0));
}

BOOST_AUTO_TEST_CASE(no_more_is_saved_than_64) {
  RekeyBudget budget;
  nanoseconds now = hours(1);
  BOOST_TEST(budget.take(now, std::numeric_limits<std::uint64_t>::max()));
  now += hours(10'000);
  int taken = 0;
  while (budget.take(now, 0) && taken < 1000)
    ++taken;
  BOOST_TEST(taken == 64);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::protocol
