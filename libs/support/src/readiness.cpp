// amiko - a descriptor that is readable exactly while a flag is set
#include <amiko/support/readiness.hpp>

#include <amiko/base/error.hpp>

#include <cerrno>
#include <system_error>

#include <sys/eventfd.h>

namespace amiko::support {

int LevelEvent::fd(bool currently_set) {
  if (fd_) return fd_.get();
  fd_.reset(::eventfd(currently_set ? 1 : 0, EFD_NONBLOCK | EFD_CLOEXEC));
  if (!fd_) throw_error(errc::resource_shortage, "eventfd: " + std::generic_category().message(errno));
  set_ = currently_set;
  return fd_.get();
}

void LevelEvent::set() noexcept {
  if (!fd_ || set_) return;
  set_ = true;
  ::eventfd_write(fd_.get(), 1);
}

void LevelEvent::clear() noexcept {
  if (!fd_ || !set_) return;
  set_ = false;
  eventfd_t value = 0;
  ::eventfd_read(fd_.get(), &value);
}

}  // namespace amiko::support
