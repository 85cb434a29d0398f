// amiko - child processes
#pragma once

#include <amiko/base/time.hpp>
#include <amiko/support/fd.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace amiko::support {

/// A process whose standard input and output are one end of a local stream socket, as proxy commands are run;
/// its standard error is ours.  It runs in a session of its own, so that a signal reaches what it starts in
/// turn (and ^C at our terminal does not); it has no controlling terminal, the default signal handlers, an
/// empty signal mask, and none of our other descriptors.
///
/// A thread of its own (128 KiB of stack, all signals blocked) waits for the process and reaps it, so no
/// zombie is left whatever happens to this object.  Thread-safe except for moving and take_socket().
class ChildProcess {
 public:
  /// Runs `/bin/sh -c "exec command"`.  A command that cannot be found shows as exit status 127, not as an
  /// error here. Throws errc::process_failed or errc::resource_shortage.
  static ChildProcess start_shell(const std::string& command);
  /// Runs argv[0], searched in $PATH if it has no slash, with arguments argv.  Throws as start_shell(),
  /// errc::process_failed if there is no such program, errc::invalid_argument for an empty argv.
  static ChildProcess start(const std::vector<std::string>& argv);

  ChildProcess(ChildProcess&& other) noexcept;
  ChildProcess& operator=(ChildProcess&& other) noexcept;
  /// terminate() if it still runs.  Does not wait.
  ~ChildProcess();

  /// Our end of the socket (blocking, close-on-exec); to be taken once.  If it is not taken, it is closed
  /// with this object.
  UniqueFd take_socket() noexcept { return std::move(socket_); }
  pid_t pid() const noexcept { return pid_; }

  /// Waits for the end, an interruption point.  The status as waitpid(2) gives it (WIFEXITED and so on; -1 if
  /// somebody else in this program reaped the process), again and again once it has ended; nothing when the
  /// deadline passes.
  std::optional<int> wait(Deadline deadline);

  /// Sends SIGTERM to the process's group, and two seconds later SIGKILL if the process still runs.  Does not
  /// wait.  Does nothing once the process has ended: its number is never signalled after that.
  void terminate() noexcept;

 private:
  struct State;
  ChildProcess() = default;

  std::shared_ptr<State> state_;
  UniqueFd socket_;
  pid_t pid_ = -1;
};

}  // namespace amiko::support
