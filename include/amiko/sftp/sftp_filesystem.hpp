// amiko - what an SftpServer serves: a file system that can be of any kind
#pragma once

#include <amiko/base/bytes.hpp>
#include <amiko/base/config.hpp>
#include <amiko/sftp/sftp_attributes.hpp>
#include <amiko/sftp/sftp_error.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace amiko {

/// A file that a client has open.  Calls for one file come one after the other; those for different files may
/// come from different threads at once.  The destructor closes it.  What is thrown is answered: SftpError
/// with its status, std::system_error by its errno, anything else as a failure.
class AMIKO_DECL SftpOpenFile {
 public:
  virtual ~SftpOpenFile();
  /// As many bytes as there are at `offset`, up to the buffer's size; 0 at the end of the file.
  virtual std::size_t read(std::uint64_t offset, MutableBytes buffer) = 0;
  /// All of `data`; in append mode at the end.
  virtual void write(std::uint64_t offset, ByteView data) = 0;
  virtual SftpAttributes stat() = 0;
  virtual void setstat(const SftpAttributes& attributes) = 0;
  /// The rest throw op_unsupported unless they are overridden.
  virtual SftpStatVfs statvfs();
  virtual void fsync();
  /// "copy-data": `length` bytes (0: to the end) from here into `to`, which belongs to the same file system.
  /// By read() and write() unless it is overridden.
  virtual void copy_to(std::uint64_t offset, std::uint64_t length, SftpOpenFile& to, std::uint64_t to_offset);
  /// Last words: an error here is what the client's CLOSE is answered with.
  virtual void close();
};

/// A directory that a client is reading.
class AMIKO_DECL SftpOpenDirectory {
 public:
  virtual ~SftpOpenDirectory();
  /// Up to `count` names more, "." and ".." among them, with attributes; empty at the end.  `longname` is
  /// filled in by the server where it is empty.
  virtual std::vector<SftpName> read(std::size_t count) = 0;
};

/// Paths are bytes as the client sent them: relative ones count from the start directory.  Calls come from
/// several threads only if they concern different open files.  Everything but open(), opendir(), stat(),
/// lstat() and realpath() throws op_unsupported unless it is overridden.
class AMIKO_DECL SftpFilesystem {
 public:
  virtual ~SftpFilesystem();

  /// `flags`: SftpOpenFlags.
  virtual std::unique_ptr<SftpOpenFile> open(std::string_view path, std::uint32_t flags,
                                             const SftpAttributes& attributes) = 0;
  virtual std::unique_ptr<SftpOpenDirectory> opendir(std::string_view path) = 0;
  virtual SftpAttributes stat(std::string_view path) = 0;
  virtual SftpAttributes lstat(std::string_view path) = 0;
  /// The absolute form of `path`; what does not exist is no error.
  virtual std::string realpath(std::string_view path) = 0;

  virtual void setstat(std::string_view path, const SftpAttributes& attributes);
  virtual void lsetstat(std::string_view path, const SftpAttributes& attributes);
  virtual void remove(std::string_view path);
  virtual void mkdir(std::string_view path, const SftpAttributes& attributes);
  virtual void rmdir(std::string_view path);
  /// Fails if `to` exists.
  virtual void rename(std::string_view from, std::string_view to);
  virtual void posix_rename(std::string_view from, std::string_view to);
  virtual std::string readlink(std::string_view path);
  virtual void symlink(std::string_view target, std::string_view path);
  virtual void link(std::string_view existing, std::string_view path);
  virtual SftpStatVfs statvfs(std::string_view path);
  virtual std::string expand_path(std::string_view path);
  virtual std::string home_directory(std::string_view user);

  /// For the line of `ls -l` and for "users-groups-by-id@openssh.com"; empty for an unknown number.
  virtual std::string user_name(std::uint32_t uid);
  virtual std::string group_name(std::uint32_t gid);
};

/// How LocalFilesystem works.
struct LocalFilesystemOptions {
  /// What the client sees as "/"; it cannot get out of it, neither by "..", nor by links, nor by races.
  /// Empty: everything, as sftp-server does.
  std::string root{};
  /// Where relative paths count from, as the client sees it; empty: "/" under a root, else the current
  /// directory.
  std::string start{};
  bool read_only = false;
  std::optional<std::uint32_t>
      umask{};  ///< taken off the permissions of new files; nothing: the process's own
};

/// The files of this machine, with the rights of this process.  (openat2(2) with RESOLVE_BENEATH under a
/// root; where the kernel lacks it, a walk with O_NOFOLLOW)
AMIKO_DECL std::shared_ptr<SftpFilesystem> local_filesystem(const LocalFilesystemOptions& options = {});

}  // namespace amiko
