// amiko - other programs as peers of a test: started, watched, and gone when the test is
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/deadline.hpp"
#include "common/network.hpp"

namespace amiko::test {

/// How a process ended: by exit(code), or killed by a signal (else 0).
struct ExitStatus {
  int code = 0;
  int signal = 0;
  friend bool operator==(const ExitStatus&, const ExitStatus&) = default;
};

struct ProcessOptions {
  std::vector<std::string> argv;              ///< argv[0] is looked up with find_program()
  std::vector<std::string> environment = {};  ///< NAME=VALUE, over what the test has
  std::filesystem::path directory = {};       ///< where it runs; empty: where the test does
  std::filesystem::path log = {};  ///< takes (appended) what is printed and not piped; empty: nobody does
  bool pipe_stdin = false;         ///< else /dev/null
  bool pipe_stdout = false;
  bool pipe_stderr = false;
};

/// A running program.  It and everything it started, sessions of their own included, is killed by stop(), by
/// the destructor, and by the death of the test in whatever way: a small guard process in between sees to it.
/// It has no terminal.  For one thread at a time.
class PeerProcess {
 public:
  /// Throws std::system_error when it cannot be started (program not found, say).
  explicit PeerProcess(const ProcessOptions& options);
  PeerProcess(const PeerProcess&) = delete;
  PeerProcess& operator=(const PeerProcess&) = delete;
  ~PeerProcess() { stop(); }

  pid_t pid() const noexcept { return pid_; }

  /// The test's ends of the pipes; -1 where there is none.
  int stdin_fd() const noexcept { return stdin_.get(); }
  int stdout_fd() const noexcept { return stdout_.get(); }
  int stderr_fd() const noexcept { return stderr_.get(); }
  /// What poll() reports readable when the program ends.
  int status_fd() const noexcept { return status_pipe_.get(); }

  /// End of file for the program.
  void close_stdin() noexcept { stdin_.reset(); }

  /// A line of standard output without its newline; nothing at its end or after `limit`.
  std::optional<std::string> read_line(milliseconds limit = milliseconds(10'000));

  /// How it ended, waiting up to `limit` for that; nothing while it runs.
  std::optional<ExitStatus> wait(milliseconds limit = milliseconds(0));

  /// Sends a signal to the program alone, or to all that it started too (SIGSTOP, SIGCONT: a peer that
  /// hangs).
  void signal(int number);
  void signal_all(int number);

  /// Kills what is left and returns when it is gone.  May be called again.
  void stop() noexcept;

 private:
  pid_t guard_ = -1;
  pid_t pid_ = -1;
  UniqueFd control_, status_pipe_, stdin_, stdout_, stderr_;
  std::optional<ExitStatus> status_;
};

/// What run() saw.
struct CommandResult {
  int exit_code = -1;  ///< 128 + number for a signal; -1 when it was killed at the limit
  std::string out, err;
};

/// Runs a program to its end with `input` on its standard input.
CommandResult run(const ProcessOptions& options, std::string_view input = {},
                  milliseconds limit = milliseconds(30'000));
CommandResult run(const std::vector<std::string>& argv, std::string_view input = {},
                  milliseconds limit = milliseconds(30'000));

/// As run(), but a program that fails ends in a std::runtime_error that shows what it printed.
std::string run_checked(const std::vector<std::string>& argv, std::string_view input = {});

/// The program's path: PATH, then the sbin folders.  Empty when it is not there.
std::filesystem::path find_program(const std::string& name);

/// Whether the test runs as root.
bool is_root();

}  // namespace amiko::test
