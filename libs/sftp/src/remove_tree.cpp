// amiko - removing a directory on the other side with all below it
#include "remove_tree.hpp"

#include <utility>

namespace amiko::sftp {
namespace {

constexpr std::size_t most_outstanding = 128;
// No file system has paths of that size; a server that always finds one more directory does.
constexpr std::size_t longest_path = 64 * 1024;

}  // namespace

template <class Work>
void TreeRemover::attempt(Work work) {
  try {
    work();
  } catch (const SftpError& error) {
    if (!on_error_) throw;
    on_error_(error);
  }
}

void TreeRemover::remove(std::string_view path) {
  const SftpAttributes attributes = client_.lstat(path);
  if (attributes.type() != FileType::directory && attributes.type() != FileType::unknown)
    throw SftpError(sftp_errc::not_a_directory, {}, std::string(path));
  std::vector<Level> levels;
  levels.push_back(enter(std::string(path)));
  while (!levels.empty()) {
    if (!levels.back().directories.empty()) {
      std::string next = std::move(levels.back().directories.back());
      levels.back().directories.pop_back();
      levels.push_back(enter(std::move(next)));
    } else {
      attempt([&] { client_.rmdir(levels.back().path); });
      levels.pop_back();
    }
  }
}

TreeRemover::Level TreeRemover::enter(std::string path) {
  Level level{.path = std::move(path), .directories = {}};
  attempt([&] {
    SftpDirectory directory = client_.scandir(level.path);
    while (const std::optional<SftpName> entry = directory.next()) {
      const bool bad = entry->filename.empty() || entry->filename.find('/') != std::string::npos;
      std::string below = level.path + (level.path.ends_with('/') ? "" : "/") + entry->filename;
      attempt([&] {
        if (bad || below.size() > longest_path)
          throw SftpError(sftp_errc::invalid_filename, "a name that no directory can hold", below);
        if (is_directory(*entry, below))
          level.directories.push_back(std::move(below));
        else
          remove_file(std::move(below));
      });
    }
  });
  while (requests_.outstanding() > 0)
    take_answer();
  paths_.clear();
  return level;
}

bool TreeRemover::is_directory(const SftpName& entry, const std::string& path) {
  if (entry.attributes.type() != FileType::unknown) return entry.attributes.is_directory();
  return client_.lstat(path).is_directory();
}

void TreeRemover::remove_file(std::string path) {
  if (requests_.outstanding() >= most_outstanding) take_answer();
  requests_.send(Remove{.path = session_.resolve(path)}, paths_.size(), session_.deadline());
  paths_.push_back(std::move(path));
}

void TreeRemover::take_answer() {
  const Answer answer = requests_.next(session_.deadline());
  attempt([&] { check_status(answer, paths_[answer.tag]); });
}

}  // namespace amiko::sftp
