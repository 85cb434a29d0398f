// amiko - copying a file from one place on the server to another
#include "transfer_upload.hpp"

#include <algorithm>
#include <cstring>

namespace amiko::sftp {
namespace {

// One "copy-data" request: the server is silent while it works on it.
constexpr std::uint64_t piece_size = std::uint64_t{32} << 20;

constexpr std::uint64_t size_that_says_nothing = 4096;  // as for get
constexpr std::uint32_t default_permissions = 0666;

class CopyFile final : public UploadJob {
 public:
  using UploadJob::UploadJob;

 private:
  enum Step : unsigned {
    source_opened,
    piece,
    block_read,
    block_written,
    compared_source,
    compared_target,
    source_sized,
    target_checked
  };
  enum class Stage { opening, comparing, copying, checking, verifying, ending };

  void start() override {
    doing("opening");
    send(source_opened, Open{.filename = run_.session().resolve(task_.source), .flags = sftp_read});
  }

  void on_answer(unsigned step, Answer& answer, TransferBlock& b) override {
    switch (step) {
      case source_opened:
        source_ = handle_of(answer, {});
        return open_target(task_.attributes.permissions ? *task_.attributes.permissions & carried_permissions
                                                        : default_permissions);
      case piece:
        return on_piece(answer);
      case block_read:
        return on_read(answer, b);
      case block_written:
        check_status(answer, task_.target);
        advance(b.range.length);
        return on_progress();
      case compared_source:
        return on_compared_source(answer, b);
      case compared_target:
        return on_compared_target(answer, b);
      case source_sized:
        source_size_ = attributes_of(answer, {}, version()).size;
        return on_checked();
      case target_checked:
        target_size_ = attributes_of(answer, task_.target, version()).size;
        return on_checked();
      default:
        return on_upload(step, answer);
    }
  }

  std::uint64_t hint() const { return task_.attributes.size.value_or(0); }

  void on_target(std::uint64_t existing) override {
    if (existing == 0) return begin_copy(0);
    if (task_.attributes.size && existing > hint()) return start_over(hint());
    existing_ = existing;
    parts_ = parts_to_compare(existing, options());
    compare_next(Stage::comparing);
  }

  void compare_next(Stage stage) {
    doing(stage == Stage::comparing ? "comparing" : "verifying");
    stage_ = stage;
    const auto [begin, end] = parts_.front();
    parts_.pop_front();
    plan_ = ReadPlan::between(begin, end, engine().read_block());
    if (plan_->complete()) return on_compared();
    engine().want(*this);
  }

  void begin_copy(std::uint64_t from) {
    doing("copying");
    stage_ = Stage::copying;
    differs_at_.reset();
    plan_.reset();
    begin_data(from);
    position_ = answered_ = from;
    by_server_ = run_.session().supports(extension::copy_data);
    if (by_server_) return send_pieces();
    plan_ = ReadPlan::to_end(from, hint(), engine().read_block());
    engine().want(*this);
  }

  // The last one goes to the end, wherever that is by then.
  void send_pieces() {
    while (!last_sent_ && outstanding() < 2) {
      const bool last = hint() < position_ + piece_size;
      const std::uint64_t length = last ? 0 : piece_size;
      send_extended(piece, extension::copy_data,
                    CopyData{source_, position_, length, target_handle(), position_});
      last_sent_ = last;
      position_ += length;
    }
  }

  void on_piece(Answer& answer) {
    if (is_status(answer, sftp_errc::eof))
      last_sent_ = true;  // it has become shorter
    else
      check_status(answer, task_.target);
    if (last_sent_ && outstanding() == 0) return check_sizes();
    advance(piece_size, false);
    answered_ += piece_size;
    send_pieces();
  }

  bool send_block() override {
    if (failed() || !plan_) return false;
    if (const auto range = plan_->next())
      send_read(stage_ == Stage::copying ? block_read : compared_source, source_, *range);
    return plan_->has_next();
  }

  // False for the end of the file.
  bool has_data(Answer& answer, const TransferBlock& b) {
    if (answer.type == PacketType::data && answer.filled > 0) return true;
    if (!is_status(answer, sftp_errc::eof)) {
      check_status(answer, {});
      throw_error(errc::protocol_error, "the SFTP server sent no data where it was asked for some");
    }
    plan_->ended(b.range);
    return false;
  }

  void on_read(Answer& answer, TransferBlock& b) {
    if (has_data(answer, b)) {
      const ByteView data(b.bytes.get(), answer.filled);
      send_write(block_written, target_handle(), b.range.offset, data);
      plan_->arrived(b.range, answer.filled);
      run_.result().bytes += answer.filled;
    }
    on_progress();
  }

