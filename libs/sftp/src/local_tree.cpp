// amiko - a client's paths in a directory of this machine, out of which none of them leads
#include "local_tree.hpp"

#include "local_error.hpp"

#include <amiko/base/error.hpp>

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <deque>
#include <filesystem>

namespace amiko::sftp {

using support::UniqueFd;

namespace {

constexpr int max_links = 40;              // as in the kernel (path_resolution(7))
constexpr std::size_t max_steps = 20'000;  // ".." is walked anew from the root
constexpr int max_races = 16;              // until the walk decides
constexpr int as_place = O_PATH | O_CLOEXEC;

UniqueFd open_directory(const std::string& path) {
  UniqueFd fd(::open(path.c_str(), as_place | O_DIRECTORY));
  if (!fd) throw_error(errc::file_unreadable, path + ": " + std::strerror(errno));
  return fd;
}

std::string canonical(const std::string& path) {
  std::error_code ec;
  const auto result = std::filesystem::canonical(path, ec);
  if (ec) throw_error(errc::file_unreadable, path + ": " + ec.message());
  return result.string();
}

UniqueFd checked(int fd) {
  if (fd < 0) throw_errno();
  return UniqueFd(fd);
}

std::string link_text(int directory, const char* name) {
  std::array<char, PATH_MAX> text;
  const ssize_t n = ::readlinkat(directory, name, text.data(), text.size());
  if (n < 0) throw_errno();
  if (n == 0) throw_errno(ENOENT);
  return {text.data(), static_cast<std::size_t>(n)};
}

bool is_link(int directory, const std::string& name) {
  struct stat status;
  return ::fstatat(directory, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(status.st_mode);
}

}  // namespace

/// One lookup by hand.  Each step is a single name that is not followed, so a link is only ever read.
class LocalTree::Walk {
 public:
  Walk(const LocalTree& tree, std::string_view path) : tree_(tree) {
    push(path);
    restart();
  }

  UniqueFd open(int flags, mode_t mode) {
    while (!todo_.empty()) {
      const std::string name = next();
      if (name == "." || name == "..") {
        if (name == "..") leave();
        continue;
      }
      if (!todo_.empty()) {
        enter(name);
        continue;
      }
      UniqueFd fd(::openat(at_.get(), name.c_str(), flags | O_NOFOLLOW | O_CLOEXEC, mode));
      const int error = errno;
      if (fd && !(flags & O_PATH)) return fd;
      if (fd && ((flags & O_NOFOLLOW) || !is_open_link(fd.get())))
        return names_.push_back(name), std::move(fd);
      const bool link = fd || ((error == ELOOP || error == ENOTDIR) && is_link(at_.get(), name));
      if (!link || (flags & O_NOFOLLOW)) throw_errno(error);
      follow(link_text(at_.get(), name.c_str()));
    }
    return checked(::openat(at_.get(), ".", flags | O_CLOEXEC, mode));
  }

  /// The last name may be missing.
  std::vector<std::string> names() {
    while (!todo_.empty()) {
      const std::string name = next();
      if (name == "..") leave();
      if (name == "." || name == "..") continue;
      if (todo_.empty() && is_missing(name)) {
        names_.push_back(name);
        break;
      }
      enter(name, todo_.empty());
    }
    return names_;
  }

 private:
  void push(std::string_view path) {
    std::vector<std::string> names;
    for (std::size_t i = 0; i <= path.size();) {
      const std::size_t end = std::min(path.find('/', i), path.size());
      const std::string_view name = path.substr(i, end - i);
      // What a slash at the end follows must be a directory.
      if (!name.empty() || end == path.size()) names.emplace_back(name.empty() ? "." : name);
      i = end + 1;
    }
    todo_.insert(todo_.begin(), names.begin(), names.end());
    if (todo_.size() > PATH_MAX) throw_errno(ENAMETOOLONG);
  }

  std::string next() {
    if (++steps_ > max_steps) throw_errno(ELOOP);
    std::string name = std::move(todo_.front());
    todo_.pop_front();
    return name;
  }

  void restart() {
    at_ = checked(::openat(tree_.root_.get(), ".", as_place | O_DIRECTORY));
    names_.clear();
  }

  void leave() {
    if (names_.empty()) return;
    std::vector<std::string> names = std::move(names_);
    names.pop_back();
    restart();
    for (std::string& name : names) {
      if (++steps_ > max_steps) throw_errno(ELOOP);
      at_ = checked(::openat(at_.get(), name.c_str(), as_place | O_DIRECTORY | O_NOFOLLOW));
      names_.push_back(std::move(name));
    }
  }

