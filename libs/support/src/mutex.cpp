// amiko - the library's mutex and condition variable
#include <amiko/support/mutex.hpp>

#include <boost/chrono/system_clocks.hpp>
#include <boost/thread/lock_types.hpp>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#if !defined(BOOST_THREAD_INTERNAL_CLOCK_IS_MONO)
#error "Boost.Thread's condition variables must wait on the monotonic clock"
#endif
#if !defined(BOOST_THREAD_PROVIDES_INTERRUPTIONS)
#error "Boost.Thread must be configured with interruptions"
#endif

namespace amiko::support {
namespace {

#ifdef AMIKO_DEBUG_LOCKS
thread_local const Mutex* held_mutex = nullptr;

[[noreturn]] void lock_rule_broken(const char* what) {
  std::fprintf(stderr, "amiko: lock rule broken: %s\n", what);
  std::abort();
}

void check_may_lock(const Mutex* mutex) {
  if (held_mutex == mutex) lock_rule_broken("a thread locks a mutex that it holds already");
  if (held_mutex != nullptr) lock_rule_broken("a thread locks a second mutex");
}

void note_locked(const Mutex* mutex) {
  held_mutex = mutex;
}

void note_unlocked(const Mutex* mutex) {
  if (held_mutex != mutex) lock_rule_broken("a thread unlocks a mutex that it does not hold");
  held_mutex = nullptr;
}

void check_held(const Mutex* mutex) {
  if (held_mutex != mutex) lock_rule_broken("a thread waits with a mutex that it does not hold");
}
#else
void check_may_lock(const Mutex*) {}
void note_locked(const Mutex*) {}
void note_unlocked(const Mutex*) {}
void check_held(const Mutex*) {}
#endif

// Lends a held mutex to Boost's wait, which wants a lock type of its own.  Boost holds the mutex again when
// its wait ends, by return or by exception, so what it borrowed is always handed back locked.
class BorrowedLock {
 public:
  explicit BorrowedLock(boost::mutex& m) : lock_(m, boost::adopt_lock) {}
  BorrowedLock(const BorrowedLock&) = delete;
  BorrowedLock& operator=(const BorrowedLock&) = delete;
  ~BorrowedLock() { lock_.release(); }
  boost::unique_lock<boost::mutex>& get() { return lock_; }

 private:
  boost::unique_lock<boost::mutex> lock_;
};

// std::chrono's and Boost's steady clocks are both CLOCK_MONOTONIC.
boost::chrono::steady_clock::time_point to_boost(Deadline::Clock::time_point at) {
  const auto since_boot = std::chrono::duration_cast<std::chrono::nanoseconds>(at.time_since_epoch());
  const auto count =
      std::max<std::chrono::nanoseconds::rep>(since_boot.count(), 0);  // the kernel refuses negative times
  return boost::chrono::steady_clock::time_point(boost::chrono::nanoseconds(count));
}

}  // namespace

void Mutex::lock() {
  check_may_lock(this);
  m_.lock();
  note_locked(this);
}

bool Mutex::try_lock() {
  check_may_lock(this);
  if (!m_.try_lock()) return false;
  note_locked(this);
  return true;
}

void Mutex::unlock() {
  note_unlocked(this);
  m_.unlock();
}

#ifdef AMIKO_DEBUG_LOCKS
void assert_no_lock_held() {
  if (held_mutex != nullptr) lock_rule_broken("a thread holds a mutex across a blocking call or user code");
}
#endif

void Condition::wait(Lock& lock) {
  check_held(lock.mutex());
  BorrowedLock borrowed(lock.mutex()->m_);
  condition_.wait(borrowed.get());
}

bool Condition::wait_until(Lock& lock, Deadline deadline) {
  if (deadline.is_forever()) {
    wait(lock);
    return true;
  }
  check_held(lock.mutex());
  BorrowedLock borrowed(lock.mutex()->m_);
  return condition_.wait_until(borrowed.get(), to_boost(deadline.at())) == boost::cv_status::no_timeout;
}

}  // namespace amiko::support
