// amiko - reading of a remote file ahead of the caller
#include "read_ahead.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace amiko::sftp {
namespace {

constexpr std::size_t memory_limit = 8 * 1024 * 1024;
constexpr std::size_t smallest_block = 4096;
constexpr std::size_t most_blocks = 256;
// After so many reads in sequence more is asked for than is wanted.
constexpr unsigned sequence = 2;

std::uint64_t saturated_sum(std::uint64_t a, std::uint64_t b) noexcept {
  constexpr std::uint64_t last = std::numeric_limits<std::uint64_t>::max();
  return a > last - b ? last : a + b;
}

}  // namespace

ByteView ReadAhead::at(std::uint64_t position, std::size_t wanted) {
  follow(position);
  for (;;) {
    ask(position, wanted);
    if (blocks_.empty()) return {};  // no offset is left to read at
    const std::size_t start = wait_for(position);
    Block& block = blocks_.front();
    if (block.filled > start) {
      const std::size_t count = std::min(block.filled - start, wanted);
      expected_ = position + count;
      return ByteView(block.buffer).slice(start, count);
    }
    if (block.at_end || block.error) return end_of_data();
    advance(position);  // a short answer has made the block end before
  }
}

// Until the first block has what is there, or never will; where that is in the block.
std::size_t ReadAhead::wait_for(std::uint64_t position) {
  const auto start = static_cast<std::size_t>(position - blocks_.front().offset);
  while (blocks_.front().filled <= start && !blocks_.front().settled())
    take(requests_->next(session_.deadline()));
  return start;
}

bool ReadAhead::has(std::uint64_t position) {
  advance(position);
  if (blocks_.empty()) return false;
  Block& block = blocks_.front();
  const std::uint64_t start = position - block.offset;
  while (block.filled <= start && !block.settled()) {
    std::optional<Answer> answer = requests_->poll();
    if (!answer) return false;
    take(std::move(*answer));
  }
  return block.filled > start;
}

// A file can grow, and an error can pass: the next read asks anew.
ByteView ReadAhead::end_of_data() {
  const std::optional<Answer> error = std::move(blocks_.front().error);
  drop();
  if (error) session_.checked([&] { throw_status(*error, path_); });
  return {};
}

void ReadAhead::drop() noexcept {
  requests_.reset();
  blocks_.clear();
  first_tag_ = 0;
  block_size_ = session_.read_size();
  serial_ = false;
}

void ReadAhead::follow(std::uint64_t position) {
  if (position == expected_) {
    ++in_sequence_;
  } else {
    in_sequence_ = 1;
    depth_ = 0;
  }
  if (in_sequence_ > sequence && depth_ == 0) depth_ = 1;
  advance(position);
}

// Lets go of what lies before `position`, or of everything if it is elsewhere.
void ReadAhead::advance(std::uint64_t position) {
  if (blocks_.empty()) return;
  if (position < blocks_.front().offset || position >= blocks_.back().end()) {
    const bool all_used = std::all_of(blocks_.begin(), blocks_.end(),
                                      [](const Block& block) { return block.filled == block.size; });
    if (position != blocks_.back().end() || !all_used) return drop();
  }
  while (!blocks_.empty() && position >= blocks_.front().end()) {
    if (!blocks_.front().settled()) return drop();
    spare_.push_back(std::move(blocks_.front().buffer));
    blocks_.pop_front();
    ++first_tag_;
    if (depth_ > 0) depth_ = std::min(depth_ * 2, depth_limit());
  }
}

void ReadAhead::ask(std::uint64_t position, std::size_t wanted) {
  if (!requests_) requests_.emplace(session_.dispatcher());
  const std::uint64_t ahead = blocks_.empty() ? 0 : blocks_.back().end() - position;
  const std::uint64_t wish =
      std::max<std::uint64_t>(std::min(std::max<std::size_t>(wanted, 1), memory_limit), depth_ * block_size_);
  // Several new requests at a time are cheaper than one at a time.
  if (ahead >= wanted && ahead >= wish - wish / 4) return;
  if (serial_ && !blocks_.empty() && !blocks_.back().settled()) return;
  std::uint64_t next = position + ahead;
  const std::uint64_t last = saturated_sum(position, wish);
  while (next < last && (blocks_.empty() || !(blocks_.back().at_end || blocks_.back().error)) &&
         blocks_.size() <= depth_limit()) {
    const std::size_t size = next_size(last - next);
    add_block(next, size);
    if (serial_) break;
    next = saturated_sum(next, size);
  }
  requests_->push();
}

// What is wanted, or a little more; ahead of that, whole blocks.
std::size_t ReadAhead::next_size(std::uint64_t missing) const noexcept {
  if (depth_ > 0 || missing >= block_size_) return block_size_;
  return std::min(std::max(static_cast<std::size_t>(missing), smallest_block), block_size_);
}

std::size_t ReadAhead::depth_limit() const noexcept {
  return std::clamp<std::size_t>(memory_limit / block_size_, 1, most_blocks);
}

void ReadAhead::add_block(std::uint64_t offset, std::size_t size) {
  Block& block = blocks_.emplace_back();
  block.offset = offset;
  block.size = size;
  if (!spare_.empty()) {
    block.buffer = std::move(spare_.back());
    spare_.pop_back();
  }
  if (block.buffer.size() < size) block.buffer.resize(size);
  try {
    request_rest(blocks_.size() - 1);
  } catch (...) {
    blocks_.pop_back();
    throw;
  }
}

void ReadAhead::request_rest(std::size_t index) {
  Block& block = blocks_[index];
  const std::size_t missing = block.size - block.filled;
  requests_->send(Read{.handle = handle_,
                       .offset = block.offset + block.filled,
                       .length = static_cast<std::uint32_t>(missing)},
                  first_tag_ + index, session_.deadline(),
                  MutableBytes(block.buffer).subspan(block.filled, missing));
}

void ReadAhead::take(Answer answer) {
  const auto index = static_cast<std::size_t>(answer.tag - first_tag_);
  Block& block = blocks_[index];
  if (answer.type == PacketType::status) {
    if (is_status(answer, sftp_errc::eof))
      block.at_end = true;
    else
      block.error = std::move(answer);
    return;
  }
  if (answer.filled == 0)
    session_.checked([] { throw_error(errc::protocol_error, "the SFTP server sent no data and no end"); });
  block.filled += answer.filled;
  serial_ = block.filled < block.size;
  if (!serial_) return;
  if (index == 0)
    go_on_behind_front();
  else
    request_rest(index);
}

// The file goes on behind a short answer: the server does not give more at once.  The kernel makes up files
// such as those in /proc from the beginning, unless each read begins where the last one ended; so one request
// at a time, until one is answered in full.
void ReadAhead::go_on_behind_front() {
  if (blocks_.size() > 1) requests_.reset();
  blocks_.resize(1);
  Block& front = blocks_.front();
  front.size = front.filled;
  if (front.size >= smallest_block) block_size_ = std::min(block_size_, front.size);
  depth_ = std::min<std::size_t>(depth_, 1);
}

}  // namespace amiko::sftp
