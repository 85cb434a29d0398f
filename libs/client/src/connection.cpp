// amiko - an authenticated connection that runs commands
#include <amiko/client/connection.hpp>

#include "cancel_state.hpp"
#include "run.hpp"

#include <utility>

namespace amiko {
namespace {

// One deadline for several steps, each of which knows only timeouts.
class StepTimeout {
 public:
  StepTimeout(Channel& channel, Deadline deadline) : channel_(channel) {
    channel_.settimeout(deadline.left());
  }
  ~StepTimeout() { channel_.settimeout(forever); }
  StepTimeout(const StepTimeout&) = delete;
  StepTimeout& operator=(const StepTimeout&) = delete;

 private:
  Channel& channel_;
};

}  // namespace

Connection::Connection(Transport transport) : transport_(std::move(transport)) {}

Channel Connection::open_session(Timeout timeout) {
  return transport_.open_session(timeout);
}

SftpClient Connection::sftp(const SftpOptions& options) {
  const Deadline deadline = Deadline::after(options.timeout);
  Channel channel = transport_.open_session(deadline.left());
  {
    const StepTimeout step(channel, deadline);
    channel.invoke_subsystem("sftp");
  }
  SftpOptions filled = options;
  if (filled.server_version.empty()) filled.server_version = transport_.remote_version();
  return SftpClient(std::move(channel), filled);
}

Process Connection::start_kind(Kind kind, std::string_view command, const RunOptions& options,
                               Deadline deadline) {
  Channel channel = transport_.open_session(deadline.left());
  if (options.err.goes_to_stdout()) channel.set_combine_stderr(true);
  {
    const CancelGuard guard(options.cancel, [impl = channel.impl()] { Channel handle(impl); });
    const StepTimeout step(channel, deadline);
    for (const auto& [name, value] : options.env)
      channel.send_environment_variable(name, value);
    if (options.pty) channel.get_pty(*options.pty);
    switch (kind) {
      case Kind::exec:
        channel.exec_command(command);
        break;
      case Kind::shell:
        channel.invoke_shell();
        break;
      case Kind::subsystem:
        channel.invoke_subsystem(options.subsystem);
        break;
    }
  }
  return Process(std::move(channel), std::string(kind == Kind::subsystem ? options.subsystem : command));
}

Process Connection::start(std::string_view command, const RunOptions& options) {
  return start_kind(options.subsystem.empty() ? Kind::exec : Kind::subsystem, command, options,
                    Deadline::after(options.timeout));
}

Process Connection::shell(const RunOptions& options) {
  return start_kind(Kind::shell, "", options, Deadline::after(options.timeout));
}

CompletedProcess Connection::run(std::string_view command, const RunOptions& options) {
  const Deadline deadline = Deadline::after(options.timeout);
  if (options.cancel && options.cancel->cancelled())
    throw CancelledError({.code = errc::cancelled, .peer = transport_.peer_name()},
                         {.command = std::string(command)});
  try {
    Process process =
        start_kind(options.subsystem.empty() ? Kind::exec : Kind::subsystem, command, options, deadline);
    return run_to_end(process.channel(), process.command(), options, deadline);
  } catch (const ChannelError& e) {
    if (!options.cancel || !options.cancel->cancelled()) throw;
    throw CancelledError({.code = errc::cancelled, .peer = e.peer()}, {.command = std::string(command)});
  }
}

}  // namespace amiko
