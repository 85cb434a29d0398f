// amiko - tests of connections over channels of other connections
#include "../../libs/connection/src/tunnel_stream.hpp"

#include <amiko/connection/transport.hpp>
#include <amiko/support/queue.hpp>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

#include <sys/socket.h>

#include <array>
#include <memory>
#include <string>
#include <thread>

#include "common/calls.hpp"
#include "common/scripted_server.hpp"

using amiko::Bytes;
using amiko::ByteView;
using amiko::Channel;
using amiko::errc;
using amiko::error_code;
using amiko::MutableBytes;
using amiko::Transport;
using amiko::support::UniqueFd;
using amiko::test::Call;
using amiko::test::Census;
using amiko::test::eventually;
using amiko::test::has_code;
using amiko::test::must;
using amiko::test::scaled;
using amiko::test::ScriptedOptions;
using amiko::test::ScriptedPeer;
using amiko::test::ScriptedServer;
using amiko::test::ScriptedSession;
using amiko::test::ServedChannel;
using amiko::test::settle;
using amiko::wire::MessageNumber;
namespace wire = amiko::wire;
using namespace std::chrono_literals;

namespace {

// Carries bytes between a channel of one scripted server and a socket: what a server does for direct-tcpip.
class Bridge {
 public:
  explicit Bridge(ScriptedSession& outer) : outer_(outer) {
    std::array<int, 2> fds{};
    BOOST_REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds.data()) == 0);
    ours_.reset(fds[0]);
    inner_.reset(fds[1]);
    // The handlers may run for longer than this object lives.
    outer_.server.run([queue = queue_](ScriptedPeer& peer) {
      peer.on(MessageNumber::channel_data, [queue](ScriptedPeer& p, ByteView payload) {
        const auto message = wire::decode<wire::ChannelData>(payload);
        (void)queue->try_push(
            message.data.bytes());  // sent by another thread: the two ways must not block each other
        ServedChannel& channel = p.channels().at(message.recipient);
        p.send(wire::ChannelWindowAdjust{.recipient = channel.client_id,
                                         .bytes = static_cast<std::uint32_t>(message.data.size())});
        return true;
      });
      for (const auto number : {MessageNumber::channel_eof, MessageNumber::channel_close})
        peer.on(number, [queue](ScriptedPeer&, ByteView) {
          queue->close();
          return false;
        });
    });
    forth_ = std::thread([this] { carry_forth(); });
    back_ = std::thread([this] { carry_back(); });
  }
  ~Bridge() {
    queue_->close();
    ::shutdown(ours_.get(), SHUT_RDWR);
    forth_.join();
    back_.join();
  }

  UniqueFd take_inner() { return std::move(inner_); }

 private:
  void carry_forth() {
    while (const auto data = queue_->pop(amiko::forever))
      for (ByteView rest = *data; !rest.empty();) {
        const auto n = ::send(ours_.get(), rest.data(), rest.size(), MSG_NOSIGNAL);
        if (n <= 0) return;
        rest = rest.from(static_cast<std::size_t>(n));
      }
    ::shutdown(ours_.get(), SHUT_WR);
  }

  void carry_back() {
    std::array<std::uint8_t, 16384> buffer{};
    try {
      for (;;) {
        const auto n = ::recv(ours_.get(), buffer.data(), buffer.size(), 0);
        outer_.server.run([&](ScriptedPeer& peer) {
          if (peer.channels().empty()) return;
          ServedChannel& channel = peer.channels().begin()->second;
          if (n > 0)
            peer.write(channel, ByteView(buffer.data(), static_cast<std::size_t>(n)));
          else
            peer.close(channel);
        });
        if (n <= 0) return;
      }
    } catch (const std::exception&) {
      // the outer connection has ended
    }
  }

  ScriptedSession& outer_;
  UniqueFd ours_, inner_;
  using Queue = amiko::support::BoundedQueue<Bytes>;
  const std::shared_ptr<Queue> queue_ = std::make_shared<Queue>(SIZE_MAX);
  std::thread forth_, back_;
};

// A connection through a connection.
struct Tunnelled {
  explicit Tunnelled(ScriptedOptions outer_options = {}, ScriptedOptions inner_options = {})
      : outer(std::move(outer_options)),
        bridge(outer),
        inner(outer.client.open_direct_tcpip("inner", 22)),
        inner_server(bridge.take_inner(), std::move(inner_options)) {}

