// amiko - amiko-sshd's log: standard error, a file, or the system's log
#include "server_log.hpp"

#include "descriptors.hpp"

#include <amiko/base/printable.hpp>

#include <cerrno>
#include <cstring>
#include <exception>

#include <fcntl.h>
#include <syslog.h>
#include <unistd.h>

namespace demo::sshd {
namespace {

std::string_view prefix(Verbosity level) {
  switch (level) {
    case Verbosity::debug1:
      return "debug1: ";
    case Verbosity::debug2:
      return "debug2: ";
    case Verbosity::debug3:
      return "debug3: ";
    case Verbosity::error:
      return "error: ";
    case Verbosity::fatal:
      return "fatal: ";
    default:
      return "";
  }
}

int priority(Verbosity level) {
  switch (level) {
    case Verbosity::fatal:
      return LOG_CRIT;
    case Verbosity::error:
      return LOG_ERR;
    case Verbosity::info:
    case Verbosity::verbose:
      return LOG_INFO;
    default:
      return LOG_DEBUG;
  }
}

Verbosity verbosity(amiko::LogLevel level) {
  switch (level) {
    case amiko::LogLevel::error:
    case amiko::LogLevel::warning:
      return Verbosity::error;
    case amiko::LogLevel::info:
      return Verbosity::verbose;
    default:
      return Verbosity::debug1;
  }
}

}  // namespace

ServerLog::~ServerLog() {
  if (fd_ > STDERR_FILENO) ::close(fd_);
}

void ServerLog::to_stderr() noexcept {
  fd_ = STDERR_FILENO;
}

void ServerLog::to_file(const std::string& file) {
  fd_ = ::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (fd_ < 0) throw OptionError("Couldn't open logfile " + file + ": " + std::strerror(errno));
}

void ServerLog::say(Verbosity level, std::string_view text) const noexcept {
  if (!says(level)) return;
  try {
    const std::string line = std::string(prefix(level)) + amiko::printable(text);
    if (fd_ >= 0)
      write_all(fd_, line + (::isatty(fd_) == 1 ? "\r\n" : "\n"));
    else
      ::syslog(LOG_AUTH | priority(level), "%s", line.c_str());
  } catch (const std::exception&) {
    // Out of memory: there is nobody to tell.
  }
}

amiko::LogSink ServerLog::sink() const {
  return [this](amiko::LogLevel level, std::string_view context, std::string_view line) {
    say(verbosity(level), std::string(context) + ": " + std::string(line));
  };
}

amiko::LogLevel ServerLog::library_level() const noexcept {
  if (says(Verbosity::debug1)) return amiko::LogLevel::debug;
  return says(Verbosity::verbose) ? amiko::LogLevel::info : amiko::LogLevel::warning;
}

}  // namespace demo::sshd
