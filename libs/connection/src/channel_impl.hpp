// amiko - a channel's state, shared by its handle, its files and the worker
#pragma once

#include <amiko/base/bytes.hpp>
#include <amiko/base/error.hpp>
#include <amiko/base/time.hpp>
#include <amiko/connection/channel.hpp>
#include <amiko/connection/exit_status.hpp>
#include <amiko/protocol/channel_state.hpp>
#include <amiko/protocol/channel_window.hpp>
#include <amiko/support/byte_ring.hpp>
#include <amiko/support/mutex.hpp>
#include <amiko/support/readiness.hpp>
#include <amiko/wire/connection_messages.hpp>

#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>

namespace amiko {

class TransportImpl;

/// The wire knows two streams toward the reader: data, and extended data of type 1.
enum class StreamKind { out, err };

/// Locking: the channel's mutex guards everything but sending_, which belongs to the transport's Outbound and
/// is decided at the instant of encoding.  A thread never holds both.
class ChannelImpl : public std::enable_shared_from_this<ChannelImpl> {
 public:
  ChannelImpl(std::shared_ptr<TransportImpl> transport, std::uint32_t id,
              protocol::ReceiveWindow::Limits window);
  /// Opened by the peer: confirm() comes next.
  ChannelImpl(std::shared_ptr<TransportImpl> transport, std::uint32_t id,
              protocol::ReceiveWindow::Limits window, const wire::ChannelOpen& open);
  ~ChannelImpl();

  // --- callers
  void wait_open(Deadline deadline);
  std::size_t recv(StreamKind kind, MutableBytes buffer, Deadline deadline, error_code& ec);
  std::size_t send(StreamKind kind, ByteView data, Deadline deadline, error_code& ec);
  void sendall(StreamKind kind, ByteView data);
  /// Never waits.  0 with errc::would_block when the window is closed: the listener tells when it opens.  0
  /// with errc::timed_out when the connection has no room: `room` is called once when it has.
  std::size_t try_send(ByteView data, error_code& ec, std::function<void()> room);
  bool request(std::string_view type, ByteView body, bool want_reply, Deadline deadline);
  void send_eof();
  void shutdown_read();
  void close() noexcept;
  ExitStatus wait_exit_status(Deadline deadline);
  unsigned wait(unsigned events, Deadline deadline);
  void wake() noexcept;
  unsigned ready_events() const;
  int fileno(unsigned events);
  /// Throws why the channel cannot be used any more, or a timeout.
  [[noreturn]] void throw_error(const error_code& ec, const std::string& text = {}) const;

  bool exit_status_ready() const;
  bool closed() const noexcept;
  bool eof_received() const;
  bool set_combine_stderr(bool combine);
  void set_late_close(bool late);
  void watch_interrupts(std::function<void(std::uint64_t)> handler);
  void set_timeout(Timeout timeout);
  Timeout timeout() const;
  Deadline deadline() const { return Deadline::after(timeout()); }
  void set_name(std::string name);
  std::string name() const;
  std::uint32_t id() const noexcept { return id_; }
  TransportImpl& transport() const noexcept { return *transport_; }
  /// Called, without a lock, whenever something to read or room to write may have appeared: for a stream that
  /// runs on another worker.
  void set_listener(std::function<void()> listener);

  // --- a server's handler thread
  /// Accepts the peer's OPEN.
  void confirm();
  void answer_request(bool success);
  /// What watch_interrupts() was given.
  void tell_interrupts();
  /// What a session channel may be asked once (RFC 4254 section 6).
  struct Asked {
    bool pty = false;
    bool start = false;
  } asked;
  bool is_session() const noexcept { return session_; }
  bool is_inbound() const noexcept { return inbound_; }

  // --- the worker
  void on_confirmation(const wire::ChannelOpenConfirmation& message);
  void on_open_failure(const wire::ChannelOpenFailure& message);
  /// True when somebody has to be woken at the end of the batch.
  bool on_data(StreamKind kind, ByteView data);
  void drop_data(std::size_t size);
  void on_adjust(std::uint32_t bytes);
  void on_eof();
  /// True when the peer's CLOSE has come before: whatever follows it is nobody's.
  bool peer_has_closed() const noexcept;
  void on_close();
  void on_request(const wire::ChannelRequest& message);
  void on_reply(bool success);
  /// A request on a channel that the peer opened, which the application answers; false on other channels.
  bool on_server_request();
  void on_failure();
  void notify_readers();

