// amiko - a file on its way: what getting, putting and copying one have in common
#include "transfer_file.hpp"

#include <algorithm>

namespace amiko::sftp {
namespace {

constexpr std::chrono::milliseconds between_calls{250};

}  // namespace

FileJob::FileJob(TransferRun& run, TransferTask task, std::function<void()> done)
    : run_(run),
      task_(std::move(task)),
      done_(std::move(done)),
      progress_{.source = task_.source, .target = task_.target, .total = task_.attributes.size},
      meter_(TransferEngine::Clock::now()) {}

void FileJob::begin() {
  run_.active().push_back(std::static_pointer_cast<FileJob>(shared_from_this()));
  try {
    start();
  } catch (const Error& e) {
    fail(e.failure());
  }
}

void FileJob::answered(unsigned step, Answer& answer, TransferBlock& block) {
  --outstanding_;
  if (!failed()) return on_answer(step, answer, block);
  late_answer(step, answer);
  if (outstanding_ == 0) end();
}

void FileJob::late_answer(unsigned, const Answer&) {}

void FileJob::fail(const Failure& failure) {
  if (failed()) return;
  failed_at_ = started_data_ ? offset() : std::nullopt;
  failure_ = failure;
  if (outstanding_ == 0) end();
}

void FileJob::abandon() noexcept {
  try {
    clean_up();
  } catch (...) {  // the call ends with another exception already
  }
}

void FileJob::begin_data(std::uint64_t existing) {
  started_data_ = true;
  progress_.done = shown_ = existing;
  run_.result().resumed += existing;
  run_.done_all += existing;
  if (!options().progress) return;
  progress_.done_all = run_.done_all;
  meter_ = RateMeter(TransferEngine::Clock::now());
  shown_at_ = TransferEngine::Clock::now();
  TransferRun::call_user(options().progress, progress_);
}

void FileJob::advance(std::uint64_t bytes, bool over_the_line) {
  progress_.done += bytes;
  run_.done_all += bytes;
  if (over_the_line) run_.result().bytes += bytes;
}

void FileJob::show_progress() {
  if (!options().progress || !started_data_ || failed()) return;
  const auto now = TransferEngine::Clock::now();
  if (progress_.done == shown_ || now - shown_at_ < between_calls) return;
  meter_.add(progress_.done, now);
  shown_ = progress_.done;
  shown_at_ = now;
  progress_.done_all = run_.done_all;
  progress_.rate = meter_.rate();
  progress_.left.reset();
  if (progress_.total)
    progress_.left = meter_.time_for(*progress_.total - std::min(*progress_.total, progress_.done));
  TransferRun::call_user(options().progress, progress_);
}

void FileJob::succeed() {
  ++run_.result().files;
  if (options().progress) {
    meter_.add(progress_.done, TransferEngine::Clock::now());
    progress_.total = progress_.done;
    progress_.done_all = run_.done_all;
    progress_.rate = meter_.rate();
    progress_.left = std::chrono::seconds(0);
    TransferRun::call_user(options().progress, progress_);
  }
  end();
}

// The job may be gone when this returns, but for a reference that the caller holds.
void FileJob::end() {
  const auto self = shared_from_this();
  auto& active = run_.active();
  active.erase(std::find(active.begin(), active.end(), self));
  if (failed()) {
    clean_up();
    run_.report(transfer_error(*failure_, doing_, task_, failed_at_));
  }
  const auto done = std::move(done_);
  done();
}

void FileJob::throw_differs(std::uint64_t at, std::string_view advice) {
  throw_failure({.code = sftp_errc::file_corrupt,
                 .text = "the two sides differ at byte " + std::to_string(at),
                 .phase = Phase::session,
                 .hint = std::string(advice)});
}

std::deque<std::pair<std::uint64_t, std::uint64_t>> parts_to_compare(std::uint64_t existing,
                                                                     const TransferOptions& options) {
  const std::uint64_t most = options.resume_check.value_or(existing);
  if (most >= existing) return {{0, existing}};
  const std::uint64_t half = most / 2;
  return {{0, half}, {existing - (most - half), existing}};
}

SftpAttributes carried_attributes(const SftpAttributes& source, const TransferOptions& options) {
  SftpAttributes carried;
  if (!options.preserve) return carried;
  if (source.permissions) carried.permissions = *source.permissions & carried_permissions;
  carried.atime = source.atime;
  carried.mtime = source.mtime;
  if (carried.mtime && !carried.atime) carried.atime = carried.mtime;
  return carried;
}

}  // namespace amiko::sftp
