// amiko - the loop of a copy: many files' requests under way at once, their answers passed to them
#pragma once

#include "session.hpp"
#include "transfer_plan.hpp"
#include "transfer_rate.hpp"
#include "transfer_window.hpp"

#include <amiko/base/error.hpp>
#include <amiko/sftp/transfer.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <exception>
#include <memory>
#include <vector>

namespace amiko::sftp {

/// Part of a file that is under way.
struct TransferBlock {
  FileRange range{};
  std::unique_ptr<std::uint8_t[]> bytes{};     ///< where DATA goes
  std::unique_ptr<std::uint8_t[]> expected{};  ///< what it is compared with, where that came from the server
  std::size_t counted = 0;                     ///< in the window
};

/// Somebody who waits for answers.
class TransferJob : public std::enable_shared_from_this<TransferJob> {
 public:
  virtual ~TransferJob();
  /// The answer to what was sent with `step`.  What it throws goes to fail().
  virtual void answered(unsigned step, Answer& answer, TransferBlock& block) = 0;
  /// Sends a block; whether there is one more to send now.  What it throws goes to fail().
  virtual bool send_block();
  virtual void fail(const Failure& failure) = 0;

  bool queued = false;  ///< in the engine's turn
};

/// Thrown, past all that handles errors of single files, when the whole copy is over: by an exception of the
/// user's own, or of the session (`why` is empty then).
struct TransferStop {
  std::exception_ptr why{};
  Failure session{};
};

/// Used by one thread.  Blocks of the jobs that want to send some go in turn, as far as window and bandwidth
/// allow.
class TransferEngine {
 public:
  using Clock = std::chrono::steady_clock;

  TransferEngine(std::shared_ptr<SftpSession> session, const TransferOptions& options);
  ~TransferEngine();

  SftpSession& session() const noexcept { return *session_; }
  const TransferOptions& options() const noexcept { return options_; }
  std::size_t read_block() const noexcept { return read_block_; }
  std::size_t write_block() const noexcept { return write_block_; }

  // The following throw TransferStop when the session is over.

  template <class Message>
  void send(TransferJob& job, unsigned step, const Message& message) {
    put(job, step, message, {}, {});
  }
  template <class Body>
  void send_extended(TransferJob& job, unsigned step, std::string_view name, const Body& body) {
    const Bytes encoded = encoded_body(body, session_->version());
    put(job, step, Extended{.name = name, .body = {encoded}}, {}, {});
  }
  /// Nobody cares for the answer.
  template <class Message>
  void send_ignored(const Message& message) {
    put(*nobody_, 0, message, {}, {});
  }
  /// A READ into a new buffer; `expected` is handed back with the answer.
  void send_read(TransferJob& job, unsigned step, ByteView handle, FileRange range,
                 std::unique_ptr<std::uint8_t[]> expected = {});
  void send_write(TransferJob& job, unsigned step, ByteView handle, std::uint64_t offset, ByteView data);

  /// The job wants to send blocks.
  void want(TransferJob& job);
  /// Sends blocks, as many as may go.
  void send_blocks();
  bool idle() const noexcept { return requests_->outstanding() == 0 && turn_.empty(); }
  /// Waits for one answer, or for the bandwidth limit, at most for a quarter of a second, and has it handled.
  void receive();
  /// From now on nothing is waited for: what cannot be sent at once is not sent.
  void hurry() noexcept { hurried_ = true; }
  /// Throws TransferStop when the user has cancelled the copy.
  void check_cancelled() const;

  /// Data that is read here to be sent on; valid until the next use.
  MutableBytes scratch() noexcept { return scratch_; }

 private:
  struct Slot {
    std::shared_ptr<TransferJob> job;
    unsigned step = 0;
    TransferBlock block;
  };

  template <class Message>
  void put(TransferJob& job, unsigned step, const Message& message, MutableBytes sink, TransferBlock block) {
    const std::size_t slot = take_slot(job, step, std::move(block));
    try {
      const Deadline deadline = hurried_ ? Deadline::after(std::chrono::seconds(0)) : session_->deadline();
      requests_->send(message, slot, deadline, sink);
    } catch (const Error& e) {
      slots_[slot] = {};
      throw TransferStop{.session = e.failure()};
    }
    if (requests_->outstanding() == 1) last_answer_ = Clock::now();
  }
  std::size_t take_slot(TransferJob& job, unsigned step, TransferBlock block);
  void handle(Answer& answer);
  std::unique_ptr<std::uint8_t[]> take_buffer(std::size_t size);
  void give_back(TransferBlock& block);
  void count(std::size_t bytes);
  template <class Work>
  void guarded(TransferJob& job, Work work);
  void wait_for_bandwidth();

  const std::shared_ptr<SftpSession> session_;
  const TransferOptions& options_;
  std::size_t read_block_;
  std::size_t write_block_;
  TransferWindow window_;
  BandwidthLimit bandwidth_;
  std::shared_ptr<TransferJob> nobody_;
  std::vector<Slot> slots_;  // their buffers must outlive requests_
  std::vector<std::size_t> free_slots_;
  std::vector<std::unique_ptr<std::uint8_t[]>> free_buffers_;  // of read_block_ bytes
  Bytes scratch_;
  std::deque<std::shared_ptr<TransferJob>> turn_;
  Clock::time_point last_answer_;
  bool hurried_ = false;
  std::unique_ptr<Requests> requests_;
};

}  // namespace amiko::sftp
