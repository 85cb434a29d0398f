// amiko - tests of how many bytes a copy has under way
#include "../../libs/sftp/src/transfer_window.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <deque>

using amiko::sftp::TransferWindow;
using Clock = TransferWindow::Clock;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t block = 256 * 1024;
constexpr std::size_t memory = 32 << 20;

// A line of so many bytes a second and such a round trip carries `bytes`; how long it takes.
Clock::duration carried(TransferWindow& window, std::uint64_t bytes, double rate,
                        Clock::duration round_trip) {
  const Clock::time_point start{};
  Clock::time_point now = start, line_free = start;
  std::deque<Clock::time_point> answers;
  std::uint64_t sent = 0;
  const auto one = std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(block / rate));
  while (sent < bytes || !answers.empty()) {
    while (sent < bytes && window.room(block)) {
      window.sent(block, now);
      sent += block;
      line_free = std::max(line_free, now) + one;
      answers.push_back(line_free + round_trip);
    }
    now = std::max(now, answers.front());
    answers.pop_front();
    window.answered(block, now);
  }
  return now - start;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(transfer_window)

BOOST_AUTO_TEST_CASE(it_grows_to_what_a_long_line_holds) {
  TransferWindow window(block, memory, 0);
  carried(window, std::uint64_t{256} << 20, 400e6, 50ms);
  BOOST_TEST(window.limit() >= 20'000'000U);  // 400 MB/s times 50 ms
  BOOST_TEST(window.limit() <= memory);
  BOOST_TEST(window.under_way() == 0U);
}

BOOST_AUTO_TEST_CASE(it_stays_small_where_more_brings_nothing) {
  TransferWindow window(block, memory, 0);
  carried(window, std::uint64_t{64} << 20, 100e6, 1ms);
  BOOST_TEST(window.limit() <= std::size_t{4} << 20);
}

BOOST_AUTO_TEST_CASE(it_never_exceeds_the_memory) {
  TransferWindow window(block, 3 * block, 0);
  std::size_t most = 0;
  for (int i = 0; i < 1000; ++i) {
    while (window.room(block))
      window.sent(block, Clock::time_point(i * 10ms));
    most = std::max(most, window.under_way());
    window.answered(block, Clock::time_point(i * 10ms + 5ms));
  }
  BOOST_TEST(most == 3 * block);
}

BOOST_AUTO_TEST_CASE(one_request_may_always_go) {
  TransferWindow window(block, 1, 0);
  BOOST_TEST(window.room(block));
  window.sent(block, {});
  BOOST_TEST(!window.room(block));
}

BOOST_AUTO_TEST_CASE(a_number_of_requests_is_kept_to) {
  TransferWindow window(block, memory, 5);
  int sent = 0;
  for (; window.room(block); ++sent)
    window.sent(block, {});
  BOOST_TEST(sent == 5);
  for (; sent > 0; --sent)
    window.answered(block, {});
  carried(window, std::uint64_t{64} << 20, 400e6, 50ms);
  BOOST_TEST(window.limit() == 5 * block);
}

BOOST_AUTO_TEST_CASE(it_finds_out_when_a_line_becomes_faster) {
  TransferWindow window(block, memory, 0);
  carried(window, std::uint64_t{64} << 20, 20e6, 50ms);
  const std::size_t before = window.limit();
  carried(window, std::uint64_t{2048} << 20, 400e6, 50ms);
  BOOST_TEST(window.limit() > 4 * before);
}

BOOST_AUTO_TEST_SUITE_END()
