// amiko - how fast a copy is, and how fast it may be
#include "transfer_rate.hpp"

#include <algorithm>
#include <cmath>

namespace amiko::sftp {
namespace {

constexpr std::chrono::seconds span_of_rate{3};
constexpr std::chrono::milliseconds between_samples{50};
constexpr std::uint64_t smallest_piece = 4096;
constexpr double longest_time = 1e9;  // seconds

}  // namespace

void RateMeter::add(std::uint64_t total, Clock::time_point now) {
  // The last sample is that of now; older ones stand still once the next is far enough away.
  if (samples_.size() >= 2 && samples_.back().at - samples_[samples_.size() - 2].at < between_samples)
    samples_.back() = {now, total};
  else
    samples_.push_back({now, total});
  while (samples_.size() > 2 && now - samples_[1].at >= span_of_rate)
    samples_.pop_front();
}

double RateMeter::rate() const noexcept {
  const std::chrono::duration<double> time = samples_.back().at - samples_.front().at;
  if (time.count() <= 0) return 0;
  return static_cast<double>(samples_.back().total - samples_.front().total) / time.count();
}

std::optional<std::chrono::seconds> RateMeter::time_for(std::uint64_t bytes) const noexcept {
  const double now = rate();
  if (now <= 0) return std::nullopt;
  const double time = std::min(std::ceil(static_cast<double>(bytes) / now), longest_time);
  return std::chrono::seconds(static_cast<std::chrono::seconds::rep>(time));
}

void BandwidthLimit::sent(std::uint64_t bytes, Clock::time_point now) noexcept {
  if (!is_limited()) return;
  const double seconds = static_cast<double>(bytes) / static_cast<double>(rate_);
  const auto time = std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
  free_at_ = std::max(free_at_, now) + time;
}

std::uint64_t BandwidthLimit::piece() const noexcept {
  return std::max(rate_ / 8, smallest_piece);
}

}  // namespace amiko::sftp
