// amiko - where amiko-sftp-server's log lines go
#pragma once

#include <amiko/base/log.hpp>

#include <string>

namespace demo::sftp_server {

/// syslog(3), or stderr.  `packet` stands for sshd's debug levels, `debug` for "verbose".  Thread-safe.
class SessionLog {
 public:
  SessionLog(amiko::LogLevel level, bool to_stderr, int facility);
  ~SessionLog();
  SessionLog(const SessionLog&) = delete;
  SessionLog& operator=(const SessionLog&) = delete;

  void write(amiko::LogLevel level, const std::string& line) const noexcept { log_.write(level, line); }
  const amiko::Log& library_log() const noexcept { return log_; }

 private:
  const bool to_stderr_;
  const amiko::Log log_;
};

}  // namespace demo::sftp_server
