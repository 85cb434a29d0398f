// amiko - whole files: reading, replacing, locking
#pragma once

#include <amiko/base/bytes.hpp>
#include <amiko/base/time.hpp>
#include <amiko/support/fd.hpp>

#include <cstddef>
#include <filesystem>
#include <string_view>

#include <sys/types.h>

namespace amiko::support {

/// The content of a file of at most `limit` bytes; also of a FIFO or a device, up to its end, for which it
/// blocks.  Copies made on the way are wiped, since private keys are read with it.  Throws
/// errc::file_not_found, or errc::file_unreadable for anything else: a directory and a larger file among
/// them.
Bytes read_file(const std::filesystem::path& path, std::size_t limit);

/// Puts `data` in the place of the file's content, so that a reader, or a crash, sees the old content or the
/// new and nothing between: a new file in the same directory, synced and renamed.  Symbolic links stay, their
/// target is replaced.  The new file has permissions `mode` whatever the umask is, and the old one's owner
/// and group as far as the system permits. Throws errc::file_unwritable; then the old content is untouched.
void write_file_atomically(const std::filesystem::path& path, ByteView data, mode_t mode);

/// Excludes other threads and processes that lock the same path, for a read-change-write of a file that is
/// replaced and so cannot be locked itself.  It is flock(2) on `path` + ".lock" beside the file (symbolic
/// links resolved); that file is removed when the lock is given up, and a process that dies gives it up.
/// Advisory: programs that do not ask are not held off.
class FileLock {
 public:
  /// Waits for the lock, an interruption point.  Throws TimeoutError at the deadline, errc::file_unwritable
  /// if the lock file cannot be made.
  FileLock(const std::filesystem::path& path, Deadline deadline);
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;
  ~FileLock();

 private:
  bool try_lock();

  std::filesystem::path lock_path_;
  UniqueFd fd_;
};

/// "~", "~/x", "~user" and "~user/x" with the home directory put in; anything else as it is.
/// Throws errc::invalid_argument for an unknown user.
std::filesystem::path expand_home(std::string_view path);

}  // namespace amiko::support
