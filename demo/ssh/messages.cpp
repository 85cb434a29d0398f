// amiko - what is said on standard error, or in the file of -E
#include "messages.hpp"

#include "descriptors.hpp"

#include <cerrno>
#include <cstring>
#include <exception>

#include <fcntl.h>
#include <unistd.h>

namespace demo {
namespace {

int open_log(const std::string& file) {
  if (file.empty()) return STDERR_FILENO;
  const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (fd < 0) throw OptionError("Couldn't open logfile " + file + ": " + std::strerror(errno));
  return fd;
}

std::string_view prefix(Verbosity level) {
  switch (level) {
    case Verbosity::debug1:
      return "debug1: ";
    case Verbosity::debug2:
      return "debug2: ";
    case Verbosity::debug3:
      return "debug3: ";
    default:
      return "";
  }
}

}  // namespace

// A terminal may be in raw mode, where a newline alone does not go back to the left.
Messages::Messages(Verbosity verbosity, const std::string& log_file)
    : verbosity_(verbosity), fd_(open_log(log_file)), newline_(::isatty(fd_) == 1 ? "\r\n" : "\n") {}

Messages::~Messages() {
  if (fd_ != STDERR_FILENO) ::close(fd_);
}

void Messages::say(Verbosity level, std::string_view text) const noexcept {
  if (!says(level)) return;
  try {
    if (text.ends_with('\n')) text.remove_suffix(1);
    std::string lines(prefix(level));
    for (const char c : text) {
      if (c == '\n')
        lines += std::string(newline_) + std::string(prefix(level));
      else
        lines += c;
    }
    lines += newline_;
    write_all(fd_, lines);
  } catch (const std::exception&) {
    // Out of memory: there is nobody to tell.
  }
}

amiko::LogSink Messages::sink() const {
  return [this](amiko::LogLevel level, std::string_view, std::string_view line) {
    say(level == amiko::LogLevel::packet ? Verbosity::debug3 : Verbosity::debug1, line);
  };
}

amiko::LogLevel Messages::library_level() const noexcept {
  if (says(Verbosity::debug3)) return amiko::LogLevel::packet;
  return says(Verbosity::debug1) ? amiko::LogLevel::debug : amiko::LogLevel::off;
}

}  // namespace demo
