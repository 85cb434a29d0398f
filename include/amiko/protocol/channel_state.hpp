// amiko - open, EOF and close on both sides of a channel as one table (RFC 4254 sections 5.1 and 5.3)
#pragma once

#include <cstdint>

namespace amiko::protocol {

/// What either side can say.  `data` is also for EXTENDED_DATA; `request` for WINDOW_ADJUST, SUCCESS and
/// FAILURE too, which need an open channel and no more.  `open` is OPEN itself, by the side that opens.
enum class ChannelEvent { open, open_confirmed, open_failed, data, eof, close, request };

/// One side of a channel: what it has said so far.
enum class ChannelSide : std::uint8_t { opening, open, eof, closed };

/// Who has said what.  sent() is what we do: false means that it may not be done (any more), and nothing has
/// changed; once the peer has sent CLOSE only our CLOSE may follow.  received() throws ProtocolError for what
/// the peer may not do: confirm twice, data after EOF, EOF twice, anything after CLOSE, anything before the
/// channel is open.  Not synchronised.
class ChannelState {
 public:
  /// OPEN has been said.  `opened_by_us`: waits for the peer's answer; otherwise for ours.
  explicit ChannelState(bool opened_by_us) noexcept;

  bool sent(ChannelEvent event) noexcept;
  void received(ChannelEvent event);

  ChannelSide local() const noexcept { return local_; }
  ChannelSide remote() const noexcept { return remote_; }
  /// Confirmed, and neither side has sent CLOSE.
  bool is_open() const noexcept;
  /// Both CLOSEs have passed, or the open failed: the number is free again.
  bool finished() const noexcept;

 private:
  bool opened_by_us_;
  ChannelSide local_ = ChannelSide::opening;
  ChannelSide remote_ = ChannelSide::opening;
};

}  // namespace amiko::protocol
