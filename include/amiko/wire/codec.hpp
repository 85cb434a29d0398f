// amiko - encoding and decoding a message struct from its one list of fields
#pragma once

#include <amiko/base/bytes.hpp>
#include <amiko/wire/message_number.hpp>
#include <amiko/wire/name_list.hpp>
#include <amiko/wire/reader.hpp>
#include <amiko/wire/writer.hpp>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

namespace amiko::wire {

/// The magnitude of a non-negative mpint, big-endian; a view into the message when decoded.
struct Mpint {
  ByteView magnitude{};
};

/// Everything up to the end of the message, without a length.
struct Rest {
  ByteView bytes{};
};

/// Bytes without a length, of a size known beforehand.
template <std::size_t N>
struct Fixed {
  std::uint8_t bytes[N] = {};
};

/// Writes each field of a message in turn.
class FieldWriter {
 public:
  explicit FieldWriter(Bytes& out) noexcept : writer_(out) {}
  template <class... Fields>
  void operator()(const Fields&... fields) {
    (put(fields), ...);
  }

 private:
  void put(std::uint8_t v) { writer_.byte(v); }
  void put(bool v) { writer_.boolean(v); }
  void put(std::uint32_t v) { writer_.uint32(v); }
  void put(std::uint64_t v) { writer_.uint64(v); }
  void put(std::string_view v) { writer_.string(v); }
  void put(const std::string& v) { writer_.string(v); }
  void put(ByteView v) { writer_.string(v); }
  void put(const Bytes& v) { writer_.string(v); }
  void put(const NameList& v) { writer_.name_list(v); }
  void put(const Mpint& v) { writer_.mpint(v.magnitude); }
  void put(const Rest& v) { writer_.raw(v.bytes); }
  template <std::size_t N>
  void put(const Fixed<N>& v) {
    writer_.raw(ByteView(v.bytes, N));
  }

  Writer writer_;
};

/// Reads each field of a message in turn.
class FieldReader {
 public:
  explicit FieldReader(Reader& reader) noexcept : reader_(reader) {}
  template <class... Fields>
  void operator()(Fields&... fields) {
    (get(fields), ...);
  }

 private:
  void get(std::uint8_t& v) { v = reader_.byte(); }
  void get(bool& v) { v = reader_.boolean(); }
  void get(std::uint32_t& v) { v = reader_.uint32(); }
  void get(std::uint64_t& v) { v = reader_.uint64(); }
  void get(std::string_view& v) { v = reader_.text(); }
  void get(std::string& v) { v = reader_.text(); }
  void get(ByteView& v) { v = reader_.string(); }
  void get(Bytes& v) { v = reader_.string().bytes(); }
  void get(NameList& v) { v = parse_name_list(reader_.text()); }
  void get(Mpint& v) { v.magnitude = reader_.mpint(); }
  void get(Rest& v) { v.bytes = reader_.rest(); }
  template <std::size_t N>
  void get(Fixed<N>& v) {
    const ByteView b = reader_.raw(N);
    std::copy(b.begin(), b.end(), v.bytes);
  }

  Reader& reader_;
};

[[noreturn]] void throw_wrong_number(std::uint8_t got, MessageNumber expected);

/// Appends number and fields of `message` to `out`.
template <class Message>
void encode(Bytes& out, const Message& message) {
  out.push_back(to_byte(Message::number));
  FieldWriter write(out);
  // fields() lists members for reading and writing alike; writing does not change them.
  const_cast<Message&>(message).fields(write);
}

template <class Message>
Bytes encoded(const Message& message) {
  Bytes out;
  encode(out, message);
  return out;
}

/// Reads a whole payload, its number included.  Throws errc::malformed_packet when the number is another,
/// something is missing or something is left over.  Views in the result point into `payload`.
template <class Message>
Message decode(ByteView payload) {
  Reader reader(payload);
  const std::uint8_t number = reader.byte();
  if (number != to_byte(Message::number)) throw_wrong_number(number, Message::number);
  Message message;
  FieldReader read(reader);
  message.fields(read);
  reader.expect_end();
  return message;
}

}  // namespace amiko::wire
