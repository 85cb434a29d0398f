// amiko - how threads share the work of an SFTP session
#pragma once

#include "dispatcher.hpp"
#include "requests.hpp"

#include <algorithm>

namespace amiko::sftp {

/// One part, to read or to write, taken by one thread; given back with the lock held, whatever happens.
class Dispatcher::Turn {
 public:
  Turn(support::Lock& lock, bool& taken) noexcept : lock_(lock), taken_(taken) { taken_ = true; }
  ~Turn() {
    if (!lock_.owns_lock()) lock_.lock();
    taken_ = false;
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

 private:
  support::Lock& lock_;
  bool& taken_;
};

/// A thread that goes away with what it waited for, or without, and lets another one read.
class Dispatcher::Leaving {
 public:
  explicit Leaving(Dispatcher& dispatcher) noexcept : dispatcher_(dispatcher) {}
  ~Leaving() { dispatcher_.hand_over(); }
  Leaving(const Leaving&) = delete;
  Leaving& operator=(const Leaving&) = delete;

 private:
  Dispatcher& dispatcher_;
};

/// A thread that waits for others to do the work.
class Dispatcher::Sleeping {
 public:
  Sleeping(Dispatcher& dispatcher, Requests& caller) : dispatcher_(dispatcher), caller_(caller) {
    dispatcher_.waiting_.push_back(&caller_);
    caller_.sleeping_ = true;
  }
  ~Sleeping() {
    caller_.sleeping_ = false;
    std::erase(dispatcher_.waiting_, &caller_);
  }
  Sleeping(const Sleeping&) = delete;
  Sleeping& operator=(const Sleeping&) = delete;

 private:
  Dispatcher& dispatcher_;
  Requests& caller_;
};

template <class Ready>
bool Dispatcher::work(support::Lock& lock, Requests& caller, Deadline deadline, Ready ready) {
  if (ready()) return true;
  Leaving leaving(*this);
  while (!ready()) {
    throw_if_ended();
    if (deadline.passed()) return ready();
    step(lock, caller, deadline);
  }
  return true;
}

}  // namespace amiko::sftp
