// amiko - questions to the user, on the terminal whatever standard input is
#include "prompt.hpp"

#include "descriptors.hpp"

#include <cerrno>

#include <fcntl.h>
#include <unistd.h>

namespace demo {
namespace {

constexpr std::size_t longest_answer = 4096;

class Tty {
 public:
  Tty() : fd_(::open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC)) {}
  Tty(const Tty&) = delete;
  Tty& operator=(const Tty&) = delete;
  ~Tty() {
    if (fd_ >= 0) ::close(fd_);
  }
  int fd() const noexcept { return fd_; }
  explicit operator bool() const noexcept { return fd_ >= 0; }

 private:
  int fd_;
};

// Byte by byte: what follows the line is not ours.
std::optional<amiko::Secret> read_line(int fd) {
  amiko::Bytes line;
  line.reserve(longest_answer);  // never moved, so one wipe is enough
  std::optional<amiko::Secret> answer;
  for (;;) {
    char c = 0;
    const ssize_t n = ::read(fd, &c, 1);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    if (c == '\n' || c == '\r') {
      answer = amiko::Secret(line);
      break;
    }
    if (line.size() < longest_answer) line.push_back(static_cast<std::uint8_t>(c));
  }
  amiko::wipe(line.data(), line.size());
  return answer;
}

}  // namespace

bool Prompter::can_ask() const {
  return !batch_ && static_cast<bool>(Tty());
}

std::optional<amiko::Secret> Prompter::ask(const std::string& question, bool show_typing) {
  if (batch_) return std::nullopt;
  const Tty tty;
  if (!tty) return std::nullopt;
  if (!show_typing) terminal_.set_hidden(tty.fd());
  write_all(tty.fd(), question);
  auto answer = read_line(tty.fd());
  terminal_.restore();
  if (!show_typing || !answer) write_all(tty.fd(), "\n");
  return answer;
}

}  // namespace demo
