// amiko - those who do not read hold up nobody else and fill no memory
#include <amiko/connection/transport.hpp>

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

#include "common/calls.hpp"
#include "common/fixed_random.hpp"
#include "common/scripted_server.hpp"

using amiko::Bytes;
using amiko::ByteView;
using amiko::Channel;
using amiko::TransportOptions;
using amiko::test::Call;
using amiko::test::eventually;
using amiko::test::FixedRandom;
using amiko::test::ScriptedOptions;
using amiko::test::ScriptedPeer;
using amiko::test::ScriptedSession;
using amiko::test::ServedChannel;

namespace {

constexpr std::uint32_t window = 100'000;
constexpr std::size_t size = 3'000'000;

TransportOptions with_window() {
  TransportOptions options;
  options.window_size = window;
  return options;
}

const Bytes& data() {
  static const Bytes all = FixedRandom(7).bytes(size);
  return all;
}

Channel open_slow(ScriptedSession& session) {
  Channel channel = session.client.open_session();
  channel.exec_command("pour");
  return channel;
}

std::size_t still_to_come(ScriptedSession& session) {
  std::size_t left = 0;
  session.server.run([&](ScriptedPeer& peer) {
    for (const auto& [id, channel] : peer.channels())
      left += channel.backlog.size();
  });
  return left;
}

void serve_pour(ScriptedSession& session) {
  session.server.run([](ScriptedPeer& peer) {
    peer.commands["pour"] = [](ScriptedPeer& p, ServedChannel& channel) {
      p.write(channel, data());
      p.exit(channel, 0);
    };
  });
}

std::string read_all(Channel& channel) {
  std::string got;
  for (std::string piece; !(piece = channel.recv(50'000)).empty();)
    got += piece;
  return got;
}

void echo_works(ScriptedSession& session) {
  Channel channel = session.exec("cat");
  channel.sendall(ByteView(data()).first(500'000));
  channel.send_eof();
  BOOST_TEST((ByteView(read_all(channel)) == ByteView(data()).first(500'000)));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(slow_reader)

BOOST_AUTO_TEST_CASE(nothing_beyond_the_windows_is_taken_in) {
  constexpr std::size_t count = 10;
  ScriptedSession session({}, with_window());
  serve_pour(session);
  std::vector<Channel> slow;
  for (std::size_t i = 0; i < count; ++i)
    slow.push_back(open_slow(session));
  for (int i = 0; i < 3; ++i) {
    echo_works(session);
    // A window that grew would show here.
    BOOST_TEST(still_to_come(session) == count * (size - window));
  }
  BOOST_TEST((ByteView(read_all(slow[3])) == ByteView(data())));
  BOOST_TEST(slow[3].recv_exit_status().ok());
  BOOST_TEST(still_to_come(session) == (count - 1) * (size - window));
  slow[4].shutdown_read();  // what is dropped needs no room
  BOOST_TEST(slow[4].recv_exit_status().ok());
  slow.clear();
  echo_works(session);
  BOOST_TEST(eventually([&] { return session.client.statistics().channels_open == 0; }));
}

BOOST_AUTO_TEST_CASE(a_server_that_does_not_read_a_channel_holds_up_no_other) {
  ScriptedOptions options;
  options.window = window;
  ScriptedSession session(std::move(options));
  Channel full = session.exec("sink");
  std::uint32_t full_id = 0;
  session.server.run([&](ScriptedPeer& peer) {
    peer.channel().grant = false;
    full_id = peer.channel().id;
  });
  Call writer([&] { full.sendall(data()); });
  for (int i = 0; i < 3; ++i)
    echo_works(session);
  BOOST_TEST(!writer.done());
  BOOST_TEST(!full.send_ready());
  session.server.run([&](ScriptedPeer& peer) {
    ServedChannel& channel = peer.channels().at(full_id);
    BOOST_TEST(channel.granted == 0U);
    channel.grant = true;
    channel.granted += window;
    peer.send(amiko::wire::ChannelWindowAdjust{.recipient = channel.client_id, .bytes = window});
  });
  BOOST_TEST(!writer.failure());
  BOOST_TEST(eventually([&] {  // what is sent may still be on its way
    bool same = false;
    session.server.run([&](ScriptedPeer& peer) {
      same = ByteView(peer.channels().at(full_id).received) == ByteView(data());
    });
    return same;
  }));
}

BOOST_AUTO_TEST_SUITE_END()
