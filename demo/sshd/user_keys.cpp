// amiko - the authorized_keys files of a user
#include "user_keys.hpp"

#include "values.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <optional>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace demo::sshd {
namespace {

constexpr off_t largest_file = 16 * 1024 * 1024;

struct Descriptor {
  explicit Descriptor(int number) : fd(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd >= 0) ::close(fd);
  }
  const int fd;
};

bool only_they_can_write(const struct stat& info, uid_t uid) {
  return (info.st_uid == 0 || info.st_uid == uid) && (info.st_mode & 022) == 0;
}

std::string real_path(const std::string& path) {
  const std::unique_ptr<char, decltype(&std::free)> resolved(::realpath(path.c_str(), nullptr), &std::free);
  return resolved ? resolved.get() : std::string();
}

// As sshd does it: the file, and each directory above it up to the user's home.
std::string what_others_can_change(int fd, const std::string& path, const amiko::LocalAccount& account) {
  struct stat info {};
  if (::fstat(fd, &info) != 0 || !only_they_can_write(info, account.uid)) return "file " + path;
  const std::string home = real_path(account.home);
  std::string directory = real_path(path);
  if (directory.empty()) return "file " + path;
  do {
    directory.erase(std::max<std::size_t>(directory.rfind('/'), 1));
    if (::stat(directory.c_str(), &info) != 0 || !only_they_can_write(info, account.uid))
      return "directory " + directory;
  } while (directory != home && directory != "/");
  return {};
}

std::optional<std::string> read_all(int fd) {
  struct stat info {};
  if (::fstat(fd, &info) != 0 || !S_ISREG(info.st_mode) || info.st_size > largest_file) return std::nullopt;
  std::string text(static_cast<std::size_t>(info.st_size), '\0');
  std::size_t have = 0;
  while (have < text.size()) {
    const ssize_t n = ::read(fd, text.data() + have, text.size() - have);
    if (n < 0) return std::nullopt;
    if (n == 0) break;
    have += static_cast<std::size_t>(n);
  }
  text.resize(have);
  return text;
}

std::optional<amiko::AuthorizedKeys> load(const std::string& path, bool strict, const ServerLog& log,
                                          const amiko::LocalAccount& account) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY));
  if (file.fd < 0) {
    if (errno != ENOENT) log.info("Could not open authorized keys '" + path + "': " + std::strerror(errno));
    return std::nullopt;
  }
  if (strict)
    if (const auto what = what_others_can_change(file.fd, path, account); !what.empty()) {
      log.info("Authentication refused: bad ownership or modes for " + what);
      return std::nullopt;
    }
  const auto text = read_all(file.fd);
  if (!text) {
    log.info("Authorized keys file '" + path + "' is not a regular file of at most 16 MiB");
    return std::nullopt;
  }
  return amiko::AuthorizedKeys::parse(*text, path);
}

}  // namespace

std::vector<amiko::AuthorizedKeys> load_user_keys(const Config& config, const ServerLog& log,
                                                  const amiko::LocalAccount& account) {
  const std::vector<std::string> usual{".ssh/authorized_keys", ".ssh/authorized_keys2"};
  const Tokens tokens{{'h', account.home}, {'u', account.name}, {'U', std::to_string(account.uid)}};
  std::optional<amiko::ActingAs> as_user;
  if (::geteuid() == 0) as_user.emplace(account);
  std::vector<amiko::AuthorizedKeys> files;
  for (const std::string& pattern : config.authorized_keys_files.value_or(usual)) {
    std::string path = expand_tokens(pattern, tokens);
    if (!path.starts_with('/')) path = account.home + "/" + path;
    if (auto keys = load(path, config.strict_modes.value_or(true), log, account))
      files.push_back(std::move(*keys));
  }
  return files;
}

}  // namespace demo::sshd
