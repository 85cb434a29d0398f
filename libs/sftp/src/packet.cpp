// amiko - SFTP packets: framing, and encoding and decoding of message structs
#include "packet.hpp"

#include <amiko/base/error.hpp>

#include <string>

namespace amiko::sftp {
namespace {

std::uint32_t load_uint32(const std::uint8_t* from) noexcept {
  return std::uint32_t{from[0]} << 24 | std::uint32_t{from[1]} << 16 | std::uint32_t{from[2]} << 8 | from[3];
}

}  // namespace

std::size_t begin_packet(Bytes& out, PacketType type, std::uint32_t id) {
  wire::Writer writer(out);
  const std::size_t mark = writer.begin_string();
  writer.byte(to_byte(type));
  writer.uint32(id);
  return mark;
}

void end_packet(Bytes& out, std::size_t mark) {
  wire::Writer(out).end_string(mark);
}

std::optional<Packet> first_packet(ByteView buffered, std::size_t limit, std::size_t& size) {
  if (buffered.size() < length_size) return std::nullopt;
  const std::size_t length = load_uint32(buffered.data());
  if (length > limit)
    throw_error(errc::packet_too_large, "an SFTP packet of " + std::to_string(length) + " bytes");
  if (length < header_size - length_size)
    throw_error(errc::malformed_packet, "an SFTP packet of " + std::to_string(length) + " bytes");
  size = length_size + length;  // for the caller, too, when it is not all there
  if (buffered.size() < size) return std::nullopt;
  return Packet{static_cast<PacketType>(buffered[length_size]),
                load_uint32(buffered.data() + length_size + 1),
                buffered.slice(header_size, size - header_size)};
}

std::optional<DataHead> data_head(ByteView buffered) noexcept {
  constexpr std::size_t front = header_size + length_size;
  if (buffered.size() < front || buffered[length_size] != to_byte(PacketType::data)) return std::nullopt;
  const std::size_t count = load_uint32(buffered.data() + header_size);
  if (load_uint32(buffered.data()) != front - length_size + count) return std::nullopt;
  return DataHead{load_uint32(buffered.data() + length_size + 1), count, buffered.from(front)};
}

}  // namespace amiko::sftp
