// amiko - tests of two descriptors as a stream
#include <amiko/transport/descriptor_stream.hpp>

#include <amiko/base/error.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <memory>
#include <string>

#include "common/calls.hpp"

using amiko::Bytes;
using amiko::ByteView;
using amiko::errc;
using amiko::error_code;
using amiko::support::UniqueFd;
using amiko::test::eventually;
using amiko::test::has_code;
using amiko::transport::make_descriptor_stream;
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

/// Two pipes; our ends are those of the stream.
struct Pipes {
  Pipes() {
    std::array<int, 2> in{}, out{};
    BOOST_REQUIRE(::pipe2(in.data(), O_CLOEXEC) == 0);
    BOOST_REQUIRE(::pipe2(out.data(), O_CLOEXEC) == 0);
    writer.reset(in[1]);
    reader.reset(out[0]);
    in_copy.reset(::dup(in[0]));
    stream = make_descriptor_stream(UniqueFd(in[0]), UniqueFd(out[1]));
    stream->attach(io, events);
  }
  ~Pipes() {
    if (stream) stream->close();
  }
  bool poll_until(const int& count, int value) {
    return eventually([&] {
      io.restart();
      io.poll();
      return count == value;
    });
  }
  bool blocks(int fd) const { return (::fcntl(fd, F_GETFL) & O_NONBLOCK) == 0; }

  boost::asio::io_context io;
  Events events;
  UniqueFd writer, reader, in_copy;
  std::unique_ptr<Stream> stream;
  std::array<std::uint8_t, 100> buffer{};
};

}  // namespace

BOOST_AUTO_TEST_SUITE(descriptor_stream)

BOOST_FIXTURE_TEST_CASE(reading_to_the_end, Pipes) {
  stream->start_read(buffer);
  io.poll();
  BOOST_TEST(events.reads == 0);
  BOOST_REQUIRE(::write(writer.get(), "hello", 5) == 5);
  BOOST_TEST(poll_until(events.reads, 1));
  BOOST_TEST(ByteView(buffer.data(), events.size).str() == "hello");
  stream->start_read(buffer);
  writer.reset();
  BOOST_TEST(poll_until(events.reads, 2));
  BOOST_TEST(!events.read_error);
  BOOST_TEST(events.size == 0U);
}

BOOST_FIXTURE_TEST_CASE(writing_until_it_is_full, Pipes) {
  const Bytes data(1'000'000, 'x');
  error_code error;
  std::size_t written = 0;
  for (;;) {
    const std::size_t n = stream->write_some(data, error);
    if (error) break;
    written += n;
  }
  BOOST_TEST((error == errc::would_block));
  stream->wait_writable();
  io.poll();
  BOOST_TEST(events.writables == 0);
  Bytes sink(written);
  for (std::size_t got = 0; got < written;) {
    const auto n = ::read(reader.get(), sink.data(), sink.size());
    BOOST_REQUIRE(n > 0);
    got += static_cast<std::size_t>(n);
  }
  BOOST_TEST(poll_until(events.writables, 1));
}

BOOST_FIXTURE_TEST_CASE(a_reader_that_is_gone_is_an_error_and_no_signal, Pipes) {
  reader.reset();
  error_code error;
  BOOST_TEST(stream->write_some("lost", error) == 0U);
  BOOST_TEST(error.value() == EPIPE);
}

BOOST_FIXTURE_TEST_CASE(after_shutdown_nothing_is_written, Pipes) {
  stream->shutdown();
  error_code error;
  BOOST_TEST(stream->write_some("late", error) == 0U);
  BOOST_TEST(error.failed());
}

// Another program may share the pipe or terminal.
BOOST_FIXTURE_TEST_CASE(the_mode_is_set_back, Pipes) {
  BOOST_TEST(!blocks(in_copy.get()));
  stream->close();
  BOOST_TEST(blocks(in_copy.get()));
}

BOOST_AUTO_TEST_CASE(one_descriptor_for_both_ways) {
  std::array<int, 2> fds{};
  BOOST_REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds.data()) == 0);
  const UniqueFd peer(fds[1]);
  boost::asio::io_context io;
  Events events;
  const auto stream = make_descriptor_stream(UniqueFd(fds[0]), UniqueFd());
  stream->attach(io, events);
  error_code error;
  BOOST_TEST(stream->write_some("ping", error) == 4U);
  std::array<char, 4> got{};
  BOOST_TEST(::read(peer.get(), got.data(), got.size()) == 4);
  stream->shutdown();
  BOOST_TEST(::read(peer.get(), got.data(), got.size()) == 0);
  stream->close();
}

BOOST_AUTO_TEST_CASE(files_cannot_be_polled) {
  BOOST_CHECK_EXCEPTION(
      make_descriptor_stream(UniqueFd(::open("/proc/self/exe", O_RDONLY | O_CLOEXEC)), UniqueFd()),
      amiko::Error, has_code(errc::invalid_argument));
  BOOST_CHECK_EXCEPTION(make_descriptor_stream(UniqueFd(), UniqueFd()), amiko::Error,
                        has_code(errc::invalid_argument));
}

BOOST_AUTO_TEST_SUITE_END()
