// amiko - deadline arithmetic
#include <amiko/base/time.hpp>

namespace amiko {

Deadline Deadline::after(Timeout timeout) {
  if (timeout.is_forever()) return forever;
  const auto now = Clock::now();
  if (timeout.duration() >= Clock::time_point::max() - now) return forever;
  return Deadline(now + std::chrono::duration_cast<Clock::duration>(timeout.duration()));
}

bool Deadline::passed() const {
  return at_ && Clock::now() >= *at_;
}

Timeout Deadline::left() const {
  if (!at_) return forever;
  const auto now = Clock::now();
  if (*at_ <= now) return Clock::duration::zero();  // the difference to a point far back may not fit
  return *at_ - now;
}

Deadline earlier(Deadline a, Deadline b) noexcept {
  if (a.is_forever()) return b;
  if (b.is_forever()) return a;
  return a.at() < b.at() ? a : b;
}

}  // namespace amiko
