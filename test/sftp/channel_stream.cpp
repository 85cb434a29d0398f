// amiko - tests of SFTP's stream over a channel
#include <amiko/sftp/sftp_stream.hpp>

#include <amiko/sftp/sftp_client.hpp>

#include <boost/test/unit_test.hpp>

#include <array>
#include <atomic>
#include <string>
#include <thread>

#include "common/deadline.hpp"
#include "common/joined.hpp"

using amiko::Channel;
using amiko::Deadline;
using amiko::errc;
using amiko::error_code;
using amiko::SftpStream;
using amiko::test::Joined;
using amiko::test::OpenHandler;

namespace {

Deadline late() {
  return Deadline(amiko::test::deadline_after(std::chrono::seconds(20)));
}

struct Session {
  Session() : joined(handler) {
    joined.log_in();
    auto both = joined.session();
    theirs = std::move(both.second);
    stream = amiko::sftp_stream(std::move(both.first));
  }
  std::string read() {
    std::array<std::uint8_t, 100> buffer;
    error_code ec;
    const std::size_t count = stream->read_some(buffer, ec);
    return ec ? "error" : std::string(buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(count));
  }

  OpenHandler handler;
  Joined joined;
  Channel theirs;
  std::shared_ptr<SftpStream> stream;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(channel_stream)

BOOST_AUTO_TEST_CASE(bytes_go_both_ways_and_nothing_waits) {
  Session session;
  std::array<std::uint8_t, 10> buffer;
  error_code ec;
  BOOST_TEST(session.stream->read_some(buffer, ec) == 0u);
  BOOST_TEST((ec == errc::would_block));
  session.theirs.sendall("hello");
  BOOST_TEST(session.stream->wait(SftpStream::readable, late()) == SftpStream::readable);
  BOOST_TEST(session.read() == "hello");
  BOOST_TEST(session.stream->write_some("back", ec) == 4u);
  BOOST_TEST(session.theirs.recv(100) == "back");
  session.stream->end_writing();
  BOOST_TEST(session.theirs.recv(100).empty());
  session.theirs.send_eof();
  BOOST_TEST(session.stream->wait(SftpStream::readable, late()) == SftpStream::readable);
  BOOST_TEST(session.stream->read_some(buffer, ec) == 0u);
  BOOST_TEST(!ec);
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-45"))
BOOST_AUTO_TEST_CASE(standard_error_is_dropped_and_ends_no_wait) {
  Session session;
  session.theirs.sendall_stderr(std::string(100'000, 'e'));
  session.theirs.sendall("out");
  BOOST_TEST(session.stream->wait(SftpStream::readable, late()) == SftpStream::readable);
  BOOST_TEST(session.read() == "out");
}

BOOST_AUTO_TEST_CASE(no_room_would_block_until_the_window_opens) {
  Session session;
  error_code ec;
  const std::string data(1'000'000, 'x');
  std::size_t sent = 0;
  // The connection's own buffer may be full, too, and has room again by itself; the window has not.
  do {
    ec.clear();
    while (!ec)
      sent += session.stream->write_some(data, ec);
    BOOST_TEST((ec == errc::would_block));
  } while (session.stream->wait(SftpStream::writable, Deadline::after(std::chrono::milliseconds(100))) != 0);
  for (std::size_t got = 0; got < sent;)
    got += session.theirs.recv(1 << 20).size();
  BOOST_TEST(session.stream->wait(SftpStream::writable, late()) == SftpStream::writable);
}

BOOST_AUTO_TEST_CASE(wake_ends_a_wait) {
  Session session;
  std::thread other([&] { session.stream->wake(); });
  BOOST_TEST(session.stream->wait(SftpStream::readable | SftpStream::woken, late()) == SftpStream::woken);
  other.join();
  BOOST_TEST(session.stream->wait(SftpStream::woken, Deadline::after(std::chrono::milliseconds(1))) == 0u);
}

BOOST_AUTO_TEST_CASE(close_ends_a_wait) {
  Session session;
  std::thread other([&] { session.stream->close(); });
  BOOST_TEST((session.stream->wait(SftpStream::readable, late()) & SftpStream::readable));
  other.join();
}

BOOST_AUTO_TEST_CASE(a_failure_names_the_peer) {
  OpenHandler handler;
  Joined joined(handler);
  joined.log_in();
  auto both = joined.session();
  const std::string peer = both.first.getpeername();
  const auto stream = amiko::sftp_stream(std::move(both.first));
  BOOST_TEST(stream->failure(errc::connection_lost).peer == peer);
  BOOST_TEST((stream->failure(errc::connection_lost).code == errc::connection_lost));
}

BOOST_AUTO_TEST_CASE(a_borrowed_channel_stays_open) {
  OpenHandler handler;
  Joined joined(handler);
  joined.log_in();
  auto both = joined.session();
  {
    const auto stream = amiko::borrowed_sftp_stream(both.first);
    error_code ec;
    BOOST_TEST(stream->write_some("x", ec) == 1u);
  }
  BOOST_TEST(!both.first.closed());
  BOOST_TEST(both.second.recv(10) == "x");
}

BOOST_AUTO_TEST_CASE(a_connection_that_is_lost_is_told_to_the_client) {
  OpenHandler handler;
  Joined joined(handler);
  joined.log_in();
  auto both = joined.session();
  std::atomic<bool> asked{false};
  std::thread server([&] {
    // INIT, VERSION, and no answer to what follows.
    std::string got;
    while (got.size() < 9)
      got += both.second.recv(100);
    both.second.sendall(std::string("\0\0\0\5\2\0\0\0\3", 9));
    got.clear();
    while (got.empty())
      got = both.second.recv(100);
    asked = true;
  });
  amiko::SftpClient client(std::move(both.first), {.timeout = amiko::test::scaled(std::chrono::seconds(20))});
  std::thread closer([&] {
    amiko::test::eventually([&] { return asked.load(); });
    joined.server.close();
  });
  BOOST_CHECK_THROW(client.stat("x"), amiko::Error);
  BOOST_TEST(!client.is_open());
  closer.join();
  server.join();
}

BOOST_AUTO_TEST_SUITE_END()
