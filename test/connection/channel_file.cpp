// amiko - tests of a channel as a buffered file
#include <amiko/connection/channel_file.hpp>

#include <amiko/connection/channel.hpp>
#include <amiko/connection/transport.hpp>

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

#include "common/calls.hpp"
#include "common/scripted_server.hpp"

using amiko::ByteView;
using amiko::Channel;
using amiko::ChannelFile;
using amiko::errc;
using amiko::test::Call;
using amiko::test::eventually;
using amiko::test::has_code;
using amiko::test::must;
using amiko::test::says;
using amiko::test::ScriptedOptions;
using amiko::test::ScriptedPeer;
using amiko::test::ScriptedSession;
using amiko::test::settle;
namespace wire = amiko::wire;
using namespace std::chrono_literals;
using Strings = std::vector<std::string>;

namespace {

// The pieces arrive one by one: each is read before the next is sent, or time has passed.
void arrive(ScriptedSession& session, const Strings& pieces, bool end) {
  for (const std::string& piece : pieces)
    session.server.run([&](ScriptedPeer& peer) { peer.write(peer.channel(), piece); });
  if (end) session.server.run([](ScriptedPeer& peer) { peer.exit(peer.channel(), 0); });
}

std::string received(ScriptedSession& session) {
  session.client.global_request("a round trip");
  std::string text;
  session.server.run([&](ScriptedPeer& peer) { text = ByteView(peer.channel().received).str(); });
  return text;
}

// All lines of a text that comes in these pieces, each of which is waited for.
Strings universal_lines(const Strings& pieces, Strings& newlines) {
  ScriptedSession session;
  Channel channel = session.exec("hold");
  ChannelFile file = channel.makefile("rU");
  Strings lines;
  Call reader([&] {
    while (auto line = file.readline())
      lines.push_back(*line);
  });
  for (const std::string& piece : pieces) {
    arrive(session, {piece}, false);
    eventually([&] { return !channel.recv_ready(); }, 200ms);
  }
  arrive(session, {}, true);
  BOOST_TEST(!reader.failure());
  newlines = file.newlines();
  return lines;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(channel_file)

BOOST_AUTO_TEST_CASE(lines) {
  ScriptedSession session;
  Channel channel = session.exec("hold");
  arrive(session, {"one\ntw", "o\n", "\n", "last"}, true);
  ChannelFile file = channel.makefile();
  BOOST_TEST(file.readline().value() == "one");
  BOOST_TEST(file.readline_raw() == "two\n");
  BOOST_TEST(file.readline().value() == "");
  BOOST_TEST(file.readline_raw() == "last");
  BOOST_TEST(!file.readline().has_value());
  BOOST_TEST(file.readline_raw() == "");
  BOOST_TEST(!file.readline().has_value());
}

BOOST_AUTO_TEST_CASE(without_universal_newlines_cr_is_data) {
  ScriptedSession session;
  Channel channel = session.exec("hold");
  arrive(session, {"a\r\nb\rc\n"}, true);
  BOOST_TEST((channel.makefile("rb").readlines() == Strings{"a\r", "b\rc"}));
}

BOOST_AUTO_TEST_CASE(universal_newlines_at_every_border) {
  const std::string text = "a\r\nb\rc\nd\r\r\n\ne\r";
  const Strings expected{"a", "b", "c", "d", "", "", "e"};
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    BOOST_TEST_CONTEXT("cut at " << cut) {
      Strings newlines;
      BOOST_TEST(universal_lines({text.substr(0, cut), text.substr(cut)}, newlines) == expected,
                 boost::test_tools::per_element());
      BOOST_TEST(newlines == (Strings{"\r", "\n", "\r\n"}), boost::test_tools::per_element());
    }
  }
}

BOOST_AUTO_TEST_CASE(only_the_newlines_that_were_seen) {
  Strings newlines;
  universal_lines({"a\r\nb\r", "\nc"}, newlines);
  BOOST_TEST((newlines == Strings{"\r\n"}));
  universal_lines({"a\r", "b\r"}, newlines);
  BOOST_TEST((newlines == Strings{"\r"}));
  universal_lines({"a\n", "b"}, newlines);
  BOOST_TEST((newlines == Strings{"\n"}));
  universal_lines({"ab"}, newlines);
  BOOST_TEST(newlines.empty());
}

// A program that ends its lines with CR and then waits for an answer must not hang.
BOOST_AUTO_TEST_CASE(a_line_ended_by_cr_is_there_at_once) {
  ScriptedSession session;
  Channel channel = session.exec("hold");
  ChannelFile file = channel.makefile("rU");
  channel.settimeout(20s);
  arrive(session, {"question?\r"}, false);
  BOOST_TEST(file.readline().value() == "question?");
  arrive(session, {"\nnext\r\n"}, false);
  BOOST_TEST(file.readline().value() == "next");
}

BOOST_AUTO_TEST_CASE(over_long_lines) {
  ScriptedSession session;
  Channel channel = session.exec("hold");
  arrive(session, {"12345\n123456\n1234567"}, true);
  ChannelFile file = channel.makefile();
  BOOST_TEST(file.readline(5).value() == "12345");
  BOOST_CHECK_EXCEPTION(file.readline(5), amiko::Error, has_code(errc::output_limit));
  BOOST_TEST(file.readline(6).value() == "123456");  // nothing is lost by it
  BOOST_CHECK_EXCEPTION(file.readline_raw(6), amiko::Error, has_code(errc::output_limit));
  BOOST_TEST(file.readline_raw(7) == "1234567");
}

BOOST_AUTO_TEST_CASE(a_line_without_end_is_limited_too) {
  ScriptedSession session;
  Channel channel = session.exec("hold");
  arrive(session, {std::string(200'000, 'x')}, false);
  ChannelFile file = channel.makefile();
  BOOST_CHECK_EXCEPTION(file.readline(1000), amiko::Error, says(errc::output_limit, "1000"));
}

BOOST_AUTO_TEST_CASE(read_gives_what_is_asked_for) {
  ScriptedSession session;
  Channel channel = session.exec("hold");
  arrive(session, {"0123", "456", "789"}, true);
  ChannelFile file = channel.makefile();
  BOOST_TEST(file.read(0) == "");
  BOOST_TEST(file.read(5) == "01234");
  BOOST_TEST(file.read() == "56789");
  BOOST_TEST(file.read(5) == "");
  BOOST_TEST(file.read() == "");
}

BOOST_AUTO_TEST_CASE(large_reads_and_lines_mixed) {
  ScriptedSession session;
  Channel channel = session.exec("hold");
  std::string text;
  for (int i = 0; i < 20'000; ++i)
    text += std::to_string(i) + "\n";
  arrive(session, {text}, true);
  ChannelFile file = channel.makefile();
  std::string got;
  for (int i = 0; i < 100; ++i) {
    got += file.readline_raw();
    got += file.read(7);
  }
  for (const std::string& line : file)
    got += line + "\n";
  BOOST_TEST((got == text));
}

BOOST_AUTO_TEST_CASE(a_timeout_loses_nothing) {
  ScriptedSession session;
  Channel channel = session.exec("hold");
  ChannelFile file = channel.makefile();
  channel.settimeout(20ms);
  arrive(session, {"half a li"}, false);
  BOOST_CHECK_EXCEPTION(file.readline(), amiko::TimeoutError, has_code(errc::timed_out));
  BOOST_CHECK_EXCEPTION(file.read(100), amiko::TimeoutError, has_code(errc::timed_out));
  BOOST_CHECK_EXCEPTION(file.read(), amiko::TimeoutError, has_code(errc::timed_out));
  BOOST_CHECK_EXCEPTION(file.readlines(), amiko::TimeoutError, has_code(errc::timed_out));
  arrive(session, {"ne\nsecond\nthird"}, false);
  channel.settimeout(20s);
  BOOST_TEST(file.readline().value() == "half a line");
  channel.settimeout(20ms);
  BOOST_CHECK_EXCEPTION(file.readlines(), amiko::TimeoutError, has_code(errc::timed_out));
  arrive(session, {}, true);
  channel.settimeout(20s);
  BOOST_TEST((file.readlines() == Strings{"second", "third"}));
}

BOOST_AUTO_TEST_CASE(what_was_read_comes_before_the_error) {
  ScriptedSession session;
  Channel channel = session.exec("hold");
  ChannelFile file = channel.makefile();
  session.server.run([](ScriptedPeer& peer) {
    peer.write(peer.channel(), "one\ntwo\nthr");
    peer.shut_down();
  });
  BOOST_TEST(file.readline().value() == "one");
  BOOST_TEST(file.readline().value() == "two");
  BOOST_CHECK_EXCEPTION(file.readline(), amiko::Disconnected, has_code(errc::connection_lost));
}

BOOST_AUTO_TEST_CASE(standard_error_has_its_own_file) {
  ScriptedSession session;
  Channel channel = session.exec("hold");
  session.server.run([](ScriptedPeer& peer) {
    peer.write_stderr(peer.channel(), "bad\n");
    peer.write(peer.channel(), "good\n");
    peer.exit(peer.channel(), 0);
  });
  ChannelFile out = channel.makefile();
  ChannelFile err = channel.makefile_stderr();
  BOOST_TEST((out.readlines() == Strings{"good"}));
  BOOST_TEST((err.readlines() == Strings{"bad"}));
}

BOOST_AUTO_TEST_CASE(modes_that_make_no_sense) {
  ScriptedSession session;
  Channel channel = session.client.open_session();
  for (const char* mode : {"x", "rt", "r w"})
    BOOST_CHECK_EXCEPTION(channel.makefile(mode), amiko::Error, says(errc::invalid_argument, mode));
  for (const char* mode : {"r", "w", "rb", "wb", "r+", "a", "rU", "U", ""})
    BOOST_CHECK_NO_THROW(channel.makefile(mode));
}

BOOST_AUTO_TEST_CASE(writes_are_buffered) {
  ScriptedSession session;
  Channel channel = session.exec("hold");
  ChannelFile file = channel.makefile("w");
  file.write("not yet\n");
  BOOST_TEST(received(session) == "");
  file.flush();
  BOOST_TEST(received(session) == "not yet\n");
  file.write(std::string(9000, 'x'));  // more than the buffer
  BOOST_TEST(received(session).size() == 9008U);
}

BOOST_AUTO_TEST_CASE(buffer_sizes) {
  ScriptedSession session;
  Channel channel = session.exec("hold");
  ChannelFile through = channel.makefile("w", 0);
  through.write("a");
  BOOST_TEST(received(session) == "a");
  ChannelFile line_wise = channel.makefile("w", 1);
  line_wise.write("b");
  BOOST_TEST(received(session) == "a");
  line_wise.write("c\nd");
  BOOST_TEST(received(session) == "abc\nd");
  ChannelFile four = channel.makefile("w", 4);
  four.write("123");
  BOOST_TEST(received(session) == "abc\nd");
  four.write("4");
  BOOST_TEST(received(session) == "abc\nd1234");
  four.writelines({"5\n", "6\n", "7"});
  BOOST_TEST(received(session) == "abc\nd12345\n6\n");
}

BOOST_AUTO_TEST_CASE(close_flushes_and_leaves_the_channel_open) {
  ScriptedSession session;
  Channel channel = session.exec("hold");
  ChannelFile file = channel.makefile_stdin();
  file.write("rest");
  BOOST_TEST(!file.closed());
  file.close();
  file.close();
  BOOST_TEST(file.closed());
  BOOST_TEST(received(session) == "rest");
  BOOST_CHECK_EXCEPTION(file.write("x"), amiko::Error, has_code(errc::no_state));
  channel.sendall("more");
  BOOST_TEST(received(session) == "restmore");
}

BOOST_AUTO_TEST_CASE(the_destructor_flushes_what_it_can) {
  ScriptedSession session;
  Channel channel = session.exec("hold");
  channel.makefile("w").write("rest");
  BOOST_TEST(received(session) == "rest");
}

BOOST_AUTO_TEST_CASE(a_write_that_times_out_keeps_what_is_left) {
  ScriptedOptions options;
  options.window = 10;
  ScriptedSession session(std::move(options));
  Channel channel = session.exec("hold");
  session.server.run([](ScriptedPeer& peer) { peer.channel().grant = false; });
  channel.settimeout(20ms);
  ChannelFile file = channel.makefile("w");
  file.write("0123456789abc");
  BOOST_CHECK_EXCEPTION(file.flush(), amiko::TimeoutError, says(errc::timed_out, "3 bytes"));
  session.server.run([](ScriptedPeer& peer) {
    peer.channel().granted += 10;
    peer.send(wire::ChannelWindowAdjust{.recipient = peer.channel().client_id, .bytes = 10});
  });
  channel.settimeout(20s);
  file.flush();
  BOOST_TEST(received(session) == "0123456789abc");
}

BOOST_AUTO_TEST_CASE(reader_and_writer_at_once) {
  ScriptedSession session;
  Channel channel = session.exec("cat");
  ChannelFile in = channel.makefile("w");
  ChannelFile out = channel.makefile("r");
  Call writer([&] {
    for (int i = 0; i < 5000; ++i)
      in.write("line " + std::to_string(i) + "\n");
    in.close();
    channel.send_eof();
  });
  int next = 0;
  for (const std::string& line : out)
    BOOST_REQUIRE(line == "line " + std::to_string(next++));
  BOOST_TEST(next == 5000);
  BOOST_TEST(!writer.failure());
}

BOOST_AUTO_TEST_SUITE_END()
