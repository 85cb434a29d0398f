// amiko - tests of Mutex and Condition
#include <amiko/support/mutex.hpp>

#include <boost/test/unit_test.hpp>
#include <boost/thread/thread.hpp>

#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

#ifdef AMIKO_DEBUG_LOCKS
#include <sys/wait.h>
#include <unistd.h>
#include <csignal>
#include <cstdio>
#endif

using namespace amiko;
using namespace amiko::support;

BOOST_AUTO_TEST_SUITE(mutex)

BOOST_AUTO_TEST_CASE(excludes_other_threads) {
  Mutex m;
  int count = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      for (int j = 0; j < 1000; ++j) {
        const Guard guard(m);
        ++count;
      }
    });
  for (std::thread& thread : threads)
    thread.join();
  BOOST_TEST(count == 4000);
}

BOOST_AUTO_TEST_CASE(try_lock_fails_while_another_thread_holds_it) {
  Mutex m;
  bool taken = true;
  {
    const Guard guard(m);
    std::thread([&] { taken = m.try_lock(); }).join();
  }
  BOOST_TEST(!taken);
  BOOST_TEST(m.try_lock());
  m.unlock();
}

BOOST_AUTO_TEST_CASE(notify_one_ends_a_wait) {
  Mutex m;
  Condition changed;
  bool ready = false;
  std::thread thread([&] {
    const Guard guard(m);
    ready = true;
    changed.notify_one();
  });
  {
    Lock lock(m);
    while (!ready)
      changed.wait(lock);
    BOOST_TEST(lock.owns_lock());
  }
  thread.join();
}

BOOST_AUTO_TEST_CASE(notify_all_ends_every_wait) {
  Mutex m;
  Condition changed;
  int waiting = 0;
  bool ready = false;
  std::atomic<int> ended = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i)
    threads.emplace_back([&] {
      Lock lock(m);
      ++waiting;
      changed.notify_all();
      if (changed.wait(lock, forever, [&] { return ready; })) ++ended;
    });
  {
    Lock lock(m);
    changed.wait(lock, forever, [&] { return waiting == 3; });
    ready = true;
    changed.notify_all();
  }
  for (std::thread& thread : threads)
    thread.join();
  BOOST_TEST(ended == 3);
}

BOOST_AUTO_TEST_CASE(wait_until_gives_up_at_the_deadline) {
  Mutex m;
  Condition changed;
  Lock lock(m);
  const Deadline deadline = Deadline::after(std::chrono::milliseconds(1));
  while (changed.wait_until(lock, deadline)) {
  }
  BOOST_TEST(deadline.passed());
  BOOST_TEST(lock.owns_lock());
}

BOOST_AUTO_TEST_CASE(wait_until_copes_with_any_deadline_in_the_past) {
  using Point = Deadline::Clock::time_point;
  Mutex m;
  Condition changed;
  Lock lock(m);
  for (const Point at : {Point::min(), Point(), Point(std::chrono::nanoseconds(1)), Deadline::Clock::now()})
    BOOST_TEST(!changed.wait_until(lock, Deadline(at)));
}

BOOST_AUTO_TEST_CASE(wait_until_takes_the_last_deadline_there_is) {
  Mutex m;
  Condition changed;
  bool ready = false;
  std::thread thread([&] {
    const Guard guard(m);
    ready = true;
    changed.notify_one();
  });
  Lock lock(m);
  const Deadline last(Deadline::Clock::time_point::max());
  BOOST_TEST(changed.wait(lock, last, [&] { return ready; }));
  lock.unlock();
  thread.join();
}

BOOST_AUTO_TEST_CASE(wait_with_a_predicate_returns_the_predicate) {
  Mutex m;
  Condition changed;
  Lock lock(m);
  const Deadline past = Deadline::after(std::chrono::seconds(0));
  BOOST_TEST(!changed.wait(lock, past, [] { return false; }));
  BOOST_TEST(changed.wait(lock, past, [] { return true; }));
  BOOST_TEST(changed.wait(lock, forever, [] { return true; }));
}

