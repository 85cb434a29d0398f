// amiko - writing RFC 4251 data types
#include <amiko/wire/writer.hpp>

#include <amiko/base/error.hpp>

#include <limits>

namespace amiko::wire {
namespace {

std::uint32_t checked_size(std::size_t size) {
  if (size > std::numeric_limits<std::uint32_t>::max())
    throw_error(errc::invalid_argument, "a string of more than 4 GiB cannot be sent");
  return static_cast<std::uint32_t>(size);
}

void put_uint32(std::uint8_t* to, std::uint32_t value) {
  to[0] = static_cast<std::uint8_t>(value >> 24);
  to[1] = static_cast<std::uint8_t>(value >> 16);
  to[2] = static_cast<std::uint8_t>(value >> 8);
  to[3] = static_cast<std::uint8_t>(value);
}

}  // namespace

void Writer::uint32(std::uint32_t value) {
  const std::size_t at = out_.size();
  out_.resize(at + 4);
  put_uint32(out_.data() + at, value);
}

void Writer::uint64(std::uint64_t value) {
  uint32(static_cast<std::uint32_t>(value >> 32));
  uint32(static_cast<std::uint32_t>(value));
}

void Writer::string(ByteView value) {
  uint32(checked_size(value.size()));
  raw(value);
}

void Writer::mpint(ByteView magnitude) {
  while (!magnitude.empty() && magnitude[0] == 0)
    magnitude = magnitude.from(1);
  const bool sign_bit = !magnitude.empty() && (magnitude[0] & 0x80) != 0;
  uint32(checked_size(magnitude.size() + (sign_bit ? 1 : 0)));
  if (sign_bit) byte(0);
  raw(magnitude);
}

void Writer::name_list(std::span<const std::string> names) {
  const std::size_t mark = begin_string();
  bool first = true;
  for (const std::string& name : names) {
    if (!first) byte(',');
    first = false;
    raw(name);
  }
  end_string(mark);
}

std::size_t Writer::begin_string() {
  const std::size_t mark = out_.size();
  uint32(0);
  return mark;
}

void Writer::end_string(std::size_t mark) {
  put_uint32(out_.data() + mark, checked_size(out_.size() - mark - 4));
}

}  // namespace amiko::wire
