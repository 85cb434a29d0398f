// amiko - fuzzing of compression, terminal modes, windows and channel states
#include <amiko/connection/pty.hpp>
#include <amiko/crypto/compression.hpp>
#include <amiko/protocol/channel_state.hpp>

#include "fuzz/input.hpp"
#include "fuzz/target.hpp"

namespace amiko::fuzz {
namespace {

void run_inflate(ByteView bytes) {
  Input input(bytes);
  const std::size_t limit = 1 + input.uint16() * std::size_t{4};
  crypto::Inflater inflater;
  Bytes out;
  while (!input.empty()) {
    inflater.inflate(input.piece(), out, limit);
    promise(out.size() <= limit, "more was inflated than the limit allows");
  }
}

std::vector<Bytes> inflate_seeds() {
  crypto::Deflater deflater;
  Bytes seed{0x10, 0};
  for (const std::size_t size : {1u, 100u, 20000u}) {
    Bytes piece;
    deflater.deflate(Bytes(size, 'a'), piece);
    append_piece(seed, piece);
  }
  Bytes bomb{0, 1};
  crypto::Deflater other;
  Bytes piece;
  other.deflate(Bytes(1 << 20, 0), piece);
  append_piece(bomb, piece);
  return {plain(seed), plain(bomb)};
}

void run_terminal_modes(ByteView bytes) {
  const TerminalModes modes = TerminalModes::decode(bytes);
  promise(TerminalModes::decode(modes.encode()) == modes, "modes change when they are encoded and decoded");
  promise(!modes.apply_to_terminal(-1), "modes were set on nothing");
}

std::vector<Bytes> terminal_mode_seeds() {
  TerminalModes modes;
  modes.set("ECHO", 1);
  modes.set("VINTR", 3);
  modes.set("TTY_OP_ISPEED", 38400);
  return {plain(modes.encode()), plain(Bytes{1, 0, 0, 0, 3, 160, 9, 9}), plain(Bytes{53, 0, 0})};
}

// Whatever is said in whatever order: nothing but CLOSE follows CLOSE, and a number is free only when both
// sides have closed or the open has failed.
void run_channel(ByteView bytes) {
  using protocol::ChannelEvent;
  using protocol::ChannelSide;
  Input input(bytes);
  protocol::ChannelState state(input.byte() & 1);
  constexpr ChannelEvent events[] = {
      ChannelEvent::open, ChannelEvent::open_confirmed, ChannelEvent::open_failed, ChannelEvent::data,
      ChannelEvent::eof,  ChannelEvent::close,          ChannelEvent::request};
  while (!input.empty()) {
    const std::uint8_t choice = input.byte();
    const ChannelEvent event = events[(choice >> 1) % 7];
    const bool was_closed = state.local() == ChannelSide::closed;
    const bool finished = state.finished();
    if (choice & 1) {
      const bool allowed = state.sent(event);
      promise(!(allowed && was_closed), "something was sent behind CLOSE");
      promise(!(allowed && finished), "something was sent on a channel that is gone");
    } else {
      state.received(event);
      promise(!finished, "something was taken on a channel that is gone");
    }
    promise(!state.finished() || !state.is_open(), "a channel is open and gone");
  }
}

std::vector<Bytes> channel_seeds() {
  return {plain(Bytes{1, 2, 7, 6, 9, 8, 11, 10}), plain(Bytes{0, 3, 6, 7, 13, 12, 10, 11}),
          plain(Bytes{1, 4})};
}

}  // namespace

extern const Target inflate, terminal_modes, channel;
const Target inflate{"inflate", run_inflate, inflate_seeds};
const Target terminal_modes{"terminal_modes", run_terminal_modes, terminal_mode_seeds};
const Target channel{"channel", run_channel, channel_seeds};

}  // namespace amiko::fuzz
