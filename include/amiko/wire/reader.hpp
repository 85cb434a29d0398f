// amiko - bounds-checked reading of RFC 4251 data types
#pragma once

#include <amiko/base/bytes.hpp>

#include <cstdint>
#include <string_view>

namespace amiko::wire {

/// A cursor over a payload.  Views that it returns point into the payload.  Every read past the end throws
/// ProtocolError (errc::malformed_packet).  (RFC 4251 section 5)
class Reader {
 public:
  explicit Reader(ByteView data) noexcept : data_(data) {}

  std::uint8_t byte();
  /// Any value but 0 is true.
  bool boolean() { return byte() != 0; }
  std::uint32_t uint32();
  std::uint64_t uint64();
  /// A length-prefixed string, as bytes or as text.
  ByteView string();
  std::string_view text() { return string().text(); }
  /// A non-negative mpint's magnitude, big-endian without leading zeros (zero is empty).  A negative number
  /// or one that is not in its shortest form throws.
  ByteView mpint();
  /// `n` bytes without a length.
  ByteView raw(std::size_t n);
  /// Everything that is left.
  ByteView rest() noexcept;

  std::size_t remaining() const noexcept { return data_.size() - position_; }
  std::size_t position() const noexcept { return position_; }
  bool at_end() const noexcept { return remaining() == 0; }
  /// Throws unless everything has been read.
  void expect_end() const;

 private:
  ByteView data_;
  std::size_t position_ = 0;
};

}  // namespace amiko::wire
