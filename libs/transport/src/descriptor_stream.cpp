// amiko - two descriptors as a Stream: pipes, terminals, or a socket
#include <amiko/transport/descriptor_stream.hpp>

#include <amiko/base/error.hpp>
#include <amiko/support/sigpipe.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <optional>

namespace amiko::transport {
namespace {

namespace asio = boost::asio;
using Descriptor = asio::posix::stream_descriptor;

// A descriptor in non-blocking mode, which belongs to the open file and not to the descriptor.
class NonBlocking {
 public:
  explicit NonBlocking(support::UniqueFd fd) : fd_(std::move(fd)), flags_(::fcntl(fd_.get(), F_GETFL)) {
    struct stat status {};
    if (flags_ < 0 || ::fstat(fd_.get(), &status) != 0 || S_ISREG(status.st_mode) || S_ISDIR(status.st_mode))
      throw_error(errc::invalid_argument, "descriptor " + std::to_string(fd_.get()) + " cannot be polled");
    ::fcntl(fd_.get(), F_SETFL, flags_ | O_NONBLOCK);
    ::fcntl(fd_.get(), F_SETFD, FD_CLOEXEC);
  }
  NonBlocking(NonBlocking&&) noexcept = default;
  NonBlocking& operator=(NonBlocking&&) = delete;
  ~NonBlocking() { reset(); }

  void reset() noexcept {
    if (fd_) ::fcntl(fd_.get(), F_SETFL, flags_);
    fd_.reset();
  }
  int get() const noexcept { return fd_.get(); }

 private:
  support::UniqueFd fd_;
  int flags_;
};

class DescriptorStream final : public Stream {
 public:
  DescriptorStream(support::UniqueFd in, support::UniqueFd out) : in_(std::move(in)) {
    if (out) out_.emplace(std::move(out));
  }
  ~DescriptorStream() override { close(); }

  void attach(asio::io_context& io, StreamEvents& events) override {
    events_ = &events;
    // Asio closes what it is given; the mode has to be set back first.
    reader_.emplace(io, in_.get());
    if (out_) writer_.emplace(io, out_->get());
  }

  void start_read(MutableBytes into) override {
    reader_->async_read_some(asio::buffer(into.data(), into.size()), [this](error_code error, std::size_t n) {
      if (error == asio::error::eof) error.clear();
      events_->on_read(error, n);
    });
  }

  void wait_writable() override {
    writer().async_wait(Descriptor::wait_write, [this](error_code error) { events_->on_writable(error); });
  }

  std::size_t write_some(ByteView data, error_code& error) noexcept override {
    support::NoSigpipe no_sigpipe;
    for (;;) {
      const ssize_t n = down_ ? (errno = EPIPE, -1) : ::write(out_fd(), data.data(), data.size());
      if (n >= 0) {
        error.clear();
        return static_cast<std::size_t>(n);
      }
      if (errno == EINTR) continue;
      no_sigpipe.broken = errno == EPIPE && !down_;
      error = errno == EAGAIN || errno == EWOULDBLOCK ? error_code(errc::would_block)
                                                      : error_code(errno, boost::system::system_category());
      return 0;
    }
  }

  // A socket tells the other end; for pipes that has to wait until close().
  void shutdown() noexcept override {
    if (down_.exchange(true)) return;
    ::shutdown(in_.get(), SHUT_RDWR);
    if (out_) ::shutdown(out_->get(), SHUT_RDWR);
  }

  void close() noexcept override {
    down_ = true;
    if (reader_) reader_->release();
    if (writer_) writer_->release();
    reader_.reset();
    writer_.reset();
    in_.reset();
    if (out_) out_->reset();
  }

 private:
  int out_fd() const noexcept { return out_ ? out_->get() : in_.get(); }
  Descriptor& writer() noexcept { return writer_ ? *writer_ : *reader_; }

  NonBlocking in_;
  std::optional<NonBlocking> out_;
  std::atomic<bool> down_{false};
  StreamEvents* events_ = nullptr;
  std::optional<Descriptor> reader_, writer_;
};

}  // namespace

std::unique_ptr<Stream> make_descriptor_stream(support::UniqueFd in, support::UniqueFd out) {
  return std::make_unique<DescriptorStream>(std::move(in), std::move(out));
}

}  // namespace amiko::transport
