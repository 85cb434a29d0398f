// amiko - pipes or a socket as the stream that SFTP runs over
#include <amiko/sftp/sftp_stream.hpp>

#include <amiko/support/fd.hpp>
#include <amiko/support/mutex.hpp>
#include <amiko/support/sigpipe.hpp>

#include <boost/thread/thread.hpp>

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>

namespace amiko {
namespace {

using support::UniqueFd;

void make_non_blocking(int fd) {
  const int flags = ::fcntl(fd, F_GETFL);
  if (flags < 0 || ::fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0)
    throw_error(errc::invalid_argument, "descriptor " + std::to_string(fd) + " is not open");
  ::fcntl(fd, F_SETFD, FD_CLOEXEC);
}

error_code from_errno(int error) noexcept {
  if (error == EAGAIN || error == EWOULDBLOCK) return errc::would_block;
  return errc::connection_lost;
}

// poll(2) is no interruption point; it waits in pieces of this.
constexpr int poll_piece = 250;  // milliseconds

UniqueFd make_event() {
  UniqueFd event(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!event) throw_error(errc::resource_shortage, "no descriptor is left for an event");
  return event;
}

void set(const UniqueFd& event) noexcept {
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t n = ::write(event.get(), &one, sizeof one);  // full: it is set already
}

// Lets go of what `fd` stands for, so that the peer sees the end, and keeps the number: another thread may be
// about to use it.
void put_dead_end(int fd) noexcept {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) != 0) {
    ::shutdown(fd, SHUT_RDWR);
    return;
  }
  ::dup3(ends[0], fd, O_CLOEXEC);
  ::close(ends[0]);
  ::close(ends[1]);
}

class DescriptorStream final : public SftpStream {
 public:
  /// Without `out`, `in` is a socket for both directions.
  DescriptorStream(UniqueFd in, UniqueFd out) : in_(std::move(in)), out_(std::move(out)) {}

  std::size_t read_some(MutableBytes buffer, error_code& ec) override {
    ec.clear();
    if (closed_) return ec = errc::closed, 0;
    ssize_t n;
    do
      n = ::read(in_.get(), buffer.data(), buffer.size());
    while (n < 0 && errno == EINTR);
    if (n < 0) ec = from_errno(errno);
    return n < 0 ? 0 : static_cast<std::size_t>(n);
  }

  std::size_t write_some(ByteView data, error_code& ec) override {
    ec.clear();
    if (closed_ || ended_) return ec = errc::closed, 0;
    support::NoSigpipe no_sigpipe;
    ssize_t n;
    do
      n = ::write(out_fd(), data.data(), data.size());
    while (n < 0 && errno == EINTR);
    if (n >= 0) return static_cast<std::size_t>(n);
    no_sigpipe.broken = errno == EPIPE;
    ec = from_errno(errno);
    return 0;
  }

  unsigned wait(unsigned events, Deadline deadline) override {
    support::assert_no_lock_held();
    for (;;) {
      boost::this_thread::interruption_point();
      if (const unsigned found = poll_once(events, milliseconds_left(deadline))) return found;
      if (deadline.passed()) return 0;
    }
  }

  void wake() noexcept override { set(woken_event_); }

  void end_writing() noexcept override {
    if (closed_ || ended_) return;
    ended_ = true;
    if (out_)
      put_dead_end(out_.get());
    else
      ::shutdown(in_.get(), SHUT_WR);
  }

  void close() noexcept override {
    if (closed_.exchange(true)) return;
    set(closed_event_);
    put_dead_end(in_.get());
    if (out_) put_dead_end(out_.get());
  }

  Failure failure(const error_code& ec) const override { return {.code = ec, .phase = Phase::session}; }

 private:
  int out_fd() const noexcept { return out_ ? out_.get() : in_.get(); }

  static int milliseconds_left(Deadline deadline) {
    const Timeout left = deadline.left();
    if (left.is_forever()) return poll_piece;
    const auto ms = std::chrono::ceil<std::chrono::milliseconds>(left.duration()).count();
    return static_cast<int>(std::min<std::int64_t>(ms, poll_piece));
  }

  unsigned poll_once(unsigned events, int timeout) {
    const bool no_room_to_wait_for = (events & writable) && ended_;
    std::array<pollfd, 4> fds{pollfd{events & readable ? in_.get() : -1, POLLIN, 0},
                              pollfd{events & writable && !ended_ ? out_fd() : -1, POLLOUT, 0},
                              pollfd{events & woken ? woken_event_.get() : -1, POLLIN, 0},
                              pollfd{closed_event_.get(), POLLIN, 0}};
    if (::poll(fds.data(), fds.size(), no_room_to_wait_for ? 0 : timeout) < 0) return 0;
    if (fds[3].revents) return events & (readable | writable);
    unsigned found = no_room_to_wait_for ? writable : 0u;
    if (fds[0].revents) found |= readable;
    if (fds[1].revents) found |= writable;
    std::uint64_t count;
    if (fds[2].revents && ::read(woken_event_.get(), &count, sizeof count) > 0) found |= woken;
    return found;
  }

  const UniqueFd in_;
  const UniqueFd out_;
  const UniqueFd woken_event_ = make_event();
  const UniqueFd closed_event_ = make_event();
  std::atomic<bool> closed_{false};
  std::atomic<bool> ended_{false};
};

}  // namespace

std::shared_ptr<SftpStream> sftp_stream(int in, int out) {
  UniqueFd first(in), second(out == in ? -1 : out);
  // First: the stream's own descriptors could get the number of one that is not open.
  make_non_blocking(in);
  make_non_blocking(out);
  return std::make_shared<DescriptorStream>(std::move(first), std::move(second));
}

}  // namespace amiko
