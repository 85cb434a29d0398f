// amiko - the library's mutex and condition variable
#pragma once

#include <amiko/base/time.hpp>

#include <pthread.h>

#include <mutex>

namespace amiko::support {

/// A plain mutex.  A thread holds at most one amiko mutex at a time, and none across a system call that can
/// block or across user code; builds with AMIKO_DEBUG_LOCKS print the offence and abort.  Used through Lock
/// and Guard.
class Mutex {
 public:
  Mutex() = default;
  ~Mutex() { pthread_mutex_destroy(&m_); }
  Mutex(const Mutex&) = delete;
  Mutex& operator=(const Mutex&) = delete;

  /// Blocks until the mutex is free.  Not an interruption point.
  void lock();
  bool try_lock();
  void unlock();

 private:
  // It is never held for long, so the thread that finds it locked on another processor spins a little
  // before it sleeps.
  pthread_mutex_t m_ = PTHREAD_ADAPTIVE_MUTEX_INITIALIZER_NP;
};

using Lock = std::unique_lock<Mutex>;
using Guard = std::lock_guard<Mutex>;

/// To be called before a system call that can block and before user code.  Does nothing without
/// AMIKO_DEBUG_LOCKS.
#ifdef AMIKO_DEBUG_LOCKS
void assert_no_lock_held();
#else
inline void assert_no_lock_held() {}
#endif

/// A condition variable for Mutex.  The waits are Boost.Thread interruption points:
/// boost::thread::interrupt() ends them with boost::thread_interrupted, the lock held again.  Deadlines are
/// on the steady clock, so setting the system's time does not shorten or stretch a wait.  Waits may wake for
/// no reason; the form with a predicate copes with that.
class Condition {
 public:
  /// Throws errc::resource_shortage.
  Condition();
  ~Condition();
  Condition(const Condition&) = delete;
  Condition& operator=(const Condition&) = delete;

  void notify_one() noexcept;
  void notify_all() noexcept;

  /// `lock` must be held.  Releases it while waiting.
  void wait(Lock& lock);
  /// As wait(); false once the deadline has passed.  A deadline in the past still releases and retakes the
  /// lock.
  bool wait_until(Lock& lock, Deadline deadline);
  /// Waits until `ready()`, called with the lock held, is true or the deadline has passed; returns ready().
  template <class Pred>
  bool wait(Lock& lock, Deadline deadline, Pred ready) {
    while (!ready())
      if (!wait_until(lock, deadline)) return ready();
    return true;
  }

 private:
  void pass_gate() noexcept;

  pthread_mutex_t gate_ = PTHREAD_MUTEX_INITIALIZER;
  pthread_cond_t condition_;
};

}  // namespace amiko::support
