// amiko - an authenticated connection that runs commands
#pragma once

#include <amiko/base/config.hpp>
#include <amiko/client/process.hpp>
#include <amiko/connection/transport.hpp>
#include <amiko/sftp/sftp_client.hpp>

#include <memory>
#include <string>
#include <string_view>

namespace amiko {

/// What amiko::connect() returns: a Transport whose host key was checked and that is authenticated.  Any
/// number of commands may run on it at the same time, from any threads.  A move-only handle; the destructor
/// closes.
class AMIKO_DECL Connection {
 public:
  /// Takes over a transport that is authenticated already.
  explicit Connection(Transport transport);

  /// Runs `command` and returns when it has ended: standard output and error are drained at once and the
  /// input is given meanwhile, so nothing can block for ever on a full pipe.  Throws ChannelOpenError or
  /// ChannelError when the server refuses to run it; ProcessTimeout, CancelledError, OutputLimitError,
  /// ProcessLost, which keep the output so far; ProcessError with options.check.  Blocks at most
  /// options.timeout.
  CompletedProcess run(std::string_view command, const RunOptions& options = {});

  /// Starts `command` and returns at once.  Of the options env, pty, subsystem and timeout (here for
  /// starting) count; err may be Redirect::to_stdout().
  Process start(std::string_view command, const RunOptions& options = {});

  /// A login shell, on a pseudo terminal if options.pty is set.
  Process shell(const RunOptions& options = {});

  /// Starts the "sftp" subsystem on a new channel.  Blocks at most options.timeout for each step.  Throws
  /// ChannelOpenError or ChannelError when the server refuses, and as SftpClient's constructor.
  SftpClient sftp(const SftpOptions& options = {});

  Channel open_session(Timeout timeout = std::chrono::seconds(60));
  Transport& transport() noexcept { return transport_; }
  bool is_active() const { return transport_.is_active(); }
  void close() noexcept { transport_.close(); }

 private:
  enum class Kind { exec, shell, subsystem };
  Process start_kind(Kind kind, std::string_view command, const RunOptions& options, Deadline deadline);

  Transport transport_;
};

}  // namespace amiko
