// amiko - new keys again and again, from both sides, under data in both directions
#include <amiko/connection/transport.hpp>

#include <boost/test/unit_test.hpp>

#include <future>
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
using amiko::test::FixedRandom;
using amiko::test::must;
using amiko::test::ScriptedOptions;
using amiko::test::ScriptedSession;

namespace {

constexpr std::size_t size = 200'000;

void echo(ScriptedSession& session, unsigned seed) {
  Channel channel = session.exec("cat");
  const Bytes sent = FixedRandom(seed).bytes(size);
  std::future<void> writer = std::async(std::launch::async, [&] {
    channel.sendall(sent);
    channel.send_eof();
  });
  std::string got;
  for (std::string piece; !(piece = channel.recv(5000)).empty();)
    got += piece;
  writer.get();
  must(ByteView(got) == ByteView(sent), "what came back is what was sent");
  must(channel.recv_exit_status().ok());
}

ScriptedOptions tiny_windows(std::uint64_t rekey_after) {
  ScriptedOptions options;
  options.window = 3000;
  options.max_packet = 700;
  options.rekey_after = rekey_after;
  return options;
}

TransportOptions client_options(std::uint64_t rekey_bytes) {
  TransportOptions options;
  options.window_size = options.max_window_size = 4000;
  options.max_packet_size = 900;
  if (rekey_bytes != 0) options.rekey_bytes = rekey_bytes;
  return options;
}

void storm(ScriptedOptions server, const TransportOptions& client) {
  ScriptedSession session(std::move(server), client);
  std::vector<Call> calls;
  for (unsigned i = 1; i <= 3; ++i)
    calls.emplace_back([&session, i] { echo(session, i); });
  for (Call& call : calls)
    BOOST_TEST(!call.failure());
  BOOST_TEST(session.client.key_exchanges() > 20U);
  BOOST_TEST(session.client.is_active());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(rekey_storm)

BOOST_AUTO_TEST_CASE(both_sides_start) {
  storm(tiny_windows(40), client_options(16'000));
}

BOOST_AUTO_TEST_CASE(the_client_starts) {
  storm(tiny_windows(0), client_options(16'000));
}

BOOST_AUTO_TEST_CASE(the_server_starts) {
  storm(tiny_windows(40), client_options(0));
}

BOOST_AUTO_TEST_CASE(with_compression_and_without_aead) {
  ScriptedOptions options = tiny_windows(60);
  options.compression = true;
  options.ciphers = "aes128-ctr";
  TransportOptions client = client_options(16'000);
  client.algorithms.compression = "yes";
  storm(std::move(options), client);
}

BOOST_AUTO_TEST_CASE(asked_for_by_many_threads) {
  ScriptedSession session(tiny_windows(0), client_options(0));
  Call data([&] { echo(session, 1); });
  std::vector<Call> calls;
  for (int i = 0; i < 6; ++i)
    calls.emplace_back([&session] {
      for (int k = 0; k < 10; ++k)
        must(session.client.renegotiate_keys(amiko::test::scaled(std::chrono::seconds(20))), "new keys");
    });
  for (Call& call : calls)
    BOOST_TEST(!call.failure());
  BOOST_TEST(!data.failure());
  BOOST_TEST(session.client.key_exchanges() > 10U);
}

BOOST_AUTO_TEST_SUITE_END()
