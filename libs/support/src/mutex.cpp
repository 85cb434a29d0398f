// amiko - the library's mutex and condition variable
#include <amiko/support/mutex.hpp>

#include <amiko/base/error.hpp>

#include <boost/thread/condition_variable.hpp>
#include <boost/thread/thread.hpp>

#include <time.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>

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

// std::chrono's steady clock is CLOCK_MONOTONIC.
timespec to_timespec(Deadline::Clock::time_point at) {
  const auto since_boot = std::chrono::duration_cast<std::chrono::nanoseconds>(at.time_since_epoch());
  const auto count =
      std::max<std::chrono::nanoseconds::rep>(since_boot.count(), 0);  // the kernel refuses negative times
  timespec time{};
  time.tv_sec = static_cast<time_t>(count / 1'000'000'000);
  time.tv_nsec = static_cast<long>(count % 1'000'000'000);
  return time;
}

}  // namespace

void Mutex::lock() {
  check_may_lock(this);
  pthread_mutex_lock(&m_);
  note_locked(this);
}

bool Mutex::try_lock() {
  check_may_lock(this);
  if (pthread_mutex_trylock(&m_) != 0) return false;
  note_locked(this);
  return true;
}

void Mutex::unlock() {
  note_unlocked(this);
  pthread_mutex_unlock(&m_);
}

#ifdef AMIKO_DEBUG_LOCKS
void assert_no_lock_held() {
  if (held_mutex != nullptr) lock_rule_broken("a thread holds a mutex across a blocking call or user code");
}
#endif

Condition::Condition() {
  pthread_condattr_t attributes;
  pthread_condattr_init(&attributes);
  pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
  const int error = pthread_cond_init(&condition_, &attributes);
  pthread_condattr_destroy(&attributes);
  if (error != 0) throw_error(errc::resource_shortage, "condition variable");
}

Condition::~Condition() {
  pthread_cond_destroy(&condition_);
  pthread_mutex_destroy(&gate_);
}

// Whoever has seen that it must wait holds the gate until it really does.  Boost's own condition variable
// keeps its gate while it wakes, so that a woken thread on another processor runs into it and sleeps again.
void Condition::pass_gate() noexcept {
  pthread_mutex_lock(&gate_);
  pthread_mutex_unlock(&gate_);
}

void Condition::notify_one() noexcept {
  pass_gate();
  pthread_cond_signal(&condition_);
}

void Condition::notify_all() noexcept {
  pass_gate();
  pthread_cond_broadcast(&condition_);
}

void Condition::wait(Lock& lock) {
  wait_until(lock, forever);
}

bool Condition::wait_until(Lock& lock, Deadline deadline) {
  check_held(lock.mutex());
  int result = 0;
  {
    // Locks the gate and tells boost::thread::interrupt() what to wake; throws when it was called before.
    boost::detail::interruption_checker gate(&gate_, &condition_);
    lock.unlock();
    if (deadline.is_forever()) {
      result = pthread_cond_wait(&condition_, &gate_);
    } else {
      const timespec until = to_timespec(deadline.at());
      result = pthread_cond_timedwait(&condition_, &gate_, &until);
    }
    gate.unlock_if_locked();
  }
  lock.lock();
  boost::this_thread::interruption_point();
  return result != ETIMEDOUT;
}

}  // namespace amiko::support
