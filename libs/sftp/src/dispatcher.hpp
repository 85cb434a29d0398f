// amiko - requests and answers of an SFTP session that many threads share
#pragma once

#include "messages.hpp"
#include "packet.hpp"
#include "pending_requests.hpp"

#include <amiko/base/error.hpp>
#include <amiko/base/time.hpp>
#include <amiko/sftp/sftp_stream.hpp>
#include <amiko/support/mutex.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace amiko::sftp {

class Requests;

/// No thread of its own: of the threads that wait for answers one reads, for all; when its own answer has
/// come it passes the part on to another.  Likewise one thread at a time writes what all have queued; where
/// the stream takes no more, the one that reads waits for room as well, so that two ends that both write
/// cannot lock each other out.
///
/// One mutex guards the tables and the two buffers' ends; it is never held while reading from the stream or
/// writing to it.  Thread-safe.
class Dispatcher {
 public:
  /// `packet_limit`: of what is received, in bytes.
  explicit Dispatcher(std::shared_ptr<SftpStream> stream, std::size_t packet_limit = 512 * 1024);
  ~Dispatcher();
  Dispatcher(const Dispatcher&) = delete;
  Dispatcher& operator=(const Dispatcher&) = delete;

  /// INIT and VERSION; the agreed version.  Throws ProtocolError for a peer that does not speak SFTP (what it
  /// printed is shown, as OpenSSH's client hints at noisy shell start-up files), TimeoutError, Disconnected.
  std::uint32_t start(std::uint32_t wanted, Extensions& extensions, Deadline deadline);
  /// Only after start().
  std::uint32_t version() const noexcept { return version_; }

  /// Sends CLOSE and waits neither for room nor for the answer.
  void post_close(ByteView handle) noexcept;

  /// Ends the session: everybody that waits gets `why`.
  void fail(Failure why) noexcept;
  void close() noexcept;
  bool is_open() const;

 private:
  friend class Requests;

  class Turn;
  class Leaving;
  class Sleeping;
  class Filling;

  void write_start(ByteView packet, Deadline deadline);
  std::uint32_t read_version(Extensions& extensions, Deadline deadline);
  void wait_start(unsigned event, Deadline deadline);
  Failure not_sftp(const error_code& ec) const;

  // The rest with the lock held; what takes it as an argument releases it for a while.

  /// Writes, reads or sleeps until `ready()`; false at the deadline.  Throws what ended the session.
  template <class Ready>
  bool work(support::Lock& lock, Requests& caller, Deadline deadline, Ready ready);
  void step(support::Lock& lock, Requests& caller, Deadline deadline);
  void push(support::Lock& lock);
  void write_turn(support::Lock& lock);
  void read_turn(support::Lock& lock, Deadline deadline, bool may_wait);
  void wait_for_stream(support::Lock& lock, Deadline deadline);
  void nudge_reader(support::Lock& lock);
  void end(support::Lock& lock, Failure why);
  void end(support::Lock& lock, const error_code& ec, std::string text);

  MutableBytes where_to_read() noexcept;
  void took(std::size_t count);
  void take_packets();
  void begin_direct();
  void end_direct() noexcept;
  void abandon_direct(support::Lock& lock, const Requests& owner) noexcept;
  void take(const Packet& packet);
  void deliver(const PendingRequest& request, const Packet& packet);
  void queue_close(ByteView handle);
  bool has_output() const noexcept { return !queue_.empty() || written_ < outgoing_.size(); }
  bool may_write() const noexcept { return has_output() && !writing_ && !failure_; }
  bool has_room() const noexcept { return queue_.size() < queue_limit; }
  void throw_if_ended() const;
  void wake_all(bool only_for_room) noexcept;
  void hand_over() noexcept;

  static constexpr std::size_t queue_limit = 1024 * 1024;  // bytes that wait to be written
  static constexpr std::size_t read_size = 256 * 1024;
  // Enough for many small answers; of a large one this much has to be copied.
  static constexpr std::size_t head_size = 1024;

  const std::shared_ptr<SftpStream> stream_;
  const std::size_t packet_limit_;
  std::uint32_t version_ = version_3;

  mutable support::Mutex mutex_;
  std::optional<Failure> failure_;
  PendingRequests pending_;
  std::vector<Requests*> waiting_;  // those that sleep on their condition

  Bytes queue_;           // what comes next
  bool writing_ = false;  // somebody is in write_some(); outgoing_ is its own then
  bool blocked_ = false;  // the stream had no room
  Bytes outgoing_;        // being written
  std::size_t written_ = 0;

  bool reading_ = false;        // somebody reads; the receive buffer is its own then
  bool drained_ = false;        // the last read took all there was
  unsigned stream_events_ = 0;  // what the one that reads waits for; 0 when it does not
  std::unique_ptr<std::uint8_t[]> received_;
  std::size_t begin_ = 0;  // in received_: what has not been taken yet
  std::size_t end_ = 0;
  std::size_t missing_ = 0;  // of the packet that received_ begins with, as far as known

  // A large DATA answer goes from the stream to where its owner wants it, and not through received_.
  struct Direct {
    std::uint32_t id;
    std::size_t size;   // of the data
    MutableBytes rest;  // of the sink: what is still to come
  };
  std::optional<Direct> direct_;
  std::size_t unwanted_ = 0;   // bytes of such an answer whose owner has gone
  bool filling_ = false;       // somebody is in read_some(), and writes to direct_->rest
  support::Condition filled_;  // filling_ is over
};

}  // namespace amiko::sftp
