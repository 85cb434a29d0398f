// amiko - tests of a channel's sending side
#include <amiko/connection/channel.hpp>
#include <amiko/connection/transport.hpp>

#include <sys/mman.h>
#include <boost/test/unit_test.hpp>

#include <cstdlib>

#include <string>

#include "common/calls.hpp"
#include "common/scripted_server.hpp"

using amiko::ByteView;
using amiko::Channel;
using amiko::errc;
using amiko::error_code;
using amiko::test::Call;
using amiko::test::eventually;
using amiko::test::has_code;
using amiko::test::must;
using amiko::test::says;
using amiko::test::ScriptedOptions;
using amiko::test::ScriptedPeer;
using amiko::test::ScriptedSession;
using amiko::test::settle;
using amiko::wire::MessageNumber;
namespace wire = amiko::wire;
using namespace std::chrono_literals;

namespace {

ScriptedOptions takes(std::uint32_t window, std::uint32_t max_packet) {
  ScriptedOptions options;
  options.window = window;
  options.max_packet = max_packet;
  return options;
}

std::string pattern(std::size_t size) {
  std::string text(size, '\0');
  for (std::size_t i = 0; i < size; ++i)
    text[i] = static_cast<char>(i * 37 + i / 253);
  return text;
}

std::string received(ScriptedSession& session) {
  std::string text;
  session.server.run([&](ScriptedPeer& peer) { text = ByteView(peer.channel().received).str(); });
  return text;
}

void grant(ScriptedSession& session, std::uint32_t bytes) {
  session.server.run([&](ScriptedPeer& peer) {
    peer.channel().granted += bytes;
    peer.send(wire::ChannelWindowAdjust{.recipient = peer.channel().client_id, .bytes = bytes});
  });
}

void grant_no_more(ScriptedSession& session) {
  session.server.run([](ScriptedPeer& peer) { peer.channel().grant = false; });
}

}  // namespace

BOOST_AUTO_TEST_SUITE(channel_send)

BOOST_AUTO_TEST_CASE(send_takes_what_the_window_takes) {
  ScriptedSession session(takes(10, 100));
  Channel channel = session.exec("hold");
  grant_no_more(session);
  BOOST_TEST(channel.send("0123456") == 7U);
  BOOST_TEST(channel.send("789abc") == 3U);
  channel.settimeout(10ms);
  BOOST_CHECK_EXCEPTION(channel.send("a"), amiko::TimeoutError, has_code(errc::timed_out));
  channel.settimeout(0s);
  BOOST_CHECK_EXCEPTION(channel.send("a"), amiko::Error, has_code(errc::would_block));
  error_code ec;
  BOOST_TEST(channel.send("a", ec) == 0U);
  BOOST_TEST((ec == errc::would_block));
  BOOST_TEST(channel.send({}, ec) == 0U);
  BOOST_TEST(!ec);
  channel.settimeout(amiko::forever);
  Call sender([&] { must(channel.send("abcdef") == 2U); });
  settle();
  grant(session, 2);
  BOOST_TEST(!sender.failure());
  BOOST_TEST(eventually([&] { return received(session) == "0123456789ab"; }));
}

