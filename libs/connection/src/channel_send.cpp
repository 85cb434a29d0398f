// amiko - a channel's sending side: window, then the transport's outbound buffer
#include "channel_impl.hpp"
#include "transport_impl.hpp"

#include <algorithm>
#include <new>
#include <utility>

namespace amiko {
namespace {

// Larger packets gain nothing measurable, and buffers on the other side are made for this order of size.
constexpr std::size_t max_data = 64 * 1024;
// How much one call encodes while it holds the outbound lock.
constexpr std::size_t max_burst = 512 * 1024;
// And in how many packets: small ones are mostly overhead.
constexpr std::size_t max_burst_packets = 1024;

std::size_t burst(const protocol::SendWindow& window) {
  return std::min({window.window(), max_burst, window.max_packet() * max_burst_packets});
}

// The one message that is encoded by hand: its data goes from the caller's memory into the outbound buffer
// and nowhere else.
void encode_data(protocol::PacketEncoder& encoder, Bytes& out, std::uint32_t recipient, StreamKind kind,
                 ByteView data) {
  encoder.begin(out);
  wire::Writer writer(out);
  if (kind == StreamKind::out) {
    writer.byte(to_byte(wire::MessageNumber::channel_data));
    writer.uint32(recipient);
  } else {
    writer.byte(to_byte(wire::MessageNumber::channel_extended_data));
    writer.uint32(recipient);
    writer.uint32(wire::ChannelExtendedData::stderr_type);
  }
  writer.string(data);
  encoder.finish(out);
}

}  // namespace

void ChannelImpl::on_adjust(std::uint32_t bytes) {
  raise_window(bytes, true);
}

void ChannelImpl::raise_window(std::uint32_t bytes, bool by_peer) {
  std::function<void()> listener;
  bool wake_writers = false;
  bool wake_readers = false;
  {
    const support::Guard guard(mutex_);
    if (by_peer) state_.received(protocol::ChannelEvent::request);
    send_window_.grant(bytes);
    update_level();
    wake_writers = writers_ > 0;
    wake_readers = both_ > 0;
    listener = listener_;
  }
  if (wake_writers) writable_.notify_all();
  if (wake_readers) readable_.notify_all();
  if (listener) listener();
}

// Waits for window and takes up to `wanted` bytes of it; 0 with an error set when that is not to be.
std::size_t ChannelImpl::wait_for_window(Lock& lock, std::size_t wanted, Deadline deadline, error_code& ec) {
  const auto ready = [this] { return send_error().failed() || send_window_.available() > 0; };
  if (!ready()) {
    ++writers_;
    struct Leave {
      unsigned& count;
      ~Leave() { --count; }
    } leave{writers_};
    if (!writable_.wait(lock, deadline, ready)) {
      ec = timeout_.is_zero() ? errc::would_block : errc::timed_out;
      return 0;
    }
  }
  ec = send_error();
  if (ec) return 0;
  const std::size_t n = std::min(wanted, burst(send_window_));
  send_window_.take(n);
  update_level();
  return n;
}

std::size_t ChannelImpl::send(StreamKind kind, ByteView data, Deadline deadline, error_code& ec) {
  ec.clear();
  if (data.empty()) return 0;
  Lock lock(mutex_);
  const std::size_t n = wait_for_window(lock, data.size(), deadline, ec);
  const std::size_t piece = std::min(send_window_.max_packet(), max_data);
  const bool no_wait = timeout_.is_zero();
  lock.unlock();
  if (n == 0) return 0;
  const auto build = [&](protocol::PacketEncoder& encoder, Bytes& out) {
    if (sending_.eof || sending_.close) return false;
    for (std::size_t at = 0; at < n; at += piece)
      encode_data(encoder, out, remote_id_, kind, data.slice(at, std::min(piece, n - at)));
    return true;
  };
  transport::Outbound::Result result{};
  try {
    result = transport_->outbound().send(
        deadline, [this] { return sending_.eof || sending_.close; }, build);
  } catch (...) {  // interrupted: nothing was sent
    raise_window(static_cast<std::uint32_t>(n), false);
    throw;
  }
  switch (result) {
    case transport::Outbound::Result::sent:
      transport_->count_out(n);
      return n;
    case transport::Outbound::Result::refused:
      ec = errc::channel_closed;
      break;
    case transport::Outbound::Result::dead:
      ec = errc::connection_lost;
      break;
    case transport::Outbound::Result::timed_out:
      if (no_wait) wait_for_outbound();
      ec = no_wait ? errc::would_block : errc::timed_out;
      break;
  }
  raise_window(static_cast<std::uint32_t>(n), false);
  return 0;
}

// There is window, and yet no room: in the buffer, or because keys are being exchanged.
void ChannelImpl::wait_for_outbound() {
  {
    const support::Guard guard(mutex_);
    if (std::exchange(outbound_full_, true)) return;
  }
  try {
    transport_->outbound().when_room([channel = weak_from_this()] {
      if (const auto still_there = channel.lock()) still_there->on_outbound_room();
    });
  } catch (const std::bad_alloc&) {  // nobody will tell: who waits for room asks again and again
    on_outbound_room();
  }
}

void ChannelImpl::on_outbound_room() {
  std::function<void()> listener;
  bool wake_readers = false;
  {
    const support::Guard guard(mutex_);
    outbound_full_ = false;
    wake_readers = both_ > 0;
    listener = listener_;
  }
  if (wake_readers) readable_.notify_all();
  if (listener) listener();
}

std::size_t ChannelImpl::try_send(ByteView data, error_code& ec, std::function<void()> room) {
  ec.clear();
  std::size_t n = 0;
  std::size_t piece = 0;
  {
    const support::Guard guard(mutex_);
    ec = send_error();
    if (ec) return 0;
    n = std::min(data.size(), burst(send_window_));
    piece = std::min(send_window_.max_packet(), max_data);
    if (n == 0) {  // the listener tells when the window opens
      ec = errc::would_block;
      return 0;
    }
    send_window_.take(n);
    update_level();
  }
  const auto build = [&](protocol::PacketEncoder& encoder, Bytes& out) {
    if (sending_.eof || sending_.close) return false;
    for (std::size_t at = 0; at < n; at += piece)
      encode_data(encoder, out, remote_id_, StreamKind::out, data.slice(at, std::min(piece, n - at)));
    return true;
  };
  const auto result = transport_->outbound().try_send(build, std::move(room));
  if (result == transport::Outbound::Result::sent) {
    transport_->count_out(n);
    return n;
  }
  {
    const support::Guard guard(mutex_);
    send_window_.grant(static_cast<std::uint32_t>(n));
    update_level();
  }
  ec = result == transport::Outbound::Result::timed_out ? errc::timed_out : errc::channel_closed;
  return 0;
}

void ChannelImpl::sendall(StreamKind kind, ByteView data) {
  const Deadline limit = deadline();
  std::size_t sent = 0;
  while (sent < data.size()) {
    error_code ec;
    sent += send(kind, data.from(sent), limit, ec);
    if (ec) throw_error(ec, std::to_string(sent) + " of " + std::to_string(data.size()) + " bytes were sent");
  }
}

}  // namespace amiko