  void on_progress() {
    if (plan_->has_next()) engine().want(*this);
    if (plan_->complete() && outstanding() == 0) check_sizes();
  }

  // Whether the target is as long as the source is now.
  void check_sizes() {
    stage_ = Stage::checking;
    send(source_sized, Fstat{.handle = source_});
    send(target_checked, Fstat{.handle = target_handle()});
  }

  void on_checked() {
    if (outstanding() > 0) return;
    size_ = target_size_.value_or(plan_ ? plan_->end() : hint());
    if (by_server_ && size_ > answered_) advance(size_ - answered_, false);
    if (source_size_.value_or(0) > std::max(size_, size_that_says_nothing))
      throw_failure({.code = sftp_errc::failure,
                     .text = "it ended after " + std::to_string(size_) + " of " +
                             std::to_string(*source_size_) + " bytes",
                     .phase = Phase::session});
    plan_.reset();
    parts_ = {{0, size_}};
    if (options().verify) return compare_next(Stage::verifying);
    finish();
  }

  void on_compared_source(Answer& answer, TransferBlock& b) {
    if (has_data(answer, b)) {
      plan_->arrived(b.range, answer.filled);
      send_read(compared_target, target_handle(), {b.range.offset, answer.filled}, std::move(b.bytes));
    }
    on_compared();
  }

  void on_compared_target(Answer& answer, TransferBlock& b) {
    run_.result().bytes += answer.filled;
    const bool data = answer.type == PacketType::data && answer.filled > 0;
    if (!data && !is_status(answer, sftp_errc::eof)) check_status(answer, task_.target);
    if (!data || std::memcmp(b.bytes.get(), b.expected.get(), answer.filled) != 0)
      differs_at_ = std::min(differs_at_.value_or(b.range.offset), b.range.offset);
    else if (answer.filled < b.range.length)
      ask_rest(answer.filled, b);
    on_compared();
  }

  void ask_rest(std::size_t got, const TransferBlock& b) {
    const FileRange rest{b.range.offset + got, b.range.length - got};
    auto expected = std::make_unique_for_overwrite<std::uint8_t[]>(rest.length);
    std::memcpy(expected.get(), b.expected.get() + got, rest.length);
    send_read(compared_target, target_handle(), rest, std::move(expected));
  }

  void on_compared() {
    if (plan_->has_next()) engine().want(*this);
    if (!plan_->complete() || outstanding() > 0) return;
    if (!differs_at_ && !parts_.empty()) return compare_next(stage_);
    const std::uint64_t end = plan_->end();
    plan_.reset();
    if (stage_ == Stage::comparing) {
      if (!differs_at_ && end == existing_) return begin_copy(end);
      return start_over(differs_at_.value_or(end));
    }
    if (differs_at_ || end != size_) throw_differs(differs_at_.value_or(end), "copy it again");
    finish();
  }

  void finish() {
    stage_ = Stage::ending;
    close_source();
    finish_target(task_.attributes, std::nullopt);
  }

  void late_answer(unsigned step, const Answer& answer) override {
    if (step == source_opened && answer.type == PacketType::handle) source_ = handle_of(answer, {});
    UploadJob::late_answer(step, answer);
  }

  void close_source() {
    if (source_.empty()) return;
    const Bytes handle = std::move(source_);
    source_.clear();
    engine().send_ignored(Close{.handle = handle});
  }

  void clean_up() override {
    close_source();
    UploadJob::clean_up();
  }

  std::optional<std::uint64_t> offset() const override {
    if (plan_) return plan_->contiguous();
    return answered_;
  }

  Bytes source_;
  Stage stage_ = Stage::opening;
  bool by_server_ = false;
  bool last_sent_ = false;
  std::optional<ReadPlan> plan_;
  std::deque<std::pair<std::uint64_t, std::uint64_t>> parts_;  // still to be compared
  std::optional<std::uint64_t> differs_at_;
  std::optional<std::uint64_t> source_size_;
  std::optional<std::uint64_t> target_size_;
  std::uint64_t existing_ = 0;
  std::uint64_t position_ = 0;  // of the next piece
  std::uint64_t answered_ = 0;  // by pieces
  std::uint64_t size_ = 0;
};

}  // namespace

std::shared_ptr<FileJob> make_copy(TransferRun& run, TransferTask task, std::function<void()> done) {
  return std::make_shared<CopyFile>(run, std::move(task), std::move(done));
}

}  // namespace amiko::sftp
