// amiko - tests of how fast a copy is, and may be
#include "../../libs/sftp/src/transfer_rate.hpp"

#include <boost/test/unit_test.hpp>

using amiko::sftp::BandwidthLimit;
using amiko::sftp::RateMeter;
using Clock = RateMeter::Clock;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(transfer_rate)

BOOST_AUTO_TEST_CASE(nothing_is_known_at_first) {
  const RateMeter meter{Clock::time_point()};
  BOOST_TEST(meter.rate() == 0);
  BOOST_TEST(!meter.time_for(100));
}

BOOST_AUTO_TEST_CASE(the_rate_is_that_of_the_last_seconds) {
  const Clock::time_point start{};
  RateMeter meter(start);
  std::uint64_t total = 0;
  for (int i = 1; i <= 1000; ++i)
    meter.add(total += 10'000, start + i * 10ms);  // a million a second for ten seconds
  BOOST_TEST(meter.rate() == 1e6, boost::test_tools::tolerance(0.01));
  BOOST_TEST((meter.time_for(5'000'000) == 5s));
  BOOST_TEST((meter.time_for(1) == 1s));
  BOOST_TEST((meter.time_for(0) == 0s));
  for (int i = 1; i <= 500; ++i)
    meter.add(total += 100, start + 10s + i * 10ms);
  BOOST_TEST(meter.rate() == 1e4, boost::test_tools::tolerance(0.05));
}

BOOST_AUTO_TEST_CASE(a_limit_holds_in_the_mean) {
  BandwidthLimit limit(1'000'000);
  Clock::time_point now{};
  std::uint64_t sent = 0;
  for (int i = 0; i < 1000; ++i) {
    now = std::max(now, limit.free_at());
    BOOST_TEST(limit.open(now));
    limit.sent(50'000, now);
    sent += 50'000;
    BOOST_TEST(!limit.open(now));
  }
  const std::chrono::duration<double> time = now - Clock::time_point{};
  BOOST_TEST(static_cast<double>(sent) / time.count() == 1e6, boost::test_tools::tolerance(0.01));
}

BOOST_AUTO_TEST_CASE(what_was_not_used_is_not_made_up_for) {
  BandwidthLimit limit(1000);
  limit.sent(1000, Clock::time_point(100s));
  BOOST_TEST(!limit.open(Clock::time_point(100'900ms)));
  BOOST_TEST(limit.open(Clock::time_point(101s)));
}

BOOST_AUTO_TEST_CASE(no_limit) {
  BandwidthLimit limit(0);
  limit.sent(std::uint64_t{1} << 40, {});
  BOOST_TEST(limit.open({}));
  BOOST_TEST(!limit.is_limited());
}

BOOST_AUTO_TEST_SUITE_END()
