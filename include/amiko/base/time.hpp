// amiko - how long a call may block
#pragma once

#include <amiko/base/config.hpp>

#include <chrono>
#include <optional>

namespace amiko {

struct Forever {};
/// "No limit", where a Timeout is asked for.
inline constexpr Forever forever{};

/// How long a blocking call may take: any std::chrono duration, or `forever`.  Zero means "do not block".  A
/// value type.
class Timeout {
 public:
  using Duration = std::chrono::nanoseconds;

  constexpr Timeout(Forever) noexcept {}
  template <class Rep, class Period>
  constexpr Timeout(std::chrono::duration<Rep, Period> d) : duration_(clamp(d)) {}

  constexpr bool is_forever() const noexcept { return !duration_; }
  constexpr bool is_zero() const noexcept { return duration_ && duration_->count() == 0; }
  /// Only when !is_forever().
  constexpr Duration duration() const noexcept { return *duration_; }

  friend constexpr bool operator==(const Timeout&, const Timeout&) = default;

 private:
  // A duration that nanoseconds cannot hold (300 years and more) is as good as the largest one.
  template <class Rep, class Period>
  static constexpr Duration clamp(std::chrono::duration<Rep, Period> d) {
    if (d <= decltype(d)::zero()) return Duration::zero();
    using Wide = std::chrono::duration<long double, std::nano>;
    return Wide(d) >= Wide(Duration::max()) ? Duration::max() : std::chrono::duration_cast<Duration>(d);
  }

  std::optional<Duration> duration_;
};

/// A point on the steady clock at which a call gives up; made once from a Timeout, so that a call of several
/// steps cannot take longer than it was given.  A value type.
class AMIKO_DECL Deadline {
 public:
  using Clock = std::chrono::steady_clock;

  /// Never passes.
  constexpr Deadline(Forever) noexcept {}
  constexpr explicit Deadline(Clock::time_point at) noexcept : at_(at) {}
  /// `timeout` from now.
  static Deadline after(Timeout timeout);

  bool passed() const;
  constexpr bool is_forever() const noexcept { return !at_; }
  /// Only when !is_forever().
  constexpr Clock::time_point at() const noexcept { return *at_; }
  /// What is left: forever, or zero once passed.
  Timeout left() const;
  /// The earlier of two.
  friend AMIKO_DECL Deadline earlier(Deadline a, Deadline b) noexcept;

 private:
  std::optional<Clock::time_point> at_;
};

}  // namespace amiko
