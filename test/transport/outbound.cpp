// amiko - tests of the sending side of a connection
#include <amiko/transport/outbound.hpp>

#include <amiko/base/error.hpp>
#include <amiko/protocol/packet_decoder.hpp>
#include <amiko/wire/message_number.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

#include "common/calls.hpp"
#include "common/fixed_random.hpp"

using amiko::Bytes;
using amiko::ByteView;
using amiko::Deadline;
using amiko::errc;
using amiko::error_code;
using amiko::forever;
using amiko::MutableBytes;
using amiko::test::Call;
using amiko::test::eventually;
using amiko::test::must;
using amiko::test::settle;
using amiko::transport::Outbound;
using Result = Outbound::Result;
using namespace std::chrono_literals;

namespace {

// Takes as many bytes as it is allowed to, in pieces as small as wanted.
class StubStream final : public amiko::transport::Stream {
 public:
  void attach(boost::asio::io_context&, amiko::transport::StreamEvents&) override {}
  void start_read(MutableBytes) override {}
  void wait_writable() override {}
  void shutdown() noexcept override {}

  std::size_t write_some(ByteView data, error_code& error) noexcept override {
    std::unique_lock lock(mutex_);
    if (closed_) written_after_close_ = true;
    ++writes_;
    if (inside_.exchange(true)) overlapped_ = true;
    changed_.notify_all();
    changed_.wait(lock, [this] { return !held_; });
    inside_ = false;
    error = error_;
    if (error_) return 0;
    const std::size_t n = std::min({data.size(), piece_, budget_});
    if (n == 0) {
      error = errc::would_block;
      return 0;
    }
    budget_ -= n;
    amiko::append(taken_, data.first(n));
    return n;
  }

  void close() noexcept override {
    const std::lock_guard guard(mutex_);
    closed_ = true;
  }

  // What the tests set and ask.
  void set(std::size_t budget, std::size_t piece = SIZE_MAX) {
    const std::lock_guard guard(mutex_);
    budget_ = budget;
    piece_ = piece;
  }
  void fail_with(error_code error) {
    const std::lock_guard guard(mutex_);
    error_ = error;
  }
  // The next writer stays inside until release().
  void hold() {
    const std::lock_guard guard(mutex_);
    held_ = true;
  }
  void release() {
    {
      const std::lock_guard guard(mutex_);
      held_ = false;
    }
    changed_.notify_all();
  }
  void wait_for_writer() {
    std::unique_lock lock(mutex_);
    BOOST_REQUIRE(changed_.wait_for(lock, 20s, [this] { return inside_.load(); }));
  }
  Bytes taken() {
    const std::lock_guard guard(mutex_);
    return taken_;
  }
  int writes() {
    const std::lock_guard guard(mutex_);
    return writes_;
  }
  bool closed() {
    const std::lock_guard guard(mutex_);
    return closed_;
  }
  bool overlapped() const { return overlapped_; }
  bool written_after_close() {
    const std::lock_guard guard(mutex_);
    return written_after_close_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  Bytes taken_;
  std::size_t budget_ = SIZE_MAX, piece_ = SIZE_MAX;
  error_code error_;
  int writes_ = 0;
  bool held_ = false, closed_ = false, written_after_close_ = false;
  std::atomic<bool> inside_{false}, overlapped_{false};
};

// An Outbound, and what a worker does for it: a thread, or the test by hand.
struct Bench {
  explicit Bench(amiko::protocol::RekeyLimits limits = {})
      : outbound(stream, limits,
                 {.flush_later = [this] { ++flushes_asked, ++work; },
                  .wait_writable = [this] { ++waits_asked, ++work; },
                  .rekey_due = [this] { ++rekeys_asked; },
                  .write_failed =
                      [this](error_code error) {
                        last_error = error.value();
                        ++failures;
                      },
                  .drained = [this] { ++drained; }}) {}
  ~Bench() { stop_worker(); }

  // Opens the gate, as the first key exchange does; the keys are none.
  void open(Bytes ext_info = {}) {
    amiko::protocol::KexMachine::SendNewKeys newkeys;
    newkeys.cipher = amiko::crypto::make_null_cipher();
    newkeys.ext_info = std::move(ext_info);
    outbound.send_newkeys(std::move(newkeys), false);
  }
  void start_worker() {
    worker = std::thread([this] {
      while (!stop) {
        if (work.exchange(0) > 0)
          outbound.flush_from_worker();
        else
          std::this_thread::sleep_for(100us);
      }
    });
  }
  void stop_worker() {
    stop = true;
    if (worker.joinable()) worker.join();
  }
  // The payloads that have been written.
  std::vector<Bytes> payloads() {
    amiko::protocol::PacketDecoder decoder;
    const Bytes all = stream.taken();
    std::vector<Bytes> list;
    for (ByteView rest = all; !rest.empty();) {
      const auto space = decoder.space();
      const std::size_t n = std::min(space.size(), rest.size());
      std::copy_n(rest.begin(), n, space.begin());
      decoder.commit(n);
      rest = rest.from(n);
      while (const auto packet = decoder.next())
        list.push_back(packet->payload.bytes());
    }
    return list;
  }
  Result send(ByteView payload, Deadline deadline = forever) {
    return outbound.send_payload(deadline, payload);
  }

