// amiko - getting a file from the server
#include "local_target.hpp"
#include "transfer_file.hpp"

#include <cstring>

namespace amiko::sftp {
namespace {

// A file of sysfs tells the size of a page, whatever it has.
constexpr std::uint64_t size_that_says_nothing = 4096;

constexpr std::uint32_t default_permissions = 0666;

class GetFile final : public FileJob {
 public:
  using FileJob::FileJob;

 private:
  enum Step : unsigned { opened, block, sized };
  enum class Stage { opening, comparing, copying, verifying };

  void start() override {
    doing("opening");
    send(opened, Open{.filename = remote_path(), .flags = sftp_read});
  }

  void on_answer(unsigned step, Answer& answer, TransferBlock& b) override {
    switch (step) {
      case opened:
        handle_ = handle_of(answer, {});
        return on_open();
      case block:
        return on_block(answer, b);
      case sized:
        return on_size(attributes_of(answer, {}, version()));
    }
  }

  std::string remote_path() const { return run_.session().resolve(task_.source); }

  void on_open() {
    doing("writing");
    target_.emplace(
        task_.directory->local, task_.name,
        LocalTarget::Options{.resume = options().resume,
                             .sparse = options().sparse,
                             .sync = options().atomic || options().fsync,
                             .permissions = task_.attributes.permissions
                                                ? *task_.attributes.permissions & carried_permissions
                                                : default_permissions});
    const std::uint64_t existing = target_->existing();
    if (existing == 0) return begin_copy(0);
    if (task_.attributes.size && existing > *task_.attributes.size) {
      if (!target_->is_own_part())
        throw_failure(
            {.code = sftp_errc::file_corrupt,
             .text = "what is there has " + std::to_string(existing) + " bytes, more than the source",
             .phase = Phase::session,
             .hint = "copy it without resume"});
      target_->start_over();
      return begin_copy(0);
    }
    parts_ = parts_to_compare(existing, options());
    compare_next(Stage::comparing);
  }

  void compare_next(Stage stage) {
    doing(stage == Stage::comparing ? "comparing" : "verifying");
    stage_ = stage;
    const auto [begin, end] = parts_.front();
    parts_.pop_front();
    plan_ = ReadPlan::between(begin, end, engine().read_block());
    if (plan_->complete()) return on_complete();
    engine().want(*this);
  }

  void begin_copy(std::uint64_t from) {
    doing("reading");
    stage_ = Stage::copying;
    differs_at_.reset();
    plan_ = ReadPlan::to_end(from, task_.attributes.size.value_or(0), engine().read_block());
    begin_data(from);
    engine().want(*this);
  }

  bool send_block() override {
    if (failed() || !plan_) return false;
    if (const auto range = plan_->next()) send_read(block, handle_, *range);
    return plan_->has_next();
  }

  void on_block(Answer& answer, TransferBlock& b) {
    if (is_status(answer, sftp_errc::eof)) {
      plan_->ended(b.range);
    } else if (answer.type != PacketType::data) {
      check_status(answer, {});
      throw_error(errc::protocol_error, "the SFTP server answered \"ok\" where it was asked for data");
    } else {
      if (answer.filled == 0) throw_error(errc::protocol_error, "the SFTP server sent data without bytes");
      take(b.range.offset, ByteView(b.bytes.get(), answer.filled));
      plan_->arrived(b.range, answer.filled);
    }
    if (plan_->complete()) return on_complete();
    if (plan_->has_next()) engine().want(*this);
  }

  void take(std::uint64_t offset, ByteView data) {
    if (stage_ == Stage::copying) {
      doing("writing");
      target_->write(offset, data);
      doing("reading");
      return advance(data.size());
    }
    run_.result().bytes += data.size();
    const MutableBytes here = engine().scratch().first(data.size());
    const std::size_t got = target_->read(offset, here);
    if (got != data.size() || std::memcmp(here.data(), data.data(), got) != 0)
      differs_at_ = std::min(differs_at_.value_or(offset), offset);
  }

  void on_complete() {
    const std::uint64_t end = plan_->end();
    switch (stage_) {
      case Stage::opening:
        return;
      case Stage::comparing:
        return on_compared(end);
      case Stage::copying:
        size_ = end;
        if (task_.attributes.size.value_or(0) > std::max(end, size_that_says_nothing))
          return send(sized, Fstat{.handle = handle_});  // has it shrunk, or does the server not give all?
        return on_copied();
      case Stage::verifying:
        if (differs_at_ || end != size_) throw_differs(differs_at_.value_or(end), "copy it again");
        return finish();
    }
  }

  void on_compared(std::uint64_t end) {
    if (!differs_at_ && !parts_.empty()) return compare_next(Stage::comparing);
    const std::uint64_t existing = target_->existing();
    if (!differs_at_ && end == existing) return begin_copy(existing);
    if (!target_->is_own_part()) throw_differs(differs_at_.value_or(end), "copy it without resume");
    target_->start_over();
    begin_copy(0);
  }

  void on_size(const SftpAttributes& now) {
    if (now.size.value_or(0) > size_)
      throw_failure(
          {.code = sftp_errc::failure,
           .text = "it ended after " + std::to_string(size_) + " of " + std::to_string(*now.size) + " bytes",
           .phase = Phase::session});
    on_copied();
  }

  void on_copied() {
    target_->set_size(size_);
    parts_ = {{0, size_}};
    if (options().verify) return compare_next(Stage::verifying);
    finish();
  }

  void finish() {
    doing("writing");
    plan_.reset();
    target_->commit(size_, carried_attributes(task_.attributes, options()));
    target_.reset();
    close();
    succeed();
  }

  void late_answer(unsigned step, const Answer& answer) override {
    if (step == opened && answer.type == PacketType::handle) handle_ = handle_of(answer, {});
  }

  void close() {
    if (handle_.empty()) return;
    const Bytes handle = std::move(handle_);
    handle_.clear();
    engine().send_ignored(Close{.handle = handle});
  }

  void clean_up() override {
    if (target_ && stage_ != Stage::verifying)
      target_->keep_part(stage_ == Stage::copying && plan_ ? plan_->contiguous() : 0);
    target_.reset();
    close();
  }

  std::optional<std::uint64_t> offset() const override {
    if (plan_) return plan_->contiguous();
    return std::nullopt;
  }

  Bytes handle_;
  Stage stage_ = Stage::opening;
  std::optional<LocalTarget> target_;
  std::optional<ReadPlan> plan_;
  std::deque<std::pair<std::uint64_t, std::uint64_t>> parts_;  // still to be compared
  std::optional<std::uint64_t> differs_at_;
  std::uint64_t size_ = 0;
};

}  // namespace

std::shared_ptr<FileJob> make_get(TransferRun& run, TransferTask task, std::function<void()> done) {
  return std::make_shared<GetFile>(run, std::move(task), std::move(done));
}

}  // namespace amiko::sftp
