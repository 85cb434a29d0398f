// amiko - flow control of a channel (RFC 4254 section 5.2)
#pragma once

#include <cstddef>
#include <cstdint>

namespace amiko::protocol {

/// How much we may still send.
class SendWindow {
 public:
  SendWindow() = default;
  SendWindow(std::uint32_t window, std::uint32_t max_packet) noexcept
      : window_(window), max_packet_(max_packet) {}

  /// What one message may carry now: the window, or the peer's maximum packet size.
  std::size_t available() const noexcept { return window_ < max_packet_ ? window_ : max_packet_; }
  std::size_t window() const noexcept { return window_; }
  std::size_t max_packet() const noexcept { return max_packet_; }
  /// `n` <= window().
  void take(std::size_t n) noexcept { window_ -= static_cast<std::uint32_t>(n); }
  /// WINDOW_ADJUST.  Throws ProtocolError when the sum passes 2^32-1.
  void grant(std::uint32_t n);

 private:
  std::uint32_t window_ = 0;
  std::uint32_t max_packet_ = 0;
};

/// How much the peer may still send us, and when to let it send more.  The target doubles up to `max` when
/// the peer has sent a whole window's worth since the target was set and the application has taken
/// everything: then the window is what holds it back. Without a budget and at `max` it stays as it is.
class ReceiveWindow {
 public:
  struct Limits {
    std::uint32_t initial = 2 * 1024 * 1024;
    std::uint32_t max = 16 * 1024 * 1024;
    std::uint32_t max_packet = 32 * 1024;  ///< what we announce
  };
  ReceiveWindow() = default;
  explicit ReceiveWindow(Limits limits) noexcept;

  std::uint32_t initial() const noexcept { return limits_.initial; }
  std::uint32_t max_packet() const noexcept { return limits_.max_packet; }
  std::uint32_t target() const noexcept { return target_; }
  /// The peer sent `n` bytes.  Throws ProtocolError when that is more than the window or the maximum packet
  /// size allows.
  void received(std::size_t n);
  /// The application took `n` bytes; `drained`: nothing is left in the buffer.  Returns the bytes to grant in
  /// a WINDOW_ADJUST now (0: none yet).  `budget` is by how much the target may still grow; growth() tells by
  /// how much it did.
  std::uint32_t consumed(std::size_t n, bool drained, std::size_t budget) noexcept;
  /// How far the target is above `initial`.
  std::size_t growth() const noexcept { return target_ - limits_.initial; }

 private:
  std::uint32_t adjust_threshold() const noexcept;
  bool hit_wall() const noexcept;
  std::uint32_t grow(std::size_t budget) noexcept;

  Limits limits_{};
  std::uint32_t target_ = 0;
  std::uint32_t remaining_ = 0;   ///< what the peer may still send
  std::uint32_t unreported_ = 0;  ///< consumed and not yet granted again
  std::uint64_t used_ = 0;        ///< received since the target was set
};

}  // namespace amiko::protocol
