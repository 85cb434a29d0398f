// amiko - what SFTP tells about a file
#pragma once

#include <amiko/base/bytes.hpp>
#include <amiko/base/config.hpp>

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

struct stat;

namespace amiko {

/// Values of draft-ietf-secsh-filexfer-13 section 7.2.
enum class FileType : std::uint8_t {
  regular = 1,
  directory = 2,
  symlink = 3,
  special = 4,
  unknown = 5,
  socket = 6,
  char_device = 7,
  block_device = 8,
  fifo = 9,
};

/// A point in time since 1970 in UTC.  Version 3 carries whole seconds from 0 to 2^32-1.
struct FileTime {
  std::int64_t seconds = 0;
  std::uint32_t nanoseconds = 0;

  friend auto operator<=>(const FileTime&, const FileTime&) = default;
};

/// Attributes of a file: only those are set that were told, or that are to be changed.  A value.  (ATTRS of
/// draft-ietf-secsh-filexfer-02 section 5)
struct AMIKO_DECL SftpAttributes {
  std::optional<std::uint64_t> size{};  ///< bytes
  std::optional<std::uint32_t> uid{};   ///< on the wire only together with gid
  std::optional<std::uint32_t> gid{};
  std::optional<std::uint32_t> permissions{};  ///< st_mode: type bits and the lower twelve
  std::optional<FileTime> atime{};             ///< on the wire only together with mtime
  std::optional<FileTime> mtime{};
  std::vector<std::pair<std::string, Bytes>> extended{};

  /// What the type bits of `permissions` say; unknown without them.
  FileType type() const noexcept;
  bool is_directory() const noexcept { return type() == FileType::directory; }
  bool is_regular() const noexcept { return type() == FileType::regular; }
  bool is_symlink() const noexcept { return type() == FileType::symlink; }
  /// The lower twelve bits, if there are any.
  std::optional<std::uint32_t> mode() const noexcept;

  static SftpAttributes from(const struct stat& status);

  friend bool operator==(const SftpAttributes&, const SftpAttributes&) = default;
};

/// A directory's entry, or a name that the server resolved.  `filename` and `longname` are bytes.
struct SftpName {
  std::string filename{};
  std::string longname{};  ///< a line as `ls -l` prints it; only for people
  SftpAttributes attributes{};
};

/// "statvfs@openssh.com" (OpenSSH PROTOCOL section 4.5); the fields are those of statvfs(3).
struct SftpStatVfs {
  std::uint64_t block_size = 0;
  std::uint64_t fragment_size = 0;  ///< the unit of the next three
  std::uint64_t blocks = 0;
  std::uint64_t blocks_free = 0;
  std::uint64_t blocks_available = 0;  ///< for ordinary users
  std::uint64_t files = 0;
  std::uint64_t files_free = 0;
  std::uint64_t files_available = 0;
  std::uint64_t filesystem_id = 0;
  std::uint64_t flags = 0;  ///< 1: read-only, 2: no setuid
  std::uint64_t name_max = 0;
};

/// "limits@openssh.com" (OpenSSH PROTOCOL section 4.8).  In bytes; 0: not told.
struct SftpLimits {
  std::uint64_t max_packet = 0;
  std::uint64_t max_read = 0;
  std::uint64_t max_write = 0;
  std::uint64_t max_handles = 0;
};

/// How a file is opened: SSH_FXF_* of draft-ietf-secsh-filexfer-02 section 6.3, to be combined with |.
enum SftpOpenFlags : std::uint32_t {
  sftp_read = 0x01,
  sftp_write = 0x02,
  sftp_append = 0x04,
  sftp_create = 0x08,
  sftp_truncate = 0x10,
  sftp_exclusive = 0x20,
};

/// "r", "w", "a", "x" with "+" and "b", as in paramiko and AsyncSSH.  Throws errc::invalid_argument.
AMIKO_DECL std::uint32_t sftp_open_flags(std::string_view mode);

}  // namespace amiko
