// amiko - what is said on standard error, or in the file of -E
#pragma once

#include "options.hpp"

#include <amiko/base/log.hpp>

#include <string>
#include <string_view>

namespace demo {

/// Lines for the user, each with one write.  Thread-safe.
class Messages {
 public:
  Messages(Verbosity verbosity, const std::string& log_file);
  Messages(const Messages&) = delete;
  Messages& operator=(const Messages&) = delete;
  ~Messages();

  bool says(Verbosity level) const noexcept { return level <= verbosity_; }
  /// `text` may have several lines.  Levels from debug1 on are marked as such.
  void say(Verbosity level, std::string_view text) const noexcept;
  void error(std::string_view text) const noexcept { say(Verbosity::error, text); }
  void info(std::string_view text) const noexcept { say(Verbosity::info, text); }
  void debug(std::string_view text) const noexcept { say(Verbosity::debug1, text); }

  /// The library's log, as debug lines.  It refers to this object.
  amiko::LogSink sink() const;
  amiko::LogLevel library_level() const noexcept;

 private:
  Verbosity verbosity_;
  int fd_;
  std::string_view newline_;
};

}  // namespace demo
