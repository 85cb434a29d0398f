// amiko - many channels on one connection, used by many threads
#include <amiko/connection/transport.hpp>

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <string>
#include <vector>

#include "common/calls.hpp"
#include "common/fixed_random.hpp"
#include "common/scripted_server.hpp"

using amiko::Bytes;
using amiko::ByteView;
using amiko::Channel;
using amiko::Transport;
using amiko::test::Call;
using amiko::test::eventually;
using amiko::test::FixedRandom;
using amiko::test::must;
using amiko::test::ScriptedOptions;
using amiko::test::ScriptedSession;

namespace {

constexpr std::size_t threads = 20;
constexpr std::size_t channels_each = 5;

Bytes data_of(std::size_t number) {
  return FixedRandom(number + 1).bytes(64 * 1024 + number * 101);
}

struct Meeting {
  std::atomic<std::size_t> open = 0;
  std::atomic<std::size_t> echoed = 0;
};

void echo(Channel& channel, std::size_t number) {
  const Bytes sent = data_of(number);
  // In pieces of different sizes, so that the channels' packets mix.
  for (std::size_t at = 0; at < sent.size();) {
    const std::size_t n = std::min(sent.size() - at, 1000 + number * 300);
    channel.sendall(ByteView(sent).slice(at, n));
    at += n;
  }
  channel.send_eof();
  std::string got;
  for (std::string piece; !(piece = channel.recv(10'000)).empty();)
    got += piece;
  must(ByteView(got) == ByteView(sent), "the echo is what was sent");
  must(channel.recv_exit_status().ok(), "exit status 0");
}

void use_some(Transport& client, std::size_t thread, Meeting& meeting) {
  std::vector<Channel> channels;
  for (std::size_t i = 0; i < channels_each; ++i) {
    channels.push_back(client.open_session());
    channels.back().exec_command("cat");
    ++meeting.open;
  }
  must(eventually([&] { return meeting.open == threads * channels_each; }), "all channels are open at once");
  for (std::size_t i = 0; i < channels_each; ++i) {
    echo(channels[i], thread * channels_each + i);
    ++meeting.echoed;
  }
}

void run(ScriptedOptions options, const amiko::TransportOptions& client_options = {}) {
  ScriptedSession session(std::move(options), client_options);
  Meeting meeting;
  {
    std::vector<Call> calls;
    for (std::size_t thread = 0; thread < threads; ++thread)
      calls.emplace_back([&session, &meeting, thread] { use_some(session.client, thread, meeting); });
    for (Call& call : calls)
      BOOST_TEST(!call.failure());
  }
  BOOST_TEST(meeting.echoed == threads * channels_each);
  BOOST_TEST(eventually([&] { return session.client.statistics().channels_open == 0; }));
  BOOST_TEST(session.client.statistics().channels_opened == threads * channels_each);
  BOOST_TEST(session.client.is_active());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(many_channels)

BOOST_AUTO_TEST_CASE(a_hundred_channels_from_twenty_threads) {
  run({});
}

BOOST_AUTO_TEST_CASE(with_small_windows_and_new_keys) {
  ScriptedOptions options;
  options.window = 20'000;
  options.max_packet = 5'000;
  options.rekey_after = 300;
  amiko::TransportOptions client;
  client.window_size = client.max_window_size = 30'000;
  run(std::move(options), client);
}

BOOST_AUTO_TEST_SUITE_END()
