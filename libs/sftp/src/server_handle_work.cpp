// amiko - requests about what a client has open
#include "longname.hpp"
#include "server_requests.hpp"

#include <amiko/base/error.hpp>

#include <algorithm>
#include <ctime>

namespace amiko::sftp {
namespace {

constexpr std::size_t names_at_once = 256;
constexpr std::size_t names_bytes = 192 * 1024;  // of one answer, unless a single name is longer
constexpr std::size_t small_work = 512;

SftpOpenFile& file_of(const HandleWork& work) {
  if (!work.handle || !work.handle->file) throw SftpError(sftp_errc::invalid_handle);
  return *work.handle->file;
}

std::size_t size_of(const SftpName& name) noexcept {
  return name.filename.size() + name.longname.size() + 64;
}

void fill_longname(SftpName& name, SftpFilesystem& filesystem, std::time_t now) {
  if (!name.longname.empty()) return;
  LongnameParts parts;
  if (name.attributes.uid) parts.user = filesystem.user_name(*name.attributes.uid);
  if (name.attributes.gid) parts.group = filesystem.group_name(*name.attributes.gid);
  name.longname = longname(name.filename, name.attributes, parts, now);
}

// As many names as an answer may carry; the rest is for the next one.
std::vector<SftpName> next_names(OpenHandle& handle, SftpFilesystem& filesystem) {
  std::vector<SftpName> names = std::move(handle.left);
  handle.left.clear();
  if (names.empty()) names = handle.directory->read(names_at_once);
  const std::time_t now = std::time(nullptr);
  std::size_t bytes = 0, count = 0;
  for (; count < names.size(); ++count) {
    fill_longname(names[count], filesystem, now);
    bytes += size_of(names[count]);
    if (bytes > names_bytes && count > 0) break;
  }
  const auto rest = names.begin() + static_cast<std::ptrdiff_t>(count);
  handle.left.assign(std::make_move_iterator(rest), std::make_move_iterator(names.end()));
  names.erase(rest, names.end());
  return names;
}

struct Performer {
  HandleWork& work;
  SftpFilesystem& filesystem;
  ServerOutput& output;

  void operator()(const Read& request) const {
    SftpOpenFile& file = file_of(work);
    const std::size_t length = std::min<std::size_t>(request.length, max_server_data);
    output.put_data(work.id, length, [&](MutableBytes buffer) {
      const std::size_t n = file.read(request.offset, buffer);
      if (n > buffer.size()) throw SftpError(sftp_errc::failure, "the file read more than was asked for");
      if (n == 0 && length > 0) throw SftpError(sftp_errc::eof, std::string(usual_text(sftp_errc::eof)));
      return n;
    });
  }
  void operator()(const Write& request) const {
    file_of(work).write(request.offset, request.data);
    output.put_ok(work.id);
  }
  void operator()(const Fstat&) const { output.put(work.id, Attrs{file_of(work).stat()}); }
  void operator()(const Fsetstat& request) const {
    file_of(work).setstat(request.attributes);
    output.put_ok(work.id);
  }
  void operator()(const Readdir&) const {
    if (!work.handle || !work.handle->directory) throw SftpError(sftp_errc::invalid_handle);
    const auto names = next_names(*work.handle, filesystem);
    if (names.empty()) return output.put_status(work.id, {sftp_errc::eof});
    output.put_names(work.id, names);
  }
  void operator()(const Close&) const {
    if (!work.handle) throw SftpError(sftp_errc::invalid_handle);
    // Gone whatever close() says, as a descriptor is.
    const std::unique_ptr<SftpOpenFile> file = std::move(work.handle->file);
    work.handle->directory.reset();
    if (file) file->close();
    output.put_ok(work.id);
  }
  void operator()(const FstatVfs&) const {
    const Bytes body = encoded_body(StatVfsBody{file_of(work).statvfs()});
    output.put(work.id, ExtendedReply{wire::Rest{body}});
  }
  void operator()(const Fsync&) const {
    file_of(work).fsync();
    output.put_ok(work.id);
  }
};

template <class Body>
HandleBody decoded(ByteView body) {
  return decode<Body>(body);
}

std::optional<HandleBody> decode_body(const Packet& packet) {
  switch (packet.type) {
    case PacketType::read:
      return decoded<Read>(packet.body);
    case PacketType::write:
      return decoded<Write>(packet.body);
    case PacketType::fstat:
      return decoded<Fstat>(packet.body);
    case PacketType::fsetstat:
      return decoded<Fsetstat>(packet.body);
    case PacketType::readdir:
      return decoded<Readdir>(packet.body);
    case PacketType::close:
      return decoded<Close>(packet.body);
    case PacketType::extended:
      break;
    default:
      return std::nullopt;
  }
  const auto extended = decode<Extended>(packet.body);
  if (extended.name == extension::fstatvfs) return decoded<FstatVfs>(extended.body.bytes);
  if (extended.name == extension::fsync) return decoded<Fsync>(extended.body.bytes);
  return std::nullopt;
}

}  // namespace

std::size_t HandleWork::weight() const noexcept {
  if (const auto* read = std::get_if<Read>(&body))
    return small_work + std::min<std::size_t>(read->length, max_server_data);
  if (const auto* write = std::get_if<Write>(&body)) return small_work + write->data.size();
  return std::holds_alternative<Readdir>(body) ? names_bytes : small_work;
}

std::optional<HandleWork> decode_handle_work(const Packet& packet, ServerHandles& handles) {
  auto body = decode_body(packet);
  if (!body) return std::nullopt;
  const ByteView name = std::visit([](const auto& request) { return request.handle; }, *body);
  const bool closes = packet.type == PacketType::close;
  return HandleWork{packet.id, closes ? handles.remove(name) : handles.find(name), std::move(*body)};
}

void perform(HandleWork& work, SftpFilesystem& filesystem, ServerOutput& output) {
  try {
    std::visit(Performer{work, filesystem, output}, work.body);
  } catch (...) {
    output.put_status(work.id, status_of_current_exception());
  }
}

}  // namespace amiko::sftp
