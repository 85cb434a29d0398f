// amiko - a bounded queue between threads
#pragma once

#include <amiko/support/mutex.hpp>

#include <cstddef>
#include <deque>
#include <optional>
#include <utility>

namespace amiko::support {

/// Carries items from a thread that must not wait (the worker) to threads that may.  Thread-safe.
template <class T>
class BoundedQueue {
 public:
  /// Holds at most `limit` items.
  explicit BoundedQueue(std::size_t limit) : limit_(limit) {}

  /// False, and `item` is dropped, when the queue is full or closed.  Never waits for room.
  [[nodiscard]] bool try_push(T item) {
    {
      const Guard guard(mutex_);
      if (closed_ || items_.size() >= limit_) return false;
      items_.push_back(std::move(item));
    }
    changed_.notify_one();
    return true;
  }

  /// The oldest item; waits for one.  Nothing once the deadline has passed, or when the queue is closed and
  /// empty. An interruption point.
  std::optional<T> pop(Deadline deadline) {
    Lock lock(mutex_);
    changed_.wait(lock, deadline, [this] { return closed_ || !items_.empty(); });
    if (items_.empty()) return std::nullopt;
    std::optional<T> item(std::move(items_.front()));
    items_.pop_front();
    return item;
  }

  /// Ends every pop() that waits; what is queued can still be taken out.
  void close() {
    {
      const Guard guard(mutex_);
      closed_ = true;
    }
    changed_.notify_all();
  }

  bool closed() const {
    const Guard guard(mutex_);
    return closed_;
  }

  std::size_t size() const {
    const Guard guard(mutex_);
    return items_.size();
  }

 private:
  const std::size_t limit_;
  mutable Mutex mutex_;
  Condition changed_;
  std::deque<T> items_;
  bool closed_ = false;
};

}  // namespace amiko::support
