// amiko - writing to a pipe whose reader may be gone
#pragma once

#include <signal.h>

#include <cerrno>
#include <ctime>

namespace amiko::support {

/// While it lives, a write to a pipe that nobody reads from is an error (EPIPE) in this thread and not the
/// end of the program.  Set `broken` when a write failed with EPIPE, so that the signal is taken away.
class NoSigpipe {
 public:
  NoSigpipe() {
    sigemptyset(&pipe_);
    sigaddset(&pipe_, SIGPIPE);
    sigset_t pending;
    sigpending(&pending);
    was_pending_ = sigismember(&pending, SIGPIPE) == 1;
    ::pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
  }
  ~NoSigpipe() {
    const int error = errno;
    const timespec at_once{};
    if (!was_pending_ && broken)
      while (::sigtimedwait(&pipe_, nullptr, &at_once) < 0 && errno == EINTR) {
      }
    ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    errno = error;
  }
  NoSigpipe(const NoSigpipe&) = delete;
  NoSigpipe& operator=(const NoSigpipe&) = delete;

  bool broken = false;  ///< the signal was raised here

 private:
  sigset_t pipe_{}, before_{};
  bool was_pending_ = false;
};

}  // namespace amiko::support
