// amiko - the requests of one caller of an SFTP session
#pragma once

#include "dispatcher.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace amiko::sftp {

/// An answer as it came.
struct Answer {
  std::uint64_t tag = 0;  ///< what the request was sent with
  PacketType type{};
  Bytes body{};            ///< behind the request id; empty for DATA that went into the sink
  std::size_t filled = 0;  ///< bytes of DATA that are in the request's sink
};

/// The requests of one caller and the answers to them.  Used by one thread; the destructor forgets what has
/// not been answered: late answers are dropped, and a handle in one of them, or in an answer that nobody
/// took, is closed.  It does not wait.
class Requests {
 public:
  explicit Requests(std::shared_ptr<Dispatcher> dispatcher);
  ~Requests();
  Requests(const Requests&) = delete;
  Requests& operator=(const Requests&) = delete;

  /// Queues a request.  `sink`: where the content of a DATA answer goes; it must stay until the answer has
  /// been taken or this object is gone; DATA that does not fit ends the session.  Waits for room in the queue
  /// until `deadline`.  Throws what ended the session.
  template <class Message>
  void send(const Message& message, std::uint64_t tag, Deadline deadline, MutableBytes sink = {});
  /// Writes what is queued, as far as that goes without waiting.
  void push();

  /// The next answer, in the order of arrival; before it waits for one, everything that was queued is
  /// written. Throws TimeoutError at the deadline, what ended the session, errc::no_state when nothing is
  /// outstanding.
  Answer next(Deadline deadline);
  /// An answer that has arrived already.  Writes and reads as far as that goes without waiting.  Throws what
  /// ended the session.
  std::optional<Answer> poll();
  /// Requests whose answers have not been taken.
  std::size_t outstanding() const noexcept { return outstanding_; }
  const std::shared_ptr<Dispatcher>& dispatcher() const noexcept { return dispatcher_; }

 private:
  friend class Dispatcher;

  support::Lock wait_for_room(Deadline deadline);
  bool has_answer() const noexcept { return first_ < arrived_.size(); }
  Answer take_answer();

  const std::shared_ptr<Dispatcher> dispatcher_;
  std::size_t outstanding_ = 0;  // of the one thread

  // The rest is guarded by the dispatcher's mutex.
  std::vector<Answer> arrived_;  // from first_ on
  std::size_t first_ = 0;
  support::Condition changed_;
  bool sleeping_ = false;
  bool wants_room_ = false;
};

template <class Message>
void Requests::send(const Message& message, std::uint64_t tag, Deadline deadline, MutableBytes sink) {
  support::Lock lock = wait_for_room(deadline);
  Bytes& queue = dispatcher_->queue_;
  const std::size_t mark = queue.size();
  const std::uint32_t id =
      dispatcher_->pending_.add({.owner = this, .type = Message::type, .tag = tag, .sink = sink});
  try {
    encode(queue, id, message, dispatcher_->version_);
  } catch (...) {
    queue.resize(mark);
    dispatcher_->pending_.remove(id);
    throw;
  }
  ++outstanding_;
}

}  // namespace amiko::sftp
