// amiko - patterns for names of files on the other side
#include "remote_glob.hpp"

#include <fnmatch.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace amiko::sftp {
namespace {

// A server could invent directories without end.
constexpr std::size_t longest_path = 4096;

GlobPart part_of(std::string_view text) {
  if (text == "**") return {.kind = GlobPart::Kind::any_directories};
  GlobPart literal{.text = {}};
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '*' || text[i] == '?' || text[i] == '[')
      return {.kind = GlobPart::Kind::wildcard, .text = std::string(text)};
    if (text[i] == '\\' && i + 1 < text.size()) ++i;
    literal.text += text[i];
  }
  return literal;
}

std::string joined(const std::string& base, std::string_view name) {
  if (base.empty()) return std::string(name);
  return base + (base.back() == '/' ? "" : "/") + std::string(name);
}

bool may_be_directory(const SftpName& entry) {
  const FileType type = entry.attributes.type();
  return type == FileType::directory || type == FileType::symlink || type == FileType::unknown;
}

class Search {
 public:
  Search(SftpClient& client, const GlobPattern& pattern) : client_(client), pattern_(pattern) {}

  std::vector<std::string> found() {
    std::vector<std::string> paths{pattern_.absolute ? "/" : ""};
    for (std::size_t i = 0; i < pattern_.parts.size(); ++i) {
      std::vector<std::string> next;
      for (const std::string& base : paths)
        expand(base, i, next);
      std::sort(next.begin(), next.end());
      next.erase(std::unique(next.begin(), next.end()), next.end());
      paths = std::move(next);
    }
    std::erase_if(paths, [this](const std::string& path) { return !holds(path); });
    return paths;
  }

 private:
  bool is_last(std::size_t i) const noexcept { return i + 1 == pattern_.parts.size(); }

  void expand(const std::string& base, std::size_t i, std::vector<std::string>& to) {
    const GlobPart& part = pattern_.parts[i];
    if (part.kind == GlobPart::Kind::literal)
      to.push_back(joined(base, part.text));
    else if (part.kind == GlobPart::Kind::any_directories)
      descend(base, is_last(i), to);
    else
      for (const SftpName& entry : entries(base))
        if (matches(part.text, entry.filename) && (is_last(i) || may_be_directory(entry)))
          to.push_back(joined(base, entry.filename));
  }

  // As the last part of a pattern it stands for all that is below; else for `base` and all directories below.
  void descend(const std::string& base, bool everything, std::vector<std::string>& to) {
    std::vector<std::string> open{base};
    if (!everything) to.push_back(base);
    while (!open.empty()) {
      const std::string directory = std::move(open.back());
      open.pop_back();
      for (const SftpName& entry : entries(directory)) {
        if (entry.filename.starts_with('.')) continue;
        std::string path = joined(directory, entry.filename);
        const bool is_directory = entry.attributes.is_directory();
        if (everything || is_directory) to.push_back(path);
        if (is_directory && path.size() < longest_path) open.push_back(std::move(path));
      }
    }
  }

  std::vector<SftpName> entries(const std::string& directory) {
    try {
      std::vector<SftpName> names = client_.readdir(directory.empty() ? "." : directory);
      std::erase_if(names, [](const SftpName& name) {
        return name.filename.empty() ||
               name.filename.find_first_of(std::string_view("/\0", 2)) != std::string::npos;
      });
      return names;
    } catch (const SftpError&) {
      return {};
    }
  }

  bool holds(const std::string& path) {
    try {
      if (pattern_.directories_only) return client_.isdir(path);
      return pattern_.parts.empty() || pattern_.parts.back().kind != GlobPart::Kind::literal ||
             client_.lexists(path);
    } catch (const SftpError&) {
      return false;
    }
  }

  SftpClient& client_;
  const GlobPattern& pattern_;
};

}  // namespace

GlobPattern::GlobPattern(std::string_view pattern) {
  absolute = pattern.starts_with('/');
  directories_only = pattern.ends_with('/');
  while (!pattern.empty()) {
    const std::size_t slash = std::min(pattern.find('/'), pattern.size());
    if (slash > 0) parts.push_back(part_of(pattern.substr(0, slash)));
    pattern.remove_prefix(std::min(slash + 1, pattern.size()));
  }
}

bool matches(const std::string& pattern, const std::string& name) noexcept {
  return ::fnmatch(pattern.c_str(), name.c_str(), FNM_PERIOD) == 0;
}

std::vector<std::string> remote_glob(SftpClient& client, const GlobPattern& pattern) {
  return Search(client, pattern).found();
}

}  // namespace amiko::sftp

namespace amiko {

std::vector<std::string> SftpClient::glob(std::string_view pattern) {
  if (pattern.empty()) throw_error(errc::invalid_argument, "an empty pattern");
  std::vector<std::string> paths = sftp::remote_glob(*this, sftp::GlobPattern(pattern));
  if (paths.empty()) throw SftpError(sftp_errc::no_such_file, "nothing matches", std::string(pattern));
  return paths;
}

std::vector<std::string> SftpClient::glob(const std::vector<std::string>& patterns) {
  std::vector<std::string> paths;
  for (const std::string& pattern : patterns) {
    const std::vector<std::string> more = glob(pattern);
    paths.insert(paths.end(), more.begin(), more.end());
  }
  return paths;
}

}  // namespace amiko
