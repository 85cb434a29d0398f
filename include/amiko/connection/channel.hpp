// amiko - a channel: one stream of data over a connection, with the manners of a socket
#pragma once

#include <amiko/base/bytes.hpp>
#include <amiko/base/config.hpp>
#include <amiko/base/errc.hpp>
#include <amiko/base/time.hpp>
#include <amiko/connection/exit_status.hpp>
#include <amiko/connection/pty.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace amiko {

class ChannelFile;
class ChannelImpl;

enum class Shutdown { read, write, both };

/// A channel of a Transport (RFC 4254 section 5).  Reading and writing are as on a socket: recv() and send()
/// block up to the channel's timeout (settimeout(); without limit at first) and may give or take less than
/// was asked for; sendall() does not.
///
/// Every public member may be called from any thread at any time; close() from one thread wakes every call
/// that blocks in another.  A blocked call is an interruption point of Boost.Thread.  Data that has arrived
/// is always handed out before an end or an error shows.  A call that cannot go on throws: TimeoutError
/// (errc::timed_out; errc::would_block with timeout 0), ChannelError (errc::channel_closed), Disconnected or
/// whatever else ended the connection.
///
/// A move-only handle; the destructor closes and never waits.  A moved-from handle throws errc::no_state.
class AMIKO_DECL Channel {
 public:
  Channel() noexcept = default;
  Channel(Channel&& other) noexcept;
  Channel& operator=(Channel&& other) noexcept;
  ~Channel();

  explicit operator bool() const noexcept { return impl_ != nullptr; }

  // --- requests (RFC 4254 section 6); each waits for the server's answer and throws ChannelError
  // (errc::request_refused) when it says no

  /// Asks for a pseudo terminal; to be called before the shell or command is started.
  void get_pty(std::string_view term = "vt100", std::uint32_t columns = 80, std::uint32_t rows = 24);
  void get_pty(const PtyRequest& request);
  /// One environment variable.  Servers accept few names; a refusal is returned as false.
  bool set_environment_variable(std::string_view name, std::string_view value);
  /// The same without asking for an answer, as ssh does.
  void send_environment_variable(std::string_view name, std::string_view value);
  void invoke_shell();
  void exec_command(std::string_view command);
  void invoke_subsystem(std::string_view name);
  /// Any request, with its body already encoded.  With `want_reply`, waits and returns the answer; otherwise
  /// returns true.
  bool request(std::string_view type, ByteView body, bool want_reply);

  // --- what a server tells about the end of what ran (RFC 4254 section 6.10); close() is up to the caller

  void send_exit_status(std::uint32_t code);
  /// `name` without "SIG".
  void send_exit_signal(std::string_view name, bool core_dumped = false, std::string_view message = {});
  /// With true, the client's CLOSE is answered by close() only, so that these two can still be sent, as sshd
  /// does; the channel counts as one of the connection's until then.  Otherwise it is answered at once.
  void set_late_close(bool late);
  /// Looks at what the client sends, whether anybody reads it or not, for Ctrl-C (byte 3).  The handler is
  /// told how many there were that nobody had read when it was set, and since; several may be told as one.
  /// Called on the connection's handler thread, so it must not block for long.  Empty: nobody.  On a channel
  /// that we have opened it throws errc::no_state.
  void watch_interrupts(std::function<void(std::uint64_t count)> handler);

  /// Tells that the terminal has another size now.  No answer exists.
  void resize_pty(std::uint32_t columns, std::uint32_t rows);
  void resize_pty(const WindowSize& size);
  /// Sends a signal to the remote process; `name` without "SIG": "INT", "TERM", "USR1".  No answer exists,
  /// and some servers ignore it.
  void send_signal(std::string_view name);
  /// A serial-line break of `length` milliseconds (RFC 4335).  True when the server performed it.
  bool send_break(std::uint32_t length = 0);

  // --- reading

  /// 1 to `size` bytes of standard output; empty at the end (EOF or an orderly close).  Blocks until there is
  /// something.
  std::string recv(std::size_t size);
  /// As recv(size), into `buffer`; 0 at the end.
  std::size_t recv(MutableBytes buffer);
  /// The same without exceptions: `ec` tells (errc::timed_out, would_block, and what ended the connection);
  /// clear at the end of data.
  std::size_t recv(MutableBytes buffer, error_code& ec);
  /// Standard error (extended data type 1).
  std::string recv_stderr(std::size_t size);
  std::size_t recv_stderr(MutableBytes buffer);
  std::size_t recv_stderr(MutableBytes buffer, error_code& ec);
  /// Whether recv() would return at once with data.
  bool recv_ready() const;
  bool recv_stderr_ready() const;
  /// With true, what comes on standard error goes into the same stream as standard output, in the order of
  /// arrival.  Returns the old setting.
  bool set_combine_stderr(bool combine);

