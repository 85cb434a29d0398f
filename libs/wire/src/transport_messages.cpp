// amiko - EXT_INFO, the one transport message that is no plain list of fields
#include <amiko/wire/transport_messages.hpp>

#include <amiko/base/error.hpp>

namespace amiko::wire {

Bytes encoded(const ExtInfo& info) {
  Bytes out;
  Writer writer(out);
  writer.byte(to_byte(MessageNumber::ext_info));
  writer.uint32(static_cast<std::uint32_t>(info.extensions.size()));
  for (const Extension& extension : info.extensions) {
    writer.string(extension.name);
    writer.string(extension.value);
  }
  return out;
}

ExtInfo decode_ext_info(ByteView payload) {
  Reader reader(payload);
  const std::uint8_t number = reader.byte();
  if (number != to_byte(MessageNumber::ext_info)) throw_wrong_number(number, MessageNumber::ext_info);
  const std::uint32_t count = reader.uint32();
  if (count > 1024) throw_error(errc::malformed_packet, "too many extensions in EXT_INFO");
  ExtInfo info;
  info.extensions.reserve(count);
  for (std::uint32_t i = 0; i < count; ++i) {
    Extension extension;
    extension.name = reader.text();
    extension.value = reader.string();
    info.extensions.push_back(extension);
  }
  reader.expect_end();
  return info;
}

}  // namespace amiko::wire
