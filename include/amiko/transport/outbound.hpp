// amiko - the sending side of a connection: callers encode, encrypt and write their own data
#pragma once

#include <amiko/base/time.hpp>
#include <amiko/protocol/kex_machine.hpp>
#include <amiko/protocol/packet_encoder.hpp>
#include <amiko/protocol/rekey_policy.hpp>
#include <amiko/support/mutex.hpp>
#include <amiko/transport/stream.hpp>

#include <functional>
#include <memory>
#include <utility>
#include <vector>

namespace amiko::transport {

/// Everything that goes out passes here.  Packets are encoded and sealed under one mutex into a pending
/// buffer, so the order of sequence numbers is the order on the wire; one thread at a time, the flusher,
/// writes without the mutex while others go on encoding: small messages of many threads leave in one system
/// call.  Nobody blocks in a write: what the kernel refuses the worker finishes when the stream is writable
/// again.  During a key exchange the gate is closed: callers wait for it, control messages are deferred in
/// order.
class Outbound {
 public:
  enum class Result { sent, refused, timed_out, dead };

  /// Called without a lock, from any thread; must not wait.
  struct Hooks {
    std::function<void()> flush_later;  ///< the worker shall call flush_from_worker()
    std::function<void()>
        wait_writable;  ///< the worker shall wait for the stream, then call flush_from_worker()
    std::function<void()> rekey_due;
    std::function<void(error_code)> write_failed;
    std::function<void()> drained;  ///< after finish(): everything is written
  };

  Outbound(Stream& stream, protocol::RekeyLimits limits, Hooks hooks);

  /// The identification line, before any packet.
  void send_raw(ByteView bytes);

  /// Callers.  Waits until the gate is open and there is room, then calls build(encoder, buffer) under the
  /// lock, which encodes any number of packets and returns false to send nothing.  An interruption point.
  template <class Build>
  Result send(Deadline deadline, Build&& build) {
    return send(
        deadline, [] { return false; }, std::forward<Build>(build));
  }
  /// As send(), for a caller that may have no more reason to wait: `given_up`, called under the lock, is
  /// asked at first and after wake_callers(); once it is true nothing is sent (refused).
  template <class GivenUp, class Build>
  Result send(Deadline deadline, GivenUp&& given_up, Build&& build) {
    support::Lock lock(mutex_);
    if (const Result waited = wait_open(lock, deadline, given_up); waited != Result::sent) return waited;
    if (given_up() || !build(encoder_, pending_)) return Result::refused;
    kick(lock);
    return Result::sent;
  }
  Result send_payload(Deadline deadline, ByteView payload) {
    return send(deadline, [&](protocol::PacketEncoder& encoder, Bytes& out) {
      encoder.encode(out, payload);
      return true;
    });
  }
  /// As send(), but never waits: timed_out when the gate is closed or there is no room; then `room` is called
  /// once, without a lock, when that changes.
  template <class Build>
  Result try_send(Build&& build, std::function<void()> room) {
    support::Lock lock(mutex_);
    if (dead_) return Result::dead;
    if (!has_room()) {
      room_listeners_.push_back(std::move(room));
      return Result::timed_out;
    }
    if (!build(encoder_, pending_)) return Result::refused;
    kick(lock);
    return Result::sent;
  }

  /// Calls `room` once, without a lock: now if there is room or nothing will be sent any more, else when that
  /// is so.
  void when_room(std::function<void()> room);

  /// Control messages: never waits.  `may_send` is called under the lock; false sends nothing.  While the
  /// gate is closed the payload is deferred.
  template <class MaySend>
  Result post_control(ByteView payload, MaySend&& may_send) {
    support::Lock lock(mutex_);
    if (dead_) return Result::dead;
    if (!may_send()) return Result::refused;
    return encode_or_defer(lock, payload);
  }
  Result post_control(ByteView payload) {
    return post_control(payload, [] { return true; });
  }

  /// Runs `f` under the lock: for the little state of others that is decided at the instant of encoding (EOF
  /// and CLOSE sent, replies expected).
  template <class F>
  decltype(auto) locked(F&& f) {
    const support::Guard guard(mutex_);
    return f();
  }

  /// What given_up() of waiting callers depends on has changed.
  void wake_callers();

  /// Key exchange, worker only.
  void send_kexinit(ByteView payload);  ///< and closes the gate
  void send_kex(ByteView payload);
  void send_newkeys(protocol::KexMachine::SendNewKeys newkeys,
                    bool authenticated);  ///< switches keys and opens the gate
  /// zlib@openssh.com: compression starts with the next packet if it was agreed on.
  void start_delayed_compression();
  /// A server's USERAUTH_SUCCESS, and start_delayed_compression() in the same step.  Worker only, with the
  /// gate open.
  void send_success(ByteView payload);

  /// Last words: `payload` (DISCONNECT) goes out even in a key exchange, nothing after it.  Then
  /// hooks.drained.
  void finish(ByteView payload);
  /// Drops everything; waiting callers return `dead`.
  void abort();
  void flush_from_worker();

  /// The worker has ended.  The stream is closed by the last of the worker and a thread that is still in a
  /// write.
  void worker_ended();

  bool gate_closed();
  /// Bytes of packets sent since the last NEWKEYS.
  std::uint64_t bytes_under_keys();
  /// Counts the bytes that wait to be written; for tests and -v lines.
  std::size_t queued();

 private:
  static constexpr std::size_t high_water = 1024 * 1024;
  static constexpr std::size_t control_limit = 16 * 1024 * 1024;
  static constexpr std::size_t deferred_limit = 1024 * 1024;

  bool has_room() const noexcept { return !gate_closed_ && pending_.size() < high_water; }
  Result wait_open(support::Lock& lock, Deadline deadline, const std::function<bool()>& given_up);
  Result encode_or_defer(support::Lock& lock, ByteView payload);
  /// Releases the lock.
  void kick(support::Lock& lock);
  void flush(support::Lock& lock, int rounds);
  bool swap_buffers(support::Lock& lock);
  void wake(support::Lock& lock);

  Stream& stream_;
  const protocol::RekeyLimits limits_;
  const Hooks hooks_;

  support::Mutex mutex_;
  support::Condition room_;
  protocol::PacketEncoder encoder_;
  Bytes pending_;
  Bytes inflight_;
  std::size_t written_ = 0;  // of inflight_
  std::vector<Bytes> deferred_;
  std::size_t deferred_size_ = 0;
  std::vector<std::function<void()>> room_listeners_;
  std::size_t waiters_ = 0;
  std::uint64_t max_bytes_ = 0;  // what the cipher in use may protect
  bool gate_closed_ = true;      // until the first NEWKEYS
  bool flushing_ = false;        // somebody writes, or the worker waits for the stream
  bool in_write_ = false;
  bool rekey_asked_ = true;
  bool delayed_compression_ = false;
  bool dead_ = false;  // nothing may be added
  bool finishing_ = false;
  bool aborted_ = false;
  bool worker_ended_ = false;
};

}  // namespace amiko::transport
