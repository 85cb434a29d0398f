// amiko - the process of a local program: starting it, signals, its end
#pragma once

#include <amiko/connection/pty.hpp>
#include <amiko/server/local_account.hpp>
#include <amiko/support/fd.hpp>
#include <amiko/support/mutex.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace amiko {

/// What to start, and on what.
struct ChildPlan {
  std::string file{};
  std::vector<std::string> argv{};
  std::vector<std::string> env{};  // "NAME=value"
  std::string directory{};
  const LocalAccount* account = nullptr;
  int in = -1, out = -1, err = -1;  // the child's ends; all above 2
  std::string terminal{};           // the name of the terminal that the three are, if they are one
};

/// What the session's thread and the connection's handler thread share of a running program.  Thread-safe.
class ChildControl {
 public:
  ChildControl(pid_t group, std::optional<LocalAccount> account)
      : group_(group), account_(std::move(account)) {}

  /// A duplicate of the master, kept until forget_terminal().
  void set_terminal(support::UniqueFd master);
  /// To the process group, with the rights of the program's user.
  void send_signal(int number) noexcept;
  void resize(const WindowSize& size) noexcept;
  void send_break() noexcept;
  /// The terminal is about to be closed.
  void forget_terminal() noexcept;
  /// Removes the zombie; from now on the number may be anybody's.  The status as waitpid(2) gives it.
  int reap() noexcept;

 private:
  support::Mutex mutex_;
  pid_t group_;
  support::UniqueFd terminal_;
  const std::optional<LocalAccount> account_;
};

/// A started program, the leader of its own session and process group.
class LocalChild {
 public:
  /// Throws as run_local_program().
  explicit LocalChild(const ChildPlan& plan);
  LocalChild(const LocalChild&) = delete;
  LocalChild& operator=(const LocalChild&) = delete;
  /// A program that still runs is left to a thread that waits for it.
  ~LocalChild();

  /// Readable when it has ended.
  int fd() const noexcept { return pidfd_.get(); }
  /// Whether it has ended; it stays a zombie, so that its number stays taken, until reap().
  bool ended() const noexcept;
  int reap() noexcept;
  const std::shared_ptr<ChildControl>& control() const noexcept { return control_; }

 private:
  pid_t pid_ = -1;
  bool reaped_ = false;
  support::UniqueFd pidfd_;
  std::shared_ptr<ChildControl> control_;
};

/// The number of a signal that RFC 4254 section 6.10 names, without "SIG"; 0 for any other.
int signal_number(std::string_view name) noexcept;
/// The name; others end in "@openssh.com", as sshd calls them.
std::string signal_name(int number);

}  // namespace amiko
