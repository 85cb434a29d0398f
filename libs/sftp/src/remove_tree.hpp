// amiko - removing a directory on the other side with all below it
#pragma once

#include "session.hpp"

#include <amiko/sftp/sftp_client.hpp>

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace amiko::sftp {

/// The files of a directory are removed without waiting for each answer.  Links are never followed.  Used
/// once, by one thread.
class TreeRemover {
 public:
  TreeRemover(SftpClient& client, SftpSession& session, const std::function<void(const SftpError&)>& on_error)
      : client_(client), session_(session), on_error_(on_error), requests_(session.dispatcher()) {}

  void remove(std::string_view path);

 private:
  struct Level {
    std::string path;
    std::vector<std::string> directories;  // yet to be removed
  };

  Level enter(std::string path);
  void remove_file(std::string path);
  void take_answer();
  bool is_directory(const SftpName& entry, const std::string& path);
  template <class Work>
  void attempt(Work work);

  SftpClient& client_;
  SftpSession& session_;
  const std::function<void(const SftpError&)>& on_error_;
  std::vector<std::string> paths_;  // of the requests, by tag
  Requests requests_;
};

}  // namespace amiko::sftp
