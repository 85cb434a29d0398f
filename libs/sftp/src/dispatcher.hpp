// amiko - requests and answers of an SFTP session that many threads share
#pragma once

#include "messages.hpp"
#include "packet.hpp"

#include <amiko/base/error.hpp>
#include <amiko/base/time.hpp>
#include <amiko/sftp/sftp_stream.hpp>
#include <amiko/support/mutex.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <unordered_map>

namespace amiko::sftp {

/// An answer as it came.
struct Answer {
  std::uint64_t tag = 0;  ///< what the request was sent with
  PacketType type{};
  Bytes body{};            ///< behind the request id; of DATA only what had no room in the sink
  std::size_t filled = 0;  ///< bytes of DATA that are in the request's sink
};

class Requests;

/// No thread of its own: of the threads that wait for answers one reads, for all; when its own answer has
/// come it passes the part on to another.  Likewise one thread at a time writes what all have queued; where
/// the stream takes no more it reads meanwhile, if nobody else does, so that two ends that both write cannot
/// lock each other out.
///
/// One mutex guards the tables and the two buffers' ends; it is never held while reading from the stream or
/// writing to it.  Thread-safe.
class Dispatcher {
 public:
  /// `packet_limit`: of what is received, in bytes.
  explicit Dispatcher(std::shared_ptr<SftpStream> stream, std::size_t packet_limit = 512 * 1024);
  ~Dispatcher();

  /// INIT and VERSION; the agreed version.  Throws ProtocolError for a peer that does not speak SFTP (what it
  /// printed is shown, as OpenSSH's client hints at noisy shell start-up files), TimeoutError, Disconnected.
  std::uint32_t start(std::uint32_t wanted, Extensions& extensions, Deadline deadline);
  std::uint32_t version() const noexcept;

  /// Ends the session: everybody that waits gets `why`.
  void fail(Failure why) noexcept;
  void close() noexcept;
  bool is_open() const;

  // (private parts: queue of outgoing bytes with a bound, roles of reader and writer, pending requests by id)
 private:
  friend class Requests;
};

/// The requests of one caller and the answers to them.  Used by one thread; the destructor forgets what has
/// not been answered: late answers are dropped, and a handle in one of them is closed.
class Requests {
 public:
  explicit Requests(std::shared_ptr<Dispatcher> dispatcher);
  ~Requests();

  /// Queues a request.  `sink`: where the content of a DATA answer goes; it must stay until the answer has
  /// been taken or this object is gone.  Waits for room in the queue until `deadline`.  Throws what ended the
  /// session.
  template <class Message>
  void send(const Message& message, std::uint64_t tag, Deadline deadline, MutableBytes sink = {});

  /// The next answer, in the order of arrival.  Everything that was queued is written first.  Throws
  /// TimeoutError at the deadline, what ended the session, errc::no_state when nothing is outstanding.
  Answer next(Deadline deadline);
  /// An answer that has arrived already.
  std::optional<Answer> poll();
  std::size_t outstanding() const;
};

}  // namespace amiko::sftp
