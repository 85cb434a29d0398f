// amiko - reading and writing descriptors that may be slow, non-blocking or closed
#include "descriptors.hpp"

#include <amiko/base/error.hpp>

#include <cerrno>
#include <cstdint>

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace demo {

void open_standard_descriptors() {
  for (int fd = 0; fd <= 2; ++fd)
    if (::fcntl(fd, F_GETFD) < 0 && errno == EBADF) ::open("/dev/null", O_RDWR);  // takes the lowest number
}

bool write_all(int fd, amiko::ByteView data) noexcept {
  while (!data.empty()) {
    const ssize_t n = ::write(fd, data.data(), data.size());
    if (n >= 0) {
      data = data.from(static_cast<std::size_t>(n));
    } else if (errno == EAGAIN) {
      pollfd item{.fd = fd, .events = POLLOUT, .revents = 0};
      ::poll(&item, 1, -1);
    } else if (errno != EINTR) {
      return false;
    }
  }
  return true;
}

Read read_some(int fd, int stop, amiko::MutableBytes buffer) noexcept {
  for (;;) {
    pollfd items[] = {{.fd = fd, .events = POLLIN, .revents = 0},
                      {.fd = stop, .events = POLLIN, .revents = 0}};
    if (::poll(items, 2, -1) < 0) continue;
    if (items[1].revents != 0) return {ReadResult::stopped};
    const ssize_t n = ::read(fd, buffer.data(), buffer.size());
    if (n > 0) return {ReadResult::data, static_cast<std::size_t>(n)};
    if (n == 0 || (errno != EAGAIN && errno != EINTR)) return {ReadResult::end};
  }
}

WakeUp::WakeUp() : fd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (fd_ < 0) throw amiko::Error(amiko::errc::resource_shortage, "eventfd");
}

WakeUp::~WakeUp() {
  ::close(fd_);
}

void WakeUp::set() noexcept {
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t n = ::write(fd_, &one, sizeof one);
}

}  // namespace demo
