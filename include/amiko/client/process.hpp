// amiko - remote commands: what they are given, what they return, and the errors that keep their output
#pragma once

#include <amiko/base/config.hpp>
#include <amiko/base/error.hpp>
#include <amiko/base/time.hpp>
#include <amiko/client/redirect.hpp>
#include <amiko/connection/channel.hpp>
#include <amiko/connection/channel_file.hpp>
#include <amiko/connection/exit_status.hpp>
#include <amiko/connection/pty.hpp>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace amiko {

/// Ends run() from another thread.  Copies share the state; thread-safe.  Once cancelled it stays so.
class AMIKO_DECL CancelToken {
 public:
  CancelToken();
  /// Every run() that was given this token ends at once with CancelledError.  Does not wait.
  void cancel() const;
  bool cancelled() const;

  struct State;
  const std::shared_ptr<State>& state() const noexcept { return state_; }

 private:
  std::shared_ptr<State> state_;
};

/// How a command is run.
struct RunOptions {
  Input input{};   ///< the command's standard input; nothing: the end at once
  Redirect out{};  ///< kept by default
  Redirect err{};
  std::map<std::string, std::string> env{};  ///< sent before the command; servers take only names that they
                                             ///< are set up for (AcceptEnv) and ignore others
  Timeout timeout = forever;                 ///< for the whole command, from opening the channel to its end
  std::size_t output_limit = std::size_t{1}
                             << 30;  ///< bytes kept of both streams together; beyond it OutputLimitError
  bool check = false;                ///< throw ProcessError unless the exit status is 0
  std::optional<PtyRequest> pty{};   ///< run on a pseudo terminal
  std::string subsystem{};           ///< run this subsystem in place of the command
  std::optional<CancelToken> cancel{};
};

/// A command that has ended.  A value.
struct CompletedProcess {
  std::string command{};
  std::string out{};
  std::string err{};
  ExitStatus status{};

  /// Exit status 0.
  bool ok() const noexcept { return status.ok(); }
};

/// What the errors of run() have in common: the output up to the failure is not lost.  Once the command has
/// started, run() throws errors that derive from this and from the Error that fits; what the user's own sinks
/// and sources throw passes through as it is.
class AMIKO_DECL PartialOutput {
 public:
  explicit PartialOutput(CompletedProcess result);
  virtual ~PartialOutput();
  const CompletedProcess& result() const noexcept { return *result_; }

 private:
  std::shared_ptr<const CompletedProcess> result_;  // shared: copying an exception must not throw
};

/// The exit status was not 0, or a signal ended the command, and check was asked for (errc::process_failed).
class AMIKO_DECL ProcessError : public Error, public PartialOutput {
 public:
  ProcessError(Failure failure, CompletedProcess result);
};
/// The command did not end in time (errc::timed_out).  It was sent TERM and its channel was closed.
class AMIKO_DECL ProcessTimeout : public TimeoutError, public PartialOutput {
 public:
  ProcessTimeout(Failure failure, CompletedProcess result);
};
/// errc::cancelled; the command was treated as after a timeout.
class AMIKO_DECL CancelledError : public Error, public PartialOutput {
 public:
  CancelledError(Failure failure, CompletedProcess result);
};
/// errc::output_limit; the command was treated as after a timeout.
class AMIKO_DECL OutputLimitError : public Error, public PartialOutput {
 public:
  OutputLimitError(Failure failure, CompletedProcess result);
};
/// The connection ended in mid-command; code() tells how.
class AMIKO_DECL ProcessLost : public Disconnected, public PartialOutput {
 public:
  ProcessLost(Failure failure, CompletedProcess result);
};

/// A remote command that runs.  Its streams are files: in() to write to, out() and err() to read from.  The
/// server holds back what is not read, so read both, or use communicate().  A move-only handle; destroying it
/// closes the channel, which most servers answer by SIGHUP, and does not wait.  Members may be called from
/// different threads, each file by one at a time.
class AMIKO_DECL Process {
 public:
  Process(Channel channel, std::string command);
  Process(Process&&) noexcept;
  Process& operator=(Process&&) noexcept;
  ~Process();

  ChannelFile& in() noexcept;
  ChannelFile& out() noexcept;
  ChannelFile& err() noexcept;
  /// Ends the command's input: flushes in() and sends EOF.
  void close_in();

  /// Gives `input`, reads both streams to their end and waits for the exit, all at once.  Throws as
  /// Connection::run() does.
  CompletedProcess communicate(const RunOptions& options = {});
  /// Waits for the end; what was not read is dropped after that.  Throws TimeoutError; the process goes on
  /// then.
  ExitStatus wait(Timeout timeout = forever);
  /// The end, if it has come.
  std::optional<ExitStatus> poll();

  /// Signals without an answer; some servers ignore them, then close() is what is left.
  void send_signal(std::string_view name);
  void terminate() { send_signal("TERM"); }
  void kill() { send_signal("KILL"); }
  void resize_pty(std::uint32_t columns, std::uint32_t rows);
  void close() noexcept;

  Channel& channel() noexcept;
  const std::string& command() const noexcept;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace amiko
