// amiko - an owned file descriptor
#include <amiko/support/fd.hpp>

#include <cerrno>

#include <unistd.h>

namespace amiko::support {

void UniqueFd::reset(int fd) noexcept {
  const int old = std::exchange(fd_, fd);
  if (old < 0) return;
  const int saved = errno;
  ::close(old);  // not repeated on EINTR: Linux has closed it by then
  errno = saved;
}

}  // namespace amiko::support
