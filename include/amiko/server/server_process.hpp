// amiko - a session on a server: what the client wants run
#pragma once

#include <amiko/base/config.hpp>
#include <amiko/base/time.hpp>
#include <amiko/connection/channel.hpp>
#include <amiko/connection/channel_file.hpp>
#include <amiko/connection/pty.hpp>
#include <amiko/connection/server_handler.hpp>
#include <amiko/server/server_connection.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace amiko {

/// The client sent a signal; the name has no "SIG".
struct SignalEvent {
  std::string name{};
};
/// The client's terminal has another size now.
struct SizeEvent {
  WindowSize size{};
};
/// A serial-line break (RFC 4335).
struct BreakEvent {
  std::uint32_t milliseconds = 0;
};
/// The client takes no more output ("eow@openssh.com", OpenSSH PROTOCOL section 2.1): what is written to
/// out() is lost.
struct OutputRefusedEvent {};
using ServerEvent = std::variant<SignalEvent, SizeEvent, BreakEvent, OutputRefusedEvent>;

/// A shell, command or subsystem that a client has asked for, as listen()'s process function gets it.  The
/// function runs in a thread of its own; when it returns, the session ends: with exit status 0 unless exit()
/// or exit_with_signal() said otherwise, with 255 when an exception left it.  Once the client is gone reads
/// end and writes throw ChannelError or Disconnected, which is a good way out of the function.
///
/// Streams are used by one thread at a time; everything else by any thread.
class AMIKO_DECL ServerProcess {
 public:
  ChannelFile& in() noexcept;
  ChannelFile& out() noexcept;
  ChannelFile& err() noexcept;
  Channel& channel() noexcept;
  ServerConnection& connection() noexcept;

  SessionStart::Kind kind() const noexcept;
  /// The command to run, a forced one if there is one; empty for a shell and for a subsystem.
  const std::string& command() const noexcept;
  /// The subsystem's name; empty otherwise.
  const std::string& subsystem() const noexcept;
  /// What the client asked for where a forced command stands in its place (SSH_ORIGINAL_COMMAND).
  const std::optional<std::string>& original_command() const noexcept;
  /// The user who has logged in.
  const std::string& user() const noexcept;
  /// What the client sent and was accepted, and what authorized_keys adds.
  const std::map<std::string, std::string>& env() const noexcept;
  /// The pseudo terminal that was asked for, as it was at the start; nothing without one.
  const std::optional<PtyRequest>& pty() const noexcept;
  /// The terminal's size now; 80x24 where the client did not say.
  WindowSize size() const;

  /// The next signal, change of size and so on, in the order in which they came; nothing when `timeout` has
  /// passed or the client is gone.  64 are kept; the oldest go first.
  std::optional<ServerEvent> next_event(Timeout timeout = forever);
  /// Called for each event instead of keeping it, and at once for those that wait.  Runs on the connection's
  /// handler thread, so it must not block for long.  An empty function: keep them again.
  void on_event(std::function<void(const ServerEvent&)> handler);

  /// The session's end.  Takes effect when the function returns, or by close(); the first call counts.
  void exit(std::uint32_t status);
  void exit_with_signal(std::string_view name, bool core_dumped = false, std::string_view message = {});
  /// Flushes the streams, tells how it ended and closes the channel.
  void close();

  class Impl;
  explicit ServerProcess(std::shared_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}

 private:
  std::shared_ptr<Impl> impl_;
};

}  // namespace amiko
