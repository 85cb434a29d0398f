// amiko - a file on its way: what getting, putting and copying one have in common
#pragma once

#include "transfer_rate.hpp"
#include "transfer_run.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <utility>

namespace amiko::sftp {

/// Requests of one file.  When it fails, what is under way is waited for, then clean_up() undoes what can be
/// undone, then the failure is reported.
class FileJob : public TransferJob {
 public:
  /// `done` is called once, at the end of either kind.
  FileJob(TransferRun& run, TransferTask task, std::function<void()> done);

  /// To be called once.
  void begin();
  void answered(unsigned step, Answer& answer, TransferBlock& block) final;
  void fail(const Failure& failure) final;
  /// The whole copy is over: says what must be said without waiting.
  void abandon() noexcept;
  /// Calls the progress handler if there was progress.
  void show_progress();

  const TransferTask& task() const noexcept { return task_; }
  TransferError error(Failure failure) const {
    return transfer_error(std::move(failure), doing_, task_, started_data_ ? offset() : std::nullopt);
  }

 protected:
  virtual void start() = 0;
  virtual void on_answer(unsigned step, Answer& answer, TransferBlock& block) = 0;
  /// An answer that comes when the file has failed already.
  virtual void late_answer(unsigned step, const Answer& answer);
  virtual void clean_up() = 0;
  /// Up to where all is well.
  virtual std::optional<std::uint64_t> offset() const = 0;

  TransferEngine& engine() const noexcept { return run_.engine(); }
  const TransferOptions& options() const noexcept { return run_.options(); }
  std::uint32_t version() const { return run_.session().version(); }
  bool failed() const noexcept { return failure_.has_value(); }
  unsigned outstanding() const noexcept { return outstanding_; }

  template <class Message>
  void send(unsigned step, const Message& message) {
    ++outstanding_;
    engine().send(*this, step, message);
  }
  template <class Body>
  void send_extended(unsigned step, std::string_view name, const Body& body) {
    ++outstanding_;
    engine().send_extended(*this, step, name, body);
  }
  void send_read(unsigned step, ByteView handle, FileRange range,
                 std::unique_ptr<std::uint8_t[]> expected = {}) {
    ++outstanding_;
    engine().send_read(*this, step, handle, range, std::move(expected));
  }
  void send_write(unsigned step, ByteView handle, std::uint64_t offset, ByteView data) {
    ++outstanding_;
    engine().send_write(*this, step, handle, offset, data);
  }

  /// What errors say was being done: "reading".
  void doing(std::string_view what) noexcept { doing_ = what; }
  /// The copy of the data begins; so much of it is there.
  void begin_data(std::uint64_t existing);
  void advance(std::uint64_t bytes, bool over_the_line = true);
  void set_total(std::optional<std::uint64_t> total) noexcept { progress_.total = total; }
  /// All is well.
  void succeed();
  /// The data is not the same on both sides, at `at`.
  [[noreturn]] static void throw_differs(std::uint64_t at, std::string_view advice);

  TransferRun& run_;
  const TransferTask task_;

 private:
  void end();

  std::function<void()> done_;
  std::optional<Failure> failure_;
  std::optional<std::uint64_t> failed_at_;
  std::string_view doing_ = "copying";
  unsigned outstanding_ = 0;
  bool started_data_ = false;
  Progress progress_;
  RateMeter meter_;
  TransferEngine::Clock::time_point shown_at_{};
  std::uint64_t shown_ = 0;
};

/// What is compared of the `existing` bytes of a target before a copy goes on behind them, from and to.
std::deque<std::pair<std::uint64_t, std::uint64_t>> parts_to_compare(std::uint64_t existing,
                                                                     const TransferOptions& options);

/// get, put and copy of one file.
std::shared_ptr<FileJob> make_get(TransferRun& run, TransferTask task, std::function<void()> done);
std::shared_ptr<FileJob> make_put(TransferRun& run, TransferTask task, std::function<void()> done);
std::shared_ptr<FileJob> make_copy(TransferRun& run, TransferTask task, std::function<void()> done);

/// What is carried over at the end of a file or directory, by the options.
SftpAttributes carried_attributes(const SftpAttributes& source, const TransferOptions& options);

}  // namespace amiko::sftp
