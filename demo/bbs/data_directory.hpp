// amiko - where the board keeps its things
#pragma once

#include <amiko/keys/private_key.hpp>

#include <filesystem>

namespace bbs {

/// A directory that nobody else may look into (0700), and that one board at a time uses.
class DataDirectory {
 public:
  /// Makes it where it is missing.  Throws std::runtime_error with a text for the user.
  explicit DataDirectory(std::filesystem::path path);
  DataDirectory(const DataDirectory&) = delete;
  DataDirectory& operator=(const DataDirectory&) = delete;
  ~DataDirectory();

  const std::filesystem::path& path() const noexcept { return path_; }
  std::filesystem::path database() const { return path_ / "bbs.sqlite"; }
  std::filesystem::path host_key() const { return path_ / "host_key"; }

 private:
  std::filesystem::path path_;
  int lock_ = -1;
};

/// Reads the key, or makes an ed25519 key where there is no file.  Throws amiko::KeyError, and
/// std::runtime_error when others may read it.
amiko::PrivateKey load_or_make_host_key(const std::filesystem::path& file);

}  // namespace bbs
