// amiko - patterns for names of files here
#include "local_glob.hpp"

#include "transfer_listing.hpp"

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace amiko::sftp {
namespace {

namespace fs = std::filesystem;

Paths names_in(const std::string& directory) {
  Paths names;
  std::error_code ec;
  for (fs::directory_iterator it(directory.empty() ? "." : directory, ec), end; !ec && it != end;
       it.increment(ec))
    names.push_back(it->path().filename().string());
  return names;
}

bool is_directory(const std::string& path) {
  std::error_code ec;
  return fs::is_directory(path, ec);
}

bool is_real_directory(const std::string& path) {
  std::error_code ec;
  return fs::is_directory(fs::symlink_status(path, ec));
}

// As the last part "**" stands for all that is below; else for `base` and all directories below.
void descend(const std::string& base, bool everything, Paths& to) {
  if (!everything) to.push_back(base);
  Paths open{base};
  while (!open.empty()) {
    const std::string directory = std::move(open.back());
    open.pop_back();
    for (const std::string& name : names_in(directory)) {
      if (name.starts_with('.')) continue;
      std::string path = join_path(directory, name);
      const bool below = is_real_directory(path);
      if (everything || below) to.push_back(path);
      if (below) open.push_back(std::move(path));
    }
  }
}

void expand(const std::string& base, const GlobPart& part, bool last, Paths& to) {
  if (part.kind == GlobPart::Kind::literal) return to.push_back(join_path(base, part.text));
  if (part.kind == GlobPart::Kind::any_directories) return descend(base, last, to);
  for (const std::string& name : names_in(base))
    if (matches(part.text, name)) to.push_back(join_path(base, name));
}

}  // namespace

Paths local_glob(const GlobPattern& pattern) {
  Paths paths{pattern.absolute ? "/" : ""};
  for (std::size_t i = 0; i < pattern.parts.size(); ++i) {
    Paths next;
    for (const std::string& base : paths)
      if (i == 0 || is_directory(base.empty() ? "." : base))
        expand(base, pattern.parts[i], i + 1 == pattern.parts.size(), next);
    std::sort(next.begin(), next.end());
    next.erase(std::unique(next.begin(), next.end()), next.end());
    paths = std::move(next);
  }
  std::erase_if(paths, [&](const std::string& path) {
    std::error_code ec;
    return pattern.directories_only ? !is_directory(path) : !fs::exists(fs::symlink_status(path, ec));
  });
  return paths;
}

}  // namespace amiko::sftp
