// amiko - open files and directories of this machine, for clients
#include "local_file.hpp"

#include "local_error.hpp"
#include "longname.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <ctime>
#include <string>

namespace amiko::sftp {
namespace {

constexpr std::size_t copy_piece = 16 * 1024 * 1024;

struct stat status_of(int fd) {
  struct stat status;
  if (::fstat(fd, &status) != 0) throw_errno();
  return status;
}

off_t to_offset(std::uint64_t offset) noexcept {
  return static_cast<off_t>(offset);  // what is too large becomes negative, and EINVAL
}

timespec to_timespec(const FileTime& time) noexcept {
  return {static_cast<std::time_t>(time.seconds), static_cast<long>(time.nanoseconds)};
}

}  // namespace

void change_attributes(int fd, const SftpAttributes& a) {
  int first_error = 0;
  const auto note = [&first_error](int result) {
    if (result != 0 && first_error == 0) first_error = errno;
  };
  if (a.size) note(::ftruncate(fd, to_offset(*a.size)));
  // Before the permissions: a change of owner takes set-user-id bits away.
  if (a.uid && a.gid) note(::fchown(fd, *a.uid, *a.gid));
  if (const auto mode = a.mode()) note(::fchmod(fd, *mode));
  if (a.atime && a.mtime) {
    const timespec times[2] = {to_timespec(*a.atime), to_timespec(*a.mtime)};
    note(::futimens(fd, times));
  }
  if (first_error != 0) throw_errno(first_error);
}

SftpStatVfs from_statvfs(int fd) {
  struct statvfs v;
  if (::fstatvfs(fd, &v) != 0) throw_errno();
  constexpr std::uint64_t read_only = 1, no_setuid = 2;
  return {.block_size = v.f_bsize,
          .fragment_size = v.f_frsize,
          .blocks = v.f_blocks,
          .blocks_free = v.f_bfree,
          .blocks_available = v.f_bavail,
          .files = v.f_files,
          .files_free = v.f_ffree,
          .files_available = v.f_favail,
          .filesystem_id = v.f_fsid,
          .flags = (v.f_flag & ST_RDONLY ? read_only : 0) | (v.f_flag & ST_NOSUID ? no_setuid : 0),
          .name_max = v.f_namemax};
}

// A short read is the end of a file on a disk, but on some file systems it is not: the size tells.  Files of
// /proc have none, and end with an empty read.
std::size_t LocalFile::read(std::uint64_t offset, MutableBytes buffer) {
  std::size_t done = 0;
  while (done < buffer.size()) {
    const ssize_t n =
        ::pread(fd_.get(), buffer.data() + done, buffer.size() - done, to_offset(offset + done));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && done == 0) throw_errno();
    if (n <= 0) break;
    done += static_cast<std::size_t>(n);
    if (done == buffer.size()) break;
    const struct stat status = status_of(fd_.get());
    if (!S_ISREG(status.st_mode) || static_cast<std::uint64_t>(status.st_size) <= offset + done) break;
  }
  return done;
}

void LocalFile::write(std::uint64_t offset, ByteView data) {
  if (read_only_) throw_errno(EROFS);
  while (!data.empty()) {
    const ssize_t n = ::pwrite(fd_.get(), data.data(), data.size(), to_offset(offset));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) throw_errno();
    offset += static_cast<std::size_t>(n);
    data = data.from(static_cast<std::size_t>(n));
  }
}

SftpAttributes LocalFile::stat() {
  return SftpAttributes::from(status_of(fd_.get()));
}

void LocalFile::setstat(const SftpAttributes& attributes) {
  if (read_only_) throw_errno(EROFS);
  change_attributes(fd_.get(), attributes);
}

void LocalFile::fsync() {
  if (::fsync(fd_.get()) != 0) throw_errno();
}

void LocalFile::copy_to(std::uint64_t offset, std::uint64_t length, SftpOpenFile& to,
                        std::uint64_t to_offset_) {
  auto* const target = dynamic_cast<LocalFile*>(&to);
  if (target == nullptr) return SftpOpenFile::copy_to(offset, length, to, to_offset_);
  const struct stat from_status = status_of(fd_.get()), to_status = status_of(target->fd_.get());
  if (from_status.st_dev == to_status.st_dev && from_status.st_ino == to_status.st_ino)
    throw SftpError(sftp_errc::invalid_parameter, "a file cannot be copied onto itself");
  off_t from_at = to_offset(offset), to_at = to_offset(to_offset_);
  const bool to_end = length == 0;
  for (;;) {
    if (!to_end && length == 0) return;
    const std::size_t wanted =
        to_end ? copy_piece : static_cast<std::size_t>(std::min<std::uint64_t>(length, copy_piece));
    const ssize_t n = ::copy_file_range(fd_.get(), &from_at, target->fd_.get(), &to_at, wanted, 0);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    if (!to_end) length -= static_cast<std::size_t>(n);
  }
  // The end, or what the kernel will not do: other file systems, append mode, files without a size.
  SftpOpenFile::copy_to(static_cast<std::uint64_t>(from_at), length, to, static_cast<std::uint64_t>(to_at));
}

void LocalFile::close() {
  if (::close(fd_.release()) != 0 && errno != EINTR) throw_errno();
}

LocalOpenDirectory::LocalOpenDirectory(support::UniqueFd fd, std::shared_ptr<LocalNames> names)
    : directory_(::fdopendir(fd.get())), names_(std::move(names)) {
  if (!directory_) throw_errno();
  [[maybe_unused]] const int now_of_directory = fd.release();
}

std::vector<SftpName> LocalOpenDirectory::read(std::size_t count) {
  std::vector<SftpName> result;
  result.reserve(count);
  const std::time_t now = std::time(nullptr);
  while (result.size() < count) {
    errno = 0;
    const dirent* const entry = ::readdir(directory_.get());
    if (entry == nullptr && errno != 0 && result.empty()) throw_errno();
    if (entry == nullptr) break;
    struct stat status;
    // Gone in the meantime, or not to be looked at.
    if (::fstatat(::dirfd(directory_.get()), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0) continue;
    SftpName name{.filename = entry->d_name, .attributes = SftpAttributes::from(status)};
    name.longname = longname(name.filename, name.attributes,
                             {.links = status.st_nlink,
                              .user = names_->user(status.st_uid),
                              .group = names_->group(status.st_gid)},
                             now);
    result.push_back(std::move(name));
  }
  return result;
}

}  // namespace amiko::sftp
