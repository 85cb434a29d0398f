// amiko - how threads share the work of an SFTP session
#pragma once

#include "dispatcher.hpp"
#include "requests.hpp"

#include <algorithm>
#include <utility>

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

/// A turn that writes to a caller's memory; whoever wants it back waits for the end of that.
class Dispatcher::Filling {
 public:
  Filling(Dispatcher& dispatcher, support::Lock& lock) noexcept : dispatcher_(dispatcher), lock_(lock) {
    dispatcher_.filling_ = dispatcher_.direct_.has_value();
  }
  ~Filling() {
    if (!lock_.owns_lock()) lock_.lock();
    if (std::exchange(dispatcher_.filling_, false)) dispatcher_.filled_.notify_all();
  }
  Filling(const Filling&) = delete;
  Filling& operator=(const Filling&) = delete;

 private:
  Dispatcher& dispatcher_;
  support::Lock& lock_;
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
