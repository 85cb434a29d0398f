// amiko - a growing ring of bytes
#pragma once

#include <amiko/base/bytes.hpp>

#include <cstdint>
#include <memory>

namespace amiko::support {

/// A first-in first-out buffer of bytes, for what a channel has received and nobody has read yet.  It starts
/// without memory, then holds 4 KiB and doubles as needed.  Memory above 256 KiB is given back when the ring
/// runs empty: a channel that idles after a burst should not sit on megabytes.  The next burst gets as much
/// at once as the last one needed.  Not synchronised.
class ByteRing {
 public:
  /// Holds at most `limit` bytes.
  explicit ByteRing(std::size_t limit = SIZE_MAX) noexcept : limit_(limit) {}
  ByteRing(const ByteRing&) = delete;
  ByteRing& operator=(const ByteRing&) = delete;

  std::size_t size() const noexcept { return size_; }
  bool empty() const noexcept { return size_ == 0; }

  /// Appends all of `data`, or throws errc::resource_shortage and appends nothing when that would exceed the
  /// limit.
  void write(ByteView data);
  /// Takes up to out.size() bytes out; returns how many.
  std::size_t read(MutableBytes out) noexcept;

  /// The oldest bytes, as many as lie in one piece: empty only if the ring is.  Valid until the next call
  /// that is not const.
  ByteView front() const noexcept;
  /// How often `byte` is among them.
  std::size_t count(std::uint8_t byte) const noexcept;
  /// Drops the `n` oldest bytes; n <= size().
  void consume(std::size_t n) noexcept;
  /// Drops everything.
  void clear() noexcept { consume(size_); }

 private:
  void grow_to_hold(std::size_t size);

  std::unique_ptr<std::uint8_t[]> buffer_;
  std::size_t capacity_ = 0;  // a power of two, or 0
  std::size_t start_ = 0;
  std::size_t size_ = 0;
  std::size_t peak_ = 0;      // of size_ since the ring was last empty
  std::size_t expected_ = 0;  // the peak before that
  std::size_t limit_;
};

}  // namespace amiko::support
