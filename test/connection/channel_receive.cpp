// amiko - tests of a channel's receiving side
#include <amiko/connection/channel.hpp>
#include <amiko/connection/transport.hpp>

#include <boost/test/unit_test.hpp>

#include <array>
#include <string>

#include "common/calls.hpp"
#include "common/scripted_server.hpp"

using amiko::ByteView;
using amiko::Channel;
using amiko::errc;
using amiko::error_code;
using amiko::TransportOptions;
using amiko::test::Call;
using amiko::test::eventually;
using amiko::test::has_code;
using amiko::test::must;
using amiko::test::ScriptedPeer;
using amiko::test::ScriptedSession;
using amiko::test::ServedChannel;
using amiko::test::settle;
using amiko::wire::MessageNumber;
namespace wire = amiko::wire;
using namespace std::chrono_literals;

namespace {

std::string read_all(Channel& channel, std::size_t piece = 65536) {
  std::string all;
  for (std::string part; !(part = channel.recv(piece)).empty();)
    all += part;
  return all;
}

std::string pattern(std::size_t size) {
  std::string text(size, '\0');
  for (std::size_t i = 0; i < size; ++i)
    text[i] = static_cast<char>(i * 31 + i / 251);
  return text;
}

TransportOptions windows(std::uint32_t first, std::uint32_t most, std::uint32_t packet) {
  TransportOptions options;
  options.window_size = first;
  options.max_window_size = most;
  options.max_packet_size = packet;
  return options;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(channel_receive)

BOOST_AUTO_TEST_CASE(data_comes_in_the_pieces_that_are_asked_for) {
  ScriptedSession session;
  Channel channel = session.exec("hold");
  session.server.run([](ScriptedPeer& peer) {
    peer.write(peer.channel(), "hello ");
    peer.write(peer.channel(), "world");
  });
  std::string text;
  while (text.size() < 11) {
    const std::string piece = channel.recv(4);
    BOOST_TEST(piece.size() <= 4U);
    BOOST_TEST(!piece.empty());
    text += piece;
  }
  BOOST_TEST(text == "hello world");
  BOOST_TEST(!channel.recv_ready());
}

BOOST_AUTO_TEST_CASE(timeouts_throw_and_lose_nothing) {
  ScriptedSession session;
  Channel channel = session.exec("hold");
  channel.settimeout(10ms);
  BOOST_CHECK_EXCEPTION(channel.recv(1), amiko::TimeoutError, has_code(errc::timed_out));
  BOOST_CHECK_EXCEPTION(channel.recv_stderr(1), amiko::TimeoutError, has_code(errc::timed_out));
  BOOST_CHECK_EXCEPTION(channel.recv_exit_status(), amiko::TimeoutError, has_code(errc::timed_out));
  channel.settimeout(0s);
  BOOST_CHECK_EXCEPTION(channel.recv(1), amiko::Error, has_code(errc::would_block));
  BOOST_CHECK_EXCEPTION(channel.recv_exit_status(), amiko::Error, has_code(errc::would_block));
  std::array<std::uint8_t, 16> buffer{};
  error_code ec;
  BOOST_TEST(channel.recv(buffer, ec) == 0U);
  BOOST_TEST((ec == errc::would_block));
  channel.settimeout(10ms);
  BOOST_TEST(channel.recv_stderr(buffer, ec) == 0U);
  BOOST_TEST((ec == errc::timed_out));
  session.server.run([](ScriptedPeer& peer) {
    peer.write(peer.channel(), "now");
    peer.exit(peer.channel(), 0);
  });
  channel.settimeout(amiko::forever);
  BOOST_TEST(channel.recv(buffer, ec) == 3U);
  BOOST_TEST(!ec);
  BOOST_TEST(channel.recv(buffer, ec) == 0U);
  BOOST_TEST(!ec);  // the end is no error
}

BOOST_AUTO_TEST_CASE(error_codes_tell_what_ended_the_connection) {
  ScriptedSession session;
  Channel channel = session.exec("hold");
  session.server.run([](ScriptedPeer& peer) {
    peer.write(peer.channel(), "last");
    peer.send(wire::Disconnect{.reason = 2, .description = "x"});
  });
  std::array<std::uint8_t, 16> buffer{};
  error_code ec;
  BOOST_TEST(channel.recv(buffer, ec) == 4U);
  BOOST_TEST(!ec);
  BOOST_TEST(channel.recv(buffer, ec) == 0U);
  BOOST_TEST((ec == errc::disconnected));
  BOOST_TEST(channel.recv_stderr(buffer, ec) == 0U);
  BOOST_TEST((ec == errc::disconnected));
  BOOST_TEST(channel.send("x", ec) == 0U);
  BOOST_TEST((ec == errc::disconnected));
}

BOOST_AUTO_TEST_CASE(eof_ends_reading_and_leaves_writing) {
  ScriptedSession session;
  Channel channel = session.exec("hold");
  session.server.run([](ScriptedPeer& peer) {
    peer.write(peer.channel(), "data");
    peer.channel().eof_sent = true;
    peer.send(wire::ChannelEof{.recipient = peer.channel().client_id});
  });
  BOOST_TEST(read_all(channel) == "data");
  BOOST_TEST(channel.recv(1).empty());
  BOOST_TEST(channel.eof_received());
  BOOST_TEST(!channel.closed());
  channel.sendall("still going");
  BOOST_TEST(eventually([&] {
    std::size_t n = 0;
    session.server.run([&](ScriptedPeer& peer) { n = peer.channel().received.size(); });
    return n == 11;
  }));
}

BOOST_AUTO_TEST_CASE(close_without_eof_ends_reading_too) {
  ScriptedSession session;
  Channel channel = session.exec("hold");
  session.server.run([](ScriptedPeer& peer) {
    peer.write(peer.channel(), "data");
    peer.close(peer.channel());
  });
  BOOST_TEST(read_all(channel) == "data");
  BOOST_TEST(channel.closed());
  BOOST_TEST(channel.eof_received());
}

BOOST_AUTO_TEST_CASE(data_right_before_the_connection_s_end_is_handed_out) {
  ScriptedSession session;
  Channel channel = session.exec("hold");
  Call reader([&] {
    std::string text;
    while (text.size() < 100'000)
      text += channel.recv(1000);
    must((text == pattern(100'000)));
    channel.recv(1);
  });
  session.server.run([](ScriptedPeer& peer) {
    peer.write(peer.channel(), pattern(100'000));
    peer.shut_down();
  });
  BOOST_TEST((reader.code() == errc::connection_lost));
}

BOOST_AUTO_TEST_CASE(standard_error_is_apart) {
  ScriptedSession session;
  Channel channel = session.exec("hold");
  session.server.run([](ScriptedPeer& peer) {
    peer.write(peer.channel(), "out");
    peer.write_stderr(peer.channel(), "err");
    peer.exit(peer.channel(), 0);
  });
  BOOST_TEST(channel.recv_stderr(100) == "err");
  BOOST_TEST(channel.recv(100) == "out");
  BOOST_TEST(channel.recv_stderr(100).empty());
  BOOST_TEST(channel.recv(100).empty());
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-44"))
BOOST_AUTO_TEST_CASE(standard_error_unread_does_not_hold_up_standard_output) {
  ScriptedSession session;
  Channel channel = session.exec("hold");
  session.server.run([](ScriptedPeer& peer) { peer.write_stderr(peer.channel(), "not read"); });
  session.server.run([](ScriptedPeer& peer) { peer.write(peer.channel(), "read"); });
  BOOST_TEST(channel.recv(100) == "read");
  BOOST_TEST(channel.recv_stderr_ready());
  BOOST_TEST(!channel.recv_ready());
}

BOOST_AUTO_TEST_CASE(combined_they_come_in_the_order_of_arrival) {
  ScriptedSession session;
  Channel channel = session.exec("hold");
  session.server.run([](ScriptedPeer& peer) { peer.write_stderr(peer.channel(), "1"); });
  BOOST_REQUIRE(eventually([&] { return channel.recv_stderr_ready(); }));
  BOOST_TEST(!channel.set_combine_stderr(true));
  BOOST_TEST(channel.set_combine_stderr(true));
  session.server.run([](ScriptedPeer& peer) {
    peer.write(peer.channel(), "2");
    peer.write_stderr(peer.channel(), "3");
    peer.write(peer.channel(), "4");
    peer.exit(peer.channel(), 0);
  });
  BOOST_TEST(read_all(channel) == "1234");
  BOOST_TEST(channel.recv_stderr(10).empty());
}

BOOST_AUTO_TEST_CASE(combining_wakes_a_reader_that_waits) {
  ScriptedSession session;
  Channel channel = session.exec("hold");
  session.server.run([](ScriptedPeer& peer) { peer.write_stderr(peer.channel(), "x"); });
  BOOST_REQUIRE(eventually([&] { return channel.recv_stderr_ready(); }));
  Call reader([&] { must(channel.recv(10) == "x"); });
  settle();
  channel.set_combine_stderr(true);
  BOOST_TEST(!reader.failure());
}

BOOST_AUTO_TEST_CASE(extended_data_of_other_types_is_dropped_and_counted) {
  ScriptedSession session({}, windows(1000, 1000, 500));
  Channel channel = session.exec("hold");
  const std::string junk(500, 'j');
  // Ten windows' worth: the window must have been granted again and again.
  for (int i = 0; i < 20; ++i) {
    BOOST_REQUIRE(eventually([&] {
      bool room = false;
      session.server.run([&](ScriptedPeer& peer) { room = peer.channel().window >= junk.size(); });
      return room;
    }));
    session.server.run([&](ScriptedPeer& peer) {
      peer.channel().window -= junk.size();
      peer.send(wire::ChannelExtendedData{.recipient = peer.channel().client_id, .type = 7, .data = junk});
    });
  }
  session.server.run([](ScriptedPeer& peer) { peer.exit(peer.channel(), 0); });
  BOOST_TEST(read_all(channel).empty());
  BOOST_TEST(channel.recv_stderr(10).empty());
}

BOOST_AUTO_TEST_CASE(a_large_stream_through_small_windows) {
  for (const std::uint32_t packet : {1U, 7U, 1000U, 32768U}) {
    BOOST_TEST_CONTEXT("packets of " << packet) {
      const std::uint32_t window = std::max(packet, 50U);
      ScriptedSession session({}, windows(window, window, packet));
      Channel channel = session.exec("hold");
      const std::string sent = pattern(packet < 100 ? 3000 : 500'000);
      session.server.run([&](ScriptedPeer& peer) {
        peer.write(peer.channel(), sent);
        peer.exit(peer.channel(), 0);
      });
      BOOST_TEST((read_all(channel, 333) == sent));
    }
  }
}

BOOST_AUTO_TEST_CASE(nothing_is_granted_while_nobody_reads) {
  ScriptedSession session({}, windows(10'000, 10'000, 1000));
  Channel channel = session.exec("hold");
  session.server.run([](ScriptedPeer& peer) { peer.write(peer.channel(), pattern(50'000)); });
  BOOST_REQUIRE(eventually([&] { return channel.recv_ready(); }));
  session.client.global_request("a round trip");
  session.server.run([](ScriptedPeer& peer) {
    BOOST_TEST(peer.channel().window == 0U);
    BOOST_TEST(peer.channel().backlog.size() == 40'000U);
  });
  std::string text;
  while (text.size() < 50'000)
    text += channel.recv(4096);
  BOOST_TEST((text == pattern(50'000)));
}

BOOST_AUTO_TEST_CASE(the_window_grows_when_it_holds_the_peer_back) {
  ScriptedSession session({}, windows(64 * 1024, 1024 * 1024, 16 * 1024));
  Channel channel = session.exec("hold");
  std::uint64_t most = 0;
  constexpr std::size_t piece = 64 * 1024;
  for (int round = 0; round < 60; ++round) {
    session.server.run([&](ScriptedPeer& peer) {
      most = std::max(most, peer.channel().window);
      peer.write(peer.channel(), std::string(piece, 'x'));
    });
    for (std::size_t got = 0; got < piece;)
      got += channel.recv(piece).size();
    session.client.global_request("a round trip");
  }
  BOOST_TEST(most > 512U * 1024);
  BOOST_TEST(most <= 1024U * 1024);
}

BOOST_AUTO_TEST_CASE(more_than_the_window_ends_the_connection) {
  ScriptedSession session({}, windows(1000, 1000, 600));
  Channel channel = session.exec("hold");
  session.server.run([](ScriptedPeer& peer) {
    const std::string data(600, 'x');
    peer.send(wire::ChannelData{.recipient = peer.channel().client_id, .data = data});
    peer.send(wire::ChannelData{.recipient = peer.channel().client_id, .data = data});
  });
  BOOST_TEST(eventually([&] { return !session.client.is_active(); }));
  BOOST_TEST(channel.recv(1000).size() == 600U);  // what was allowed has arrived
  BOOST_CHECK_EXCEPTION(channel.recv(1000), amiko::ProtocolError, has_code(errc::protocol_error));
}

BOOST_AUTO_TEST_CASE(more_than_a_packet_s_maximum_ends_the_connection) {
  ScriptedSession session({}, windows(10'000, 10'000, 600));
  Channel channel = session.exec("hold");
  session.server.run([](ScriptedPeer& peer) {
    peer.send(wire::ChannelData{.recipient = peer.channel().client_id, .data = std::string(601, 'x')});
  });
  BOOST_CHECK_EXCEPTION(channel.recv(1), amiko::ProtocolError, has_code(errc::protocol_error));
}

BOOST_AUTO_TEST_CASE(shutdown_read_drops_and_keeps_granting) {
  ScriptedSession session({}, windows(10'000, 10'000, 1000));
  Channel channel = session.exec("hold");
  session.server.run([](ScriptedPeer& peer) { peer.write(peer.channel(), pattern(20'000)); });
  BOOST_REQUIRE(eventually([&] { return channel.recv_ready(); }));
  channel.shutdown_read();
  BOOST_TEST(channel.recv(100).empty());
  BOOST_TEST(channel.recv_stderr(100).empty());
  BOOST_TEST(eventually([&] {
    bool all_gone = false;
    session.server.run([&](ScriptedPeer& peer) { all_gone = peer.channel().backlog.empty(); });
    return all_gone;
  }));
  channel.sendall("the other way goes on");
  session.server.run([](ScriptedPeer& peer) { peer.exit(peer.channel(), 5); });
  BOOST_TEST((channel.recv_exit_status().code == 5));
}

BOOST_AUTO_TEST_CASE(shutdown_wakes_a_reader) {
  ScriptedSession session;
  Channel channel = session.exec("hold");
  Call reader([&] { must(channel.recv(10).empty()); });
  settle();
  channel.shutdown(amiko::Shutdown::both);
  BOOST_TEST(!reader.failure());
  BOOST_CHECK_EXCEPTION(channel.send("x"), amiko::ChannelError, has_code(errc::channel_closed));
}

BOOST_AUTO_TEST_CASE(several_readers_share_a_stream) {
  ScriptedSession session;
  Channel channel = session.exec("hold");
  std::atomic<std::size_t> total = 0;
  std::vector<Call> readers;
  for (int i = 0; i < 4; ++i)
    readers.emplace_back([&] {
      for (std::string piece; !(piece = channel.recv(1000)).empty();)
        total += piece.size();
    });
  session.server.run([](ScriptedPeer& peer) {
    peer.write(peer.channel(), pattern(3'000'000));
    peer.exit(peer.channel(), 0);
  });
  for (Call& reader : readers)
    BOOST_TEST(!reader.failure());
  BOOST_TEST(total == 3'000'000U);
}

BOOST_AUTO_TEST_SUITE_END()
