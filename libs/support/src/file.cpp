// amiko - whole files: reading, replacing, locking
#include <amiko/support/file.hpp>

#include <amiko/base/error.hpp>
#include <amiko/base/printable.hpp>
#include <amiko/base/secret.hpp>
#include <amiko/support/account.hpp>
#include <amiko/support/mutex.hpp>

#include <boost/thread/thread_only.hpp>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <string>
#include <system_error>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace amiko::support {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void throw_file_error(errc code, const fs::path& path, const std::string& what) {
  throw_error(code, printable(path.native()) + ": " + what);
}

[[noreturn]] void throw_unreadable(const fs::path& path, int error) {
  const bool missing = error == ENOENT || error == ENOTDIR;
  throw_file_error(missing ? errc::file_not_found : errc::file_unreadable, path,
                   std::generic_category().message(error));
}

[[noreturn]] void throw_unwritable(const fs::path& path, int error) {
  throw_file_error(errc::file_unwritable, path, std::generic_category().message(error));
}

// Bytes that are wiped unless they are taken, and that leave no copy behind when they grow.
class WipedBuffer {
 public:
  explicit WipedBuffer(std::size_t size) : bytes_(size) {}
  WipedBuffer(const WipedBuffer&) = delete;
  WipedBuffer& operator=(const WipedBuffer&) = delete;
  ~WipedBuffer() { wipe(bytes_.data(), bytes_.size()); }

  void grow(std::size_t size) {
    Bytes larger(size);
    std::copy(bytes_.begin(), bytes_.end(), larger.begin());
    wipe(bytes_.data(), bytes_.size());
    bytes_.swap(larger);
  }
  Bytes take(std::size_t size) {
    bytes_.resize(size);
    return std::move(bytes_);
  }
  MutableBytes from(std::size_t offset) { return MutableBytes(bytes_).subspan(offset); }
  std::size_t size() const { return bytes_.size(); }

 private:
  Bytes bytes_;
};

// Follows symbolic links at the last component, the last of which may point to nothing yet.
fs::path resolve_links(const fs::path& path, int max_links = 40) {
  fs::path at = path;
  for (int i = 0; i < max_links; ++i) {
    std::error_code none;
    const fs::path target = fs::read_symlink(at, none);
    if (none) return at;
    at = at.parent_path() / target;  // an absolute target replaces what is before it
  }
  throw_unwritable(path, ELOOP);
}

