// amiko - attributes of files: on the wire, and from stat(2)
#include "packet.hpp"

#include <amiko/base/error.hpp>

#include <sys/stat.h>

#include <algorithm>
#include <limits>

namespace amiko {
namespace {

// SSH_FILEXFER_ATTR_* of draft-ietf-secsh-filexfer-02 section 5.
constexpr std::uint32_t has_size = 0x00000001;
constexpr std::uint32_t has_owner = 0x00000002;
constexpr std::uint32_t has_permissions = 0x00000004;
constexpr std::uint32_t has_times = 0x00000008;
constexpr std::uint32_t has_extended = 0x80000000;

std::uint32_t seconds_of(const FileTime& time) noexcept {
  constexpr std::int64_t last = std::numeric_limits<std::uint32_t>::max();
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(time.seconds, 0, last));
}

std::uint32_t flags_of(const SftpAttributes& a) noexcept {
  return (a.size ? has_size : 0) | (a.uid && a.gid ? has_owner : 0) | (a.permissions ? has_permissions : 0) |
         (a.atime && a.mtime ? has_times : 0) | (a.extended.empty() ? 0 : has_extended);
}

void decode_extended(wire::Reader& reader, SftpAttributes& attributes) {
  for (std::uint32_t count = reader.uint32(); count > 0; --count) {
    std::string name(reader.text());
    attributes.extended.emplace_back(std::move(name), reader.string().bytes());
  }
}

FileTime from_timespec(const timespec& time) noexcept {
  return {time.tv_sec, static_cast<std::uint32_t>(time.tv_nsec)};
}

}  // namespace

FileType SftpAttributes::type() const noexcept {
  if (!permissions) return FileType::unknown;
  switch (*permissions & S_IFMT) {
    case S_IFREG:
      return FileType::regular;
    case S_IFDIR:
      return FileType::directory;
    case S_IFLNK:
      return FileType::symlink;
    case S_IFSOCK:
      return FileType::socket;
    case S_IFCHR:
      return FileType::char_device;
    case S_IFBLK:
      return FileType::block_device;
    case S_IFIFO:
      return FileType::fifo;
    default:
      return FileType::unknown;
  }
}

std::optional<std::uint32_t> SftpAttributes::mode() const noexcept {
  if (!permissions) return std::nullopt;
  return *permissions & 07777;
}

SftpAttributes SftpAttributes::from(const struct stat& status) {
  SftpAttributes attributes;
  attributes.size = static_cast<std::uint64_t>(status.st_size);
  attributes.uid = status.st_uid;
  attributes.gid = status.st_gid;
  attributes.permissions = status.st_mode;
  attributes.atime = from_timespec(status.st_atim);
  attributes.mtime = from_timespec(status.st_mtim);
  return attributes;
}

std::uint32_t sftp_open_flags(std::string_view mode) {
  std::uint32_t flags = 0;
  std::size_t kinds = 0;
  bool plus = false;
  for (const char c : mode) {
    switch (c) {
      case 'r':
        flags |= sftp_read, ++kinds;
        break;
      case 'w':
        flags |= sftp_write | sftp_create | sftp_truncate, ++kinds;
        break;
      case 'a':
        flags |= sftp_write | sftp_create | sftp_append, ++kinds;
        break;
      case 'x':
        flags |= sftp_write | sftp_create | sftp_exclusive, ++kinds;
        break;
      case '+':
        plus = true;
        break;
      case 'b':
        break;
      default:
        kinds = 2;
    }
  }
  if (kinds != 1)
    throw_error(errc::invalid_argument,
                "'" + std::string(mode) + "' is no way to open a file: r, w, a or x, then + or b");
  return plus ? flags | sftp_read | sftp_write : flags;
}

namespace sftp {

void encode_attributes(Bytes& out, const SftpAttributes& attributes, std::uint32_t) {
  wire::Writer writer(out);
  const std::uint32_t flags = flags_of(attributes);
  writer.uint32(flags);
  if (flags & has_size) writer.uint64(*attributes.size);
  if (flags & has_owner) {
    writer.uint32(*attributes.uid);
    writer.uint32(*attributes.gid);
  }
  if (flags & has_permissions) writer.uint32(*attributes.permissions);
  if (flags & has_times) {
    writer.uint32(seconds_of(*attributes.atime));
    writer.uint32(seconds_of(*attributes.mtime));
  }
  if (flags & has_extended) {
    writer.uint32(static_cast<std::uint32_t>(attributes.extended.size()));
    for (const auto& [name, value] : attributes.extended) {
      writer.string(name);
      writer.string(value);
    }
  }
}

SftpAttributes decode_attributes(wire::Reader& reader, std::uint32_t) {
  SftpAttributes attributes;
  const std::uint32_t flags = reader.uint32();
  if (flags & has_size) attributes.size = reader.uint64();
  if (flags & has_owner) {
    attributes.uid = reader.uint32();
    attributes.gid = reader.uint32();
  }
  if (flags & has_permissions) attributes.permissions = reader.uint32();
  if (flags & has_times) {
    attributes.atime = FileTime{reader.uint32(), 0};
    attributes.mtime = FileTime{reader.uint32(), 0};
  }
  if (flags & has_extended) decode_extended(reader, attributes);
  return attributes;
}

}  // namespace sftp
}  // namespace amiko
