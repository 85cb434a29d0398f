// amiko - tests of a channel's flow control
#include <amiko/base/error.hpp>
#include <amiko/protocol/channel_window.hpp>

#include <boost/test/unit_test.hpp>

#include "common/fixed_random.hpp"

#include <algorithm>
#include <limits>

namespace amiko::protocol {
namespace {

constexpr std::uint32_t kib = 1024;
constexpr std::uint32_t mib = 1024 * 1024;
constexpr std::size_t plenty = 64 * mib;

bool is_protocol_error(const Error& error) {
  return error.code() == errc::protocol_error;
}

/// The peer sends `n` bytes in packets as large as they may be.
void receive(ReceiveWindow& window, std::size_t n, std::size_t packet = 32 * kib) {
  for (; n > 0; n -= std::min(n, packet))
    window.received(std::min(n, packet));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(channel_window)

BOOST_AUTO_TEST_CASE(a_message_carries_what_window_and_packet_size_allow) {
  SendWindow window(100, 32);
  BOOST_TEST(window.available() == 32u);
  window.take(32);
  window.take(32);
  window.take(32);
  BOOST_TEST(window.available() == 4u);
  BOOST_TEST(window.window() == 4u);
  window.take(4);
  BOOST_TEST(window.available() == 0u);
  window.grant(1000);
  BOOST_TEST(window.available() == 32u);
  BOOST_TEST(window.window() == 1000u);
  BOOST_TEST(window.max_packet() == 32u);
}

BOOST_AUTO_TEST_CASE(nothing_may_be_sent_through_an_empty_or_unset_window) {
  BOOST_TEST(SendWindow().available() == 0u);
  BOOST_TEST(SendWindow(0, 32).available() == 0u);
  BOOST_TEST(SendWindow(32, 0).available() == 0u);
}

BOOST_AUTO_TEST_CASE(a_window_reaches_2_to_the_32_less_1_and_no_further) {
  SendWindow window(1, 32);
  window.grant(0xfffffffe);
  BOOST_TEST(window.window() == 0xffffffffu);
  window.grant(0);
  BOOST_CHECK_EXCEPTION(window.grant(1), Error, is_protocol_error);
  BOOST_CHECK_EXCEPTION(window.grant(0xffffffff), Error, is_protocol_error);
  BOOST_TEST(window.window() == 0xffffffffu);
}

BOOST_AUTO_TEST_CASE(the_peer_may_fill_the_window_and_not_one_byte_more) {
  ReceiveWindow window({.initial = 100 * kib, .max = 100 * kib, .max_packet = 32 * kib});
  BOOST_TEST(window.initial() == 100 * kib);
  receive(window, 100 * kib);
  window.received(0);
  BOOST_CHECK_EXCEPTION(window.received(1), Error, is_protocol_error);
}

BOOST_AUTO_TEST_CASE(the_peer_may_not_send_more_at_once_than_the_packet_size) {
  ReceiveWindow window({.initial = 100 * kib, .max = 100 * kib, .max_packet = 32 * kib});
  window.received(32 * kib);
  BOOST_CHECK_EXCEPTION(window.received(32 * kib + 1), Error, is_protocol_error);
  BOOST_CHECK_EXCEPTION(window.received(std::numeric_limits<std::size_t>::max()), Error, is_protocol_error);
}

BOOST_AUTO_TEST_CASE(a_window_that_was_never_set_takes_nothing) {
  ReceiveWindow window;
  BOOST_CHECK_EXCEPTION(window.received(1), Error, is_protocol_error);
}

BOOST_AUTO_TEST_CASE(adjusts_wait_for_an_eighth_of_the_window) {
  ReceiveWindow window(ReceiveWindow::Limits{});
  receive(window, 1 * mib);
  BOOST_TEST(window.consumed(128 * kib, false, plenty) == 0u);
  BOOST_TEST(window.consumed(128 * kib - 1, false, plenty) == 0u);
  BOOST_TEST(window.consumed(1, false, plenty) == 256 * kib);
  BOOST_TEST(window.consumed(255 * kib, false, plenty) == 0u);
  BOOST_TEST(window.growth() == 0u);
}

BOOST_AUTO_TEST_CASE(adjusts_of_a_small_window_wait_for_three_packets_or_half_of_it) {
  ReceiveWindow three({.initial = 512 * kib, .max = 512 * kib, .max_packet = 32 * kib});
  receive(three, 512 * kib);
  BOOST_TEST(three.consumed(96 * kib - 1, false, plenty) == 0u);
  BOOST_TEST(three.consumed(1, false, plenty) == 96 * kib);

  ReceiveWindow half({.initial = 64 * kib, .max = 64 * kib, .max_packet = 32 * kib});
  receive(half, 64 * kib);
  BOOST_TEST(half.consumed(32 * kib - 1, false, plenty) == 0u);
  BOOST_TEST(half.consumed(1, false, plenty) == 32 * kib);
}

BOOST_AUTO_TEST_CASE(no_window_is_so_small_that_it_stays_shut) {
  for (std::uint32_t size = 1; size < 40; ++size) {
    ReceiveWindow window({.initial = size, .max = size, .max_packet = 32 * kib});
    receive(window, size);
    BOOST_TEST(window.consumed(size, true, 0) == size);
    BOOST_CHECK_NO_THROW(receive(window, size));
  }
}

BOOST_AUTO_TEST_CASE(granted_bytes_can_be_sent_again) {
  ReceiveWindow window({.initial = 64 * kib, .max = 64 * kib, .max_packet = 32 * kib});
  for (int round = 0; round < 100; ++round) {
    receive(window, 64 * kib);
    BOOST_REQUIRE(window.consumed(64 * kib, true, plenty) == 64 * kib);
  }
  BOOST_TEST(window.target() == 64 * kib);
}

BOOST_AUTO_TEST_CASE(the_window_doubles_when_the_peer_used_it_up_and_all_was_taken) {
  ReceiveWindow window(ReceiveWindow::Limits{});
  receive(window, 2 * mib);
  BOOST_TEST(window.consumed(2 * mib, true, plenty) == 4 * mib);
  BOOST_TEST(window.target() == 4 * mib);
  BOOST_TEST(window.growth() == 2 * mib);
  receive(window, 3 * mib);
  BOOST_TEST(window.consumed(3 * mib, true, plenty) == 3 * mib);  // not again before 4 MiB have come
  receive(window, 1 * mib);
  BOOST_TEST(window.consumed(1 * mib, true, plenty) == 5 * mib);
  BOOST_TEST(window.target() == 8 * mib);
  receive(window, 8 * mib);
  BOOST_TEST(window.consumed(8 * mib, true, plenty) == 16 * mib);
  receive(window, 16 * mib);
  BOOST_TEST(window.consumed(16 * mib, true, plenty) == 16 * mib);
  BOOST_TEST(window.target() == 16 * mib);
  BOOST_TEST(window.growth() == 14 * mib);
}

// The usual case on a long way: each packet is taken at once, and grants are under way while the peer waits.
BOOST_AUTO_TEST_CASE(the_window_grows_although_grants_went_out_all_along) {
  ReceiveWindow window(ReceiveWindow::Limits{});
  std::size_t granted = 2 * mib;
  for (std::size_t sent = 0; sent < 2 * mib; sent += 32 * kib) {
    window.received(32 * kib);
    granted += window.consumed(32 * kib, true, plenty);
  }
  BOOST_TEST(window.target() == 4 * mib);
  BOOST_TEST(granted == 2 * mib + 4 * mib);
}

BOOST_AUTO_TEST_CASE(the_window_stays_while_the_application_is_behind) {
  ReceiveWindow window(ReceiveWindow::Limits{});
  receive(window, 2 * mib);
  for (int round = 0; round < 100; ++round) {
    const std::uint32_t granted = window.consumed(256 * kib, false, plenty);
    BOOST_REQUIRE(granted == 256 * kib);
    receive(window, granted);
  }
  BOOST_TEST(window.target() == 2 * mib);
}

BOOST_AUTO_TEST_CASE(the_window_stays_while_little_is_sent) {
  ReceiveWindow window(ReceiveWindow::Limits{});
  receive(window, 1 * mib);
  BOOST_TEST(window.consumed(1 * mib, true, plenty) == 1 * mib);
  BOOST_TEST(window.growth() == 0u);
}

BOOST_AUTO_TEST_CASE(the_budget_caps_the_growth) {
  ReceiveWindow window(ReceiveWindow::Limits{});
  receive(window, 2 * mib);
  BOOST_TEST(window.consumed(2 * mib, true, 0) == 2 * mib);
  BOOST_TEST(window.growth() == 0u);
  receive(window, 2 * mib);
  BOOST_TEST(window.consumed(2 * mib, true, 300 * kib) == 2 * mib + 300 * kib);
  BOOST_TEST(window.growth() == 300 * kib);
}

BOOST_AUTO_TEST_CASE(the_largest_window_does_not_overflow) {
  constexpr std::uint32_t largest = std::numeric_limits<std::uint32_t>::max();
  ReceiveWindow window({.initial = 0x80000000, .max = largest, .max_packet = largest});
  window.received(0x80000000);
  BOOST_TEST(window.consumed(0x80000000, true, std::numeric_limits<std::size_t>::max()) == largest);
  BOOST_TEST(window.target() == largest);
  window.received(largest);
  BOOST_TEST(window.consumed(largest, true, std::numeric_limits<std::size_t>::max()) == largest);
}

BOOST_AUTO_TEST_CASE(more_consumed_than_received_grants_nothing_for_nothing) {
  ReceiveWindow window({.initial = 64 * kib, .max = 64 * kib, .max_packet = 32 * kib});
  BOOST_TEST(window.consumed(64 * kib, true, plenty) == 0u);
  window.received(32 * kib);
  BOOST_TEST(window.consumed(std::numeric_limits<std::size_t>::max(), true, plenty) == 32 * kib);
}

BOOST_AUTO_TEST_CASE(a_maximum_below_the_start_size_shrinks_nothing) {
  ReceiveWindow window({.initial = 64 * kib, .max = 1 * kib, .max_packet = 32 * kib});
  receive(window, 64 * kib);
  BOOST_TEST(window.consumed(64 * kib, true, plenty) == 64 * kib);
  BOOST_TEST(window.target() == 64 * kib);
}

// What was granted, less what was sent, is what the peer may have on the way: never above the target, and
// never stuck.
BOOST_AUTO_TEST_CASE(random_traffic_keeps_the_sums_right) {
  test::FixedRandom random(7);
  ReceiveWindow window({.initial = 100000, .max = 1000000, .max_packet = 4000});
  std::size_t allowed = 100000, held = 0, budget = 500000;
  for (int step = 0; step < 200000; ++step) {
    const std::size_t sent = std::min(allowed, random.below(4001));
    window.received(sent);
    allowed -= sent;
    held += sent;
    const std::size_t taken = random.below(3) == 0 ? held : std::min(held, random.below(4000));
    held -= taken;
    const std::size_t grown = window.growth();
    allowed += window.consumed(taken, held == 0, budget);
    budget -= window.growth() - grown;
    BOOST_REQUIRE(allowed + held <= window.target());
    BOOST_REQUIRE((held > 0 || allowed >= window.target() / 2));
  }
  BOOST_TEST(window.growth() == 500000u);
  BOOST_TEST(budget == 0u);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::protocol