  void enter(const std::string& name, bool may_be_file = false) {
    UniqueFd fd = checked(::openat(at_.get(), name.c_str(), as_place | O_NOFOLLOW));
    struct stat status;
    if (::fstat(fd.get(), &status) != 0) throw_errno();
    if (S_ISLNK(status.st_mode)) return follow(link_text(fd.get(), ""));
    if (!S_ISDIR(status.st_mode) && !may_be_file) throw_errno(ENOTDIR);
    at_ = std::move(fd);
    names_.push_back(name);
  }

  void follow(const std::string& text) {
    if (++links_ > max_links) throw_errno(ELOOP);
    const std::string target = tree_.seen_target(text);
    if (target.starts_with('/')) restart();
    push(target);
  }

  bool is_missing(const std::string& name) const {
    struct stat status;
    return ::fstatat(at_.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0 && errno == ENOENT;
  }

  static bool is_open_link(int fd) {
    struct stat status;
    return ::fstat(fd, &status) == 0 && S_ISLNK(status.st_mode);
  }

  const LocalTree& tree_;
  std::deque<std::string> todo_;
  std::vector<std::string> names_;  // from the root to at_
  UniqueFd at_;
  int links_ = 0;
  std::size_t steps_ = 0;
};

LocalTree::LocalTree(const std::string& root, const std::string& start, Lookup lookup)
    : confined_(!root.empty()), kernel_(lookup == Lookup::kernel) {
  if (confined_) {
    root_path_ = canonical(root);
    root_ = open_directory(root_path_);
    start_ = "/";
    if (!start.empty()) start_ = real(start);
    return;
  }
  root_ = open_directory("/");
  base_ = open_directory(start.empty() ? "." : start);
  start_ = canonical(start.empty() ? "." : start);
}

std::string LocalTree::absolute(std::string_view path) const {
  if (path.starts_with('/')) return std::string(path);
  return start_ + "/" + std::string(path);
}

UniqueFd LocalTree::open(std::string_view path, int flags, mode_t mode) const {
  check_path(path);
  if (!confined_) return checked(::openat(base_.get(), std::string(path).c_str(), flags | O_CLOEXEC, mode));
  const std::string whole = absolute(path);
  if (kernel_) {
    if (UniqueFd fd = open_beneath(whole, flags, mode)) return fd;
  }
  return Walk(*this, whole).open(flags, mode);
}

// Nothing: the walk is to decide, since the kernel only refuses what the client is to see as links and ".."
// that stay within the root (EXDEV), and gives up when directories are moved meanwhile (EAGAIN).
UniqueFd LocalTree::open_beneath(const std::string& path, int flags, mode_t mode) const {
  const std::size_t first = path.find_first_not_of('/');
  const std::string relative = first == std::string::npos ? "." : path.substr(first);
  open_how how{};
  how.flags = static_cast<std::uint64_t>(static_cast<unsigned>(flags | O_CLOEXEC));
  how.mode = (flags & O_CREAT) != 0 ? mode : 0;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
  for (int i = 0; i < max_races; ++i) {
    const long fd = ::syscall(SYS_openat2, root_.get(), relative.c_str(), &how, sizeof how);
    if (fd >= 0) return UniqueFd(static_cast<int>(fd));
    if (errno == EAGAIN || errno == EINTR) continue;
    if (errno == ENOSYS) kernel_ = false;
    if (errno != ENOSYS && errno != EXDEV) throw_errno();
    break;
  }
  return {};
}

LocalTree::Place LocalTree::place(std::string_view path) const {
  check_path(path);
  Place place{.directory = base_.get(), .name = std::string(path)};
  if (!confined_) return place;
  while (path.size() > 1 && path.ends_with('/'))
    path.remove_suffix(1);
  const std::size_t slash = path.rfind('/');
  const std::string_view name = slash == path.npos ? path : path.substr(slash + 1);
  const bool is_name = !name.empty() && name != "." && name != "..";
  const std::string_view parent =
      !is_name || slash != path.npos ? path.substr(0, is_name ? slash + 1 : path.npos) : ".";
  place.owned = open(parent, O_PATH | O_DIRECTORY);
  place.directory = place.owned.get();
  place.name = is_name ? name : ".";
  return place;
}

std::string LocalTree::real(std::string_view path) const {
  if (path.empty()) path = ".";
  check_path(path);
  std::string result;
  for (const std::string& name : Walk(*this, absolute(path)).names())
    result += "/" + name;
  return result.empty() ? "/" : result;
}

std::string LocalTree::seen_target(std::string target) const {
  if (!confined_ || root_path_ == "/" || !target.starts_with(root_path_)) return target;
  if (target.size() == root_path_.size()) return "/";
  return target[root_path_.size()] == '/' ? target.substr(root_path_.size()) : target;
}

}  // namespace amiko::sftp
