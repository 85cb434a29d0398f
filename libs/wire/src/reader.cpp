// amiko - bounds-checked reading of RFC 4251 data types
#include <amiko/wire/reader.hpp>

#include <amiko/base/error.hpp>

#include <string>

namespace amiko::wire {

ByteView Reader::raw(std::size_t n) {
  if (n > remaining())
    throw_error(errc::malformed_packet,
                std::to_string(n) + " bytes announced, " + std::to_string(remaining()) + " there");
  const ByteView view = data_.slice(position_, n);
  position_ += n;
  return view;
}

std::uint8_t Reader::byte() {
  return raw(1)[0];
}

std::uint32_t Reader::uint32() {
  const ByteView b = raw(4);
  return std::uint32_t{b[0]} << 24 | std::uint32_t{b[1]} << 16 | std::uint32_t{b[2]} << 8 |
         std::uint32_t{b[3]};
}

std::uint64_t Reader::uint64() {
  const std::uint64_t high = uint32();
  return high << 32 | uint32();
}

ByteView Reader::string() {
  const std::uint32_t size = uint32();
  return raw(size);
}

ByteView Reader::mpint() {
  const ByteView b = string();
  if (b.empty()) return b;
  if ((b[0] & 0x80) != 0) throw_error(errc::malformed_packet, "negative mpint");
  if (b[0] != 0) return b;
  if (b.size() == 1 || (b[1] & 0x80) == 0)
    throw_error(errc::malformed_packet, "mpint with needless leading zeros");
  return b.from(1);
}

ByteView Reader::rest() noexcept {
  const ByteView view = data_.from(position_);
  position_ = data_.size();
  return view;
}

void Reader::expect_end() const {
  if (!at_end()) throw_error(errc::malformed_packet, std::to_string(remaining()) + " bytes too many");
}

}  // namespace amiko::wire
