// amiko - a new pseudo terminal for a session
#include "local_pty.hpp"

#include <amiko/base/error.hpp>

#include <fcntl.h>
#include <grp.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace amiko {
namespace {

[[noreturn]] void throw_no_terminal(int error) {
  const bool shortage = error == EMFILE || error == ENFILE || error == ENOSPC || error == ENOMEM;
  throw_error(shortage ? errc::resource_shortage : errc::process_failed,
              std::string("no pseudo terminal: ") + std::strerror(error));
}

// Group "tty" with write permission is what write(1) and wall(1) need.
void give(int slave, const LocalAccount& owner) {
  std::array<char, 4096> buffer{};
  group entry{};
  group* tty = nullptr;
  ::getgrnam_r("tty", &entry, buffer.data(), buffer.size(), &tty);
  const gid_t gid = tty != nullptr ? tty->gr_gid : owner.gid;
  const mode_t mode = tty != nullptr ? 0620 : 0600;
  if (::fchown(slave, owner.uid, gid) != 0 || ::fchmod(slave, mode) != 0) throw_no_terminal(errno);
}

unsigned short narrowed(std::uint32_t n) {
  return static_cast<unsigned short>(n > 65535 ? 65535 : n);
}

}  // namespace

void set_size(int terminal, const WindowSize& size) noexcept {
  const winsize value{narrowed(size.rows), narrowed(size.columns), narrowed(size.width),
                      narrowed(size.height)};
  ::ioctl(terminal, TIOCSWINSZ, &value);
}

LocalPty open_pty(const PtyRequest& request, const WindowSize& size, const LocalAccount* owner) {
  LocalPty pty;
  pty.master.reset(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
  std::array<char, 128> name{};
  if (!pty.master || ::grantpt(pty.master.get()) != 0 || ::unlockpt(pty.master.get()) != 0 ||
      ::ptsname_r(pty.master.get(), name.data(), name.size()) != 0)
    throw_no_terminal(errno);
  pty.name = name.data();
  pty.slave.reset(::open(pty.name.c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC));
  if (!pty.slave || ::fcntl(pty.master.get(), F_SETFL, O_NONBLOCK) != 0) throw_no_terminal(errno);
  if (owner != nullptr) give(pty.slave.get(), *owner);
  set_size(pty.slave.get(), size);
  request.modes.apply_to_terminal(pty.slave.get());
  return pty;
}

}  // namespace amiko
