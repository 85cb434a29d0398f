// amiko - the local terminal: raw mode, hidden typing, size
#include "terminal.hpp"

#include <boost/thread/lock_guard.hpp>

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace demo {
namespace {

// As ssh sets it (sshtty.c).
void make_raw(termios& t) {
  t.c_iflag |= IGNPAR;
  t.c_iflag &= static_cast<tcflag_t>(~(ISTRIP | INLCR | IGNCR | ICRNL | IXON | IXANY | IXOFF | IUCLC));
  t.c_lflag &= static_cast<tcflag_t>(~(ISIG | ICANON | ECHO | ECHOE | ECHOK | ECHONL | IEXTEN));
  t.c_oflag &= static_cast<tcflag_t>(~OPOST);
  t.c_cc[VMIN] = 1;
  t.c_cc[VTIME] = 0;
}

// Suspending is switched off meanwhile: the shell would be left with hidden typing.
void hide_typing(termios& t) {
  t.c_lflag &= static_cast<tcflag_t>(~(ECHO | ECHONL));
  t.c_cc[VSUSP] = _POSIX_VDISABLE;
}

}  // namespace

bool Terminal::set_raw(int fd) {
  return change(fd, TCSADRAIN, make_raw);
}

bool Terminal::set_hidden(int fd) {
  return change(fd, TCSAFLUSH, hide_typing);
}

bool Terminal::change(int fd, int when, void (*edit)(termios&)) {
  restore();
  const boost::lock_guard guard(mutex_);
  termios settings{};
  if (::tcgetattr(fd, &settings) != 0) return false;
  const int duplicate = ::fcntl(fd, F_DUPFD_CLOEXEC, 3);
  if (duplicate < 0) return false;
  saved_ = Saved{duplicate, settings};
  edit(settings);
  return ::tcsetattr(fd, when, &settings) == 0;
}

void Terminal::restore() noexcept {
  const boost::lock_guard guard(mutex_);
  if (!saved_) return;
  ::tcsetattr(saved_->fd, TCSADRAIN, &saved_->settings);
  ::close(saved_->fd);
  saved_.reset();
}

amiko::WindowSize Terminal::size(int fd) noexcept {
  winsize ws{};
  if (::ioctl(fd, TIOCGWINSZ, &ws) != 0) return {0, 0, 0, 0};
  return {ws.ws_col, ws.ws_row, ws.ws_xpixel, ws.ws_ypixel};
}

}  // namespace demo
