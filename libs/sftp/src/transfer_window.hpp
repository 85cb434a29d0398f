// amiko - how many bytes of a copy are under way at once
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace amiko::sftp {

/// Starts with a little and doubles while that makes the copy faster: what is under way then is what the line
/// holds (its bandwidth times its delay) and not more, since more would only take memory.  Measured in
/// rounds: a round is over when all that was under way at its beginning has been answered.  Every so often
/// it tries again, since a line can become faster.  A value; the time is passed in.
class TransferWindow {
 public:
  using Clock = std::chrono::steady_clock;

  /// `block`: bytes of a usual request.  `memory`: bytes under way at most.  `max_requests`: 0, or how many
  /// blocks may be under way; then nothing is measured.
  TransferWindow(std::size_t block, std::size_t memory, std::size_t max_requests);

  /// Whether a request for `bytes` may be sent now.  One may always be under way.
  bool room(std::size_t bytes) noexcept;
  void sent(std::size_t bytes, Clock::time_point now) noexcept;
  void answered(std::size_t bytes, Clock::time_point now) noexcept;

  std::size_t under_way() const noexcept { return under_way_; }
  std::size_t limit() const noexcept { return limit_; }

 private:
  void begin_round(Clock::time_point now) noexcept;
  void judge(double rate) noexcept;

  static constexpr std::chrono::milliseconds shortest_round{5};
  static constexpr int settled_rounds = 64;

  const std::size_t lowest_;
  const std::size_t memory_;
  const bool fixed_;
  std::size_t limit_;
  std::size_t under_way_ = 0;

  std::uint64_t sent_ = 0;  // in all
  std::uint64_t answered_ = 0;
  std::uint64_t round_ends_at_ = 0;  // of answered_
  std::uint64_t round_began_at_ = 0;
  Clock::time_point round_begin_{};
  bool between_rounds_ = true;
  bool was_full_ = false;  // in this round
  double best_rate_ = 0;   // bytes a second
  std::size_t best_limit_;
  int misses_ = 0;
  int rest_ = 0;  // rounds until the next try
};

}  // namespace amiko::sftp
