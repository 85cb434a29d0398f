// amiko - the two trees in which names are looked for
#include "glob.hpp"

#include <amiko/sftp/sftp_client.hpp>

#include <cerrno>
#include <memory>
#include <system_error>

#include <dirent.h>
#include <sys/stat.h>

namespace demo {
namespace {

struct CloseDirectory {
  void operator()(DIR* directory) const noexcept { ::closedir(directory); }
};

// A name that is none: it would lead elsewhere.
bool is_name(const std::string& name) {
  return !name.empty() && name != "." && name != ".." && name.find('/') == std::string::npos &&
         name.find('\0') == std::string::npos;
}

}  // namespace

std::vector<Entry> RemoteTree::list(const std::string& directory) {
  std::vector<Entry> entries;
  for (amiko::SftpName& name : client_.readdir(directory))
    if (is_name(name.filename)) entries.push_back({std::move(name.filename), std::move(name.attributes)});
  return entries;
}

std::optional<amiko::SftpAttributes> RemoteTree::look(const std::string& path) {
  return client_.lstat_if_exists(path);
}

bool RemoteTree::is_directory(const std::string& path) {
  try {
    return client_.stat(path).is_directory();
  } catch (const amiko::SftpError&) {
    return false;
  }
}

std::vector<Entry> LocalTree::list(const std::string& directory) {
  const std::unique_ptr<DIR, CloseDirectory> stream(::opendir(directory.c_str()));
  if (!stream) throw std::system_error(errno, std::generic_category(), directory);
  std::vector<Entry> entries;
  while (const dirent* entry = ::readdir(stream.get())) {
    const std::string name = entry->d_name;
    if (is_name(name)) entries.push_back({name, {}});
  }
  return entries;
}

std::optional<amiko::SftpAttributes> LocalTree::look(const std::string& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) == 0) return amiko::SftpAttributes::from(status);
  if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
  throw std::system_error(errno, std::generic_category(), path);
}

bool LocalTree::is_directory(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

}  // namespace demo