  StubStream stream;
  std::atomic<int> flushes_asked{0}, waits_asked{0}, rekeys_asked{0}, failures{0}, drained{0}, last_error{0},
      work{0};
  std::atomic<bool> stop{false};
  Outbound outbound;
  std::thread worker;
};

Bytes message(std::uint8_t number, std::uint32_t value = 0) {
  return {number, static_cast<std::uint8_t>(value >> 24), static_cast<std::uint8_t>(value >> 16),
          static_cast<std::uint8_t>(value >> 8), static_cast<std::uint8_t>(value)};
}

std::uint32_t value_of(const Bytes& message) {
  return static_cast<std::uint32_t>(message[1]) << 24 | static_cast<std::uint32_t>(message[2]) << 16 |
         static_cast<std::uint32_t>(message[3]) << 8 | message[4];
}

const Bytes newkeys{21};
Deadline soon() {
  return Deadline::after(20ms);
}

bool is(Result result, Result expected) {
  return result == expected;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(outbound)

BOOST_AUTO_TEST_CASE(the_gate_is_closed_until_the_first_keys) {
  Bench bench;
  bench.outbound.send_raw("SSH-2.0-x\r\n");
  BOOST_TEST((bench.stream.taken() == Bytes{'S', 'S', 'H', '-', '2', '.', '0', '-', 'x', '\r', '\n'}));
  BOOST_TEST(bench.outbound.gate_closed());
  BOOST_TEST(is(bench.send(message(94), soon()), Result::timed_out));
  BOOST_TEST(bench.outbound.queued() == 0U);
}

BOOST_AUTO_TEST_CASE(what_is_deferred_follows_the_new_keys_in_order) {
  Bench bench;
  bench.outbound.send_kexinit(message(20));
  BOOST_TEST(is(bench.outbound.post_control(message(93, 1)), Result::sent));
  Call caller([&] { must(is(bench.send(message(94)), Result::sent)); });
  BOOST_TEST(is(bench.outbound.post_control(message(97, 2)), Result::sent));
  bench.outbound.send_kex(message(30));
  settle();
  BOOST_TEST(!caller.done());
  BOOST_TEST((bench.payloads() == std::vector<Bytes>{message(20), message(30)}));
  bench.open(message(7));
  BOOST_TEST(!caller.failure());
  BOOST_TEST(!bench.outbound.gate_closed());
  BOOST_TEST((bench.payloads() == std::vector<Bytes>{message(20), message(30), newkeys, message(7),
                                                     message(93, 1), message(97, 2), message(94)}));
}

BOOST_AUTO_TEST_CASE(the_next_exchange_closes_the_gate_again) {
  Bench bench;
  bench.open();
  BOOST_TEST(is(bench.send(message(94, 1)), Result::sent));
  bench.outbound.send_kexinit(message(20));
  BOOST_TEST(is(bench.send(message(94, 2), soon()), Result::timed_out));
  BOOST_TEST(is(bench.outbound.try_send([](auto&, auto&) { return true; }, [] {}), Result::timed_out));
  bench.open();
  BOOST_TEST(is(bench.send(message(94, 3)), Result::sent));
  BOOST_TEST((bench.payloads() ==
              std::vector<Bytes>{newkeys, message(94, 1), message(20), newkeys, message(94, 3)}));
}

BOOST_AUTO_TEST_CASE(order_is_kept_with_many_threads_and_a_stubborn_stream) {
  Bench bench;
  bench.open();
  bench.stream.set(0);
  bench.start_worker();
  constexpr std::uint32_t each = 2000;
  std::vector<Call> callers;
  for (std::uint8_t number = 90; number < 96; ++number)
    callers.emplace_back([&, number] {
      for (std::uint32_t i = 0; i < each; ++i)
        must(is(bench.send(message(number, i)), Result::sent));
    });
  // Room comes and goes, and pieces have odd sizes.
  amiko::test::FixedRandom random;
  while (std::any_of(callers.begin(), callers.end(), [](const Call& c) { return !c.done(); })) {
    bench.stream.set(random.below(30'000), 1 + random.below(3'000));
    std::this_thread::sleep_for(50us);
  }
  bench.stream.set(SIZE_MAX);
  BOOST_TEST(eventually([&] { return bench.outbound.queued() == 0; }));
  bench.stop_worker();
  for (Call& caller : callers)
    BOOST_TEST(!caller.failure());
  BOOST_TEST(!bench.stream.overlapped());  // one thread at a time in write_some()
  std::vector<std::uint32_t> next(256);
  const auto payloads = bench.payloads();
  BOOST_TEST(payloads.size() == 1 + 6 * each);
  for (const Bytes& payload : payloads)
    if (payload != newkeys) BOOST_REQUIRE(value_of(payload) == next[payload[0]]++);
}

BOOST_AUTO_TEST_CASE(what_comes_together_during_a_write_leaves_in_one) {
  Bench bench;
  bench.open();
  bench.stream.hold();
  Call writer([&] { bench.send(message(94, 0)); });
  bench.stream.wait_for_writer();
  const int before = bench.stream.writes();
  for (std::uint32_t i = 1; i <= 100; ++i)
    BOOST_TEST(is(bench.send(message(94, i)), Result::sent));  // none of them waits
  BOOST_TEST(bench.stream.writes() == before);
  bench.stream.release();
  BOOST_TEST(!writer.failure());
  BOOST_TEST(bench.payloads().size() == 102U);
  BOOST_TEST(bench.stream.writes() == before + 1);
}

BOOST_AUTO_TEST_CASE(what_the_stream_refuses_the_worker_finishes) {
  Bench bench;
  bench.open();
  bench.stream.set(10);
  BOOST_TEST(is(bench.send(Bytes(100, 94)), Result::sent));
  BOOST_TEST(bench.waits_asked == 1);
  BOOST_TEST(is(bench.send(message(94, 2)), Result::sent));  // the worker is waiting already
  BOOST_TEST(bench.waits_asked == 1);
  bench.outbound.flush_from_worker();
  BOOST_TEST(bench.waits_asked == 2);
  bench.stream.set(SIZE_MAX);
  bench.outbound.flush_from_worker();
  BOOST_TEST(bench.payloads().size() == 3U);
  BOOST_TEST(bench.outbound.queued() == 0U);
  bench.send(message(94, 3));  // and writes by itself again
  BOOST_TEST(bench.payloads().size() == 4U);
}

BOOST_AUTO_TEST_CASE(a_caller_writes_for_others_only_so_long) {
  Bench bench;
  bench.open();
  bench.stream.set(SIZE_MAX, 10);
  BOOST_TEST(is(bench.send(Bytes(10'000, 94)), Result::sent));
  BOOST_TEST(bench.flushes_asked == 1);
  while (bench.outbound.queued() > 0)
    bench.outbound.flush_from_worker();
  BOOST_TEST(bench.payloads().size() == 2U);
}

BOOST_AUTO_TEST_CASE(callers_wait_for_room) {
  Bench bench;
  bench.open();
  bench.stream.set(0);
  const Bytes large(100'000, 94);
  while (is(bench.send(large, soon()), Result::sent)) {
  }
  BOOST_TEST(bench.outbound.queued() >= 1024U * 1024);
  BOOST_TEST(bench.outbound.queued() <= 3U * 1024 * 1024);
  int room = 0;
  const auto build = [](auto& encoder, Bytes& out) {
    encoder.encode(out, message(95));
    return true;
  };
  BOOST_TEST(is(bench.outbound.try_send(build, [&] { ++room; }), Result::timed_out));
  Call caller([&] { must(is(bench.send(message(94, 7)), Result::sent)); });
  settle();
  BOOST_TEST(!caller.done());
  BOOST_TEST(room == 0);
  BOOST_TEST(is(bench.outbound.post_control(message(93)), Result::sent));  // control messages need no room
  bench.stream.set(SIZE_MAX);
  while (bench.outbound.queued() > 0)
    bench.outbound.flush_from_worker();
  BOOST_TEST(!caller.failure());
  BOOST_TEST(room == 1);
  BOOST_TEST(is(bench.outbound.try_send(build, [&] { ++room; }), Result::sent));
  BOOST_TEST(room == 1);
}

BOOST_AUTO_TEST_CASE(a_listener_is_called_when_the_gate_opens_or_the_end_comes) {
  Bench bench;
  const auto build = [](auto&, auto&) { return false; };
  int room = 0;
  BOOST_TEST(is(bench.outbound.try_send(build, [&] { ++room; }), Result::timed_out));
  bench.open();
  BOOST_TEST(room == 1);
  BOOST_TEST(is(bench.outbound.try_send(build, [&] { ++room; }), Result::refused));
  bench.outbound.send_kexinit(message(20));
  BOOST_TEST(is(bench.outbound.try_send(build, [&] { ++room; }), Result::timed_out));
  BOOST_TEST(room == 1);
  bench.outbound.abort();
  BOOST_TEST(room == 2);
  BOOST_TEST(is(bench.outbound.try_send(build, [&] { ++room; }), Result::dead));
}

BOOST_AUTO_TEST_CASE(room_is_told_at_once_or_when_it_is_there) {
  Bench bench;
  int room = 0;
  const auto ask = [&] { bench.outbound.when_room([&] { ++room; }); };
  ask();
  BOOST_TEST(room == 0);
  bench.open();
  BOOST_TEST(room == 1);
  ask();
  BOOST_TEST(room == 2);
  bench.outbound.send_kexinit(message(20));
  ask();
  BOOST_TEST(room == 2);
  bench.outbound.abort();
  BOOST_TEST(room == 3);
  ask();
  BOOST_TEST(room == 4);
}

BOOST_AUTO_TEST_CASE(nothing_is_sent_when_the_builder_says_no_or_throws) {
  Bench bench;
  bench.open();
  BOOST_TEST(is(bench.outbound.send(forever, [](auto&, auto&) { return false; }), Result::refused));
  BOOST_TEST(is(bench.outbound.post_control(message(96), [] { return false; }), Result::refused));
  BOOST_CHECK_THROW(bench.send(Bytes(400'000)), amiko::Error);
  BOOST_TEST(is(bench.send(message(94)), Result::sent));
  BOOST_TEST((bench.payloads() == std::vector<Bytes>{newkeys, message(94)}));
}

BOOST_AUTO_TEST_CASE(a_caller_that_has_no_more_reason_to_wait_leaves) {
  Bench bench;
  bool given_up = false;  // guarded by the outbound's mutex
  std::atomic<bool> refused = false;
  Call caller([&] {
    refused = is(bench.outbound.send(
                     forever, [&] { return given_up; }, [](auto&, auto&) { return true; }),
                 Result::refused);
  });
  settle();
  bench.outbound.wake_callers();
  settle();
  BOOST_TEST(!caller.done());
  bench.outbound.locked([&] { given_up = true; });
  bench.outbound.wake_callers();
  BOOST_TEST(!caller.failure());
  BOOST_TEST(refused.load());
}

BOOST_AUTO_TEST_CASE(last_words_go_out_even_in_a_key_exchange) {
  Bench bench;
  bench.open();
  bench.outbound.send_kexinit(message(20));
  bench.outbound.post_control(message(93));  // never to be sent
  Call caller([&] { must(is(bench.send(message(94)), Result::dead)); });
  settle();
  bench.outbound.finish(message(1));
  BOOST_TEST(!caller.failure());
  BOOST_TEST(bench.drained == 1);
  BOOST_TEST((bench.payloads() == std::vector<Bytes>{newkeys, message(20), message(1)}));
  BOOST_TEST(is(bench.send(message(94)), Result::dead));
  BOOST_TEST(is(bench.outbound.post_control(message(97)), Result::dead));
  bench.outbound.send_kexinit(message(20));
  bench.open();
  BOOST_TEST(bench.payloads().size() == 3U);
}

BOOST_AUTO_TEST_CASE(drained_is_called_when_all_is_written) {
  Bench bench;
  bench.open();
  bench.stream.set(0);
  bench.send(message(94));
  bench.outbound.finish(message(1));
  BOOST_TEST(bench.drained == 0);
  bench.stream.set(SIZE_MAX);
  bench.outbound.flush_from_worker();
  BOOST_TEST(bench.drained == 1);
  BOOST_TEST((bench.payloads() == std::vector<Bytes>{newkeys, message(94), message(1)}));
}

BOOST_AUTO_TEST_CASE(abort_drops_everything) {
  Bench bench;
  bench.open();
  bench.stream.set(0);
  bench.send(message(94));
  bench.outbound.send_kexinit(message(20));
  Call caller([&] { must(is(bench.send(message(94)), Result::dead)); });
  settle();
  bench.outbound.abort();
  BOOST_TEST(!caller.failure());
  bench.outbound.finish(message(1));
  BOOST_TEST(bench.drained == 0);
}

BOOST_AUTO_TEST_CASE(a_failed_write_is_told) {
  Bench bench;
  bench.open();
  bench.stream.fail_with(error_code(EPIPE, boost::system::system_category()));
  bench.send(message(94));
  BOOST_TEST(bench.failures == 1);
  BOOST_TEST(bench.last_error == EPIPE);
}

BOOST_AUTO_TEST_CASE(a_peer_that_reads_nothing_cannot_fill_the_memory) {
  Bench bench;
  bench.open();
  bench.stream.set(0);
  const Bytes answer(200'000, 99);
  int posted = 0;
  while (is(bench.outbound.post_control(answer), Result::sent) && posted < 1000)
    ++posted;
  BOOST_TEST(posted < 1000);
  BOOST_TEST(posted > 20);
  BOOST_TEST(bench.failures == 1);
  BOOST_TEST(bench.last_error == static_cast<int>(errc::resource_shortage));
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-43"))
BOOST_AUTO_TEST_CASE(neither_can_one_that_does_not_finish_a_key_exchange) {
  Bench bench;
  bench.open();
  bench.outbound.send_kexinit(message(20));
  int posted = 0;
  while (is(bench.outbound.post_control(Bytes(10'000, 99)), Result::sent) && posted < 10'000)
    ++posted;
  BOOST_TEST(posted < 200);
  BOOST_TEST(bench.failures == 1);
}

BOOST_AUTO_TEST_CASE(new_keys_are_asked_for_once) {
  Bench bench({.bytes = 0, .packets = 10, .time = 0s});
  bench.open();
  for (int i = 0; i < 9; ++i)
    bench.send(message(94));
  BOOST_TEST(bench.rekeys_asked == 0);
  for (int i = 0; i < 9; ++i)
    bench.send(message(94));
  BOOST_TEST(bench.rekeys_asked == 1);
  bench.outbound.send_kexinit(message(20));
  bench.open();
  BOOST_TEST(bench.rekeys_asked == 1);
  for (int i = 0; i < 10; ++i)
    bench.send(message(94));
  BOOST_TEST(bench.rekeys_asked == 2);
}

// What the cipher may protect (8 MiB for 3des-cbc, say) counts even where nobody has set a limit.
BOOST_AUTO_TEST_CASE(a_cipher_s_own_limit_asks_for_new_keys) {
  Bench bench({.bytes = 0, .packets = 0, .time = 0s});
  amiko::protocol::KexMachine::SendNewKeys newkeys;
  newkeys.cipher = amiko::crypto::make_null_cipher();
  newkeys.max_bytes = 10'000;
  bench.outbound.send_newkeys(std::move(newkeys), false);
  const Bytes payload(1000, 94);
  for (int i = 0; i < 9; ++i)
    bench.send(payload);
  BOOST_TEST(bench.rekeys_asked == 0);
  const std::uint64_t before = bench.outbound.bytes_under_keys();
  BOOST_TEST(before > 9000U);
  bench.send(payload);
  BOOST_TEST(bench.rekeys_asked == 1);
  BOOST_TEST(bench.outbound.bytes_under_keys() > before);
}

BOOST_AUTO_TEST_CASE(the_worker_s_end_closes_the_stream) {
  Bench bench;
  bench.open();
  bench.outbound.worker_ended();
  BOOST_TEST(bench.stream.closed());
  BOOST_TEST(is(bench.send(message(94)), Result::dead));
}

BOOST_AUTO_TEST_CASE(a_writer_inside_closes_the_stream_when_the_worker_has_ended) {
  Bench bench;
  bench.open();
  bench.stream.hold();
  Call writer([&] { bench.send(message(94)); });
  bench.stream.wait_for_writer();
  bench.outbound.worker_ended();
  BOOST_TEST(!bench.stream.closed());
  bench.stream.release();
  BOOST_TEST(!writer.failure());
  BOOST_TEST(bench.stream.closed());
  BOOST_TEST(!bench.stream.written_after_close());
}

// Between two writes listeners are called without the lock: the worker may end just then.
BOOST_AUTO_TEST_CASE(nothing_is_written_after_the_stream_was_closed) {
  Bench bench;
  bench.open();
  bench.stream.set(0);
  while (is(bench.send(Bytes(100'000, 94), soon()), Result::sent)) {
  }
  bench.outbound.try_send([](auto&, auto&) { return true; }, [&] { bench.outbound.worker_ended(); });
  bench.stream.set(SIZE_MAX);
  bench.outbound.flush_from_worker();
  BOOST_TEST(bench.stream.closed());
  BOOST_TEST(!bench.stream.written_after_close());
}

BOOST_AUTO_TEST_SUITE_END()
