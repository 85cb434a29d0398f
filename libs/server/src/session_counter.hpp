// amiko - how many process functions run
#pragma once

#include <amiko/support/mutex.hpp>

#include <cstddef>

namespace amiko {

/// Thread-safe.
class SessionCounter {
 public:
  void begin() {
    const support::Guard guard(mutex_);
    ++running_;
  }
  void end() {
    {
      const support::Guard guard(mutex_);
      --running_;
    }
    changed_.notify_all();
  }
  std::size_t running() const {
    const support::Guard guard(mutex_);
    return running_;
  }
  /// Until none runs; false when the deadline has passed.
  bool wait(Deadline deadline) {
    support::Lock lock(mutex_);
    return changed_.wait(lock, deadline, [this] { return running_ == 0; });
  }

 private:
  mutable support::Mutex mutex_;
  support::Condition changed_;
  std::size_t running_ = 0;
};

}  // namespace amiko
