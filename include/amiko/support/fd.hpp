// amiko - an owned file descriptor
#pragma once

#include <utility>

namespace amiko::support {

/// Owns a descriptor and closes it.  Move-only; not synchronised.
class UniqueFd {
 public:
  UniqueFd() noexcept = default;
  explicit UniqueFd(int fd) noexcept : fd_(fd) {}
  UniqueFd(UniqueFd&& other) noexcept : fd_(other.release()) {}
  UniqueFd& operator=(UniqueFd&& other) noexcept {
    if (this != &other) reset(other.release());
    return *this;
  }
  ~UniqueFd() { reset(); }

  /// The descriptor, or -1.
  int get() const noexcept { return fd_; }
  explicit operator bool() const noexcept { return fd_ >= 0; }
  /// Gives the descriptor away.
  [[nodiscard]] int release() noexcept { return std::exchange(fd_, -1); }
  /// Closes what it owns and takes `fd`.  Leaves errno alone.
  void reset(int fd = -1) noexcept;

 private:
  int fd_ = -1;
};

}  // namespace amiko::support
