// amiko - so many at once, and so many in the long run
#pragma once

#include <boost/thread/lock_guard.hpp>
#include <boost/thread/mutex.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <map>
#include <string>

namespace bbs {

/// `burst` may come at once, then one each `interval`.  One thread.
class RateLimit {
 public:
  using Clock = std::chrono::steady_clock;

  RateLimit(double burst, std::chrono::duration<double> interval)
      : burst_(burst), interval_(interval), left_(burst) {}

  /// Whether one more is all right now; counts it if so.
  bool take(Clock::time_point now = Clock::now()) {
    left_ = std::min(burst_, left_ + (now - last_) / interval_);
    last_ = now;
    if (left_ < 1) return false;
    left_ -= 1;
    return true;
  }

 private:
  double burst_;
  std::chrono::duration<double> interval_;
  double left_;
  Clock::time_point last_ = Clock::now();
};

/// One RateLimit for each name, an address say.  Any thread.
class RateLimits {
 public:
  RateLimits(double burst, std::chrono::duration<double> interval) : fresh_(burst, interval) {}

  bool take(const std::string& name) {
    const boost::lock_guard guard(mutex_);
    if (limits_.size() >= most) limits_.clear();  // rather than grow without end
    return limits_.try_emplace(name, fresh_).first->second.take();
  }

 private:
  static constexpr std::size_t most = 10'000;

  boost::mutex mutex_;
  const RateLimit fresh_;
  std::map<std::string, RateLimit> limits_;
};

}  // namespace bbs
