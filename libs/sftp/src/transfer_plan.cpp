// amiko - which parts of a file are still to be asked for
#include "transfer_plan.hpp"

#include <algorithm>
#include <limits>

namespace amiko::sftp {
namespace {

// Behind the end that the size tells, usually nothing but EOF comes.
constexpr std::size_t probe_length = 4096;
constexpr std::size_t first_block = 32768;  // of a file whose size says nothing
constexpr std::size_t longest_leap = 64;    // requests beyond the hint

}  // namespace

ReadPlan ReadPlan::to_end(std::uint64_t begin, std::uint64_t size_hint, std::size_t block) {
  return ReadPlan(begin, std::max(begin, size_hint), std::numeric_limits<std::uint64_t>::max(), block);
}

ReadPlan ReadPlan::between(std::uint64_t begin, std::uint64_t end, std::size_t block) {
  return ReadPlan(begin, std::max(begin, end), std::max(begin, end), block);
}

bool ReadPlan::has_next() const noexcept {
  for (const FileRange& range : again_)
    if (!past_end(range.offset)) return true;
  if (past_end(next_) || next_ >= limit_) return false;
  return next_ < hint_ || beyond_ < most_beyond_;
}

std::optional<FileRange> ReadPlan::next() {
  while (!again_.empty() && past_end(again_.front().offset))
    again_.pop_front();
  FileRange range;
  if (!again_.empty()) {
    range = again_.front();
    again_.pop_front();
  } else {
    if (!has_next()) return std::nullopt;
    range = {next_, block_};
    if (next_ < hint_)
      range.length = static_cast<std::size_t>(std::min<std::uint64_t>(block_, hint_ - next_));
    else if (most_beyond_ == 1)  // nothing has been found there yet
      range.length = std::min(block_, next_ == 0 ? first_block : probe_length);
    next_ += range.length;
  }
  if (range.offset >= hint_) ++beyond_;
  asked_.emplace(range.offset, range.length);
  return range;
}

void ReadPlan::arrived(FileRange asked, std::size_t got) {
  asked_.erase(asked.offset);
  if (asked.offset >= hint_) {
    --beyond_;
    most_beyond_ = std::min(most_beyond_ * 2, longest_leap);
  }
  if (got < asked.length) again_.push_back({asked.offset + got, asked.length - got});
}

void ReadPlan::ended(FileRange asked) {
  asked_.erase(asked.offset);
  if (asked.offset >= hint_) --beyond_;
  end_ = std::min(end_.value_or(asked.offset), asked.offset);
}

bool ReadPlan::complete() const noexcept {
  return asked_.empty() && !has_next() && (end_ || next_ >= limit_);
}

std::uint64_t ReadPlan::contiguous() const noexcept {
  std::uint64_t offset = end_ ? std::min(*end_, next_) : next_;
  if (!asked_.empty()) offset = std::min(offset, asked_.begin()->first);
  for (const FileRange& range : again_)
    offset = std::min(offset, range.offset);
  return offset;
}

}  // namespace amiko::sftp
