// amiko - putting a file on the server
#include "local_source.hpp"
#include "transfer_upload.hpp"

#include <fcntl.h>

#include <algorithm>
#include <cstring>

namespace amiko::sftp {
namespace {

class PutFile final : public UploadJob {
 public:
  using UploadJob::UploadJob;

 private:
  enum Step : unsigned { block, compared, sized };
  enum class Stage { opening, comparing, copying, verifying, ending };

  void start() override {
    doing("opening");
    const bool below = task_.below;
    source_.emplace(below ? task_.directory->local->fd() : AT_FDCWD, below ? task_.name : task_.source,
                    options().follow_symlinks || !below, options().sparse);
    set_total(source_->attributes().size);
    open_target(source_->attributes().permissions.value_or(0) & carried_permissions);
  }

  void on_answer(unsigned step, Answer& answer, TransferBlock& b) override {
    switch (step) {
      case block:
        at_ = b.range.offset;
        check_status(answer, task_.target);
        at_ += b.range.length;
        advance(b.range.length);
        return on_written();
      case compared:
        return on_compared(answer, b);
      case sized:
        return on_size(attributes_of(answer, task_.target, version()));
      default:
        return on_upload(step, answer);
    }
  }

  void on_target(std::uint64_t existing) override {
    if (existing == 0) return begin_copy(0);
    if (existing > source_->attributes().size.value_or(0)) return start_over(*source_->attributes().size);
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
    if (plan_->complete()) return on_complete();
    engine().want(*this);
  }

  void begin_copy(std::uint64_t from) {
    doing("writing");
    stage_ = Stage::copying;
    differs_at_.reset();
    plan_.reset();
    written_end_ = at_ = from;
    source_->seek(from);
    begin_data(from);
    engine().want(*this);
  }

  bool send_block() override {
    if (failed()) return false;
    if (plan_) {
      if (const auto range = plan_->next()) send_read(compared, target_handle(), *range);
      return plan_->has_next();
    }
    if (stage_ != Stage::copying) return false;
    doing("reading");
    const std::uint64_t before = source_->position();
    const MutableBytes bytes = engine().scratch().first(engine().write_block());
    const auto range = source_->read(bytes);
    doing("writing");
    if (!range) {
      advance(source_->position() - before, false);  // a hole at the end
      on_source_end();
      return false;
    }
    advance(range->offset - before, false);
    send_write(block, target_handle(), range->offset, ByteView(bytes.data(), range->length));
    written_end_ = range->offset + range->length;
    return true;
  }

  void on_source_end() {
    stage_ = Stage::ending;
    if (!options().verify) return finish();
    if (outstanding() == 0) verify();
  }

  std::optional<std::uint64_t> size_to_set() const {
    if (source_->position() == written_end_) return std::nullopt;
    return source_->position();  // there is a hole at the end
  }
  void finish() { finish_target(source_->attributes(), verified_ ? std::nullopt : size_to_set()); }

  void on_written() {
    if (stage_ != Stage::ending) return;
    if (options().verify && !verified_) {
      if (outstanding() == 0) verify();
      return;
    }
    data_answered();
  }

  void verify() {
    doing("verifying");
    SftpAttributes attributes;
    attributes.size = size_to_set();
    if (attributes.size) send(attributes_set, Fsetstat{.handle = target_handle(), .attributes = attributes});
    send(sized, Fstat{.handle = target_handle()});
  }

  void on_size(const SftpAttributes& now) {
    const std::uint64_t size = source_->position();
    if (now.size && *now.size != size) throw_differs(std::min(*now.size, size), "copy it again");
    parts_ = {{0, size}};
    compare_next(Stage::verifying);
  }

  void on_compared(Answer& answer, TransferBlock& b) {
    if (is_status(answer, sftp_errc::eof)) {
      plan_->ended(b.range);
    } else if (answer.type != PacketType::data || answer.filled == 0) {
      check_status(answer, task_.target);
      throw_error(errc::protocol_error, "the SFTP server sent no data where it was asked for some");
    } else {
      check(b.range.offset, ByteView(b.bytes.get(), answer.filled));
      plan_->arrived(b.range, answer.filled);
    }
    if (plan_->complete()) return on_complete();
    if (plan_->has_next()) engine().want(*this);
  }

  void check(std::uint64_t offset, ByteView there) {
    run_.result().bytes += there.size();
    const MutableBytes here = engine().scratch().first(there.size());
    const std::size_t got = source_->read_at(offset, here);
    if (got != there.size() || std::memcmp(here.data(), there.data(), got) != 0)
      differs_at_ = std::min(differs_at_.value_or(offset), offset);
  }

  void on_complete() {
    const std::uint64_t end = plan_->end();
    const bool comparing = stage_ == Stage::comparing;
    if (comparing && !differs_at_ && !parts_.empty()) return compare_next(Stage::comparing);
    const bool whole = !differs_at_ && end == (comparing ? existing_ : source_->position());
    plan_.reset();
    if (comparing) return whole ? begin_copy(end) : start_over(differs_at_.value_or(end));
    if (!whole) throw_differs(differs_at_.value_or(end), "copy it again");
    verified_ = true;
    stage_ = Stage::ending;
    finish();
  }

  std::optional<std::uint64_t> offset() const override {
    if (plan_) return plan_->contiguous();
    return at_;
  }

  Stage stage_ = Stage::opening;
  std::optional<LocalSource> source_;
  std::optional<ReadPlan> plan_;
  std::deque<std::pair<std::uint64_t, std::uint64_t>> parts_;  // still to be compared
  std::uint64_t existing_ = 0;
  std::optional<std::uint64_t> differs_at_;
  std::uint64_t at_ = 0;           // of the last answer
  std::uint64_t written_end_ = 0;  // sent
  bool verified_ = false;
};

}  // namespace

std::shared_ptr<FileJob> make_put(TransferRun& run, TransferTask task, std::function<void()> done) {
  return std::make_shared<PutFile>(run, std::move(task), std::move(done));
}

}  // namespace amiko::sftp
