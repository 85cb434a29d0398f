// amiko - a growing ring of bytes
#include <amiko/support/byte_ring.hpp>

#include <amiko/base/error.hpp>

#include <algorithm>
#include <bit>
#include <cstring>
#include <new>
#include <utility>

namespace amiko::support {
namespace {

constexpr std::size_t first_capacity = 4 * 1024;
constexpr std::size_t kept_capacity = 256 * 1024;

}  // namespace

void ByteRing::grow_to_hold(std::size_t size) {
  if (size > SIZE_MAX / 2) throw std::bad_alloc();
  // After a burst the next one is expected to be as large: growing step by step would copy it twice.
  const std::size_t capacity =
      std::bit_ceil(std::max({size, first_capacity, capacity_ == 0 ? expected_ : 0}));
  auto buffer = std::make_unique_for_overwrite<std::uint8_t[]>(capacity);
  const ByteView head = front();
  if (!head.empty()) std::memcpy(buffer.get(), head.data(), head.size());
  if (head.size() < size_) std::memcpy(buffer.get() + head.size(), buffer_.get(), size_ - head.size());
  buffer_ = std::move(buffer);
  capacity_ = capacity;
  start_ = 0;
}

void ByteRing::write(ByteView data) {
  if (data.empty()) return;
  if (data.size() > limit_ - size_) throw_error(errc::resource_shortage, "a buffer has reached its limit");
  if (data.size() > capacity_ - size_) grow_to_hold(size_ + data.size());
  const std::size_t end = (start_ + size_) & (capacity_ - 1);
  const std::size_t in_tail = std::min(data.size(), capacity_ - end);
  std::memcpy(buffer_.get() + end, data.data(), in_tail);
  if (in_tail < data.size()) std::memcpy(buffer_.get(), data.data() + in_tail, data.size() - in_tail);
  size_ += data.size();
  peak_ = std::max(peak_, size_);
}

std::size_t ByteRing::read(MutableBytes out) noexcept {
  std::size_t done = 0;
  while (done < out.size() && size_ > 0) {
    const std::size_t n = std::min(front().size(), out.size() - done);
    std::memcpy(out.data() + done, front().data(), n);
    consume(n);
    done += n;
  }
  return done;
}

ByteView ByteRing::front() const noexcept {
  return {buffer_.get() + start_, std::min(size_, capacity_ - start_)};
}

std::size_t ByteRing::count(std::uint8_t byte) const noexcept {
  const ByteView first = front();
  const ByteView second(buffer_.get(), size_ - first.size());
  return static_cast<std::size_t>(std::ranges::count(first, byte) + std::ranges::count(second, byte));
}

void ByteRing::consume(std::size_t n) noexcept {
  size_ -= n;
  if (size_ > 0) {
    start_ = (start_ + n) & (capacity_ - 1);
    return;
  }
  start_ = 0;
  expected_ = std::exchange(peak_, 0);
  if (capacity_ > kept_capacity) {
    buffer_.reset();
    capacity_ = 0;
  }
}

}  // namespace amiko::support
