// amiko - where the board keeps its things
#include "data_directory.hpp"

#include <sys/file.h>
#include <sys/stat.h>

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>
#include <string>
#include <system_error>

namespace bbs {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const fs::path& path, int error) {
  throw std::runtime_error(path.string() + ": " + std::generic_category().message(error));
}

}  // namespace

DataDirectory::DataDirectory(fs::path path) : path_(std::move(path)) {
  std::error_code error;
  const bool made = fs::create_directories(path_, error);
  if (error) throw std::runtime_error(path_.string() + ": " + error.message());
  if (!fs::is_directory(path_, error)) throw std::runtime_error(path_.string() + " is no directory");
  if (made) fs::permissions(path_, fs::perms::owner_all, error);
  if (error) throw std::runtime_error(path_.string() + ": " + error.message());
  const fs::path file = path_ / "lock";
  lock_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock_ < 0) fail(file, errno);
  if (::flock(lock_, LOCK_EX | LOCK_NB) == 0) return;
  const int why = errno;
  ::close(lock_);
  if (why != EWOULDBLOCK) fail(file, why);
  throw std::runtime_error(path_.string() + ": another amiko-bbs uses it");
}

DataDirectory::~DataDirectory() {
  ::close(lock_);
}

amiko::PrivateKey load_or_make_host_key(const fs::path& file) {
  struct stat status {};
  if (::stat(file.c_str(), &status) != 0) {
    if (errno != ENOENT) fail(file, errno);
    const auto key = amiko::PrivateKey::generate("ed25519", {.comment = "amiko-bbs"});
    key.save(file);
    return key;
  }
  if ((status.st_mode & 077) != 0)
    throw std::runtime_error(file.string() + " may be read by others: chmod 600 " + file.string());
  return amiko::load_key(file);
}

}  // namespace bbs
