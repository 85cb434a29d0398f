// amiko - the sending side of a connection
#include <amiko/transport/outbound.hpp>

#include <amiko/base/error.hpp>
#include <amiko/wire/message_number.hpp>

#include <utility>

namespace amiko::transport {
namespace {

// A caller writes for others only so long: then the worker takes over, which has nothing else to return to.
constexpr int caller_rounds = 4;
constexpr int worker_rounds = 16;
// What a deferred message takes beside its bytes: most are a few bytes long.
constexpr std::size_t deferred_overhead = 64;

}  // namespace

Outbound::Outbound(Stream& stream, protocol::RekeyLimits limits, Hooks hooks)
    : stream_(stream), limits_(limits), hooks_(std::move(hooks)), encoder_(crypto::make_random()) {}

void Outbound::send_raw(ByteView bytes) {
  support::Lock lock(mutex_);
  append(pending_, bytes);
  kick(lock);
}

Outbound::Result Outbound::wait_open(support::Lock& lock, Deadline deadline,
                                     const std::function<bool()>& given_up) {
  if (!dead_ && !has_room()) {
    ++waiters_;
    struct Leave {
      std::size_t& count;
      ~Leave() { --count; }
    } leave{waiters_};
    if (!room_.wait(lock, deadline, [&] { return dead_ || has_room() || given_up(); }))
      return Result::timed_out;
  }
  return dead_ ? Result::dead : Result::sent;
}

void Outbound::when_room(std::function<void()> room) {
  {
    const support::Guard guard(mutex_);
    if (!dead_ && !has_room()) {
      room_listeners_.push_back(std::move(room));
      return;
    }
  }
  room();
}

Outbound::Result Outbound::encode_or_defer(support::Lock& lock, ByteView payload) {
  // A peer that asks for answers and does not read them must not fill our memory.
  if (pending_.size() > control_limit || deferred_size_ > deferred_limit) {
    lock.unlock();
    hooks_.write_failed(errc::resource_shortage);
    return Result::dead;
  }
  if (gate_closed_) {
    deferred_size_ += payload.size() + deferred_overhead;
    deferred_.push_back(payload.bytes());
    return Result::sent;
  }
  encoder_.encode(pending_, payload);
  kick(lock);
  return Result::sent;
}

void Outbound::send_kexinit(ByteView payload) {
  support::Lock lock(mutex_);
  if (dead_) return;
  encoder_.encode(pending_, payload);
  gate_closed_ = true;
  rekey_asked_ = true;
  kick(lock);
}

void Outbound::send_kex(ByteView payload) {
  support::Lock lock(mutex_);
  if (dead_) return;
  encoder_.encode(pending_, payload);
  kick(lock);
}

void Outbound::send_newkeys(protocol::KexMachine::SendNewKeys newkeys, bool authenticated) {
  support::Lock lock(mutex_);
  if (dead_) return;
  const std::uint8_t payload = wire::to_byte(wire::MessageNumber::newkeys);
  encoder_.encode(pending_, ByteView(&payload, 1));
  encoder_.use_cipher(std::move(newkeys.cipher), newkeys.reset_sequence);
  max_bytes_ = newkeys.max_bytes;
  const crypto::CompressionInfo& compression = newkeys.compression;
  encoder_.use_compression(compression.compresses && (!compression.delayed || authenticated));
  delayed_compression_ = compression.compresses && compression.delayed && !authenticated;
  if (!newkeys.ext_info.empty()) encoder_.encode(pending_, newkeys.ext_info);
  for (const Bytes& message : deferred_)
    encoder_.encode(pending_, message);
  deferred_.clear();
  deferred_size_ = 0;
  gate_closed_ = false;
  rekey_asked_ = false;
  wake(lock);
  kick(lock);
}

void Outbound::start_delayed_compression() {
  const support::Guard guard(mutex_);
  if (std::exchange(delayed_compression_, false)) encoder_.use_compression(true);
}

void Outbound::send_success(ByteView payload) {
  support::Lock lock(mutex_);
  if (dead_) return;
  encoder_.encode(pending_, payload);
  if (std::exchange(delayed_compression_, false)) encoder_.use_compression(true);
  kick(lock);
}

void Outbound::finish(ByteView payload) {
  support::Lock lock(mutex_);
  if (!dead_) {
    encoder_.encode(pending_, payload);
    dead_ = true;
  }
  finishing_ = true;
  wake(lock);
  kick(lock);
}

void Outbound::abort() {
  support::Lock lock(mutex_);
  dead_ = true;
  aborted_ = true;
  deferred_.clear();
  wake(lock);
}

// Callers that wait for room, and one-shot listeners.  The lock is held again afterwards.
void Outbound::wake(support::Lock& lock) {
  if (waiters_ != 0) room_.notify_all();
  if (room_listeners_.empty() || !(dead_ || has_room())) return;
  const auto listeners = std::exchange(room_listeners_, {});
  lock.unlock();
  for (const auto& listener : listeners)
    listener();
  lock.lock();
}

void Outbound::kick(support::Lock& lock) {
  const bool rekey = !rekey_asked_ && protocol::rekey_due(protocol::limits_under(limits_, max_bytes_),
                                                          encoder_.bytes(), encoder_.packets(), {});
  if (rekey) rekey_asked_ = true;
  if (!std::exchange(flushing_, true)) flush(lock, caller_rounds);
  if (lock.owns_lock()) lock.unlock();
  if (rekey) hooks_.rekey_due();
}

void Outbound::flush_from_worker() {
  support::Lock lock(mutex_);
  flush(lock, worker_rounds);
}

// What was in flight is written: takes the next buffer.  False, and no longer flushing, when there is none.
bool Outbound::swap_buffers(support::Lock& lock) {
  inflight_.clear();
  written_ = 0;
  if (pending_.empty() || aborted_) {
    flushing_ = false;
    const bool tell = finishing_ && !aborted_;
    lock.unlock();
    if (tell) hooks_.drained();
    return false;
  }
  const bool was_full = pending_.size() >= high_water;
  std::swap(pending_, inflight_);
  if (was_full) wake(lock);
  return true;
}

void Outbound::flush(support::Lock& lock, int rounds) {
  for (;; --rounds) {
    if (written_ == inflight_.size() && !swap_buffers(lock)) return;
    if (worker_ended_) {  // while the lock was released: the descriptor's number may be somebody else's by
                          // now
      flushing_ = false;
      lock.unlock();
      return;
    }
    if (rounds == 0) {
      lock.unlock();
      hooks_.flush_later();
      return;
    }
    const ByteView rest = ByteView(inflight_).from(written_);
    in_write_ = true;
    lock.unlock();
    error_code error;
    const std::size_t n = stream_.write_some(rest, error);
    lock.lock();
    in_write_ = false;
    if (worker_ended_) {  // it left the stream to us
      lock.unlock();
      stream_.close();
      return;
    }
    if (error == errc::would_block) {
      lock.unlock();
      hooks_.wait_writable();
      return;
    }
    if (error) {
      flushing_ = false;
      lock.unlock();
      hooks_.write_failed(error);
      return;
    }
    written_ += n;
  }
}

void Outbound::worker_ended() {
  support::Lock lock(mutex_);
  dead_ = aborted_ = worker_ended_ = true;
  wake(lock);
  const bool in_write = in_write_;
  lock.unlock();
  if (!in_write) stream_.close();
}

void Outbound::wake_callers() {
  const support::Guard guard(mutex_);
  if (waiters_ != 0) room_.notify_all();
}

bool Outbound::gate_closed() {
  const support::Guard guard(mutex_);
  return gate_closed_;
}

std::uint64_t Outbound::bytes_under_keys() {
  const support::Guard guard(mutex_);
  return encoder_.bytes();
}

std::size_t Outbound::queued() {
  const support::Guard guard(mutex_);
  return pending_.size() + inflight_.size() - written_;
}

}  // namespace amiko::transport
