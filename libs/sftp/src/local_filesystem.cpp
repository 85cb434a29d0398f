// amiko - the files of this machine, served
#include "local_filesystem.hpp"

#include "local_error.hpp"
#include "local_file.hpp"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <ctime>

namespace amiko::sftp {

using support::UniqueFd;

namespace {

constexpr mode_t default_file_mode = 0666;
constexpr mode_t default_directory_mode = 0777;
constexpr std::uint32_t changing_flags = sftp_write | sftp_append | sftp_create | sftp_truncate;
#ifdef SYS_fchmodat2
constexpr long number_of_fchmodat2 = SYS_fchmodat2;
#else
constexpr long number_of_fchmodat2 = 452;
#endif

int system_flags(std::uint32_t flags) noexcept {
  // Nobody waits for the other end of a FIFO, or for a device, and no terminal becomes ours.
  int result = O_NONBLOCK | O_NOCTTY;
  if ((flags & sftp_write) != 0)
    result |= (flags & sftp_read) != 0 ? O_RDWR : O_WRONLY;
  else
    result |= O_RDONLY;
  if ((flags & sftp_append) != 0) result |= O_APPEND;
  if ((flags & sftp_create) != 0) result |= O_CREAT;
  if ((flags & sftp_truncate) != 0) result |= O_TRUNC;
  if ((flags & sftp_exclusive) != 0) result |= O_EXCL;
  return result;
}

struct stat status_of(int fd) {
  struct stat status;
  if (::fstat(fd, &status) != 0) throw_errno();
  return status;
}

// Devices are served where everything is, as sftp-server does; a root is for files.
void expect_file(int fd, bool confined) {
  const mode_t mode = status_of(fd).st_mode;
  if (S_ISREG(mode) || (!confined && (S_ISCHR(mode) || S_ISBLK(mode)))) return;
  if (S_ISDIR(mode)) throw_errno(EISDIR);
  throw SftpError(sftp_errc::permission_denied, "not a regular file");
}

// Of a descriptor that is good for nothing but naming the file (O_PATH).
int change_mode(int fd, mode_t mode) {
  const std::string path = "/proc/self/fd/" + std::to_string(fd);
  if (::chmod(path.c_str(), mode) == 0) return 0;
  if (errno != ENOENT && errno != ENOTDIR) return -1;  // no /proc here
  return static_cast<int>(::syscall(number_of_fchmodat2, fd, "", mode, AT_EMPTY_PATH));
}

timespec to_timespec(const FileTime& time) noexcept {
  return {static_cast<std::time_t>(time.seconds), static_cast<long>(time.nanoseconds)};
}

}  // namespace

LocalFilesystem::LocalFilesystem(const LocalFilesystemOptions& options, Lookup lookup)
    : tree_(options.root, options.start, lookup), read_only_(options.read_only), umask_(options.umask) {}

void LocalFilesystem::expect_writable() const {
  if (read_only_) throw_errno(EROFS);
}

// With an umask of its own a new file must be told from one that is there: only the former's permissions
// change.
UniqueFd LocalFilesystem::create(std::string_view path, int flags, mode_t mode) {
  if (!umask_) return tree_.open(path, flags, mode);
  mode &= ~static_cast<mode_t>(*umask_);
  try {
    UniqueFd fd = tree_.open(path, flags | O_EXCL, mode);
    if (::fchmod(fd.get(), mode) != 0) throw_errno();
    return fd;
  } catch (const std::system_error& e) {
    if (e.code().value() != EEXIST || (flags & O_EXCL) != 0) throw;
  }
  return tree_.open(path, flags, mode);
}

std::unique_ptr<SftpOpenFile> LocalFilesystem::open(std::string_view path, std::uint32_t flags,
                                                    const SftpAttributes& attributes) {
  if ((flags & changing_flags) != 0) expect_writable();
  const mode_t mode = attributes.mode().value_or(default_file_mode);
  const int how = system_flags(flags);
  UniqueFd fd = (how & O_CREAT) != 0 ? create(path, how, mode) : tree_.open(path, how);
  expect_file(fd.get(), tree_.confined());
  return std::make_unique<LocalFile>(std::move(fd), read_only_);
}

std::unique_ptr<SftpOpenDirectory> LocalFilesystem::opendir(std::string_view path) {
  return std::make_unique<LocalOpenDirectory>(tree_.open(path, O_RDONLY | O_DIRECTORY | O_NONBLOCK), names_);
}

SftpAttributes LocalFilesystem::stat(std::string_view path) {
  return SftpAttributes::from(status_of(tree_.open(path, O_PATH).get()));
}

SftpAttributes LocalFilesystem::lstat(std::string_view path) {
  const auto place = tree_.place(path);
  struct stat status;
  if (::fstatat(place.directory, place.name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) throw_errno();
  return SftpAttributes::from(status);
}

// What can be done to links themselves is done by name; the rest to a descriptor, which nobody can swap.
void LocalFilesystem::change(std::string_view path, const SftpAttributes& a, bool follow) {
  const UniqueFd fd = tree_.open(path, O_PATH | (follow ? 0 : O_NOFOLLOW));
  int first_error = 0;
  const auto note = [&first_error](int result) {
    if (result != 0 && first_error == 0) first_error = errno;
  };
  // Before the permissions: a change of owner takes set-user-id bits away.
  if (a.uid && a.gid) note(::fchownat(fd.get(), "", *a.uid, *a.gid, AT_EMPTY_PATH));
  if (const auto mode = a.mode()) {
    if (S_ISLNK(status_of(fd.get()).st_mode))
      note((errno = EOPNOTSUPP, -1));
    else if (follow && !tree_.confined())
      note(::fchmodat(tree_.place(path).directory, std::string(path).c_str(), *mode, 0));
    else
      note(change_mode(fd.get(), *mode));
  }
  if (a.atime && a.mtime) {
    const timespec times[2] = {to_timespec(*a.atime), to_timespec(*a.mtime)};
    note(::utimensat(fd.get(), "", times, AT_EMPTY_PATH));
  }
  if (first_error != 0) throw_errno(first_error);
}

void LocalFilesystem::setstat(std::string_view path, const SftpAttributes& attributes) {
  expect_writable();
  SftpAttributes others = attributes;
  int size_error = 0;
  if (attributes.size) {
    others.size.reset();
    try {
      const UniqueFd fd = tree_.open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY);
      expect_file(fd.get(), tree_.confined());
      if (::ftruncate(fd.get(), static_cast<off_t>(*attributes.size)) != 0) size_error = errno;
    } catch (const std::system_error& e) {
      size_error = e.code().value();
    }
  }
  change(path, others, true);
  if (size_error != 0) throw_errno(size_error);
}

void LocalFilesystem::lsetstat(std::string_view path, const SftpAttributes& attributes) {
  expect_writable();
  if (attributes.size) throw_errno(EINVAL);  // links have none that could be changed
  change(path, attributes, false);
}

void LocalFilesystem::remove(std::string_view path) {
  expect_writable();
  const auto place = tree_.place(path);
  if (::unlinkat(place.directory, place.name.c_str(), 0) != 0) throw_errno();
}

void LocalFilesystem::mkdir(std::string_view path, const SftpAttributes& attributes) {
  expect_writable();
  const auto place = tree_.place(path);
  const mode_t mode = attributes.mode().value_or(default_directory_mode);
  const mode_t wanted = mode & ~static_cast<mode_t>(umask_.value_or(0));
  if (::mkdirat(place.directory, place.name.c_str(), wanted) != 0) throw_errno();
  if (!umask_) return;
  const UniqueFd fd(::openat(place.directory, place.name.c_str(),
                             O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (fd) ::fchmod(fd.get(), wanted);  // else it has fewer permissions, not more
}

void LocalFilesystem::rmdir(std::string_view path) {
  expect_writable();
  const auto place = tree_.place(path);
  if (::unlinkat(place.directory, place.name.c_str(), AT_REMOVEDIR) != 0) throw_errno();
}

void LocalFilesystem::rename(std::string_view from, std::string_view to) {
  expect_writable();
  const auto old = tree_.place(from), fresh = tree_.place(to);
  if (::renameat2(old.directory, old.name.c_str(), fresh.directory, fresh.name.c_str(), RENAME_NOREPLACE) ==
      0)
    return;
  if (errno != EINVAL && errno != ENOSYS) throw_errno();
  // A file system that cannot: look first, as sftp-server does.
  struct stat status;
  if (::fstatat(fresh.directory, fresh.name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0) throw_errno(EEXIST);
  if (::renameat(old.directory, old.name.c_str(), fresh.directory, fresh.name.c_str()) != 0) throw_errno();
}

void LocalFilesystem::posix_rename(std::string_view from, std::string_view to) {
  expect_writable();
  const auto old = tree_.place(from), fresh = tree_.place(to);
  if (::renameat(old.directory, old.name.c_str(), fresh.directory, fresh.name.c_str()) != 0) throw_errno();
}

std::string LocalFilesystem::readlink(std::string_view path) {
  const auto place = tree_.place(path);
  std::array<char, PATH_MAX> text;
  const ssize_t n = ::readlinkat(place.directory, place.name.c_str(), text.data(), text.size());
  if (n < 0) throw_errno();
  return tree_.seen_target({text.data(), static_cast<std::size_t>(n)});
}

void LocalFilesystem::symlink(std::string_view target, std::string_view path) {
  expect_writable();
  check_path(target);
  const auto place = tree_.place(path);
  if (::symlinkat(std::string(target).c_str(), place.directory, place.name.c_str()) != 0) throw_errno();
}

void LocalFilesystem::link(std::string_view existing, std::string_view path) {
  expect_writable();
  const auto old = tree_.place(existing), fresh = tree_.place(path);
  if (::linkat(old.directory, old.name.c_str(), fresh.directory, fresh.name.c_str(), 0) != 0) throw_errno();
}

SftpStatVfs LocalFilesystem::statvfs(std::string_view path) {
  return from_statvfs(tree_.open(path, O_PATH).get());
}

// "~" is where the session starts, as in sftp-server.
std::string LocalFilesystem::expand_path(std::string_view path) {
  if (!path.starts_with('~')) return tree_.real(path);
  const std::size_t slash = std::min(path.find('/'), path.size());
  const std::string_view user = path.substr(1, slash - 1);
  const std::string_view rest = path.substr(slash);
  std::string home = tree_.start();
  if (!user.empty()) {
    home = tree_.confined() ? std::string() : home_of(std::string(user));
    if (home.empty()) throw SftpError(sftp_errc::no_such_file, "no such user");
  }
  return tree_.real(home + std::string(rest));
}

std::string LocalFilesystem::home_directory(std::string_view user) {
  if (tree_.confined()) return tree_.start();
  const std::string home = home_of(std::string(user));
  if (home.empty()) throw SftpError(sftp_errc::failure, "no such user");
  return home;
}

}  // namespace amiko::sftp

namespace amiko {

std::shared_ptr<SftpFilesystem> local_filesystem(const LocalFilesystemOptions& options) {
  return std::make_shared<sftp::LocalFilesystem>(options);
}

}  // namespace amiko