  void connect() {
    inner.start_client(scaled(20s));
    BOOST_REQUIRE(inner.auth_none("user").authenticated);
  }

  ScriptedSession outer;
  Bridge bridge;
  Transport inner;
  ScriptedServer inner_server;
};

struct Events final : amiko::transport::StreamEvents {
  void on_read(error_code error, std::size_t n) override {
    ++reads;
    read_error = error;
    read_size = n;
  }
  void on_writable(error_code) override { ++writables; }
  int reads = 0, writables = 0;
  error_code read_error;
  std::size_t read_size = 0;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(tunnel)

BOOST_AUTO_TEST_CASE(a_command_through_two_connections) {
  Tunnelled both;
  both.connect();
  BOOST_TEST(both.inner.peer_name() == "via " + both.outer.client.peer_name());
  Channel channel = both.inner.open_session();
  channel.exec_command("cat");
  std::string sent(1'000'000, '\0');
  for (std::size_t i = 0; i < sent.size(); ++i)
    sent[i] = static_cast<char>(i * 7 + i / 256);
  Call writer([&] {
    channel.sendall(sent);
    channel.send_eof();
  });
  std::string got;
  for (std::string piece; !(piece = channel.recv(65536)).empty();)
    got += piece;
  BOOST_TEST(!writer.failure());
  BOOST_TEST((got == sent));
  BOOST_TEST(channel.recv_exit_status().ok());
}

BOOST_AUTO_TEST_CASE(through_small_windows) {
  ScriptedOptions outer;
  outer.window = 500;
  outer.max_packet = 100;
  Tunnelled both(std::move(outer));
  both.connect();
  Channel channel = both.inner.open_session();
  channel.exec_command("cat");
  const std::string sent(20'000, 'x');
  Call writer([&] {
    channel.sendall(sent);
    channel.send_eof();
  });
  std::string got;
  for (std::string piece; !(piece = channel.recv(65536)).empty();)
    got += piece;
  BOOST_TEST(!writer.failure());
  BOOST_TEST((got == sent));
}

BOOST_AUTO_TEST_CASE(keys_change_inside_and_outside_under_data) {
  ScriptedOptions outer;
  outer.rekey_after = 50;
  ScriptedOptions inner;
  inner.rekey_after = 10;
  Tunnelled both(std::move(outer), std::move(inner));
  both.connect();
  Channel channel = both.inner.open_session();
  channel.exec_command("cat");
  const std::string sent(500'000, 'k');
  Call writer([&] {
    for (std::size_t at = 0; at < sent.size(); at += 5000)
      channel.sendall(ByteView(sent).slice(at, 5000));
    channel.send_eof();
  });
  std::size_t got = 0;
  for (std::string piece; !(piece = channel.recv(65536)).empty();)
    got += piece.size();
  BOOST_TEST(!writer.failure());
  BOOST_TEST(got == sent.size());
  BOOST_TEST(both.inner.key_exchanges() > 2U);
  BOOST_TEST(both.outer.client.key_exchanges() > 2U);
}

BOOST_AUTO_TEST_CASE(the_inner_end_leaves_the_outer_connection) {
  Tunnelled both;
  both.connect();
  both.inner.close();
  BOOST_TEST(eventually([&] { return both.outer.client.statistics().channels_open == 0; }));
  BOOST_TEST(both.outer.client.is_active());
  BOOST_TEST(!both.outer.client.global_request("still there").has_value());
}

BOOST_AUTO_TEST_CASE(the_outer_end_ends_the_inner_connection) {
  for (const bool kill : {true, false}) {
    Tunnelled both;
    both.connect();
    Channel channel = both.inner.open_session();
    Call reader([&] { channel.recv(1); });
    settle();
    if (kill)
      both.outer.server.kill();
    else
      both.outer.client.close();
    const auto code = reader.code();
    BOOST_TEST((code == errc::connection_lost || code == errc::closed));
    BOOST_TEST(!both.inner.is_active());
  }
}

BOOST_AUTO_TEST_CASE(the_inner_server_s_end_is_seen) {
  Tunnelled both;
  both.connect();
  Channel channel = both.inner.open_session();
  Call reader([&] { channel.recv(1); });
  settle();
  both.inner_server.kill();
  BOOST_TEST((reader.code() == errc::connection_lost));
  BOOST_TEST(both.outer.client.is_active());
}

BOOST_AUTO_TEST_CASE(destroyed_in_either_order) {
  for (int i = 0; i < 10; ++i) {
    ScriptedSession outer;
    Bridge bridge(outer);
    auto inner = std::make_unique<Transport>(outer.client.open_direct_tcpip("inner", 22));
    ScriptedServer server(bridge.take_inner(), {});
    inner->start_client(scaled(20s));
    if (i % 2 == 0) inner.reset();
    outer.client.close();
  }
}

BOOST_AUTO_TEST_CASE(a_channel_is_needed) {
  BOOST_CHECK_EXCEPTION(Transport{Channel()}, amiko::Error, has_code(errc::no_state));
}

// While the outer connection changes keys nothing can be written; the stream must wait for that, not ask
// again and again.
BOOST_AUTO_TEST_CASE(it_is_writable_when_the_outer_key_exchange_is_over_and_not_before) {
  ScriptedSession outer;
  Channel channel = outer.exec("sink");
  boost::asio::io_context io;
  Events events;
  auto stream = amiko::make_tunnel_stream(std::move(channel));
  stream->attach(io, events);
  const auto work = boost::asio::make_work_guard(io);
  outer.server.run([](ScriptedPeer& peer) { peer.start_kex(); });
  BOOST_REQUIRE(eventually([&] {
    bool answered = false;
    outer.server.run([&](ScriptedPeer& peer) { answered = peer.kex_answered(); });
    return answered;
  }));
  for (int i = 0; i < 3; ++i) {
    error_code error;
    BOOST_TEST(stream->write_some("data", error) == 0U);
    BOOST_TEST((error == errc::would_block));
    stream->wait_writable();
    io.poll();
    BOOST_TEST(events.writables == 0);
  }
  outer.server.run([](ScriptedPeer& peer) { peer.finish_kex(); });
  BOOST_TEST(eventually([&] {
    io.poll();
    return events.writables == 1;
  }));
  error_code error;
  BOOST_TEST(stream->write_some("data", error) == 4U);
  BOOST_TEST(!error);
  stream->close();
}

BOOST_AUTO_TEST_CASE(it_is_writable_when_the_window_opens) {
  ScriptedOptions options;
  options.window = 4;
  ScriptedSession outer(std::move(options));
  Channel channel = outer.exec("hold");
  outer.server.run([](ScriptedPeer& peer) { peer.channel().grant = false; });
  boost::asio::io_context io;
  Events events;
  auto stream = amiko::make_tunnel_stream(std::move(channel));
  stream->attach(io, events);
  const auto work = boost::asio::make_work_guard(io);
  error_code error;
  BOOST_TEST(stream->write_some("12345678", error) == 4U);
  BOOST_TEST(stream->write_some("5678", error) == 0U);
  BOOST_TEST((error == errc::would_block));
  stream->wait_writable();
  io.poll();
  BOOST_TEST(events.writables == 0);
  outer.server.run([](ScriptedPeer& peer) {
    peer.channel().granted += 4;
    peer.send(wire::ChannelWindowAdjust{.recipient = peer.channel().client_id, .bytes = 4});
  });
  BOOST_TEST(eventually([&] {
    io.poll();
    return events.writables == 1;
  }));
  BOOST_TEST(stream->write_some("5678", error) == 4U);
  std::array<std::uint8_t, 100> buffer{};
  stream->start_read(buffer);
  io.poll();
  BOOST_TEST(events.reads == 0);
  outer.server.run([](ScriptedPeer& peer) { peer.write(peer.channel(), "back"); });
  BOOST_TEST(eventually([&] {
    io.poll();
    return events.reads == 1;
  }));
  BOOST_TEST(events.read_size == 4U);
  stream->start_read(buffer);
  stream->wait_writable();
  stream->shutdown();  // both end now
  BOOST_TEST(eventually([&] {
    io.poll();
    return events.reads == 2 && events.writables == 2;
  }));
  stream->close();
}

BOOST_AUTO_TEST_CASE(nothing_is_left_of_tunnels) {
  const auto one_round = [] {
    Tunnelled both;
    both.connect();
    Channel channel = both.inner.open_session();
    channel.exec_command("cat");
    channel.sendall("x");
    BOOST_TEST(channel.recv(1) == "x");
  };
  one_round();
  const Census before = Census::take();
  for (int i = 0; i < 3; ++i)
    one_round();
  BOOST_TEST(eventually([&] { return Census::take().within(before); }));
  BOOST_TEST(Census::take().within(before));
}

BOOST_AUTO_TEST_SUITE_END()