 private:
  struct Reply {
    bool done = false;
    bool success = false;
  };
  /// A reader that waits: the worker copies into its buffer and spares the ring a round.
  struct Waiting {
    StreamKind kind;
    MutableBytes room;  // what is left of the buffer
    std::size_t filled = 0;
  };
  using Lock = support::Lock;

  support::ByteRing& ring(StreamKind kind) noexcept { return kind == StreamKind::out ? out_ : err_; }
  /// Why nothing more can be sent, or clear.
  error_code send_error() const noexcept;
  error_code end_of_reading() const noexcept;
  bool nothing_more_to_read() const noexcept;
  unsigned events_now() const noexcept;
  void update_level() noexcept;
  void wake_everybody(Lock& lock);
  /// Counts consumed bytes and, once enough have come together, grants them.  Releases the lock.
  void consumed(Lock& lock, std::size_t n);
  void grant(std::uint32_t bytes);
  ByteView deliver(StreamKind kind, ByteView data) noexcept;
  bool wait_for_data(Lock& lock, Waiting& waiting, Deadline deadline);
  void take_back(const Waiting& waiting, ByteView filled);
  std::size_t wait_for_window(Lock& lock, std::size_t wanted, Deadline deadline, error_code& ec);
  void raise_window(std::uint32_t bytes, bool by_peer);
  void wait_for_outbound();
  void on_outbound_room();
  void post_eof();
  void post_close();
  std::uint64_t count_interrupts(ByteView data) noexcept;
  void take_exit_status(const wire::ChannelRequest& message);
  void take_exit_signal(const wire::ChannelRequest& message);

  const std::shared_ptr<TransportImpl> transport_;
  const std::uint32_t id_;
  const bool inbound_ = false;  // the peer has opened it
  const bool session_ = false;

  mutable support::Mutex mutex_;
  support::Condition readable_;  // data, the end, replies, exit status
  support::Condition writable_;  // window
  protocol::ChannelState state_{true};
  std::uint32_t remote_id_ = 0;
  protocol::SendWindow send_window_;
  protocol::ReceiveWindow receive_window_;
  std::size_t window_growth_ = 0;  // reserved of the transport's budget
  support::ByteRing out_, err_;
  struct Watch {
    explicit Watch(unsigned what) noexcept : events(what) {}
    const unsigned events;
    support::LevelEvent level;
  };
  std::list<Watch> watches_;  // one for each combination of events that somebody polls for
  Waiting* waiting_ = nullptr;
  unsigned readers_ = 0;        // that wait on readable_
  unsigned writers_ = 0;        // that wait on writable_
  unsigned both_ = 0;           // that wait on readable_ for room, too
  bool outbound_full_ = false;  // found by a sender that must not wait; on_outbound_room() takes it back
  std::optional<ExitStatus> exit_status_;
  std::optional<Failure> open_failure_;
  Timeout timeout_ = forever;
  std::string name_;
  std::function<void()> listener_;
  bool combine_stderr_ = false;
  bool read_shut_ = false;
  bool woken_ = false;
  bool abandoned_ = false;  // the opener gave up before the answer came
  bool closed_here_ = false;
  bool late_close_ = false;  // the peer's CLOSE waits for ours
  std::function<void(std::uint64_t)> interrupt_handler_;
  std::uint64_t interrupts_ = 0;
  protocol::ChannelSide remote_at_close_ = protocol::ChannelSide::opening;  // how far the peer was then
  bool failed_ = false;                                                     // the connection has ended

  struct Sending {  // guarded by Outbound's mutex
    bool eof = false;
    bool close = false;
    std::deque<std::shared_ptr<Reply>> replies;  // in the order in which they were asked for
  } sending_;
};

}  // namespace amiko
