// amiko - example: an interactive shell, with fileno() in poll()
#include "common.hpp"

#include <poll.h>
#include <sys/ioctl.h>
#include <termios.h>

#include <array>
#include <iostream>

namespace {

// The remote terminal does the echoing and the line editing, so the local one must do neither.
class RawTerminal {
 public:
  RawTerminal() : is_terminal_(::tcgetattr(STDIN_FILENO, &before_) == 0) {
    if (!is_terminal_) return;
    termios raw = before_;
    ::cfmakeraw(&raw);
    ::tcsetattr(STDIN_FILENO, TCSADRAIN, &raw);
  }
  ~RawTerminal() {
    if (is_terminal_) ::tcsetattr(STDIN_FILENO, TCSADRAIN, &before_);
  }
  RawTerminal(const RawTerminal&) = delete;
  RawTerminal& operator=(const RawTerminal&) = delete;

 private:
  termios before_{};
  bool is_terminal_;
};

void talk(amiko::Channel& chan) {
  const RawTerminal raw;
  std::array<pollfd, 2> fds{pollfd{STDIN_FILENO, POLLIN, 0}, pollfd{chan.fileno(), POLLIN, 0}};
  std::array<char, 1024> typed{};
  for (;;) {
    if (::poll(fds.data(), fds.size(), -1) < 0) continue;
    if (fds[1].revents != 0) {  // data, or the end
      const std::string data = chan.recv(32768);
      if (data.empty()) return;
      std::cout << data << std::flush;
    }
    if (fds[0].revents == 0) continue;
    const ssize_t n = ::read(STDIN_FILENO, typed.data(), typed.size());
    if (n > 0) {
      chan.sendall(std::string_view(typed.data(), static_cast<std::size_t>(n)));
    } else {
      chan.send_eof();
      fds[0].fd = -1;
    }
  }
}

}  // namespace

int main(int argc, char** argv) try {
  const Server server = first_server(argc, argv);
  amiko::Connection conn = amiko::connect(server.host, server.options);
  amiko::Channel chan = conn.open_session();
  winsize size{};
  const bool known = ::ioctl(STDIN_FILENO, TIOCGWINSZ, &size) == 0;
  const char* term = std::getenv("TERM");
  chan.get_pty(term != nullptr ? term : "vt100", known ? size.ws_col : 80U, known ? size.ws_row : 24U);
  chan.set_combine_stderr(true);
  chan.invoke_shell();
  talk(chan);
  return chan.recv_exit_status().code.value_or(1);
} catch (const std::exception& e) {
  std::cerr << e.what() << '\n';
  return 1;
}
