// amiko - how fast a copy is, and how fast it may be
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>

namespace amiko::sftp {

/// Bytes a second over the last seconds.  A value; the time is passed in.
class RateMeter {
 public:
  using Clock = std::chrono::steady_clock;

  explicit RateMeter(Clock::time_point start) { samples_.push_back({start, 0}); }
  /// `total`: bytes since the start.
  void add(std::uint64_t total, Clock::time_point now);
  /// Bytes a second; 0 as long as nothing is known.
  double rate() const noexcept;
  /// How long `bytes` take at this rate; nothing as long as it is not known.
  std::optional<std::chrono::seconds> time_for(std::uint64_t bytes) const noexcept;

 private:
  struct Sample {
    Clock::time_point at;
    std::uint64_t total;
  };
  std::deque<Sample> samples_;
};

/// Lets through so many bytes a second at most, in the mean: what is sent moves the moment from which on the
/// next may be.  A value; the time is passed in.
class BandwidthLimit {
 public:
  using Clock = std::chrono::steady_clock;

  /// 0: no limit.
  explicit BandwidthLimit(std::uint64_t bytes_per_second) noexcept : rate_(bytes_per_second) {}
  bool is_limited() const noexcept { return rate_ != 0; }
  /// When the next bytes may be sent.
  Clock::time_point free_at() const noexcept { return free_at_; }
  bool open(Clock::time_point now) const noexcept { return free_at_ <= now; }
  void sent(std::uint64_t bytes, Clock::time_point now) noexcept;
  /// What a request should have at most, so that the flow is even: an eighth of a second.
  std::uint64_t piece() const noexcept;

 private:
  std::uint64_t rate_;
  Clock::time_point free_at_{};
};

}  // namespace amiko::sftp
