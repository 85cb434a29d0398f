// amiko - requests that name paths, and those about the session
#include "server_requests.hpp"

#include <amiko/base/error.hpp>

#include <algorithm>

namespace amiko::sftp {
namespace {

// A request that does not parse ends the session, whereas what a file system throws is answered, be it a
// ProtocolError of a connection of its own.
struct Malformed {
  Failure failure;
};

template <class Message>
Message parsed(ByteView body) {
  try {
    return decode<Message>(body);
  } catch (const ProtocolError& e) {
    throw Malformed{e.failure()};
  }
}

struct Context {
  const Packet& packet;
  SftpFilesystem& filesystem;
  ServerHandles& handles;
  ServerOutput& output;

  void ok() const { output.put_ok(packet.id); }
  void name(const std::string& path) const { output.put_names(packet.id, {{path, path, {}}}); }
  void attributes(const SftpAttributes& attributes) const { output.put(packet.id, Attrs{attributes}); }
  void reply(const Bytes& body) const { output.put(packet.id, ExtendedReply{wire::Rest{body}}); }
  template <class Message>
  Message decoded() const {
    return parsed<Message>(packet.body);
  }
};

void expect_room(const Context& c) {
  if (c.handles.full()) throw SftpError(sftp_errc::failure, "too many open files in this session");
}

void open(const Context& c) {
  const auto request = c.decoded<Open>();
  expect_room(c);
  auto handle = std::make_shared<OpenHandle>(OpenHandle{.path = std::string(request.filename)});
  handle->file = c.filesystem.open(request.filename, request.flags, request.attributes);
  const Bytes name = c.handles.add(std::move(handle));
  c.output.put(c.packet.id, Handle{name});
}

void opendir(const Context& c) {
  const auto request = c.decoded<Opendir>();
  expect_room(c);
  auto handle = std::make_shared<OpenHandle>(OpenHandle{.path = std::string(request.path)});
  handle->directory = c.filesystem.opendir(request.path);
  const Bytes name = c.handles.add(std::move(handle));
  c.output.put(c.packet.id, Handle{name});
}

SftpOpenFile& file_of(const Context& c, ByteView name, std::shared_ptr<OpenHandle>& keep) {
  keep = c.handles.find(name);
  if (!keep || !keep->file) throw SftpError(sftp_errc::invalid_handle);
  return *keep->file;
}

void copy_data(const Context& c, ByteView body) {
  const auto request = parsed<CopyData>(body);
  std::shared_ptr<OpenHandle> from, to;
  SftpOpenFile& source = file_of(c, request.read_handle, from);
  SftpOpenFile& target = file_of(c, request.write_handle, to);
  if (from == to) throw SftpError(sftp_errc::invalid_parameter, "a file cannot be copied onto itself");
  source.copy_to(request.read_offset, request.length, target, request.write_offset);
  c.ok();
}

void limits(const Context& c) {
  c.reply(encoded_body(LimitsBody{{.max_packet = max_server_packet,
                                   .max_read = max_server_data,
                                   .max_write = max_server_data,
                                   .max_handles = c.handles.limit()}}));
}

template <class Ask>
Bytes names_of(ByteView numbers, Ask ask) {
  Bytes names;
  wire::Writer writer(names);
  for (wire::Reader reader(numbers); !reader.at_end();) {
    writer.string(ask(reader.uint32()));
    if (names.size() > max_server_data / 2) throw SftpError(sftp_errc::failure, "too many names");
  }
  return names;
}

void users_groups_by_id(const Context& c, ByteView body) {
  const auto request = parsed<IdLists>(body);
  if (request.users.size() % 4 != 0 || request.groups.size() % 4 != 0)
    throw Malformed{{.code = errc::malformed_packet, .text = "a list of numbers that ends within one"}};
  const Bytes users = names_of(request.users, [&c](std::uint32_t id) { return c.filesystem.user_name(id); });
  const Bytes groups =
      names_of(request.groups, [&c](std::uint32_t id) { return c.filesystem.group_name(id); });
  c.reply(encoded_body(IdLists{users, groups}));
}

void unsupported(const Context& c) {
  c.output.put_status(c.packet.id, {sftp_errc::op_unsupported});
}

void answer_extended(const Context& c) {
  const auto extended = c.decoded<Extended>();
  const ByteView body = extended.body.bytes;
  SftpFilesystem& fs = c.filesystem;
  if (extended.name == extension::posix_rename) {
    const auto request = parsed<TwoPaths>(body);
    fs.posix_rename(request.first, request.second);
    return c.ok();
  }
  if (extended.name == extension::hardlink) {
    const auto request = parsed<TwoPaths>(body);
    fs.link(request.first, request.second);
    return c.ok();
  }
  if (extended.name == extension::lsetstat) {
    const auto request = parsed<PathAttributes>(body);
    fs.lsetstat(request.path, request.attributes);
    return c.ok();
  }
  if (extended.name == extension::statvfs)
    return c.reply(encoded_body(StatVfsBody{fs.statvfs(parsed<OnePath>(body).path)}));
  if (extended.name == extension::expand_path) return c.name(fs.expand_path(parsed<OnePath>(body).path));
  if (extended.name == extension::home_directory)
    return c.name(fs.home_directory(parsed<OnePath>(body).path));
  if (extended.name == extension::copy_data) return copy_data(c, body);
  if (extended.name == extension::limits) return limits(c);
  if (extended.name == extension::users_groups_by_id) return users_groups_by_id(c, body);
  unsupported(c);
}

void answer_plain(const Context& c) {
  SftpFilesystem& fs = c.filesystem;
  switch (c.packet.type) {
    case PacketType::open:
      return open(c);
    case PacketType::opendir:
      return opendir(c);
    case PacketType::lstat:
      return c.attributes(fs.lstat(c.decoded<Lstat>().path));
    case PacketType::stat:
      return c.attributes(fs.stat(c.decoded<Stat>().path));
    case PacketType::realpath:
      return c.name(fs.realpath(c.decoded<Realpath>().path));
    case PacketType::readlink:
      return c.name(fs.readlink(c.decoded<Readlink>().path));
    case PacketType::setstat: {
      const auto request = c.decoded<Setstat>();
      return fs.setstat(request.path, request.attributes), c.ok();
    }
    case PacketType::mkdir: {
      const auto request = c.decoded<Mkdir>();
      return fs.mkdir(request.path, request.attributes), c.ok();
    }
    case PacketType::remove:
      return fs.remove(c.decoded<Remove>().path), c.ok();
    case PacketType::rmdir:
      return fs.rmdir(c.decoded<Rmdir>().path), c.ok();
    case PacketType::rename: {
      const auto request = c.decoded<Rename>();
      return fs.rename(request.first, request.second), c.ok();
    }
    case PacketType::symlink: {
      // The target comes first, as OpenSSH has it and most clients, whatever the draft says.
      const auto request = c.decoded<Symlink>();
      return fs.symlink(request.first, request.second), c.ok();
    }
    case PacketType::extended:
      return answer_extended(c);
    default:
      return unsupported(c);
  }
}

}  // namespace

void answer(const Packet& packet, SftpFilesystem& filesystem, ServerHandles& handles, ServerOutput& output) {
  try {
    answer_plain({packet, filesystem, handles, output});
  } catch (const Malformed& malformed) {
    throw_failure(malformed.failure);
  } catch (...) {
    output.put_status(packet.id, status_of_current_exception());
  }
}

std::string_view request_name(const Packet& packet) {
  switch (packet.type) {
    case PacketType::open:
      return "open";
    case PacketType::close:
      return "close";
    case PacketType::read:
      return "read";
    case PacketType::write:
      return "write";
    case PacketType::lstat:
      return "lstat";
    case PacketType::fstat:
      return "fstat";
    case PacketType::setstat:
      return "setstat";
    case PacketType::fsetstat:
      return "fsetstat";
    case PacketType::opendir:
      return "opendir";
    case PacketType::readdir:
      return "readdir";
    case PacketType::remove:
      return "remove";
    case PacketType::mkdir:
      return "mkdir";
    case PacketType::rmdir:
      return "rmdir";
    case PacketType::realpath:
      return "realpath";
    case PacketType::stat:
      return "stat";
    case PacketType::rename:
      return "rename";
    case PacketType::readlink:
      return "readlink";
    case PacketType::symlink:
      return "symlink";
    case PacketType::extended:
      break;
    default:
      return {};
  }
  const auto extended = decode<Extended>(packet.body);
  const auto* const found = std::ranges::find(server_extension_table, extended.name, &ServerExtension::name);
  return found == std::ranges::end(server_extension_table) ? std::string_view() : found->short_name;
}

std::string_view path_of(const Packet& packet) {
  wire::Reader reader(packet.body);
  if (packet.type != PacketType::extended) return reader.at_end() ? std::string_view() : reader.text();
  const std::string_view extension = reader.text();
  const bool named = extension != extension::limits && extension != extension::copy_data &&
                     extension != extension::users_groups_by_id;
  return named && !reader.at_end() ? reader.text() : std::string_view();
}

}  // namespace amiko::sftp
