// amiko - our terminal while a shell on the other side has it
#include "raw_mode.hpp"

#include <amiko/base/error.hpp>

#include <array>
#include <utility>

#include <unistd.h>

namespace demo {

RawMode::RawMode(Terminal& terminal, SignalWatcher& signals, std::shared_ptr<amiko::Channel> channel)
    : terminal_(terminal),
      signals_(signals),
      channel_(std::move(channel)),
      thread_([this] { pass_on_sizes(); }) {
  terminal_.set_raw(STDIN_FILENO);
  signals_.on_window_change([this] { changed_.set(); });
  changed_.set();  // a change between the terminal's size being read and now was not seen
}

RawMode::~RawMode() {
  signals_.on_window_change({});
  terminal_.restore();
  stop_.set();
  thread_.join();
}

void RawMode::pass_on_sizes() {
  std::array<std::uint8_t, 8> count{};
  while (read_some(changed_.fd(), stop_.fd(), count).result == ReadResult::data) {
    try {
      channel_->resize_pty(Terminal::size(STDIN_FILENO));
    } catch (const amiko::Error&) {
      return;  // the session is over; whoever waits for it finds out
    }
  }
}

}  // namespace demo
