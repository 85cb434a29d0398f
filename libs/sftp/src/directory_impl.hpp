// amiko - what is behind an SftpDirectory
#pragma once

#include "session.hpp"

#include <amiko/sftp/sftp_client.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace amiko {

class SftpDirectory::Impl {
 public:
  /// `path` is for errors.
  Impl(std::shared_ptr<SftpSession> session, Bytes handle, std::string path);
  ~Impl();
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  std::optional<SftpName> next();

 private:
  bool fill();
  void finish() noexcept;

  const std::shared_ptr<SftpSession> session_;
  const Bytes handle_;
  const std::string path_;
  std::vector<SftpName> names_;
  std::size_t taken_ = 0;                   // of names_
  std::size_t depth_;                       // READDIR requests under way
  std::optional<sftp::Requests> requests_;  // until the end
};

}  // namespace amiko
