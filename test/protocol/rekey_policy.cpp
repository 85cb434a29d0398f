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

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::protocol
