// amiko - decisions and pieces taken from a fuzzer's bytes
#pragma once

#include <amiko/base/bytes.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace amiko::fuzz {

/// Gives zeros and empty pieces once the bytes are used up.
class Input {
 public:
  explicit Input(ByteView bytes) noexcept : left_(bytes) {}

  bool empty() const noexcept { return left_.empty(); }
  std::uint8_t byte() noexcept {
    if (left_.empty()) return 0;
    const std::uint8_t value = left_[0];
    left_ = left_.from(1);
    return value;
  }
  std::uint16_t uint16() noexcept {
    const unsigned high = byte();
    return static_cast<std::uint16_t>(high << 8 | byte());
  }
  /// A number below `limit`, which is not 0.
  std::size_t below(std::size_t limit) noexcept { return byte() % limit; }
  /// A piece with its length (two bytes) before it; what there is when that is less.
  ByteView piece() noexcept {
    const std::size_t wanted = uint16();
    const std::size_t size = std::min(wanted, left_.size());
    const ByteView result = left_.first(size);
    left_ = left_.from(size);
    return result;
  }
  ByteView rest() noexcept {
    const ByteView result = left_;
    left_ = {};
    return result;
  }

 private:
  ByteView left_;
};

/// Writes what Input::piece() reads.
inline void append_piece(Bytes& to, ByteView piece) {
  to.push_back(static_cast<std::uint8_t>(piece.size() >> 8));
  to.push_back(static_cast<std::uint8_t>(piece.size()));
  append(to, piece);
}

}  // namespace amiko::fuzz
