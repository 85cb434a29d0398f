// amiko - tests of a connected socket as a stream
#include <amiko/transport/socket_stream.hpp>

#include <amiko/base/error.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <memory>
#include <string>

#include "common/calls.hpp"
#include "common/network.hpp"

using amiko::Bytes;
using amiko::ByteView;
using amiko::errc;
using amiko::error_code;
using amiko::support::UniqueFd;
using amiko::test::eventually;
using amiko::test::has_code;
using amiko::transport::make_socket_stream;
using amiko::transport::Stream;

namespace {

struct Events final : amiko::transport::StreamEvents {
  void on_read(error_code error, std::size_t n) override {
    ++reads;
    read_error = error;
    size = n;
  }
  void on_writable(error_code) override { ++writables; }
  int reads = 0, writables = 0;
  error_code read_error;
  std::size_t size = 0;
};

struct Fixture {
  Fixture() {
    std::array<int, 2> fds{};
    BOOST_REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds.data()) == 0);
    ours = fds[0];
    peer.reset(fds[1]);
    stream = make_socket_stream(UniqueFd(fds[0]));
    stream->attach(io, events);
  }
  bool poll_until(const int& count, int value) {
    return eventually([&] {
      io.restart();
      io.poll();
      return count == value;
    });
  }
  boost::asio::io_context io;
  Events events;
  UniqueFd peer;
  int ours = -1;
  std::unique_ptr<Stream> stream;
  std::array<std::uint8_t, 100> buffer{};
};

}  // namespace

BOOST_AUTO_TEST_SUITE(socket_stream)

BOOST_FIXTURE_TEST_CASE(reading, Fixture) {
  stream->start_read(buffer);
  io.poll();
  BOOST_TEST(events.reads == 0);
  BOOST_REQUIRE(::write(peer.get(), "hello", 5) == 5);
  BOOST_TEST(poll_until(events.reads, 1));
  BOOST_TEST(!events.read_error);
  BOOST_TEST(ByteView(buffer.data(), events.size).str() == "hello");
  stream->start_read(buffer);
  peer.reset();
  BOOST_TEST(poll_until(events.reads, 2));
  BOOST_TEST(!events.read_error);  // the end is no error
  BOOST_TEST(events.size == 0U);
}

BOOST_FIXTURE_TEST_CASE(writing_until_it_is_full, Fixture) {
  const Bytes data(1'000'000, 'x');
  error_code error;
  std::size_t written = 0;
  for (;;) {
    const std::size_t n = stream->write_some(data, error);
    if (error) break;
    written += n;
  }
  BOOST_TEST((error == errc::would_block));
  BOOST_TEST(written > 0U);
  stream->wait_writable();
  io.poll();
  BOOST_TEST(events.writables == 0);
  Bytes sink(written);
  for (std::size_t got = 0; got < written;) {
    const auto n = ::read(peer.get(), sink.data(), sink.size());
    BOOST_REQUIRE(n > 0);
    got += static_cast<std::size_t>(n);
  }
  BOOST_TEST(poll_until(events.writables, 1));
  BOOST_TEST(stream->write_some("more", error) == 4U);
  BOOST_TEST(!error);
}

BOOST_FIXTURE_TEST_CASE(writing_to_nobody_is_an_error_and_no_signal, Fixture) {
  peer.reset();
  error_code error;
  BOOST_TEST(stream->write_some("x", error) == 0U);
  BOOST_TEST(error.value() == EPIPE);
}

BOOST_FIXTURE_TEST_CASE(shutdown_ends_reads_and_writes, Fixture) {
  stream->start_read(buffer);
  stream->shutdown();
  BOOST_TEST(poll_until(events.reads, 1));
  BOOST_TEST(events.size == 0U);
  error_code error;
  BOOST_TEST(stream->write_some("x", error) == 0U);
  BOOST_TEST(error.failed());
}

BOOST_FIXTURE_TEST_CASE(close_gives_the_descriptor_back, Fixture) {
  stream->start_read(buffer);
  stream->close();
  BOOST_TEST(::fcntl(ours, F_GETFD) == -1);
  char byte = 0;
  BOOST_TEST(::read(peer.get(), &byte, 1) == 0);
}

BOOST_FIXTURE_TEST_CASE(reading_what_is_there_already, Fixture) {
  error_code error;
  BOOST_TEST(stream->read_some(buffer, error) == 0U);
  BOOST_TEST((error == errc::would_block));
  BOOST_REQUIRE(::write(peer.get(), "hello", 5) == 5);
  BOOST_TEST(stream->read_some(buffer, error) == 5U);
  BOOST_TEST(!error);
  BOOST_TEST((ByteView(buffer).first(5) == "hello"));
  peer.reset();
  BOOST_TEST(stream->read_some(buffer, error) == 0U);
  BOOST_TEST(!error);
}

BOOST_AUTO_TEST_CASE(tcp_sends_at_once) {
  const UniqueFd listener = amiko::test::listen_on_loopback();
  UniqueFd client = amiko::test::connect_to_loopback(amiko::test::local_port(listener.get()));
  const int off = 0;
  ::setsockopt(client.get(), IPPROTO_TCP, TCP_NODELAY, &off, sizeof off);
  const int fd = client.get();
  const auto stream = make_socket_stream(std::move(client));
  int on = 0;
  socklen_t size = sizeof on;
  BOOST_REQUIRE(::getsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, &size) == 0);
  BOOST_TEST(on != 0);
}

BOOST_AUTO_TEST_CASE(only_stream_sockets) {
  BOOST_CHECK_EXCEPTION(make_socket_stream(UniqueFd(::open("/dev/null", O_RDWR | O_CLOEXEC))), amiko::Error,
                        has_code(errc::invalid_argument));
  BOOST_CHECK_EXCEPTION(make_socket_stream(UniqueFd(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0))),
                        amiko::Error, has_code(errc::invalid_argument));
}

BOOST_AUTO_TEST_CASE(never_attached) {
  std::array<int, 2> fds{};
  BOOST_REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds.data()) == 0);
  const UniqueFd peer(fds[1]);
  make_socket_stream(UniqueFd(fds[0])).reset();
  char byte = 0;
  BOOST_TEST(::read(peer.get(), &byte, 1) == 0);
}

BOOST_AUTO_TEST_SUITE_END()
