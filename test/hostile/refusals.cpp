// amiko - what is refused, again and again, leaves nothing behind
#include "hostile/victim.hpp"

namespace amiko::test {
namespace {

using wire::MessageNumber;

constexpr int rounds = 20'000;
constexpr std::size_t little = 4'000'000;

/// Memory after as many rounds again as it took to warm up.
std::size_t growth(const std::function<void(int)>& deed) {
  deed(rounds / 4);
  const std::size_t before = resident();
  deed(rounds);
  const std::size_t after = resident();
  return after > before ? after - before : 0;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(refusals)

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-37"))
BOOST_AUTO_TEST_CASE(channels_that_a_server_refuses) {
  const NothingLeft check;
  Watcher watcher;
  Victim victim(watcher);
  victim.client.log_in();
  const auto open = [&](int times) {
    for (int i = 0; i < times; i += 20) {
      for (std::uint32_t id = 0; id < 20; ++id)
        victim.client.send(
            wire::ChannelOpen{.type = "x11", .sender = id, .window = 0xffffffff, .max_packet = 1000});
      for (int n = 0; n < 20; ++n)
        victim.client.expect<wire::ChannelOpenFailure>();
    }
  };
  BOOST_TEST(growth(open) < little);
  BOOST_TEST(victim.client.alive());
  BOOST_TEST(victim.server.statistics().channels_opened == 0U);
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-37"))
BOOST_AUTO_TEST_CASE(requests_that_a_server_refuses) {
  const NothingLeft check;
  struct Forgetful : Watcher {
    bool check_other_request(Channel&, std::string_view, ByteView) override { return false; }
    std::optional<Bytes> check_global_request(std::string_view, ByteView) override { return std::nullopt; }
  } watcher;
  Victim victim(watcher);
  victim.client.log_in();
  const auto opened = victim.client.open_session();
  const auto ask = [&](int times) {
    for (int i = 0; i < times / 4; ++i) {
      BOOST_TEST(!victim.client.request(opened, "x11-req", Bytes(20, 1)));
      victim.client.send(
          wire::GlobalRequest{.type = "tcpip-forward", .want_reply = true, .body = {Bytes(20, 1)}});
      victim.client.wait_for({MessageNumber::request_failure});
    }
  };
  BOOST_TEST(growth(ask) < little);
  BOOST_TEST(victim.client.alive());
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-37"))
BOOST_AUTO_TEST_CASE(logins_that_fail) {
  const NothingLeft check;
  ServerSettings settings;
  settings.max_auth_tries = 1'000'000;
  settings.login_bytes = 1'000'000'000;
  settings.failure_delay = milliseconds(0);
  TransportOptions options = victim_options();
  options.server = settings;
  Watcher watcher;
  Victim victim(watcher, options);
  victim.client.connect();
  victim.client.request_service();
  const auto guess = [&](int times) {
    for (int i = 0; i < times / 4; ++i)
      BOOST_TEST(!victim.client.lets_in(requests::password("user" + std::to_string(i), "wrong")));
  };
  BOOST_TEST(growth(guess) < little);
  BOOST_TEST(victim.client.lets_in(requests::password("robey", "foo")));
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-37"))
BOOST_AUTO_TEST_CASE(channels_that_a_client_refuses) {
  const NothingLeft check;
  ScriptedSession session;
  int refused = 0;
  session.server.run([&](ScriptedPeer& peer) {
    peer.on(MessageNumber::channel_open_failure, [&](ScriptedPeer&, ByteView) {
      ++refused;
      return true;
    });
  });
  int sent = 0;
  const auto open = [&](int times) {
    for (int i = 0; i < times; i += 200) {
      session.server.run([&](ScriptedPeer& peer) {
        for (std::uint32_t id = 0; id < 200; ++id)
          peer.send(wire::ChannelOpen{.type = "forwarded-tcpip", .sender = id, .window = 1, .max_packet = 1});
      });
      sent += 200;
      BOOST_TEST(eventually([&] {
        int now = 0;
        session.server.run([&](ScriptedPeer&) { now = refused; });
        return now == sent;
      }));
    }
  };
  BOOST_TEST(growth(open) < little);
  BOOST_TEST(session.client.statistics().channels_opened == 0U);
}

// Of these the first one counts.
BOOST_TEST_DECORATOR(*boost::unit_test::label("V-37"))
BOOST_AUTO_TEST_CASE(exit_signals_without_end) {
  const NothingLeft check;
  ScriptedSession session;
  Channel channel = session.exec("hold");
  const auto say = [&](int times) {
    for (int i = 0; i < times; i += 200)
      session.server.run([&](ScriptedPeer& peer) {
        Bytes body = strings({"TERM"});
        body.push_back(0);
        append(body, strings({std::string(500, 'm'), ""}));
        for (int n = 0; n < 200; ++n)
          peer.send(wire::ChannelRequest{
              .recipient = peer.channel().client_id, .type = "exit-signal", .body = {body}});
      });
    BOOST_TEST(!session.client.global_request("after them").has_value());
  };
  BOOST_TEST(growth(say) < little);
  BOOST_TEST((channel.recv_exit_status(scaled(limit)).signal == "TERM"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::test
