// amiko - the process between a test and a peer that kills the peer's whole family when the test ends
#pragma once

#include <sys/types.h>

namespace amiko::test {

/// All that the guard needs, made ready before fork(): afterwards it may only make system calls.
struct GuardPlan {
  const char* program;
  char* const* argv;
  char* const* envp;
  const char* directory;  ///< or nullptr
  int in, out, err;       ///< the program's standard streams
  int control;            ///< readable (end of file) when all must end
  int status;             ///< takes a GuardReport when the program runs, or cannot, and one when it has ended
};

struct GuardReport {
  pid_t pid;
  int value;  ///< first an errno of execve(), or 0; then the status of waitpid()
};

/// Forks the guard.  Its pid; throws std::system_error.
pid_t start_guard(const GuardPlan& plan);

}  // namespace amiko::test
