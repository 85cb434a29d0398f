// amiko - the local terminal: raw mode, hidden typing, size
#pragma once

#include <amiko/connection/pty.hpp>

#include <boost/thread/mutex.hpp>

#include <optional>

#include <termios.h>

namespace demo {

/// Changes a terminal's settings and puts them back: when it is told to, when it is destroyed, and from the
/// thread that handles signals.  Thread-safe.
class Terminal {
 public:
  Terminal() = default;
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;
  ~Terminal() { restore(); }

  /// Every key goes through as it is typed.  False when `fd` is no terminal.
  bool set_raw(int fd);
  /// What is typed is not shown; what was typed before is dropped.  False when `fd` is no terminal.
  bool set_hidden(int fd);
  void restore() noexcept;

  /// Zeros when the terminal on `fd` does not know, or is none.
  static amiko::WindowSize size(int fd) noexcept;

 private:
  struct Saved {
    int fd;  // a duplicate of our own
    termios settings;
  };
  bool change(int fd, int when, void (*edit)(termios&));

  boost::mutex mutex_;
  std::optional<Saved> saved_;
};

}  // namespace demo
