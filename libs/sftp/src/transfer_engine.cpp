// amiko - the loop of a copy: many files' requests under way at once, their answers passed to them
#include "transfer_engine.hpp"

#include <boost/thread/thread_only.hpp>

#include <algorithm>

namespace amiko::sftp {
namespace {

constexpr std::size_t largest_block = 255 * 1024;
constexpr std::size_t smallest_block = 512;
constexpr std::chrono::milliseconds tick{250};

class Nobody final : public TransferJob {
 public:
  void answered(unsigned, Answer&, TransferBlock&) override {}
  void fail(const Failure&) override {}
};

std::size_t block_of(std::size_t wanted, std::size_t server, const TransferOptions& options,
                     const BandwidthLimit& bandwidth) {
  std::size_t block = std::min(server, largest_block);
  if (wanted != 0) block = std::min(wanted, block);
  if (bandwidth.is_limited())
    block = static_cast<std::size_t>(std::min<std::uint64_t>(block, bandwidth.piece()));
  return std::max(std::min(block, options.memory), std::min(smallest_block, server));
}

}  // namespace

TransferJob::~TransferJob() = default;

bool TransferJob::send_block() {
  return false;
}

TransferEngine::TransferEngine(std::shared_ptr<SftpSession> session, const TransferOptions& options)
    : session_(std::move(session)),
      options_(options),
      read_block_(
          block_of(options.block_size, session_->read_size(), options, BandwidthLimit(options.bandwidth))),
      write_block_(
          block_of(options.block_size, session_->write_size(), options, BandwidthLimit(options.bandwidth))),
      window_(std::max(read_block_, write_block_), options.memory, options.max_requests),
      bandwidth_(options.bandwidth),
      nobody_(std::make_shared<Nobody>()),
      scratch_(std::max(read_block_, write_block_)),
      last_answer_(Clock::now()),
      requests_(std::make_unique<Requests>(session_->dispatcher())) {}

TransferEngine::~TransferEngine() = default;

void TransferEngine::send_read(TransferJob& job, unsigned step, ByteView handle, FileRange range,
                               std::unique_ptr<std::uint8_t[]> expected) {
  TransferBlock block{.range = range, .bytes = take_buffer(range.length), .expected = std::move(expected)};
  block.counted = range.length;
  const MutableBytes sink(block.bytes.get(), range.length);
  count(range.length);
  put(job, step,
      Read{.handle = handle, .offset = range.offset, .length = static_cast<std::uint32_t>(range.length)},
      sink, std::move(block));
}

void TransferEngine::send_write(TransferJob& job, unsigned step, ByteView handle, std::uint64_t offset,
                                ByteView data) {
  TransferBlock block{.range = {offset, data.size()}};
  block.counted = data.size();
  count(data.size());
  put(job, step, Write{.handle = handle, .offset = offset, .data = data}, {}, std::move(block));
}

void TransferEngine::count(std::size_t bytes) {
  const auto now = Clock::now();
  window_.sent(bytes, now);
  bandwidth_.sent(bytes, now);
}

void TransferEngine::want(TransferJob& job) {
  if (job.queued) return;
  job.queued = true;
  turn_.push_back(job.shared_from_this());
}

void TransferEngine::send_blocks() {
  while (!turn_.empty() && bandwidth_.open(Clock::now()) && window_.room(read_block_)) {
    const std::shared_ptr<TransferJob> job = std::move(turn_.front());
    turn_.pop_front();
    job->queued = false;
    bool more = false;
    guarded(*job, [&] { more = job->send_block(); });
    if (more) want(*job);
  }
}

void TransferEngine::receive() {
  if (requests_->outstanding() == 0) return wait_for_bandwidth();
  const auto now = Clock::now();
  Deadline deadline(now + tick);
  const Timeout timeout = session_->timeout();
  if (!timeout.is_forever()) deadline = earlier(deadline, Deadline(last_answer_ + timeout.duration()));
  if (!turn_.empty() && !bandwidth_.open(now)) deadline = earlier(deadline, Deadline(bandwidth_.free_at()));
  Answer answer;
  try {
    answer = requests_->next(deadline);
  } catch (const TimeoutError& e) {
    if (!timeout.is_forever() && Clock::now() >= last_answer_ + timeout.duration())
      throw TransferStop{.session = e.failure()};
    return;
  } catch (const Error& e) {
    throw TransferStop{.session = e.failure()};
  }
  last_answer_ = Clock::now();
  handle(answer);
}

void TransferEngine::wait_for_bandwidth() {
  const auto now = Clock::now();
  const auto until = std::min(bandwidth_.free_at(), now + tick);
  if (until > now)
    boost::this_thread::sleep_for(boost::chrono::nanoseconds(std::chrono::nanoseconds(until - now).count()));
}

void TransferEngine::check_cancelled() const {
  if (options_.cancel && options_.cancel->cancelled())
    throw TransferStop{.session = {.code = errc::cancelled, .phase = Phase::session}};
}

void TransferEngine::handle(Answer& answer) {
  const auto index = static_cast<std::size_t>(answer.tag);
  Slot slot = std::move(slots_[index]);
  slots_[index] = {};
  free_slots_.push_back(index);
  if (slot.block.counted != 0) window_.answered(slot.block.counted, last_answer_);
  guarded(*slot.job, [&] { slot.job->answered(slot.step, answer, slot.block); });
  give_back(slot.block);
}

std::size_t TransferEngine::take_slot(TransferJob& job, unsigned step, TransferBlock block) {
  if (free_slots_.empty()) {
    free_slots_.push_back(slots_.size());
    slots_.emplace_back();
  }
  const std::size_t index = free_slots_.back();
  free_slots_.pop_back();
  slots_[index] = Slot{job.shared_from_this(), step, std::move(block)};
  return index;
}

// An answer that makes no sense ends the session, since what follows may make none either.
template <class Work>
void TransferEngine::guarded(TransferJob& job, Work work) {
  try {
    work();
  } catch (const ProtocolError& e) {
    session_->dispatcher()->fail(e.failure());
    throw TransferStop{.session = e.failure()};
  } catch (const Error& e) {
    job.fail(e.failure());
  }
}

std::unique_ptr<std::uint8_t[]> TransferEngine::take_buffer(std::size_t size) {
  if (size != read_block_) return std::make_unique_for_overwrite<std::uint8_t[]>(size);
  if (free_buffers_.empty()) return std::make_unique_for_overwrite<std::uint8_t[]>(read_block_);
  auto buffer = std::move(free_buffers_.back());
  free_buffers_.pop_back();
  return buffer;
}

void TransferEngine::give_back(TransferBlock& block) {
  if (block.bytes && block.range.length == read_block_) free_buffers_.push_back(std::move(block.bytes));
}

}  // namespace amiko::sftp
