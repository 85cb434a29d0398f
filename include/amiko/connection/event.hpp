// amiko - a flag that threads can wait for
#pragma once

#include <amiko/base/config.hpp>
#include <amiko/base/time.hpp>

#include <memory>

namespace amiko {

/// Set once in a while, waited for by anybody: the event of paramiko 0.1's start_client(event).  Copies share
/// the flag.  Thread-safe.
class AMIKO_DECL Event {
 public:
  Event();

  void set();
  void clear();
  bool is_set() const;
  /// Blocks until the event is set or `timeout` has passed; returns is_set().  An interruption point of
  /// Boost.Thread.
  bool wait(Timeout timeout = forever) const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace amiko