BOOST_AUTO_TEST_CASE(the_predicate_is_asked_once_more_at_the_deadline) {
  Mutex m;
  Condition changed;
  Lock lock(m);
  int calls = 0;
  BOOST_TEST(changed.wait(lock, Deadline::after(std::chrono::seconds(0)), [&] { return ++calls == 2; }));
  BOOST_TEST(calls == 2);
}

// What an interrupted wait leaves behind: the lock held, by this thread, and free once let go.
template <class Wait>
void check_interruption(Wait wait) {
  Mutex m;
  Condition changed;
  bool waiting = false;
  bool owned = false;
  bool interrupted = false;
  boost::thread thread([&] {
    Lock lock(m);
    waiting = true;
    changed.notify_all();
    try {
      for (;;)
        wait(changed, lock);
    } catch (const boost::thread_interrupted&) {
      interrupted = true;
      owned = lock.owns_lock();
    }
  });
  {
    Lock lock(m);
    changed.wait(lock, forever, [&] { return waiting; });
  }
  thread.interrupt();
  thread.join();
  BOOST_TEST(interrupted);
  BOOST_TEST(owned);
  BOOST_TEST(m.try_lock());
  m.unlock();
}

BOOST_AUTO_TEST_CASE(interruption_ends_a_wait_with_the_lock_held) {
  check_interruption([](Condition& c, Lock& lock) { c.wait(lock); });
}

BOOST_AUTO_TEST_CASE(interruption_ends_a_timed_wait_with_the_lock_held) {
  check_interruption(
      [](Condition& c, Lock& lock) { c.wait_until(lock, Deadline::after(std::chrono::hours(1))); });
}

BOOST_AUTO_TEST_CASE(interruption_that_came_before_ends_the_next_wait) {
  Mutex m;
  Condition changed;
  bool interrupted = false;
  boost::thread thread([&] {
    Lock lock(m);
    while (!boost::this_thread::interruption_requested())
      boost::this_thread::yield();
    try {
      for (;;)
        changed.wait(lock);
    } catch (const boost::thread_interrupted&) {
      interrupted = true;
    }
  });
  thread.interrupt();
  thread.join();
  BOOST_TEST(interrupted);
}

BOOST_AUTO_TEST_CASE(locking_is_no_interruption_point) {
  Mutex m;
  bool locked = false;
  boost::thread thread([&] {
    while (!boost::this_thread::interruption_requested())
      boost::this_thread::yield();
    const Guard guard(m);
    locked = true;
  });
  thread.interrupt();
  thread.join();
  BOOST_TEST(locked);
}

#ifdef AMIKO_DEBUG_LOCKS

// Whether `offence` aborts, tried in a child process whose complaint is not shown.
template <class Offence>
bool aborts(Offence offence) {
  std::fflush(nullptr);  // what is buffered is not the child's to write
  const pid_t child = ::fork();
  if (child == 0) {
    std::signal(SIGABRT, SIG_DFL);
    ::close(STDERR_FILENO);
    offence();
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

BOOST_AUTO_TEST_CASE(breaking_the_lock_rule_aborts) {
  BOOST_TEST(aborts([] {
    Mutex a, b;
    const Guard first(a);
    const Guard second(b);
  }));
  BOOST_TEST(aborts([] {
    Mutex a;
    a.lock();
    a.lock();
  }));
  BOOST_TEST(aborts([] {
    Mutex a, b;
    const Guard first(a);
    (void)b.try_lock();
  }));
  BOOST_TEST(aborts([] {
    Mutex a;
    const Guard guard(a);
    assert_no_lock_held();
  }));
}

BOOST_AUTO_TEST_CASE(keeping_the_lock_rule_does_not) {
  BOOST_TEST(!aborts([] {
    Mutex a, b;
    Condition changed;
    { const Guard guard(a); }
    {
      Lock lock(b);
      changed.wait_until(lock, Deadline::after(std::chrono::seconds(0)));
    }
    assert_no_lock_held();
  }));
}

#endif

BOOST_AUTO_TEST_SUITE_END()
