// amiko - bytes from standard input, until something else happens
#include "keyboard.hpp"

#include <array>
#include <cerrno>
#include <cstdint>

#include <poll.h>
#include <unistd.h>

namespace demo {

Keyboard::Event Keyboard::next(char& byte) {
  for (;;) {
    if (interrupted_.exchange(false)) return Event::interrupted;
    if (changed_.exchange(false)) return Event::terminal_changed;
    std::array<pollfd, 2> wanted{{{STDIN_FILENO, POLLIN, 0}, {wake_.fd(), POLLIN, 0}}};
    const int ready = ::poll(wanted.data(), wanted.size(), 1000);
    if (ready == 0 && !still_wanted_()) return Event::not_wanted;
    if (wanted[1].revents != 0) {
      std::uint64_t count = 0;
      static_cast<void>(::read(wake_.fd(), &count, sizeof count));
      continue;
    }
    if (ready <= 0 || wanted[0].revents == 0) continue;
    const ssize_t n = ::read(STDIN_FILENO, &byte, 1);
    if (n == 1) return Event::byte;
    if (n == 0 || (errno != EINTR && errno != EAGAIN)) return Event::end;
  }
}

void Keyboard::interrupt() noexcept {
  interrupted_ = true;
  wake_.set();
}

void Keyboard::terminal_changed() noexcept {
  changed_ = true;
  wake_.set();
}

}  // namespace demo
