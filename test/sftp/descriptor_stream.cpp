// amiko - tests of SFTP's stream over descriptors
#include <amiko/sftp/sftp_stream.hpp>

#include <boost/test/unit_test.hpp>
#include <boost/thread/thread.hpp>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <string>
#include <thread>

#include "common/calls.hpp"
#include "common/deadline.hpp"
#include "common/joined.hpp"

using amiko::Bytes;
using amiko::Deadline;
using amiko::errc;
using amiko::error_code;
using amiko::sftp_stream;
using amiko::SftpStream;
using amiko::test::has_code;

namespace {

Deadline late() {
  return Deadline(amiko::test::deadline_after(std::chrono::seconds(20)));
}

std::array<int, 2> make_pipe() {
  std::array<int, 2> fds{};
  BOOST_REQUIRE(::pipe2(fds.data(), O_CLOEXEC) == 0);
  return fds;
}

std::string read_all(SftpStream& stream) {
  std::array<std::uint8_t, 100> buffer;
  error_code ec;
  const std::size_t count = stream.read_some(buffer, ec);
  return ec ? "error" : std::string(buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(count));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(descriptor_stream)

BOOST_AUTO_TEST_CASE(bytes_go_both_ways_and_nothing_waits) {
  const auto fds = amiko::test::stream_pair();
  const auto mine = sftp_stream(fds[0], fds[0]), theirs = sftp_stream(fds[1], fds[1]);
  std::array<std::uint8_t, 10> buffer;
  error_code ec;
  BOOST_TEST(mine->read_some(buffer, ec) == 0u);
  BOOST_TEST((ec == errc::would_block));
  BOOST_TEST(theirs->write_some("hello", ec) == 5u);
  BOOST_TEST(!ec);
  BOOST_TEST(mine->wait(SftpStream::readable, late()) == SftpStream::readable);
  BOOST_TEST(read_all(*mine) == "hello");
  theirs->end_writing();
  BOOST_TEST(mine->wait(SftpStream::readable, late()) == SftpStream::readable);
  BOOST_TEST(mine->read_some(buffer, ec) == 0u);
  BOOST_TEST(!ec);
  BOOST_TEST(mine->write_some("back", ec) == 4u);
  BOOST_TEST(read_all(*theirs) == "back");
}

BOOST_AUTO_TEST_CASE(a_full_pipe_would_block_until_there_is_room) {
  const auto fds = make_pipe();
  const auto back = make_pipe();
  const auto stream = sftp_stream(back[0], fds[1]);
  error_code ec;
  const Bytes data(100'000, 'x');
  while (!ec)
    stream->write_some(data, ec);
  BOOST_TEST((ec == errc::would_block));
  BOOST_TEST(stream->wait(SftpStream::writable, Deadline::after(std::chrono::milliseconds(5))) == 0u);
  std::array<char, 65536> drained;
  BOOST_REQUIRE(::read(fds[0], drained.data(), drained.size()) > 0);
  BOOST_TEST(stream->wait(SftpStream::writable | SftpStream::readable, late()) == SftpStream::writable);
  ::close(fds[0]);
  ::close(back[1]);
}

BOOST_AUTO_TEST_CASE(a_reader_that_is_gone_is_an_error_and_no_signal) {
  const auto fds = make_pipe();
  const auto back = make_pipe();
  const auto stream = sftp_stream(back[0], fds[1]);
  ::close(fds[0]);
  error_code ec;
  BOOST_TEST(stream->write_some("x", ec) == 0u);
  BOOST_TEST((ec == errc::connection_lost));
  BOOST_TEST((stream->failure(ec).code == errc::connection_lost));
  ::close(back[1]);
}

BOOST_AUTO_TEST_CASE(wake_ends_one_wait_the_present_or_the_next) {
  const auto fds = amiko::test::stream_pair();
  const auto stream = sftp_stream(fds[0], fds[0]);
  stream->wake();
  BOOST_TEST(stream->wait(SftpStream::readable | SftpStream::woken, late()) == SftpStream::woken);
  BOOST_TEST(stream->wait(SftpStream::woken, Deadline::after(std::chrono::milliseconds(1))) == 0u);
  std::thread other([&] { stream->wake(); });
  BOOST_TEST(stream->wait(SftpStream::woken, late()) == SftpStream::woken);
  other.join();
  ::close(fds[1]);
}

BOOST_AUTO_TEST_CASE(close_ends_waits_and_everything_after) {
  const auto fds = amiko::test::stream_pair();
  const auto stream = sftp_stream(fds[0], fds[0]);
  std::thread other([&] { stream->close(); });
  BOOST_TEST((stream->wait(SftpStream::readable, late()) & SftpStream::readable));
  other.join();
  std::array<std::uint8_t, 10> buffer;
  error_code ec;
  BOOST_TEST(stream->read_some(buffer, ec) == 0u);
  BOOST_TEST((ec == errc::closed));
  BOOST_TEST(stream->write_some("x", ec) == 0u);
  BOOST_TEST((ec == errc::closed));
  ::close(fds[1]);
}

BOOST_AUTO_TEST_CASE(close_is_seen_by_the_peer_while_the_stream_is_still_held) {
  const auto fds = amiko::test::stream_pair();
  const auto to = make_pipe(), from = make_pipe();
  const auto over_socket = sftp_stream(fds[0], fds[0]), over_pipes = sftp_stream(from[0], to[1]);
  over_socket->close();
  over_pipes->close();
  over_pipes->close();
  char c;
  BOOST_TEST(::read(fds[1], &c, 1) == 0);
  BOOST_TEST(::read(to[0], &c, 1) == 0);
  for (const int fd : {fds[1], to[0], from[1]})
    ::close(fd);
}

BOOST_AUTO_TEST_CASE(a_wait_can_be_interrupted) {
  const auto fds = amiko::test::stream_pair();
  const auto stream = sftp_stream(fds[0], fds[0]);
  std::atomic<bool> interrupted{false};
  boost::thread waiting([&] {
    try {
      stream->wait(SftpStream::readable, late());
    } catch (const boost::thread_interrupted&) {
      interrupted = true;
    }
  });
  waiting.interrupt();
  waiting.join();
  BOOST_TEST(interrupted);
  ::close(fds[1]);
}

BOOST_AUTO_TEST_CASE(a_descriptor_that_is_not_open_is_refused) {
  const int fd = ::dup(0);
  ::close(fd);
  BOOST_CHECK_EXCEPTION(sftp_stream(fd, fd), amiko::Error, has_code(errc::invalid_argument));
}

BOOST_AUTO_TEST_SUITE_END()
