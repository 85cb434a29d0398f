// amiko - how many bytes of a copy are under way at once
#include "transfer_window.hpp"

#include <algorithm>

namespace amiko::sftp {
namespace {

constexpr std::size_t first_blocks = 8;
constexpr double worth_doubling = 1.2;  // what the rate must have gained
constexpr int patience = 3;             // rounds without a gain before it goes back

std::size_t start_of(std::size_t block, std::size_t memory, std::size_t max_requests) {
  const std::size_t blocks = max_requests != 0 ? max_requests : first_blocks;
  return std::clamp(blocks * block, std::size_t{1}, std::max<std::size_t>(memory, 1));
}

}  // namespace

TransferWindow::TransferWindow(std::size_t block, std::size_t memory, std::size_t max_requests)
    : lowest_(start_of(block, memory, max_requests)),
      memory_(std::max<std::size_t>(memory, 1)),
      fixed_(max_requests != 0),
      limit_(lowest_),
      best_limit_(lowest_) {}

bool TransferWindow::room(std::size_t bytes) noexcept {
  if (under_way_ == 0 || under_way_ + bytes <= limit_) return true;
  was_full_ = true;
  return false;
}

void TransferWindow::sent(std::size_t bytes, Clock::time_point now) noexcept {
  if (under_way_ == 0) between_rounds_ = true;  // what lay idle is no measure
  under_way_ += bytes;
  sent_ += bytes;
  if (between_rounds_) begin_round(now);
}

void TransferWindow::answered(std::size_t bytes, Clock::time_point now) noexcept {
  under_way_ -= std::min(bytes, under_way_);
  answered_ += bytes;
  if (fixed_ || between_rounds_ || answered_ < round_ends_at_ || now - round_begin_ < shortest_round) return;
  const std::chrono::duration<double> time = now - round_begin_;
  if (was_full_) judge(static_cast<double>(answered_ - round_began_at_) / time.count());
  between_rounds_ = true;
}

// With a request that is sent just now: the answers that come next are to requests of some time ago, and may
// come in a burst.
void TransferWindow::begin_round(Clock::time_point now) noexcept {
  round_begin_ = now;
  round_began_at_ = answered_;
  round_ends_at_ = sent_;
  was_full_ = false;
  between_rounds_ = false;
}

void TransferWindow::judge(double rate) noexcept {
  if (rest_ > 0) {
    if (--rest_ > 0) return;
    best_rate_ = rate;  // of now: the line may have changed
    best_limit_ = limit_;
    limit_ = std::min(limit_ * 2, memory_);
    misses_ = 0;
    return;
  }
  if (rate > best_rate_ * worth_doubling) {
    best_rate_ = rate;
    best_limit_ = limit_;
    misses_ = 0;
    limit_ = std::min(limit_ * 2, memory_);
  } else if (++misses_ >= patience) {
    limit_ = best_limit_;
    rest_ = settled_rounds;
    misses_ = 0;
  }
}

}  // namespace amiko::sftp
