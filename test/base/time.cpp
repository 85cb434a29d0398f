// amiko - tests of timeouts and deadlines
#include <amiko/base/time.hpp>

#include <boost/test/unit_test.hpp>

#include <limits>

using namespace amiko;
using namespace std::chrono_literals;
using Clock = Deadline::Clock;
using std::chrono::nanoseconds;

static_assert(Timeout(5s).duration() == 5s);
static_assert(Timeout(forever).is_forever());

BOOST_AUTO_TEST_SUITE(timeouts)

BOOST_AUTO_TEST_CASE(any_duration_will_do) {
  BOOST_TEST((Timeout(90s).duration() == 90s));
  BOOST_TEST((Timeout(2h).duration() == 7200s));
  BOOST_TEST((Timeout(std::chrono::duration<double>(0.25)).duration() == 250ms));
  BOOST_TEST((Timeout(7ns).duration() == 7ns));
}

BOOST_AUTO_TEST_CASE(zero_and_less_mean_do_not_block) {
  BOOST_TEST(Timeout(0s).is_zero());
  BOOST_TEST(Timeout(-5s).is_zero());
  BOOST_TEST(Timeout(nanoseconds::min()).is_zero());
  BOOST_TEST(Timeout(std::chrono::hours::min()).is_zero());
  BOOST_TEST(!Timeout(1ns).is_zero());
  BOOST_TEST(!Timeout(forever).is_zero());
}

BOOST_AUTO_TEST_CASE(durations_that_nanoseconds_cannot_hold_become_the_largest) {
  const auto largest = Timeout(nanoseconds::max());
  BOOST_TEST((Timeout(std::chrono::hours::max()) == largest));
  BOOST_TEST((Timeout(std::chrono::seconds::max()) == largest));
  BOOST_TEST((Timeout(std::chrono::duration<double>(1e300)) == largest));
  BOOST_TEST((Timeout(std::chrono::duration<double>(std::numeric_limits<double>::infinity())) == largest));
  BOOST_TEST(!largest.is_forever());
}

BOOST_AUTO_TEST_CASE(timeouts_compare) {
  BOOST_TEST((Timeout(1s) == Timeout(1000ms)));
  BOOST_TEST(!(Timeout(1s) == Timeout(2s)));
  BOOST_TEST((Timeout(forever) == Timeout(forever)));
  BOOST_TEST(!(Timeout(forever) == Timeout(0s)));
}

BOOST_AUTO_TEST_CASE(a_deadline_lies_its_timeout_ahead) {
  const auto before = Clock::now();
  const Deadline deadline = Deadline::after(1h);
  const auto after = Clock::now();
  BOOST_TEST((deadline.at() >= before + 1h && deadline.at() <= after + 1h));
  BOOST_TEST(!deadline.passed());
  BOOST_TEST((deadline.left().duration() <= 1h));
  BOOST_TEST(!deadline.left().is_zero());
}

BOOST_AUTO_TEST_CASE(timeout_zero_has_passed_at_once) {
  const Deadline deadline = Deadline::after(0s);
  BOOST_TEST(deadline.passed());
  BOOST_TEST(deadline.left().is_zero());
}

BOOST_AUTO_TEST_CASE(a_deadline_in_the_past_has_nothing_left) {
  for (const Clock::time_point at : {Clock::time_point(), Clock::now()}) {
    BOOST_TEST(Deadline(at).passed());
    BOOST_TEST(Deadline(at).left().is_zero());
  }
}

BOOST_AUTO_TEST_CASE(the_earliest_point_of_the_clock_has_nothing_left) {
  const Deadline first(Clock::time_point::min());
  BOOST_TEST(first.passed());
  BOOST_TEST(first.left().is_zero());
}

BOOST_AUTO_TEST_CASE(forever_never_passes) {
  const Deadline never(forever);
  BOOST_TEST(never.is_forever());
  BOOST_TEST(!never.passed());
  BOOST_TEST(never.left().is_forever());
  BOOST_TEST(Deadline::after(forever).is_forever());
}

BOOST_AUTO_TEST_CASE(timeouts_beyond_the_clock_s_end_are_forever) {
  BOOST_TEST(Deadline::after(nanoseconds::max()).is_forever());
  BOOST_TEST(Deadline::after(std::chrono::hours::max()).is_forever());
  BOOST_TEST(!Deadline::after(24h * 365 * 100).is_forever());
}

BOOST_AUTO_TEST_CASE(the_earlier_of_two) {
  const Deadline one(Clock::time_point(1s));
  const Deadline two(Clock::time_point(2s));
  BOOST_TEST((earlier(one, two).at() == one.at()));
  BOOST_TEST((earlier(two, one).at() == one.at()));
  BOOST_TEST((earlier(one, forever).at() == one.at()));
  BOOST_TEST((earlier(forever, one).at() == one.at()));
  BOOST_TEST(earlier(Deadline(forever), forever).is_forever());
}

BOOST_AUTO_TEST_SUITE_END()
