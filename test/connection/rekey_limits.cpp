// amiko - what a cipher with blocks of 64 bits may protect, whichever way it goes
#include <amiko/connection/transport.hpp>

#include <boost/test/unit_test.hpp>

#include <string>

#include "common/calls.hpp"
#include "common/scripted_server.hpp"

namespace amiko::test {
namespace {

constexpr milliseconds limit(60'000);
constexpr std::size_t cipher_limit = 8 << 20;  // of 3des-cbc

/// A client without limits of its own, whose server never begins a key exchange.
struct Unlimited {
  static ScriptedOptions server_options() {
    ScriptedOptions options;
    options.ciphers = "3des-cbc";
    return options;
  }
  static TransportOptions client_options() {
    TransportOptions options;
    options.algorithms.ciphers = "3des-cbc";
    options.rekey_bytes = options.rekey_packets = 0;
    options.rekey_time = std::chrono::nanoseconds(0);
    return options;
  }

  Unlimited() : server(server_options()), client(server.take_client(), client_options()) {
    client.start_client(scaled(limit));
    client.auth_password("robey", Secret(std::string("foo")));
    channel = client.open_session(scaled(limit));
    channel.settimeout(scaled(limit));
    channel.exec_command("hold");
    server.run([](ScriptedPeer& peer) { peer.channel().keep = false; });
  }
  ~Unlimited() {
    client.close();
    server.finish();
  }

  ScriptedServer server;
  Transport client;
  Channel channel;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(rekey_limits)

BOOST_AUTO_TEST_CASE(what_is_sent_counts) {
  Unlimited pair;
  pair.channel.sendall(Bytes(cipher_limit * 3 / 4));
  BOOST_TEST(pair.client.key_exchanges() == 1U);
  pair.channel.sendall(Bytes(cipher_limit / 2));
  BOOST_TEST(eventually([&] { return pair.client.key_exchanges() == 2U; }, limit));
}

BOOST_AUTO_TEST_CASE(what_is_received_counts) {
  Unlimited pair;
  const auto receive = [&](std::size_t size) {
    pair.server.run([size](ScriptedPeer& peer) { peer.write(peer.channel(), Bytes(size)); });
    Bytes buffer(64 * 1024);
    for (std::size_t received = 0; received < size;) {
      const std::size_t n = pair.channel.recv(buffer);
      BOOST_REQUIRE(n != 0);
      received += n;
    }
  };
  receive(cipher_limit * 3 / 4);
  BOOST_TEST(pair.client.key_exchanges() == 1U);
  receive(cipher_limit / 2);
  BOOST_TEST(eventually([&] { return pair.client.key_exchanges() == 2U; }, limit));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::test
