// amiko - where amiko-sftp-server's log lines go
#include "session_log.hpp"

#include <syslog.h>
#include <unistd.h>

#include <string_view>

namespace demo::sftp_server {
namespace {

int priority(amiko::LogLevel level) {
  switch (level) {
    case amiko::LogLevel::error:
      return LOG_ERR;
    case amiko::LogLevel::warning:
    case amiko::LogLevel::info:
    case amiko::LogLevel::debug:  // sshd's "verbose" goes there too
      return LOG_INFO;
    default:
      return LOG_DEBUG;
  }
}

void to_syslog(amiko::LogLevel level, std::string_view, std::string_view line) {
  ::syslog(priority(level), "%.*s", static_cast<int>(line.size()), line.data());
}

// One write for each line, since stderr may be shared.
void to_stderr(amiko::LogLevel, std::string_view, std::string_view line) {
  const std::string text = std::string(line) + "\n";
  [[maybe_unused]] const ssize_t n = ::write(STDERR_FILENO, text.data(), text.size());
}

}  // namespace

SessionLog::SessionLog(amiko::LogLevel level, bool where, int facility)
    : to_stderr_(where), log_(where ? to_stderr : to_syslog, level, "sftp-server") {
  if (!to_stderr_) ::openlog("sftp-server", LOG_PID, facility);
}

SessionLog::~SessionLog() {
  if (!to_stderr_) ::closelog();
}

}  // namespace demo::sftp_server
