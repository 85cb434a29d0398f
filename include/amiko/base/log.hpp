// amiko - where log lines go
#pragma once

#include <amiko/base/config.hpp>

#include <functional>
#include <memory>
#include <string_view>

namespace amiko {

/// From the rarest to the chattiest.  `packet` adds one line for each packet; no level ever shows secrets or
/// payloads.
enum class LogLevel { off, error, warning, info, debug, packet };

/// Receives a level, the connection's name ("example.org:22") and one line without its newline.  Called from
/// any thread, the worker among them: it must be thread-safe, must not block for long and must not call back
/// into the connection.
using LogSink = std::function<void(LogLevel, std::string_view context, std::string_view line)>;

/// A sink that writes "context: line" to stderr, one write for each line.
AMIKO_DECL LogSink log_to_stderr();

/// One connection's log: sink, level and name.  A value: copies share the sink.  Thread-safe once
/// constructed.
class AMIKO_DECL Log {
 public:
  Log() = default;
  Log(LogSink sink, LogLevel level, std::string_view context);

  bool enabled(LogLevel level) const noexcept { return state_ && level != LogLevel::off && level <= level_; }
  /// Does nothing when `level` is not enabled.  Control characters that came from the peer are shown as \ooo.
  /// Never throws: a sink that throws loses its line.
  void write(LogLevel level, std::string_view line) const noexcept;
  const LogSink& sink() const;
  LogLevel level() const noexcept { return state_ ? level_ : LogLevel::off; }

 private:
  struct State;
  std::shared_ptr<const State> state_;
  LogLevel level_ = LogLevel::off;
};

}  // namespace amiko
