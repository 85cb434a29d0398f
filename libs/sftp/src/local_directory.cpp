// amiko - a directory of this machine, held open, and what is done below it
#include "local_directory.hpp"

#include <amiko/base/error.hpp>
#include <amiko/base/printable.hpp>

#include <boost/system/error_code.hpp>

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/random.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>

namespace amiko::sftp {
namespace {

using support::UniqueFd;

constexpr int attempts = 100;  // of finding a name that is not in use

timespec to_timespec(const std::optional<FileTime>& time) noexcept {
  if (!time) return {0, UTIME_OMIT};
  return {time->seconds, static_cast<long>(time->nanoseconds)};
}

// Short enough for a name, whatever is added.
std::string decorated(std::string_view name, std::string_view end) {
  const std::size_t room = NAME_MAX - 1 - end.size();
  std::string result = ".";
  result += name.substr(0, std::min(name.size(), room));
  result += end;
  return result;
}

}  // namespace

bool is_safe_name(std::string_view name) noexcept {
  return !name.empty() && name != "." && name != ".." && name.find('/') == name.npos &&
         name.find('\0') == name.npos;
}

void throw_system(int error, std::string_view what, std::string_view name) {
  throw_failure({.code = error_code(error, boost::system::generic_category()),
                 .text = std::string(what) + " '" + printable(name) + "'",
                 .phase = Phase::session});
}

std::shared_ptr<LocalDirectory> LocalDirectory::open(const std::string& path) {
  UniqueFd fd(::open(path.empty() ? "." : path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd) throw_system(errno, "cannot open the directory", path);
  return std::make_shared<LocalDirectory>(std::move(fd));
}

std::shared_ptr<LocalDirectory> LocalDirectory::open_below(const std::string& name, bool follow) const {
  UniqueFd fd(
      ::openat(fd_.get(), name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | (follow ? 0 : O_NOFOLLOW)));
  if (!fd) throw_system(errno, "cannot open the directory", name);
  return std::make_shared<LocalDirectory>(std::move(fd));
}

std::shared_ptr<LocalDirectory> LocalDirectory::make_below(const std::string& name) const {
  if (::mkdirat(fd_.get(), name.c_str(), 0777) != 0 && errno != EEXIST)
    throw_system(errno, "cannot make the directory", name);
  return open_below(name);
}

std::optional<struct stat> LocalDirectory::find(const std::string& name) const {
  struct stat status;
  if (::fstatat(fd_.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0) return status;
  if (errno != ENOENT) throw_system(errno, "cannot look at", name);
  return std::nullopt;
}

std::string LocalDirectory::read_link(const std::string& name) const {
  std::array<char, PATH_MAX> target;
  const ssize_t n = ::readlinkat(fd_.get(), name.c_str(), target.data(), target.size());
  if (n < 0) throw_system(errno, "cannot read the link", name);
  return std::string(target.data(), static_cast<std::size_t>(n));
}

void LocalDirectory::make_link(const std::string& target, const std::string& name) const {
  if (::symlinkat(target.c_str(), fd_.get(), name.c_str()) == 0) return;
  if (errno != EEXIST) throw_system(errno, "cannot make the link", name);
  for (int i = 0; i < attempts; ++i) {
    const std::string temporary = temporary_name(name);
    if (::symlinkat(target.c_str(), fd_.get(), temporary.c_str()) == 0) {
      if (::renameat(fd_.get(), temporary.c_str(), fd_.get(), name.c_str()) == 0) return;
      const int error = errno;
      remove(temporary);
      throw_system(error, "cannot put the link in the place of", name);
    }
    if (errno != EEXIST) throw_system(errno, "cannot make the link", temporary);
  }
  throw_system(EEXIST, "cannot make the link", name);
}

void LocalDirectory::rename(const std::string& from, const std::string& to) const {
  if (::renameat(fd_.get(), from.c_str(), fd_.get(), to.c_str()) != 0)
    throw_system(errno, "cannot put the new file in the place of", to);
}

void LocalDirectory::remove(const std::string& name) const noexcept {
  ::unlinkat(fd_.get(), name.c_str(), 0);
}

void LocalDirectory::set_attributes(const SftpAttributes& attributes) const {
  sftp::set_attributes(fd_.get(), attributes, ".");
}

void LocalDirectory::sync() const {
  if (::fsync(fd_.get()) != 0 && errno != EINVAL) throw_system(errno, "cannot sync the directory", ".");
}

std::string temporary_name(std::string_view name) {
  static constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz012345";
  std::array<std::uint8_t, 8> random{};
  if (::getentropy(random.data(), random.size()) != 0) throw_system(errno, "cannot make a name for", name);
  std::string end = ".amiko-";
  for (const std::uint8_t byte : random)
    end += letters[byte % letters.size()];
  return decorated(name, end);
}

std::string part_name(std::string_view name) {
  return decorated(name, ".amiko-part");
}

void set_attributes(int fd, const SftpAttributes& attributes, std::string_view name) {
  if (attributes.permissions && ::fchmod(fd, *attributes.permissions & carried_permissions) != 0)
    throw_system(errno, "cannot set the permissions of", name);
  if (!attributes.atime && !attributes.mtime) return;
  const timespec times[2] = {to_timespec(attributes.atime), to_timespec(attributes.mtime)};
  if (::futimens(fd, times) != 0) throw_system(errno, "cannot set the times of", name);
}

}  // namespace amiko::sftp
