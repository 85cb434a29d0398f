// amiko - a connected socket as a Stream
#include <amiko/transport/socket_stream.hpp>

#include <amiko/base/error.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <optional>

namespace amiko::transport {
namespace {

namespace asio = boost::asio;
using Socket = asio::generic::stream_protocol::socket;

class SocketStream final : public Stream {
 public:
  SocketStream(support::UniqueFd fd, int family) : fd_(std::move(fd)), family_(family) {}

  void attach(asio::io_context& io, StreamEvents& events) override {
    events_ = &events;
    socket_.emplace(io);
    native_ = fd_.get();
    socket_->assign(asio::generic::stream_protocol(family_, 0), fd_.release());
    socket_->non_blocking(true);
  }

  void start_read(MutableBytes into) override {
    socket_->async_read_some(asio::buffer(into.data(), into.size()), [this](error_code error, std::size_t n) {
      if (error == asio::error::eof) error.clear();
      events_->on_read(error, n);
    });
  }

  std::size_t read_some(MutableBytes into, error_code& error) noexcept override {
    return transfer([&] { return ::recv(native_, into.data(), into.size(), MSG_DONTWAIT); }, error);
  }

  void wait_writable() override {
    socket_->async_wait(Socket::wait_write, [this](error_code error) { events_->on_writable(error); });
  }

  std::size_t write_some(ByteView data, error_code& error) noexcept override {
    return transfer([&] { return ::send(native_, data.data(), data.size(), MSG_DONTWAIT | MSG_NOSIGNAL); },
                    error);
  }

  void shutdown() noexcept override { ::shutdown(native_, SHUT_RDWR); }

  void close() noexcept override {
    error_code ignored;
    if (socket_) socket_->close(ignored);
    fd_.reset();
  }

 private:
  template <class Call>
  static std::size_t transfer(Call call, error_code& error) noexcept {
    for (;;) {
      const ssize_t n = call();
      if (n >= 0) {
        error.clear();
        return static_cast<std::size_t>(n);
      }
      if (errno == EINTR) continue;
      error = errno == EAGAIN || errno == EWOULDBLOCK ? error_code(errc::would_block)
                                                      : error_code(errno, boost::system::system_category());
      return 0;
    }
  }

  support::UniqueFd fd_;  // until attach()
  int family_;
  int native_ = -1;
  StreamEvents* events_ = nullptr;
  std::optional<Socket> socket_;
};

int socket_option(int fd, int option) {
  int value = 0;
  socklen_t size = sizeof value;
  if (::getsockopt(fd, SOL_SOCKET, option, &value, &size) != 0)
    throw_error(errc::invalid_argument, std::string("not a socket: ") + std::strerror(errno));
  return value;
}

}  // namespace

std::unique_ptr<Stream> make_socket_stream(support::UniqueFd socket) {
  if (socket_option(socket.get(), SO_TYPE) != SOCK_STREAM)
    throw_error(errc::invalid_argument, "the socket is no stream socket");
  const int family = socket_option(socket.get(), SO_DOMAIN);
  if (family == AF_INET || family == AF_INET6) {
    const int on = 1;
    ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }
  return std::make_unique<SocketStream>(std::move(socket), family);
}

}  // namespace amiko::transport
