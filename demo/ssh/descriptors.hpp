// amiko - reading and writing descriptors that may be slow, non-blocking or closed
#pragma once

#include <amiko/base/bytes.hpp>

#include <optional>

namespace demo {

/// Opens /dev/null for each of the descriptors 0 to 2 that is closed, so that no socket takes its place.
void open_standard_descriptors();

/// Writes everything, however slowly it is taken, to a descriptor of either mode.  False when it takes no
/// more.
bool write_all(int fd, amiko::ByteView data) noexcept;

enum class ReadResult { data, end, stopped };
struct Read {
  ReadResult result;
  std::size_t size = 0;
};
/// Waits until `fd` has something, and reads it, or until `stop` is readable.  A failure counts as the end.
Read read_some(int fd, int stop, amiko::MutableBytes buffer) noexcept;

/// A descriptor that becomes readable when set() is called, from any thread (an eventfd).
class WakeUp {
 public:
  WakeUp();
  WakeUp(const WakeUp&) = delete;
  WakeUp& operator=(const WakeUp&) = delete;
  ~WakeUp();

  int fd() const noexcept { return fd_; }
  void set() noexcept;

 private:
  int fd_;
};

}  // namespace demo
