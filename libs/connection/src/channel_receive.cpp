// amiko - a channel's receiving side: from the worker into the buffers, from the buffers to readers
#include "channel_impl.hpp"
#include "transport_impl.hpp"

#include <utility>

namespace amiko {

using protocol::ChannelEvent;
using protocol::ChannelSide;

bool ChannelImpl::on_data(StreamKind kind, ByteView data) {
  std::function<void()> listener;
  bool wake = false;
  {
    Lock lock(mutex_);
    state_.received(ChannelEvent::data);
    receive_window_.received(data.size());
    if (read_shut_) {
      consumed(lock, data.size());
      return false;
    }
    if (closed_here_) return false;
    const bool was_empty = out_.empty() && err_.empty();
    ring(combine_stderr_ ? StreamKind::out : kind).write(data);
    if (was_empty) event_.set();
    wake = readers_ > 0;
    listener = listener_;
  }
  if (listener) listener();
  return wake;
}

// Extended data of a type that nobody knows: it uses up window all the same.
void ChannelImpl::drop_data(std::size_t size) {
  Lock lock(mutex_);
  state_.received(ChannelEvent::data);
  receive_window_.received(size);
  consumed(lock, size);
}

std::size_t ChannelImpl::recv(StreamKind kind, MutableBytes buffer, Deadline deadline, error_code& ec) {
  ec.clear();
  Lock lock(mutex_);
  support::ByteRing& from = ring(kind);
  if (from.empty() && !nothing_more_to_read()) {
    ++readers_;
    struct Leave {
      unsigned& count;
      ~Leave() { --count; }
    } leave{readers_};
    if (!readable_.wait(lock, deadline, [&] { return !from.empty() || nothing_more_to_read(); })) {
      ec = timeout_.is_zero() ? errc::would_block : errc::timed_out;
      return 0;
    }
  }
  if (from.empty()) {
    ec = end_of_reading();
    return 0;
  }
  const std::size_t n = from.read(buffer);
  if (out_.empty() && err_.empty()) update_level();
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
  transport_->outbound().post_control(encoded(wire::ChannelWindowAdjust{.recipient = remote_id_, .bytes = bytes}),
                                      [this] { return !sending_.close; });
}

}  // namespace amiko
