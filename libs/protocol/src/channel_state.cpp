// amiko - open, EOF and close on both sides of a channel as one table (RFC 4254 sections 5.1 and 5.3)
#include <amiko/protocol/channel_state.hpp>

#include <amiko/base/error.hpp>

#include <array>
#include <cstddef>
#include <string>

namespace amiko::protocol {
namespace {

constexpr std::size_t event_count = static_cast<std::size_t>(ChannelEvent::request) + 1;

using Next = std::array<ChannelSide, event_count>;

// What the speaker becomes; `no` where it may not speak so.
constexpr auto no = static_cast<ChannelSide>(0xff);
constexpr auto opening = ChannelSide::opening;
constexpr auto open = ChannelSide::open;
constexpr auto eof = ChannelSide::eof;
constexpr auto closed = ChannelSide::closed;

// EOF ends data only: exit-status comes after it (RFC 4254 section 5.3), and CLOSE needs no EOF before it.
constexpr Next next_for[2][4] = {
    // The side that opens the channel.
    {// open, open_confirmed, open_failed, data, eof, close, request
     /* opening */ {opening, no, no, no, no, no, no},
     /* open    */ {no, no, no, open, eof, closed, open},
     /* eof     */ {no, no, no, no, no, closed, eof},
     /* closed  */ {no, no, no, no, no, no, no}},
    // The side that is asked.
    {/* opening */ {no, open, closed, no, no, no, no},
     /* open    */ {no, no, no, open, eof, closed, open},
     /* eof     */ {no, no, no, no, no, closed, eof},
     /* closed  */ {no, no, no, no, no, no, no}},
};

ChannelSide next(bool opener, ChannelSide side, ChannelEvent event) noexcept {
  return next_for[opener ? 0 : 1][static_cast<std::size_t>(side)][static_cast<std::size_t>(event)];
}

const char* name_of(ChannelEvent event) {
  switch (event) {
    case ChannelEvent::open:
      return "a request to open";
    case ChannelEvent::open_confirmed:
      return "a confirmation";
    case ChannelEvent::open_failed:
      return "a refusal to open";
    case ChannelEvent::data:
      return "data";
    case ChannelEvent::eof:
      return "EOF";
    case ChannelEvent::close:
      return "CLOSE";
    case ChannelEvent::request:
      return "a request";
  }
  return "a message";
}

const char* name_of(ChannelSide side) {
  switch (side) {
    case ChannelSide::opening:
      return "before the channel is open";
    case ChannelSide::open:
      return "on an open channel";
    case ChannelSide::eof:
      return "after EOF";
    case ChannelSide::closed:
      return "after CLOSE";
  }
  return "out of place";
}

void advance(ChannelEvent event, ChannelSide to, ChannelSide& speaker, ChannelSide& listener) noexcept {
  speaker = to;
  // The answer to OPEN settles both sides at once.
  if (event == ChannelEvent::open_confirmed || event == ChannelEvent::open_failed) listener = to;
}

}  // namespace

ChannelState::ChannelState(bool opened_by_us) noexcept : opened_by_us_(opened_by_us) {}

bool ChannelState::sent(ChannelEvent event) noexcept {
  // A peer that has sent CLOSE reads no more: all that it waits for is our CLOSE.
  if (remote_ == closed && event != ChannelEvent::close) return false;
  const ChannelSide to = next(opened_by_us_, local_, event);
  if (to == no) return false;
  advance(event, to, local_, remote_);
  return true;
}

void ChannelState::received(ChannelEvent event) {
  const ChannelSide to = next(!opened_by_us_, remote_, event);
  if (to == no)
    throw_error(errc::protocol_error,
                std::string("the peer sent ") + name_of(event) + " " + name_of(remote_));
  advance(event, to, remote_, local_);
}

bool ChannelState::is_open() const noexcept {
  const auto up = [](ChannelSide side) { return side == open || side == eof; };
  return up(local_) && up(remote_);
}

bool ChannelState::finished() const noexcept {
  return local_ == closed && remote_ == closed;
}

}  // namespace amiko::protocol
