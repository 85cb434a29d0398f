// amiko - the options of amiko-sftp-server, which are sftp-server's
#pragma once

#include <amiko/base/log.hpp>

#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <sys/types.h>

namespace demo::sftp_server {

struct OptionError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct Options {
  enum class Action { serve, help, query };
  Action action = Action::serve;
  std::string directory{};                             ///< -d: where the session starts
  bool log_to_stderr = false;                          ///< -e
  int facility = 0;                                    ///< -f: of syslog(3)
  amiko::LogLevel log_level = amiko::LogLevel::error;  ///< -l
  std::vector<std::string> allowed{};                  ///< -p: only these requests
  std::vector<std::string> denied{};                   ///< -P
  bool read_only = false;                              ///< -R
  std::optional<mode_t> umask{};                       ///< -u
};

/// `home` and `user` stand for %d and %u in -d.  Throws OptionError.
Options parse_options(int argc, char** argv, const std::string& home, const std::string& user);
std::string usage();
/// What -p and -P know (-Q requests).
const std::vector<std::string>& request_names();

}  // namespace demo::sftp_server