  // --- writing

  /// Sends 1 to data.size() bytes and returns how many: as much as the peer's window takes.  Blocks while
  /// that is nothing.
  std::size_t send(ByteView data);
  std::size_t send(ByteView data, error_code& ec);
  /// Sends everything.  The error's text says how much was sent when it throws half-way.
  void sendall(ByteView data);
  /// Extended data of type 1: for servers.
  std::size_t send_stderr(ByteView data);
  void sendall_stderr(ByteView data);
  /// Whether send() would take something at once.
  bool send_ready() const;
  /// Tells the peer that no more data will come; reading goes on.
  void send_eof();

  // --- the end

  /// The remote command's end: waits for it at most `timeout` (nothing set: the channel's timeout), without
  /// having to read the output first.  When the channel closes without a word about it, the status is empty.
  ExitStatus recv_exit_status();
  ExitStatus recv_exit_status(Timeout timeout);
  bool exit_status_ready() const;

  /// `read`: data that is here or arrives later is dropped and recv() returns the end; `write`: send_eof();
  /// `both`.
  void shutdown(Shutdown how);
  void shutdown_read() { shutdown(Shutdown::read); }
  void shutdown_write() { shutdown(Shutdown::write); }
  /// Sends EOF and CLOSE, wakes everybody, returns at once.
  void close() noexcept;
  bool closed() const noexcept;
  /// The peer has sent EOF (data may still be buffered).
  bool eof_received() const;

  // --- manners of a socket

  /// How long recv, send and the waits for answers may block: forever, or a duration; 0s never blocks.
  void settimeout(Timeout timeout);
  Timeout gettimeout() const;
  void setblocking(bool blocking) {
    settimeout(blocking ? Timeout(forever) : Timeout(std::chrono::seconds(0)));
  }
  /// A descriptor for poll() and select(), readable exactly while there is something to read on either
  /// stream, or the end has come.  For POLLIN only; never read from it. It belongs to the channel.  Throws
  /// errc::resource_shortage.
  int fileno();
  /// Standard output and input as a file with lines and universal newlines; shares the channel.  `mode` as in
  /// paramiko: "r", "w", "rb", "U" ...
  ChannelFile makefile(std::string_view mode = "r", int bufsize = -1);
  ChannelFile makefile_stderr(std::string_view mode = "r", int bufsize = -1);
  ChannelFile makefile_stdin(std::string_view mode = "w", int bufsize = -1);

  /// Whether it is a session that the client has opened: a server's.
  bool is_session() const;
  /// Our number of the channel.
  std::uint32_t get_id() const;
  void set_name(std::string name);
  std::string get_name() const;
  /// The connection's peer, "example.org:22".
  std::string getpeername() const;

  /// What a wait() was asked for, and what it found: a combination.
  enum Wait : unsigned {
    out = 1,      ///< standard output has data
    err = 2,      ///< standard error has data
    end = 4,      ///< no more data will come: EOF, close or failure
    room = 8,     ///< send() would take something
    status = 16,  ///< an exit status is there, or will never come: closed by the peer, or lost
    woken = 32,   ///< another thread has called wake()
    lost = 64     ///< the peer hears no more of us: we have closed, or the connection has ended
  };
  /// Blocks until at least one of `events` holds, or `timeout` has passed (then 0).  Returns all that hold.
  /// Does not throw for a lost connection: `end`, `room`, `status` and `lost` hold then, and the next call
  /// tells why.
  unsigned wait(unsigned events, Timeout timeout = forever);
  /// Ends a wait() for `woken`, the present one or the next.
  void wake() noexcept;
  /// A descriptor like fileno()'s, readable exactly while at least one of `events` holds; one for each
  /// combination, made when it is first asked for.  `woken` is taken back by wait().
  int fileno(unsigned events);

  /// The inner object, for the library's own layers.
  const std::shared_ptr<ChannelImpl>& impl() const noexcept { return impl_; }
  explicit Channel(std::shared_ptr<ChannelImpl> impl) noexcept;
  /// Empties the handle without closing.
  std::shared_ptr<ChannelImpl> release() noexcept;

 private:
  ChannelImpl& get() const;
  std::shared_ptr<ChannelImpl> impl_;
};

}  // namespace amiko
