// amiko - amiko-sshd's log: standard error, a file, or the system's log
#pragma once

#include "options.hpp"

#include <amiko/base/log.hpp>

#include <atomic>
#include <string>
#include <string_view>

namespace demo::sshd {

/// Each line is one write.  Thread-safe.
class ServerLog {
 public:
  /// To the system's log at first.
  ServerLog() = default;
  ServerLog(const ServerLog&) = delete;
  ServerLog& operator=(const ServerLog&) = delete;
  ~ServerLog();

  /// To standard error, or the end of `file`.  Before there is a second thread.  Throws OptionError.
  void to_stderr() noexcept;
  void to_file(const std::string& file);
  void set_level(Verbosity level) noexcept { level_ = level; }
  bool says(Verbosity level) const noexcept { return level <= level_; }

  /// Control characters are shown as \ooo.
  void say(Verbosity level, std::string_view text) const noexcept;
  void error(std::string_view text) const noexcept { say(Verbosity::error, text); }
  void info(std::string_view text) const noexcept { say(Verbosity::info, text); }
  void debug(std::string_view text) const noexcept { say(Verbosity::debug1, text); }

  /// The library's log.  It refers to this object.
  amiko::LogSink sink() const;
  amiko::LogLevel library_level() const noexcept;

 private:
  std::atomic<Verbosity> level_{Verbosity::info};
  int fd_ = -1;
};

}  // namespace demo::sshd
