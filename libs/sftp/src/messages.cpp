// amiko - messages of SFTP version 3 that are no plain list of fields
#include "messages.hpp"

#include <amiko/base/error.hpp>

namespace amiko::sftp {
namespace {

// A name takes two lengths and flags at least.
constexpr std::size_t smallest_name = 12;

}  // namespace

Extensions decode_extensions(ByteView body) {
  wire::Reader reader(body);
  Extensions extensions;
  while (!reader.at_end()) {
    std::string name(reader.text());
    extensions.pairs.emplace_back(std::move(name), std::string(reader.text()));
  }
  return extensions;
}

void encode_version(Bytes& out, PacketType type, std::uint32_t version, const Extensions& extensions) {
  const std::size_t mark = begin_packet(out, type, version);
  wire::Writer writer(out);
  for (const auto& [name, data] : extensions.pairs) {
    writer.string(name);
    writer.string(data);
  }
  end_packet(out, mark);
}

Status decode_status(ByteView body) {
  wire::Reader reader(body);
  Status status{.code = reader.uint32()};
  if (!reader.at_end()) status.message = reader.text();
  if (!reader.at_end()) status.language = reader.text();
  return status;
}

std::vector<SftpName> decode_names(ByteView body, std::uint32_t version) {
  wire::Reader reader(body);
  const std::uint32_t count = reader.uint32();
  if (count > reader.remaining() / smallest_name)
    throw_error(errc::malformed_packet, "a list of " + std::to_string(count) + " names that is too short");
  std::vector<SftpName> names(count);
  for (SftpName& name : names) {
    name.filename = reader.text();
    name.longname = reader.text();
    name.attributes = decode_attributes(reader, version);
  }
  return names;
}

void encode_names(Bytes& out, std::uint32_t id, const std::vector<SftpName>& names, std::uint32_t version) {
  const std::size_t mark = begin_packet(out, PacketType::name, id);
  wire::Writer writer(out);
  writer.uint32(static_cast<std::uint32_t>(names.size()));
  for (const SftpName& name : names) {
    writer.string(name.filename);
    writer.string(name.longname);
    encode_attributes(out, name.attributes, version);
  }
  end_packet(out, mark);
}

}  // namespace amiko::sftp
