// amiko - tests of a connection's own thread
#include <amiko/transport/worker.hpp>

#include <boost/test/unit_test.hpp>

#include <pthread.h>
#include <signal.h>

#include <array>
#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "common/calls.hpp"

using amiko::test::eventually;
using amiko::test::settle;
using amiko::transport::Worker;
using namespace std::chrono_literals;

namespace {

// Starts, and stops at the end.
struct Running {
  Running() {
    worker.start("amiko-a-very-long-name", [this] { ended = true; });
  }
  ~Running() {
    worker.stop();
    worker.join();
  }
  // Does `f` on the worker and waits for it.
  template <class F>
  void run(F f) {
    std::atomic<bool> done = false;
    worker.post([&] {
      f();
      done = true;
    });
    BOOST_REQUIRE(eventually([&] { return done.load(); }));
  }
  std::atomic<bool> ended{false};
  Worker worker;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(worker)

BOOST_AUTO_TEST_CASE(what_is_posted_runs_in_order_and_in_the_thread) {
  std::vector<int> seen;
  bool in_thread = false;
  Running running;
  for (int i = 0; i < 100; ++i)
    running.worker.post([&, i] { seen.push_back(i); });
  running.run([&] { in_thread = running.worker.in_thread(); });
  BOOST_TEST(in_thread);
  BOOST_TEST(!running.worker.in_thread());
  BOOST_REQUIRE(seen.size() == 100U);
  for (int i = 0; i < 100; ++i)
    BOOST_TEST(seen[static_cast<std::size_t>(i)] == i);
}

BOOST_AUTO_TEST_CASE(the_thread_has_a_name_and_takes_no_signals) {
  std::string name;
  sigset_t mask;
  sigset_t before;
  ::pthread_sigmask(SIG_SETMASK, nullptr, &before);
  Running running;
  running.run([&] {
    std::array<char, 32> buffer{};
    ::pthread_getname_np(::pthread_self(), buffer.data(), buffer.size());
    name = buffer.data();
    ::pthread_sigmask(SIG_SETMASK, nullptr, &mask);
  });
  BOOST_TEST(name == "amiko-a-very-lo");
  for (const int signal : {SIGINT, SIGTERM, SIGCHLD, SIGUSR1, SIGPIPE})
    BOOST_TEST(::sigismember(&mask, signal) == 1);
  sigset_t after;
  ::pthread_sigmask(SIG_SETMASK, nullptr, &after);
  BOOST_TEST(::sigismember(&after, SIGINT) == ::sigismember(&before, SIGINT));
}

BOOST_AUTO_TEST_CASE(its_last_act) {
  std::atomic<bool> ended = false;
  Worker worker;
  worker.start("x", [&] { ended = true; });
  settle();
  BOOST_TEST(!ended);
  worker.stop();
  worker.join();
  BOOST_TEST(ended.load());
  worker.join();  // again: nothing to do
}

BOOST_AUTO_TEST_CASE(never_started) {
  Worker worker;
  worker.post([] {});
  worker.stop();
  worker.join();
  BOOST_TEST(!worker.in_thread());
}

BOOST_AUTO_TEST_CASE(what_is_left_when_it_stops_is_dropped) {
  auto token = std::make_shared<int>(1);
  const std::weak_ptr<int> watch = token;
  {
    Worker worker;
    worker.start("x", [] {});
    worker.stop();
    worker.join();
    worker.post([token = std::move(token)] { *token = 2; });
  }
  BOOST_TEST(watch.expired());
}

BOOST_AUTO_TEST_CASE(joining_in_the_thread_itself_does_nothing) {
  Running running;
  running.run([&] { running.worker.join(); });
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(worker_timer)

BOOST_AUTO_TEST_CASE(it_expires_once) {
  std::atomic<int> fired = 0;
  Running running;
  std::unique_ptr<Worker::Timer> timer;
  running.run([&] {
    timer = std::make_unique<Worker::Timer>(running.worker);
    timer->arm(1ms, [&] { ++fired; });
  });
  BOOST_TEST(eventually([&] { return fired == 1; }));
  settle();
  BOOST_TEST(fired == 1);
  running.run([&] { timer.reset(); });
}

BOOST_AUTO_TEST_CASE(arming_again_replaces) {
  std::atomic<int> first = 0;
  std::atomic<int> second = 0;
  Running running;
  std::unique_ptr<Worker::Timer> timer;
  running.run([&] {
    timer = std::make_unique<Worker::Timer>(running.worker);
    timer->arm(0ms, [&] { ++first; });
    timer->arm(5ms, [&] { ++second; });
  });
  BOOST_TEST(eventually([&] { return second == 1; }));
  BOOST_TEST(first == 0);
  running.run([&] { timer.reset(); });
}

BOOST_AUTO_TEST_CASE(cancelled_or_destroyed_it_does_nothing) {
  std::atomic<int> fired = 0;
  Running running;
  running.run([&] {
    Worker::Timer cancelled(running.worker);
    cancelled.arm(0ms, [&] { ++fired; });
    std::this_thread::sleep_for(2ms);  // expired, and its handler not yet run
    cancelled.cancel();
    Worker::Timer destroyed(running.worker);
    destroyed.arm(0ms, [&] { ++fired; });
  });
  settle();
  BOOST_TEST(fired == 0);
}

BOOST_AUTO_TEST_CASE(it_can_arm_itself_again) {
  std::atomic<int> fired = 0;
  Running running;
  std::unique_ptr<Worker::Timer> timer;
  std::function<void()> tick = [&] {
    if (++fired < 5) timer->arm(1ms, tick);
  };
  running.run([&] {
    timer = std::make_unique<Worker::Timer>(running.worker);
    timer->arm(1ms, tick);
  });
  BOOST_TEST(eventually([&] { return fired == 5; }));
  running.run([&] { timer.reset(); });
}

BOOST_AUTO_TEST_SUITE_END()
