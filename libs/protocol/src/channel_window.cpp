// amiko - flow control of a channel (RFC 4254 section 5.2)
#include <amiko/protocol/channel_window.hpp>

#include <amiko/base/error.hpp>

#include <algorithm>
#include <limits>
#include <string>

namespace amiko::protocol {

void SendWindow::grant(std::uint32_t n) {
  if (n > std::numeric_limits<std::uint32_t>::max() - window_)
    throw_error(errc::protocol_error, "the peer raised a channel's window above 2^32-1 bytes");
  window_ += n;
}

ReceiveWindow::ReceiveWindow(Limits limits) noexcept
    : limits_(limits), target_(limits.initial), remaining_(limits.initial) {}

void ReceiveWindow::received(std::size_t n) {
  if (n > limits_.max_packet)
    throw_error(errc::protocol_error, "the peer sent " + std::to_string(n) + " bytes in one message, where " +
                                          std::to_string(limits_.max_packet) + " are allowed");
  if (n > remaining_)
    throw_error(errc::protocol_error, "the peer sent " + std::to_string(n) +
                                          " bytes into a channel's window of " + std::to_string(remaining_));
  remaining_ -= static_cast<std::uint32_t>(n);
  used_ += n;
}

// Grants go out long before the window is empty, so what is left of it never looks small while the
// application keeps up, although the peer may well stand at a wall: it has not seen the grants that are under
// way.  A whole window of bytes since the target was set shows it more surely, and needs no clock.
bool ReceiveWindow::hit_wall() const noexcept {
  return used_ + limits_.max_packet > target_;
}

std::uint32_t ReceiveWindow::grow(std::size_t budget) noexcept {
  const std::uint32_t ceiling = std::max(limits_.max, target_);
  const auto step = static_cast<std::uint32_t>(std::min<std::size_t>({target_, ceiling - target_, budget}));
  target_ += step;
  if (step > 0) used_ = 0;
  return step;
}

std::uint32_t ReceiveWindow::consumed(std::size_t n, bool drained, std::size_t budget) noexcept {
  // Nothing can have been consumed that was not received: so the sum below cannot pass the target, whatever
  // the caller says.
  const std::uint32_t buffered = target_ - remaining_ - unreported_;
  unreported_ += static_cast<std::uint32_t>(std::min<std::size_t>(n, buffered));
  const std::uint32_t more = drained && hit_wall() ? grow(budget) : 0;
  if (more == 0 && unreported_ < std::max<std::uint32_t>(adjust_threshold(), 1)) return 0;
  const std::uint32_t granted = unreported_ + more;
  remaining_ += granted;
  unreported_ = 0;
  return granted;
}

std::uint32_t ReceiveWindow::adjust_threshold() const noexcept {
  const std::uint64_t packets = std::uint64_t{3} * limits_.max_packet;
  const std::uint64_t share = std::max<std::uint64_t>(packets, target_ / 8);
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(share, target_ / 2));
}

}  // namespace amiko::protocol
