// amiko - a person at a terminal: lines and keys in, text out
#pragma once

#include <amiko/base/config.hpp>
#include <amiko/base/secret.hpp>
#include <amiko/base/time.hpp>
#include <amiko/server/line_editor.hpp>
#include <amiko/server/server_process.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace amiko {

/// Somebody pressed Ctrl-C, or the client sent a signal: "INT".
struct Interrupted {
  std::string signal{};
};
/// The time is up.
struct NoInput {};
/// The input has ended: Ctrl-D on an empty line, EOF, or the client is gone (ServerProcess::channel() tells).
struct EndOfInput {};
using TerminalInput = std::variant<std::string, Interrupted, EndOfInput, NoInput>;

/// A session's terminal with line editing (LineEditor); without a pseudo terminal it reads plain lines and
/// writes as it is told.  Belongs to one thread but for post(), interrupt_read() and interrupted(), which any
/// may call, so that others can show something while a line is being typed, or see that what they compute is
/// not wanted any more.  Follows the terminal's size by itself.
///
/// Once the client is gone reads return EndOfInput; writes, and reads that have something to show, throw
/// ChannelError or Disconnected.
class AMIKO_DECL Terminal {
 public:
  /// `options.term` and `options.columns` are taken from the session where it has a pseudo terminal.  Takes
  /// over the session's events.
  explicit Terminal(ServerProcess& process, LineEditorOptions options = {});
  Terminal(Terminal&&) noexcept;
  Terminal& operator=(Terminal&&) = delete;
  ~Terminal();

  bool interactive() const noexcept;  ///< there is a pseudo terminal
  WindowSize size() const;

  /// A line without its end.  Blocks at most `timeout`.
  TerminalInput read(std::string_view prompt = {}, Timeout timeout = forever);
  /// The same in short: nothing for whatever is not a line.
  std::optional<std::string> readline(std::string_view prompt = {}, Timeout timeout = forever);
  /// A line that is not shown; nothing for whatever is not a line.
  std::optional<Secret> read_secret(std::string_view prompt, Timeout timeout = forever);
  /// The next key, or what was typed ahead: 1 to 32 bytes, an escape sequence in one piece when it comes so.
  TerminalInput read_key(Timeout timeout = forever);

  /// LF becomes CR LF on a terminal.  Blocks while the client does not read.
  void write(std::string_view text);
  /// Written when the owner is in a read, at once if it is in one now.  Never waits: of what nobody takes
  /// 256 KiB are kept, newer text is dropped.  False when it was.  Any thread.
  bool post(std::string_view text);
  /// Ends the owner's read, the present one or the next, as if its time were up.  Any thread.
  void interrupt_read();
  /// Whether Ctrl-C was typed, or the client has sent a signal, and no read has told so yet: for a function
  /// that computes and does not read.  Any thread.
  bool interrupted() const;
  /// Takes note of that without a read: drops what was typed up to the last Ctrl-C, as a terminal driver
  /// does, and the signal.  False when there was neither.  Does not wait for the client.
  bool take_interrupt();
  /// Called when interrupted() has become true, to wake the owner from whatever it waits in.  On the
  /// connection's handler thread: it must not block, nor use the terminal but for those three functions.  It
  /// may come late, when a read has told already; interrupted() is right.  Empty: nobody.
  void on_interrupt(std::function<void()> handler);
  /// Called whenever the terminal has another size, by the owner's thread within a read; it may write and
  /// call interrupt_read().  Empty: nobody.
  void on_resize(std::function<void()> handler);

  /// For keys, history and the line being typed.
  LineEditor& editor() noexcept;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace amiko