BOOST_AUTO_TEST_CASE(sendall_goes_through_small_windows_and_packets) {
  for (const auto& [window, packet] : {std::pair{1U, 1U},
                                       {5U, 3U},
                                       {1000U, 32768U},
                                       {100'000U, 10U},
                                       {4'000'000'000U, 1U},
                                       {2'000'000U, 4'000'000'000U}}) {
    BOOST_TEST_CONTEXT("window " << window << ", packets of " << packet) {
      ScriptedSession session(takes(window, packet));
      Channel channel = session.exec("sink");
      const std::string sent = pattern(window < 100 ? 1000 : packet < 100 ? 20'000 : 1'000'000);
      channel.sendall(sent);
      BOOST_TEST(eventually([&] { return received(session).size() == sent.size(); }));
      BOOST_TEST((received(session) == sent));
      channel.send_eof();
      BOOST_TEST((channel.recv_exit_status(10s).code == 0));
    }
  }
}

// What one call encodes at a time is bounded by packets as well as bytes: each packet has its overhead.
BOOST_AUTO_TEST_CASE(tiny_packets_do_not_fill_the_memory) {
  ScriptedSession session(takes(4'000'000'000U, 1));
  Channel channel = session.exec("sink");
  const std::size_t taken = channel.send(pattern(500'000));
  BOOST_TEST(taken > 0U);
  BOOST_TEST(taken <= 16U * 1024);  // some 40 bytes for each on the wire
}

BOOST_AUTO_TEST_CASE(sendall_tells_how_much_was_sent) {
  ScriptedSession session(takes(1000, 100));
  Channel channel = session.exec("hold");
  grant_no_more(session);
  channel.settimeout(20ms);
  BOOST_CHECK_EXCEPTION(channel.sendall(pattern(5000)), amiko::TimeoutError,
                        says(errc::timed_out, "1000 of 5000 bytes were sent"));
  Call sender([&] {
    channel.settimeout(amiko::forever);
    channel.sendall(pattern(3000));
  });
  grant(session, 500);
  settle();
  channel.close();
  const auto failure = sender.failure();
  BOOST_REQUIRE(failure.has_value());
  BOOST_TEST((failure->code == errc::channel_closed));
}

// A size that 32 bits do not hold, in one call (CVE-2026-39834).
BOOST_TEST_DECORATOR(*boost::unit_test::label("V-42"))
BOOST_AUTO_TEST_CASE(more_than_four_gibibytes_at_once) {
  const bool full = std::getenv("AMIKO_TEST_FULL") != nullptr;
  const std::size_t size = (std::size_t{1} << 32) + 1;
  // Never written to: all of it is one page of zeros.
  void* const memory = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  BOOST_REQUIRE(memory != MAP_FAILED);
  const ByteView all(static_cast<const std::uint8_t*>(memory), size);
  ScriptedSession session;
  std::uint64_t got = 0;
  session.server.run([&](ScriptedPeer& peer) {
    peer.on(MessageNumber::channel_data, [&](ScriptedPeer& p, ByteView payload) {
      const auto n = wire::decode<wire::ChannelData>(payload).data.size();
      got += n;
      p.send(wire::ChannelWindowAdjust{.recipient = p.channel().client_id,
                                       .bytes = static_cast<std::uint32_t>(n)});
      if (!full && got > 8'000'000) throw amiko::test::PeerGone("enough");
      return true;
    });
  });
  Channel channel = session.exec("hold");
  if (full) {
    channel.sendall(all);
    BOOST_TEST(!session.client.global_request("after the data").has_value());
    BOOST_TEST(got == size);
  } else {  // it goes on, at least, and does not spin on a size of 1
    BOOST_CHECK_THROW(channel.sendall(all), amiko::Error);
    BOOST_TEST(got > 8'000'000U);
  }
  ::munmap(memory, size);
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-40"))
BOOST_AUTO_TEST_CASE(adjusts_of_nothing_and_up_to_the_limit) {
  ScriptedSession session(takes(0, 100));
  Channel channel = session.exec("hold");
  grant_no_more(session);
  grant(session, 0);
  channel.settimeout(10ms);
  BOOST_CHECK_EXCEPTION(channel.send("a"), amiko::TimeoutError, has_code(errc::timed_out));
  grant(session, 0xffffffff);  // exactly 2^32-1 is legal
  channel.settimeout(amiko::forever);
  BOOST_TEST(channel.send("abc") == 3U);
  BOOST_TEST(session.client.is_active());
  session.server.run([](ScriptedPeer& peer) {
    peer.send(wire::ChannelWindowAdjust{.recipient = peer.channel().client_id, .bytes = 4});
  });
  BOOST_TEST(eventually([&] { return !session.client.is_active(); }));
  BOOST_TEST((session.client.get_exception()->code == errc::protocol_error));
}

BOOST_AUTO_TEST_CASE(an_adjust_before_the_channel_is_open_ends_the_connection) {
  ScriptedOptions options;
  options.script = [](ScriptedPeer& peer) {
    peer.on(MessageNumber::channel_open, [](ScriptedPeer& p, ByteView payload) {
      const auto open = wire::decode<wire::ChannelOpen>(payload);
      p.send(wire::ChannelWindowAdjust{.recipient = open.sender, .bytes = 1000});
      p.confirm(open);
      return true;
    });
    peer.connect();
    peer.serve();
  };
  ScriptedSession session(std::move(options));
  BOOST_CHECK_EXCEPTION(session.client.open_session(), amiko::ProtocolError, has_code(errc::protocol_error));
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-40"))
BOOST_AUTO_TEST_CASE(adjusts_after_our_eof_are_ignored) {
  ScriptedSession session(takes(100, 100));
  Channel channel = session.exec("hold");
  channel.send_eof();
  channel.send_eof();  // said once only: the server checks
  BOOST_CHECK_EXCEPTION(channel.send("x"), amiko::ChannelError, has_code(errc::channel_closed));
  grant(session, 1000);
  session.server.run([](ScriptedPeer& peer) { peer.write(peer.channel(), "go on"); });
  BOOST_TEST(channel.recv(10) == "go on");
}

BOOST_AUTO_TEST_CASE(stderr_goes_out_as_extended_data) {
  std::string seen;
  ScriptedSession session;
  Channel channel = session.exec("hold");
  session.server.run([&](ScriptedPeer& peer) {
    peer.on(MessageNumber::channel_extended_data, [&](ScriptedPeer&, ByteView payload) {
      const auto message = wire::decode<wire::ChannelExtendedData>(payload);
      must(message.type == 1U);
      seen += message.data.str();
      return true;
    });
  });
  BOOST_TEST(channel.send_stderr("one ") == 4U);
  channel.sendall_stderr("two");
  session.client.global_request("a round trip");
  session.server.run([&](ScriptedPeer&) { BOOST_TEST(seen == "one two"); });
}

BOOST_AUTO_TEST_CASE(an_echo_both_ways_at_once) {
  ScriptedSession session(takes(50'000, 5'000));
  Channel channel = session.exec("cat");
  const std::string sent = pattern(3'000'000);
  Call writer([&] {
    channel.sendall(sent);
    channel.send_eof();
  });
  std::string got;
  for (std::string piece; !(piece = channel.recv(65536)).empty();)
    got += piece;
  BOOST_TEST(!writer.failure());
  BOOST_TEST((got == sent));
  BOOST_TEST((channel.recv_exit_status().code == 0));
  const auto statistics = session.client.statistics();
  BOOST_TEST(statistics.bytes_out == sent.size());
  BOOST_TEST(statistics.bytes_in == sent.size());
}

// A channel that nobody reads holds up no other.
BOOST_TEST_DECORATOR(*boost::unit_test::label("V-44"))
BOOST_AUTO_TEST_CASE(no_head_of_line_blocking) {
  ScriptedSession session;
  Channel stuck = session.exec("cat");
  Channel quick = session.exec("cat");
  Call writer([&] { stuck.sendall(pattern(10'000'000)); });
  settle();
  for (int i = 0; i < 20; ++i) {
    quick.sendall("ping");
    BOOST_TEST(quick.recv(4) == "ping");
  }
  BOOST_TEST(!writer.failure());
  BOOST_TEST(stuck.recv_ready());
}

BOOST_AUTO_TEST_SUITE_END()
