// amiko - the files of this machine, served
#pragma once

#include "local_names.hpp"
#include "local_tree.hpp"

#include <amiko/sftp/sftp_filesystem.hpp>

#include <memory>
#include <string>

namespace amiko::sftp {

/// local_filesystem() with a choice of how paths are looked up, for tests of both.
class LocalFilesystem final : public SftpFilesystem {
 public:
  explicit LocalFilesystem(const LocalFilesystemOptions& options, Lookup lookup = Lookup::kernel);

  std::unique_ptr<SftpOpenFile> open(std::string_view path, std::uint32_t flags,
                                     const SftpAttributes& attributes) override;
  std::unique_ptr<SftpOpenDirectory> opendir(std::string_view path) override;
  SftpAttributes stat(std::string_view path) override;
  SftpAttributes lstat(std::string_view path) override;
  std::string realpath(std::string_view path) override { return tree_.real(path); }
  void setstat(std::string_view path, const SftpAttributes& attributes) override;
  void lsetstat(std::string_view path, const SftpAttributes& attributes) override;
  void remove(std::string_view path) override;
  void mkdir(std::string_view path, const SftpAttributes& attributes) override;
  void rmdir(std::string_view path) override;
  void rename(std::string_view from, std::string_view to) override;
  void posix_rename(std::string_view from, std::string_view to) override;
  std::string readlink(std::string_view path) override;
  void symlink(std::string_view target, std::string_view path) override;
  void link(std::string_view existing, std::string_view path) override;
  SftpStatVfs statvfs(std::string_view path) override;
  std::string expand_path(std::string_view path) override;
  std::string home_directory(std::string_view user) override;
  std::string user_name(std::uint32_t uid) override { return names_->user(uid); }
  std::string group_name(std::uint32_t gid) override { return names_->group(gid); }

 private:
  support::UniqueFd create(std::string_view path, int flags, mode_t mode);
  void expect_writable() const;
  void change(std::string_view path, const SftpAttributes& attributes, bool follow);

  const LocalTree tree_;
  const bool read_only_;
  const std::optional<std::uint32_t> umask_;
  const std::shared_ptr<LocalNames> names_ = std::make_shared<LocalNames>();
};

}  // namespace amiko::sftp