fs::path directory_of(const fs::path& path) {
  return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

void write_all(int fd, ByteView data, const fs::path& path) {
  while (!data.empty()) {
    const ssize_t n = ::write(fd, data.data(), data.size());
    if (n >= 0)
      data = data.from(static_cast<std::size_t>(n));
    else if (errno != EINTR)
      throw_unwritable(path, errno);
  }
}

// A file that is removed unless it is renamed to its destination.
class TemporaryFile {
 public:
  explicit TemporaryFile(const fs::path& destination)
      : destination_(destination), name_((directory_of(destination) / ".amiko-XXXXXX").native()) {
    fd_.reset(::mkostemp(name_.data(), O_CLOEXEC));
    if (!fd_) throw_unwritable(destination, errno);
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() {
    if (!renamed_) ::unlink(name_.c_str());
  }

  // Before the mode is set, because changing the owner takes mode bits away.
  void take_owner_of_destination() {
    struct stat old {};
    if (::stat(destination_.c_str(), &old) != 0) return;
    if (::fchown(fd_.get(), old.st_uid, old.st_gid) == 0) return;
    // Only root may give a file to another owner; for others the group alone may work.
    [[maybe_unused]] const int result = ::fchown(fd_.get(), static_cast<uid_t>(-1), old.st_gid);
  }

  void fill(ByteView data, mode_t mode) {
    write_all(fd_.get(), data, destination_);
    if (::fchmod(fd_.get(), mode) != 0 || ::fsync(fd_.get()) != 0) throw_unwritable(destination_, errno);
  }

  void move_into_place() {
    if (::rename(name_.c_str(), destination_.c_str()) != 0) throw_unwritable(destination_, errno);
    renamed_ = true;
    // Makes the new name itself durable; file systems that cannot do it lose nothing else.
    const UniqueFd directory(::open(directory_of(destination_).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (directory) ::fsync(directory.get());
  }

 private:
  const fs::path& destination_;
  std::string name_;
  UniqueFd fd_;
  bool renamed_ = false;
};

}  // namespace

Bytes read_file(const fs::path& path, std::size_t limit) {
  assert_no_lock_held();
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
  if (!fd) throw_unreadable(path, errno);
  struct stat status {};
  if (::fstat(fd.get(), &status) != 0) throw_unreadable(path, errno);
  if (S_ISDIR(status.st_mode)) throw_unreadable(path, EISDIR);

  // One byte more than the size shows the end of the file, or that the limit is exceeded, without another
  // step of growth.
  const std::size_t most = limit == SIZE_MAX ? limit : limit + 1;
  const auto expected = static_cast<std::size_t>(std::max<off_t>(status.st_size, 0));
  WipedBuffer buffer(std::min(most, std::max<std::size_t>(expected < most ? expected + 1 : most, 1)));
  std::size_t size = 0;
  for (;;) {
    if (size > limit)
      throw_file_error(errc::file_unreadable, path, "it is larger than " + std::to_string(limit) + " bytes");
    if (size == buffer.size()) buffer.grow(std::min(most, std::max<std::size_t>(size * 2, 4096)));
    const MutableBytes space = buffer.from(size);
    const ssize_t n = ::read(fd.get(), space.data(), space.size());
    if (n == 0) return buffer.take(size);
    if (n > 0)
      size += static_cast<std::size_t>(n);
    else if (errno != EINTR)
      throw_unreadable(path, errno);
  }
}

void write_file_atomically(const fs::path& path, ByteView data, mode_t mode) {
  assert_no_lock_held();
  const fs::path destination = resolve_links(path);
  std::error_code none;
  if (fs::is_directory(destination, none)) throw_unwritable(path, EISDIR);
  TemporaryFile file(destination);
  file.take_owner_of_destination();
  file.fill(data, mode);
  file.move_into_place();
}

FileLock::FileLock(const fs::path& path, Deadline deadline) : lock_path_(resolve_links(path)) {
  assert_no_lock_held();
  lock_path_ += ".lock";
  // flock(2) has no time limit, so it is asked now and then.
  auto pause = boost::chrono::milliseconds(1);
  while (!try_lock()) {
    if (deadline.passed())
      throw_error(errc::timed_out, printable(lock_path_.native()) + ": another process holds the lock");
    boost::this_thread::sleep_for(pause);
    pause = std::min(pause * 2, boost::chrono::milliseconds(50));
  }
}

// The holder removes the file, so the one that was opened and locked may be a removed one that protects
// nothing any more: it counts only if it is still what the path names.
bool FileLock::try_lock() {
  fd_.reset(::open(lock_path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!fd_) throw_unwritable(lock_path_, errno);
  if (::flock(fd_.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) throw_unwritable(lock_path_, errno);
    return false;
  }
  struct stat locked {};
  struct stat named {};
  return ::fstat(fd_.get(), &locked) == 0 && ::lstat(lock_path_.c_str(), &named) == 0 &&
         locked.st_ino == named.st_ino && locked.st_dev == named.st_dev;
}

FileLock::~FileLock() {
  ::unlink(lock_path_.c_str());  // before the lock goes with the descriptor
}

fs::path expand_home(std::string_view path) {
  if (!path.starts_with('~')) return fs::path(path);
  const std::size_t slash = std::min(path.find('/'), path.size());
  const std::string user(path.substr(1, slash - 1));
  fs::path expanded = user.empty() ? home_directory() : home_directory(user);
  path.remove_prefix(std::min(path.find_first_not_of('/', slash), path.size()));
  if (!path.empty()) expanded /= path;
  return expanded;
}

}  // namespace amiko::support
