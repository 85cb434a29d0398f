// amiko - SFTP packets: framing, and encoding and decoding of message structs
#pragma once

#include <amiko/base/bytes.hpp>
#include <amiko/sftp/sftp_attributes.hpp>
#include <amiko/wire/codec.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <type_traits>

namespace amiko::sftp {

/// SSH_FXP_* (draft-ietf-secsh-filexfer-02 section 3).
enum class PacketType : std::uint8_t {
  init = 1,
  version = 2,
  open = 3,
  close = 4,
  read = 5,
  write = 6,
  lstat = 7,
  fstat = 8,
  setstat = 9,
  fsetstat = 10,
  opendir = 11,
  readdir = 12,
  remove = 13,
  mkdir = 14,
  rmdir = 15,
  realpath = 16,
  stat = 17,
  rename = 18,
  readlink = 19,
  symlink = 20,
  status = 101,
  handle = 102,
  data = 103,
  name = 104,
  attrs = 105,
  extended = 200,
  extended_reply = 201,
};

constexpr std::uint8_t to_byte(PacketType type) noexcept {
  return static_cast<std::uint8_t>(type);
}

/// The version that both sides have agreed on decides how attributes are written.
inline constexpr std::uint32_t version_3 = 3;

void encode_attributes(Bytes& out, const SftpAttributes& attributes, std::uint32_t version);
/// Throws errc::malformed_packet.
SftpAttributes decode_attributes(wire::Reader& reader, std::uint32_t version);

/// Writes each field of a message in turn.
class FieldWriter {
 public:
  FieldWriter(Bytes& out, std::uint32_t version) noexcept : out_(out), version_(version) {}
  template <class... Fields>
  void operator()(const Fields&... fields) {
    (put(fields), ...);
  }

 private:
  template <class Field>
  void put(const Field& field) {
    if constexpr (std::is_same_v<Field, SftpAttributes>) {
      encode_attributes(out_, field, version_);
    } else {
      wire::FieldWriter writer(out_);
      writer(field);
    }
  }

  Bytes& out_;
  const std::uint32_t version_;
};

/// Reads each field of a message in turn.
class FieldReader {
 public:
  FieldReader(wire::Reader& reader, std::uint32_t version) noexcept : reader_(reader), version_(version) {}
  template <class... Fields>
  void operator()(Fields&... fields) {
    (get(fields), ...);
  }

 private:
  template <class Field>
  void get(Field& field) {
    if constexpr (std::is_same_v<Field, SftpAttributes>) {
      field = decode_attributes(reader_, version_);
    } else {
      wire::FieldReader reader(reader_);
      reader(field);
    }
  }

  wire::Reader& reader_;
  const std::uint32_t version_;
};

/// Length (4 bytes), type (1) and request id (4): what precedes the fields.
inline constexpr std::size_t header_size = 9;
inline constexpr std::size_t length_size = 4;

/// Starts a packet at the end of `out`; end_packet() with the returned mark fills in its length.
std::size_t begin_packet(Bytes& out, PacketType type, std::uint32_t id);
void end_packet(Bytes& out, std::size_t mark);

/// Appends a whole packet, its length included.
template <class Message>
void encode(Bytes& out, std::uint32_t id, const Message& message, std::uint32_t version = version_3) {
  const std::size_t mark = begin_packet(out, Message::type, id);
  FieldWriter write(out, version);
  // fields() lists members for reading and writing alike; writing does not change them.
  const_cast<Message&>(message).fields(write);
  end_packet(out, mark);
}

/// Reads the fields of a packet, which `body` holds from behind the request id on.  Views in the result point
/// into it.  Throws errc::malformed_packet when something is missing; what is left over is passed over, since
/// implementations have added fields.
template <class Message>
Message decode(ByteView body, std::uint32_t version = version_3) {
  wire::Reader reader(body);
  FieldReader read(reader, version);
  Message message;
  message.fields(read);
  return message;
}

/// A packet that has arrived whole.
struct Packet {
  PacketType type{};
  std::uint32_t id = 0;  ///< a version, in INIT and VERSION
  ByteView body{};       ///< behind the id
};

/// The first packet in `buffered`, if it is there whole; its size, with the length, goes to `size`, also when
/// it is not, once the length is known.  Throws errc::packet_too_large above `limit` bytes,
/// errc::malformed_packet for one that is too short for an id.
std::optional<Packet> first_packet(ByteView buffered, std::size_t limit, std::size_t& size);

/// A DATA packet whose end may be missing.
struct DataHead {
  std::uint32_t id = 0;
  std::size_t size = 0;  ///< of the data
  ByteView begun{};      ///< what of the data is there
};

/// What `buffered` begins with, if that is a packet of nothing but data and its first 13 bytes are there.
std::optional<DataHead> data_head(ByteView buffered) noexcept;

}  // namespace amiko::sftp
