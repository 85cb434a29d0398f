// amiko - a file system whose use is logged as sftp-server does
#pragma once

#include "session_log.hpp"

#include <amiko/sftp/sftp_filesystem.hpp>

#include <memory>
#include <string>

namespace demo::sftp_server {

/// Passes everything on to another file system.
class LoggedFilesystem final : public amiko::SftpFilesystem {
 public:
  LoggedFilesystem(std::shared_ptr<amiko::SftpFilesystem> files, const SessionLog& log)
      : files_(std::move(files)), log_(log) {}

  std::unique_ptr<amiko::SftpOpenFile> open(std::string_view path, std::uint32_t flags,
                                            const amiko::SftpAttributes& attributes) override;
  std::unique_ptr<amiko::SftpOpenDirectory> opendir(std::string_view path) override;
  amiko::SftpAttributes stat(std::string_view path) override;
  amiko::SftpAttributes lstat(std::string_view path) override;
  std::string realpath(std::string_view path) override;
  void setstat(std::string_view path, const amiko::SftpAttributes& attributes) override;
  void lsetstat(std::string_view path, const amiko::SftpAttributes& attributes) override;
  void remove(std::string_view path) override;
  void mkdir(std::string_view path, const amiko::SftpAttributes& attributes) override;
  void rmdir(std::string_view path) override;
  void rename(std::string_view from, std::string_view to) override;
  void posix_rename(std::string_view from, std::string_view to) override;
  std::string readlink(std::string_view path) override;
  void symlink(std::string_view target, std::string_view path) override;
  void link(std::string_view existing, std::string_view path) override;
  amiko::SftpStatVfs statvfs(std::string_view path) override;
  std::string expand_path(std::string_view path) override;
  std::string home_directory(std::string_view user) override;
  std::string user_name(std::uint32_t uid) override { return files_->user_name(uid); }
  std::string group_name(std::uint32_t gid) override { return files_->group_name(gid); }

 private:
  void info(const std::string& line) const { log_.write(amiko::LogLevel::info, line); }
  void verbose(const std::string& line) const { log_.write(amiko::LogLevel::debug, line); }
  template <class Call>
  auto done(Call call) -> decltype(call());

  const std::shared_ptr<amiko::SftpFilesystem> files_;
  const SessionLog& log_;
};

}  // namespace demo::sftp_server
