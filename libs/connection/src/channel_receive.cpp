// amiko - a channel's receiving side: from the worker into the buffers, from the buffers to readers
#include "channel_impl.hpp"
#include "transport_impl.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

namespace amiko {

using protocol::ChannelEvent;
using protocol::ChannelSide;

constexpr std::uint8_t interrupt_byte = 3;

bool ChannelImpl::on_data(StreamKind kind, ByteView data) {
  std::function<void()> listener;
  bool wake = false;
  bool interrupted = false;
  {
    Lock lock(mutex_);
    state_.received(ChannelEvent::data);
    receive_window_.received(data.size());
    if (read_shut_) {
      consumed(lock, data.size());
      return false;
    }
    if (closed_here_) return false;
    if (combine_stderr_) kind = StreamKind::out;
    interrupted = interrupt_handler_ && kind == StreamKind::out && count_interrupts(data) > 0;
    const ByteView rest = deliver(kind, data);
    if (!rest.empty()) {
      ring(kind).write(rest);
      update_level();
    }
    wake = readers_ > 0;
    listener = listener_;
  }
  if (listener) listener();
  if (interrupted) transport_->server().on_interrupt(shared_from_this());
  return wake;
}

void ChannelImpl::watch_interrupts(std::function<void(std::uint64_t)> handler) {
  if (!inbound_) throw_error(errc::no_state, "only a client's channels have interrupts");
  bool waiting = false;
  {
    const support::Guard guard(mutex_);
    interrupt_handler_.swap(handler);  // the old one is destroyed without the lock
    interrupts_ = out_.count(interrupt_byte);
    waiting = interrupt_handler_ && interrupts_ > 0;
  }
  if (waiting) transport_->server().on_interrupt(shared_from_this());
}

std::uint64_t ChannelImpl::count_interrupts(ByteView data) noexcept {
  const auto found = static_cast<std::uint64_t>(std::ranges::count(data, interrupt_byte));
  interrupts_ += found;
  return found;
}

void ChannelImpl::tell_interrupts() {
  std::function<void(std::uint64_t)> handler;
  std::uint64_t count = 0;
  {
    const support::Guard guard(mutex_);
    handler = interrupt_handler_;
    count = interrupts_;
  }
  if (handler) handler(count);
}

// Extended data of a type that nobody knows: it uses up window all the same.
void ChannelImpl::drop_data(std::size_t size) {
  Lock lock(mutex_);
  state_.received(ChannelEvent::data);
  receive_window_.received(size);
  consumed(lock, size);
}

// As much as fits goes straight to the reader that waits, unless older bytes are in the ring; returns what is
// left.
ByteView ChannelImpl::deliver(StreamKind kind, ByteView data) noexcept {
  if (waiting_ == nullptr || waiting_->kind != kind || !ring(kind).empty()) return data;
  const std::size_t n = std::min(data.size(), waiting_->room.size());
  std::memcpy(waiting_->room.data(), data.data(), n);
  waiting_->room = waiting_->room.subspan(n);
  waiting_->filled += n;
  return data.from(n);
}

// False when the deadline passed.
bool ChannelImpl::wait_for_data(Lock& lock, Waiting& waiting, Deadline deadline) {
  const bool direct = waiting_ == nullptr;
  if (direct) waiting_ = &waiting;
  ++readers_;
  struct Leave {
    ChannelImpl& c;
    bool direct;
    ~Leave() {
      --c.readers_;
      if (direct) c.waiting_ = nullptr;
    }
  } leave{*this, direct};
  return readable_.wait(lock, deadline, [&] {
    return waiting.filled > 0 || !ring(waiting.kind).empty() || nothing_more_to_read();
  });
}

// An interrupted reader leaves what it was given already to the next one.
void ChannelImpl::take_back(const Waiting& waiting, ByteView filled) {
  support::ByteRing& to = ring(waiting.kind);
  Bytes later(to.size());
  to.read(later);
  to.write(filled);
  to.write(later);
  update_level();
}

std::size_t ChannelImpl::recv(StreamKind kind, MutableBytes buffer, Deadline deadline, error_code& ec) {
  ec.clear();
  if (buffer.empty()) return 0;
  Lock lock(mutex_);
  support::ByteRing& from = ring(kind);
  Waiting waiting{kind, buffer};
  if (from.empty() && !nothing_more_to_read()) {
    try {
      if (!wait_for_data(lock, waiting, deadline)) {
        ec = timeout_.is_zero() ? errc::would_block : errc::timed_out;
        return 0;
      }
    } catch (...) {
      if (waiting.filled > 0) take_back(waiting, ByteView(buffer.data(), waiting.filled));
      throw;
    }
  }
  std::size_t n = waiting.filled;
  if (n == 0) {
    if (from.empty()) {
      ec = end_of_reading();
      return 0;
    }
    n = from.read(buffer);
    if (from.empty()) update_level();
  }
  consumed(lock, n);
  return n;
}

void ChannelImpl::consumed(Lock& lock, std::size_t n) {
  const bool drained = out_.empty() && err_.empty();
  const std::size_t growth = receive_window_.growth();
  const std::uint32_t adjust = receive_window_.consumed(n, drained, transport_->window_budget_left());
  if (const std::size_t more = receive_window_.growth() - growth; more > 0) {
    transport_->reserve_window(more);
    window_growth_ += more;
  }
  const bool useful = adjust > 0 && !closed_here_ && !failed_ && state_.remote() == ChannelSide::open;
  lock.unlock();
  if (useful) grant(adjust);
}

void ChannelImpl::grant(std::uint32_t bytes) {
  // By hand, on the stack: a bulk transfer needs no memory beyond its buffers.
  std::array<std::uint8_t, 9> message{to_byte(wire::MessageNumber::channel_window_adjust)};
  for (std::size_t i = 0; i < 4; ++i) {
    message[1 + i] = static_cast<std::uint8_t>(remote_id_ >> (24 - 8 * i));
    message[5 + i] = static_cast<std::uint8_t>(bytes >> (24 - 8 * i));
  }
  transport_->outbound().post_control(message, [this] { return !sending_.close; });
}

}  // namespace amiko
