// amiko - a file of this machine that a copy writes
#include "local_target.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace amiko::sftp {
namespace {

using support::UniqueFd;

constexpr std::size_t hole_unit = 4096;  // file systems have no smaller holes
constexpr int attempts = 100;

bool is_zero(ByteView data) noexcept {
  return data[0] == 0 && std::memcmp(data.data(), data.data() + 1, data.size() - 1) == 0;
}

// How much at the beginning of `data`, which lies at `offset`, is nothing but zeros (`zeros`), or is made of
// units that are not.  A unit that is cut by the end of the data is zeros if this half is: the other half
// decides for itself, and what is not written is zero in any case.
std::size_t run_length(std::uint64_t offset, ByteView data, bool& zeros) noexcept {
  std::size_t length = 0;
  while (length < data.size()) {
    const std::size_t unit =
        std::min<std::size_t>(hole_unit - (offset + length) % hole_unit, data.size() - length);
    const bool these = is_zero(data.slice(length, unit));
    if (length == 0) zeros = these;
    if (these != zeros) break;
    length += unit;
  }
  return length;
}

}  // namespace

LocalTarget::LocalTarget(std::shared_ptr<LocalDirectory> directory, std::string name, const Options& options)
    : directory_(std::move(directory)), name_(std::move(name)), options_(options) {
  if (!open_existing()) open_temporary();
}

LocalTarget::~LocalTarget() {
  if (fd_ && !committed_ && !keep_ && (kind_ == Kind::temporary || kind_ == Kind::part))
    directory_->remove(written_name_);
}

// Not committed and not kept: the part of an earlier copy goes too, since who drops it has not said how much
// of it is right.
bool LocalTarget::open_existing() {
  const auto status = directory_->find(name_);
  if (status && (S_ISCHR(status->st_mode) || S_ISBLK(status->st_mode))) {
    kind_ = Kind::device;
    written_name_ = name_;
    fd_.reset(::openat(directory_->fd(), name_.c_str(), O_RDWR | O_NOFOLLOW | O_CLOEXEC));
    if (!fd_) fd_.reset(::openat(directory_->fd(), name_.c_str(), O_WRONLY | O_NOFOLLOW | O_CLOEXEC));
    if (!fd_) throw_system(errno, "cannot write", name_);
    return true;
  }
  if (status && S_ISDIR(status->st_mode)) throw_system(EISDIR, "cannot write", name_);
  if (status && (S_ISFIFO(status->st_mode) || S_ISSOCK(status->st_mode)))
    throw_system(ESPIPE, "cannot write blocks to", name_);
  if (status && S_ISREG(status->st_mode)) replaced_permissions_ = status->st_mode & carried_permissions;
  if (!options_.resume) return false;

  const bool in_place = status && S_ISREG(status->st_mode);
  written_name_ = in_place ? name_ : part_name(name_);
  fd_.reset(::openat(directory_->fd(), written_name_.c_str(), O_RDWR | O_NOFOLLOW | O_CLOEXEC));
  if (!fd_ && !in_place && errno == ENOENT)
    fd_.reset(::openat(directory_->fd(), written_name_.c_str(),
                       O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                       options_.permissions | S_IRUSR | S_IWUSR));
  if (!fd_) throw_system(errno, "cannot go on with", written_name_);
  struct stat now;
  if (::fstat(fd_.get(), &now) != 0) throw_system(errno, "cannot look at", written_name_);
  if (!S_ISREG(now.st_mode)) throw_system(EINVAL, "cannot go on with", written_name_);
  kind_ = in_place ? Kind::in_place : Kind::part;
  existing_ = written_end_ = static_cast<std::uint64_t>(now.st_size);
  return true;
}

void LocalTarget::open_temporary() {
  kind_ = Kind::temporary;
  for (int i = 0; i < attempts; ++i) {
    written_name_ = temporary_name(name_);
    fd_.reset(::openat(directory_->fd(), written_name_.c_str(),
                       O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                       options_.permissions | S_IRUSR | S_IWUSR));
    if (fd_) return;
    if (errno != EEXIST) throw_system(errno, "cannot make a file for", name_);
  }
  throw_system(EEXIST, "cannot make a file for", name_);
}

void LocalTarget::start_over() {
  if (::ftruncate(fd_.get(), 0) != 0) throw_system(errno, "cannot empty", written_name_);
  existing_ = written_end_ = 0;
}

void LocalTarget::write(std::uint64_t offset, ByteView data) {
  while (!data.empty()) {
    bool zeros = false;
    // What was there before may be other than zero.
    const bool holes = options_.sparse && kind_ != Kind::device && offset >= existing_;
    const std::size_t length = holes ? run_length(offset, data, zeros) : data.size();
    if (!zeros) write_all(offset, data.first(length));
    offset += length;
    data = data.from(length);
  }
}

void LocalTarget::write_all(std::uint64_t offset, ByteView data) {
  while (!data.empty()) {
    const ssize_t n = ::pwrite(fd_.get(), data.data(), data.size(), static_cast<off_t>(offset));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) throw_system(n < 0 ? errno : ENOSPC, "cannot write", name_);
    offset += static_cast<std::size_t>(n);
    data = data.from(static_cast<std::size_t>(n));
  }
  written_end_ = std::max(written_end_, offset);
}

std::size_t LocalTarget::read(std::uint64_t offset, MutableBytes buffer) const {
  std::size_t done = 0;
  while (done < buffer.size()) {
    const ssize_t n =
        ::pread(fd_.get(), buffer.data() + done, buffer.size() - done, static_cast<off_t>(offset + done));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) throw_system(errno, "cannot read back", name_);
    if (n == 0) break;
    done += static_cast<std::size_t>(n);
  }
  return done;
}

void LocalTarget::set_size(std::uint64_t size) {
  if (kind_ == Kind::device || written_end_ == size) return;
  if (::ftruncate(fd_.get(), static_cast<off_t>(size)) != 0)
    throw_system(errno, "cannot set the size of", name_);
  written_end_ = size;
}

void LocalTarget::commit(std::uint64_t size, const SftpAttributes& attributes) {
  if (kind_ != Kind::device) {
    set_size(size);
    SftpAttributes wanted = attributes;
    if (!wanted.permissions) wanted.permissions = replaced_permissions_;
    set_attributes(fd_.get(), wanted, name_);
  }
  if (options_.sync && ::fsync(fd_.get()) != 0 && errno != EINVAL) throw_system(errno, "cannot sync", name_);
  // Some file systems tell only now that they have no room.
  if (::close(fd_.release()) != 0 && errno != EINTR) {
    const int error = errno;
    if (kind_ == Kind::temporary) directory_->remove(written_name_);
    throw_system(error, "cannot write", name_);
  }
  if (kind_ == Kind::temporary || kind_ == Kind::part) {
    try {
      directory_->rename(written_name_, name_);
    } catch (...) {
      if (kind_ == Kind::temporary) directory_->remove(written_name_);
      throw;
    }
    if (options_.sync) directory_->sync();
  }
  committed_ = true;
}

void LocalTarget::keep_part(std::uint64_t contiguous) noexcept {
  if (!fd_ || (kind_ != Kind::part && kind_ != Kind::in_place)) return;
  const std::uint64_t right = std::max(contiguous, existing_);
  keep_ = kind_ == Kind::in_place || right > 0;
  if (written_end_ != right) [[maybe_unused]]
    const int result = ::ftruncate(fd_.get(), static_cast<off_t>(right));
}

}  // namespace amiko::sftp
