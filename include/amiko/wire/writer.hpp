// amiko - writing RFC 4251 data types
#pragma once

#include <amiko/base/bytes.hpp>

#include <cstdint>
#include <span>
#include <string>

namespace amiko::wire {

/// Appends to bytes that somebody else owns.  (RFC 4251 section 5)
class Writer {
 public:
  explicit Writer(Bytes& out) noexcept : out_(out) {}

  void byte(std::uint8_t value) { out_.push_back(value); }
  void boolean(bool value) { byte(value ? 1 : 0); }
  void uint32(std::uint32_t value);
  void uint64(std::uint64_t value);
  /// A length-prefixed string.  Throws errc::invalid_argument above 2^32-1 bytes.
  void string(ByteView value);
  /// A non-negative integer from its big-endian magnitude; leading zeros are dropped and one is added where
  /// the sign bit asks.
  void mpint(ByteView magnitude);
  void name_list(std::span<const std::string> names);
  /// Bytes without a length.
  void raw(ByteView value) { append(out_, value); }

  /// Starts a string whose size is not known yet; end_string() with the returned mark fills it in.
  std::size_t begin_string();
  void end_string(std::size_t mark);

 private:
  Bytes& out_;
};

}  // namespace amiko::wire
