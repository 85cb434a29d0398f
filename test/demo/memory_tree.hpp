// amiko - a tree of names in memory, for tests of amiko-sftp
#pragma once

#include "glob.hpp"

#include <boost/throw_exception.hpp>

#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include <sys/stat.h>

namespace demo::test {

/// Absolute paths; those that end in "/" are directories, those that end in "@" links to directories.
class MemoryTree : public demo::Tree {
 public:
  explicit MemoryTree(std::set<std::string> paths) : paths_(std::move(paths)) {}

  std::vector<demo::Entry> list(const std::string& directory) override {
    const std::string place = directory.ends_with('/') ? directory : directory + "/";
    ++listed;
    if (forbidden.contains(place)) throw std::runtime_error("forbidden");
    if (!is_directory(place)) throw std::runtime_error("no such directory");
    std::vector<demo::Entry> entries;
    for (const std::string& path : paths_) {
      if (!path.starts_with(place) || path == place) continue;
      const std::string rest = path.substr(place.size());
      const std::size_t end = rest.find_first_of("/@");
      if (end == std::string::npos || end + 1 == rest.size())
        entries.push_back({rest.substr(0, end), attributes_of(path)});
    }
    return entries;
  }

  std::optional<amiko::SftpAttributes> look(const std::string& path) override {
    for (const std::string& found : {path, path + "/", path + "@"})
      if (paths_.contains(found)) return attributes_of(found);
    return path == "/" ? std::optional(attributes_of("/")) : std::nullopt;
  }

  bool is_directory(const std::string& path) override {
    std::string plain = path;
    while (plain.size() > 1 && plain.ends_with('/'))
      plain.pop_back();
    return plain == "/" || paths_.contains(plain + "/") || paths_.contains(plain + "@");
  }

  std::set<std::string> forbidden{};
  int listed = 0;

 private:
  static amiko::SftpAttributes attributes_of(const std::string& path) {
    const std::uint32_t type = path.ends_with('/') ? S_IFDIR : path.ends_with('@') ? S_IFLNK : S_IFREG;
    return {.permissions = type | 0644};
  }

  std::set<std::string> paths_;
};

}  // namespace demo::test
