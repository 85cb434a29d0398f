// amiko - all that may be under way when keys are changed: it waits, and goes on
#include <amiko/connection/transport.hpp>

#include <boost/test/unit_test.hpp>

#include <iterator>
#include <list>
#include <string>

#include "common/calls.hpp"
#include "common/fixed_random.hpp"
#include "common/scripted_server.hpp"

namespace amiko::test {
namespace {

constexpr milliseconds limit(20'000);

/// A connection whose server leaves the client's KEXINIT unanswered until it is told to go on.
struct Held {
  explicit Held(ScriptedOptions options = {}) : server(std::move(options)), client(server.take_client()) {
    client.start_client(scaled(limit));
    client.auth_password("robey", Secret(std::string("foo")));
  }
  ~Held() {
    client.close();
    server.finish();
  }

  Channel running(const std::string& command) {
    Channel channel = client.open_session(scaled(limit));
    channel.settimeout(scaled(limit));
    channel.exec_command(command);
    return channel;
  }
  /// The client's KEXINIT is out, and nothing else may follow it.
  void hold() {
    server.run([](ScriptedPeer& peer) { peer.hold_kex(true); });
    calls.emplace_back([this] { must(client.renegotiate_keys(scaled(limit)), "new keys"); });
    const bool begun = eventually([this] {
      bool answered = false;
      server.run([&](ScriptedPeer& peer) { answered = peer.kex_answered(); });
      return answered;
    });
    BOOST_REQUIRE(begun);
  }
  void go_on() {
    server.run([](ScriptedPeer& peer) {
      peer.hold_kex(false);
      peer.finish_kex();
    });
  }
  void all_return() {
    for (Call& call : calls) {
      const auto failure = call.failure();
      BOOST_TEST(!failure, (failure ? failure->message() : ""));
    }
    BOOST_TEST(client.key_exchanges() == 2U);
    BOOST_TEST(client.is_active());
  }

  ScriptedServer server;
  Transport client;
  std::list<Call> calls;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(rekey_pending)

BOOST_AUTO_TEST_CASE(opens_and_requests) {
  Held held;
  Channel before = held.client.open_session(scaled(limit));
  held.hold();
  Channel opened;
  held.calls.emplace_back([&] { opened = held.client.open_session(scaled(limit)); });
  held.calls.emplace_back([&] { before.exec_command("exit 3"); });
  held.calls.emplace_back(
      [&] { held.client.global_request("nothing@example.org", {}, true, scaled(limit)); });
  settle();
  for (std::size_t i = 1; i < held.calls.size(); ++i)
    BOOST_TEST(!std::next(held.calls.begin(), static_cast<std::ptrdiff_t>(i))->done());
  held.go_on();
  held.all_return();
  BOOST_TEST((before.recv_exit_status(scaled(limit)).code == 3));
  opened.exec_command("exit 4");
  BOOST_TEST((opened.recv_exit_status(scaled(limit)).code == 4));
}

// Neither waits for anybody: they are kept, and follow NEWKEYS in their order.
BOOST_AUTO_TEST_CASE(eof_and_close) {
  Held held;
  Channel echo = held.running("cat"), closed = held.running("hold");
  echo.sendall(ByteView("before "));
  held.hold();
  Call data([&] {
    echo.sendall(ByteView("and after"));
    echo.send_eof();
  });
  closed.close();
  held.go_on();
  BOOST_TEST(!data.failure());
  held.all_return();
  std::string text;
  for (std::string piece; !(piece = echo.recv(100)).empty();)
    text += piece;
  BOOST_TEST(text == "before and after");
  BOOST_TEST(echo.recv_exit_status(scaled(limit)).ok());
  BOOST_TEST(eventually([&] { return held.client.statistics().channels_open == 0; }));
}

// It has window, and yet there is no room until the new keys are in use.
BOOST_AUTO_TEST_CASE(a_sender_that_must_not_wait) {
  Held held;
  Channel echo = held.running("cat");
  held.hold();
  echo.settimeout(std::chrono::seconds(0));
  error_code ec;
  BOOST_TEST(echo.send(ByteView("word"), ec) == 0U);
  BOOST_TEST((ec == errc::would_block));
  BOOST_TEST(echo.wait(Channel::room, std::chrono::milliseconds(1)) == 0U);
  BOOST_TEST(!echo.send_ready());
  held.go_on();
  BOOST_TEST(echo.wait(Channel::room, scaled(limit)) == static_cast<unsigned>(Channel::room));
  BOOST_TEST(echo.send(ByteView("word"), ec) == 4U);
  held.all_return();
}

// Both a sender that lacks window and one that has it; the window comes after the new keys.
BOOST_AUTO_TEST_CASE(senders) {
  ScriptedOptions options;
  options.window = 10'000;
  Held held(std::move(options));
  Channel blocked = held.running("hold"), echo = held.running("cat");
  std::uint32_t id = 0;
  held.server.run([&](ScriptedPeer& peer) {
    for (auto& [number, channel] : peer.channels())
      if (channel.command == "hold") {
        channel.grant = false;
        channel.keep = true;
        id = number;
      }
  });
  const Bytes much = FixedRandom(1).bytes(15'000);
  held.calls.emplace_back([&] { blocked.sendall(much); });
  BOOST_TEST(eventually([&] { return !blocked.send_ready(); }));
  held.hold();
  Call sender([&] { echo.sendall(ByteView(much).first(5000)); });
  settle();
  BOOST_TEST(!sender.done());
  held.go_on();
  BOOST_TEST(!sender.failure());
  held.server.run([&](ScriptedPeer& peer) {
    ServedChannel& channel = peer.channels().at(id);
    channel.granted += 10'000;
    peer.send(wire::ChannelWindowAdjust{.recipient = channel.client_id, .bytes = 10'000});
  });
  held.all_return();
  Bytes received;
  BOOST_TEST(eventually([&] {
    held.server.run([&](ScriptedPeer& peer) { received = peer.channels().at(id).received; });
    return received.size() >= much.size();
  }));
  BOOST_TEST((received == much));
  std::string back;
  while (back.size() < 5000)
    back += echo.recv(5000);
  BOOST_TEST((ByteView(back) == ByteView(much).first(5000)));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::test
