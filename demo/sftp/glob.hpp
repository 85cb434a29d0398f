// amiko - names that match a pattern, on either side
#pragma once

#include <amiko/sftp/sftp_attributes.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace amiko {
class SftpClient;
}

namespace demo {

/// A name and what is known of it: symbolic links are not followed.
struct Entry {
  std::string name{};  ///< within its directory, or a path
  amiko::SftpAttributes attributes{};
};

/// A tree of files to look for names in.
class Tree {
 public:
  virtual ~Tree() = default;
  /// All names but "." and "..".  Throws.
  virtual std::vector<Entry> list(const std::string& directory) = 0;
  /// Nothing: there is no such file.  Throws what else goes wrong.
  virtual std::optional<amiko::SftpAttributes> look(const std::string& path) = 0;
  /// With symbolic links followed; false also when it cannot be found out.
  virtual bool is_directory(const std::string& path) = 0;
};

/// The server's files; paths are absolute.
class RemoteTree : public Tree {
 public:
  explicit RemoteTree(amiko::SftpClient& client) : client_(client) {}
  std::vector<Entry> list(const std::string& directory) override;
  std::optional<amiko::SftpAttributes> look(const std::string& path) override;
  bool is_directory(const std::string& path) override;

 private:
  amiko::SftpClient& client_;
};

/// Ours.
class LocalTree : public Tree {
 public:
  std::vector<Entry> list(const std::string& directory) override;
  std::optional<amiko::SftpAttributes> look(const std::string& path) override;
  bool is_directory(const std::string& path) override;
};

/// The paths that `pattern` stands for, sorted: "*", "?" and "[...]" match within one name, a leading dot
/// only if it is written, "\" quotes (glob(7)).  Empty: there are none.  Throws what a look at a path throws,
/// and what a directory's listing throws if nothing was found otherwise.
std::vector<Entry> expand(const std::string& pattern, Tree& tree);

}  // namespace demo
