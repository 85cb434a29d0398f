// amiko - handles that are destroyed while data streams
#include <amiko/connection/transport.hpp>

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "common/calls.hpp"
#include "common/scripted_server.hpp"
#include "stress/bridge.hpp"

using amiko::Channel;
using amiko::errc;
using amiko::Transport;
using amiko::test::Bridge;
using amiko::test::Call;
using amiko::test::Census;
using amiko::test::eventually;
using amiko::test::scaled;
using amiko::test::ScriptedServer;
using namespace std::chrono_literals;

namespace {

void pause(int round) {
  std::this_thread::sleep_for(std::chrono::microseconds(round * round * 97 % 20'000));
}

// One channel with data both ways in two threads, for as long as the connection lasts.
struct Stream {
  Channel channel;
  std::atomic<std::size_t> received = 0;
  std::optional<Call> reader, writer;

  explicit Stream(Transport& client) : channel(client.open_session()) {
    channel.exec_command("cat");
    writer.emplace([this] {
      const std::string data(20'000, 'd');
      for (;;)
        channel.sendall(data);
    });
    reader.emplace([this] {
      while (const std::size_t n = channel.recv(30'000).size())
        received += n;
    });
  }
};

bool is_an_end(const amiko::error_code& code) {
  return code == errc::closed || code == errc::connection_lost;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(destructor_race)

BOOST_AUTO_TEST_CASE(the_transport_under_its_channels) {
  for (int round = 0; round < 20; ++round) {
    ScriptedServer server;
    auto client = std::make_unique<Transport>(server.take_client());
    client->start_client(scaled(20s));
    BOOST_REQUIRE(client->auth_none("user").authenticated);
    std::vector<std::unique_ptr<Stream>> streams;
    for (int i = 0; i < 3; ++i)
      streams.push_back(std::make_unique<Stream>(*client));
    BOOST_TEST(eventually([&] { return streams.front()->received > 0; }));
    pause(round);
    client.reset();
    for (const auto& stream : streams) {
      BOOST_TEST((stream->reader->code() == errc::closed));
      BOOST_TEST((stream->writer->code() == errc::closed));
    }
  }
}

BOOST_AUTO_TEST_CASE(channels_under_the_data_that_comes) {
  ScriptedServer server;
  Transport client(server.take_client());
  client.start_client(scaled(20s));
  BOOST_REQUIRE(client.auth_none("user").authenticated);
  Stream other(client);
  for (int round = 0; round < 60; ++round) {
    Channel channel = client.open_session();
    channel.exec_command("cat");
    channel.sendall(std::string(200'000, 'x'));
    if (round % 3 == 0) BOOST_TEST(!channel.recv(100).empty());
    if (round % 3 == 1) channel.fileno();
    if (round % 2 == 0) pause(round);
    if (round % 4 == 0) channel.close();
  }
  const std::size_t before = other.received;
  BOOST_TEST(eventually([&] { return other.received > before; }));
  BOOST_TEST(eventually([&] { return client.statistics().channels_open == 1; }));
  client.close();
  BOOST_TEST((other.reader->code() == errc::closed));
  BOOST_TEST((other.writer->code() == errc::closed));
}

BOOST_AUTO_TEST_CASE(handles_that_outlive_the_connection) {
  const Census before = Census::take();
  for (int round = 0; round < 20; ++round) {
    std::optional<ScriptedServer> server(std::in_place);
    Transport client(server->take_client());
    client.start_client(scaled(20s));
    BOOST_REQUIRE(client.auth_none("user").authenticated);
    Stream stream(client);
    pause(round);
    server.reset();  // with the data in mid-stream
    BOOST_TEST((stream.reader->code() == errc::connection_lost));
    BOOST_TEST((stream.writer->code() == errc::connection_lost));
  }
  BOOST_TEST(eventually([&] { return Census::take().within(before); }));
}

// Inner first, outer first, and both at the same time.
BOOST_AUTO_TEST_CASE(a_tunnel_from_either_side) {
  const auto one_round = [](int round) {
    ScriptedServer outer_server;
    auto outer = std::make_unique<Transport>(outer_server.take_client());
    outer->start_client(scaled(20s));
    BOOST_REQUIRE(outer->auth_none("user").authenticated);
    auto inner = std::make_unique<Transport>(outer->open_direct_tcpip("inner", 22));
    Bridge bridge(outer_server);
    ScriptedServer inner_server(bridge.take_inner(), {});
    inner->start_client(scaled(20s));
    BOOST_REQUIRE(inner->auth_none("user").authenticated);
    Stream stream(*inner);
    BOOST_TEST(eventually([&] { return stream.received > 0; }));
    pause(round);
    if (round % 3 == 0) {
      inner.reset();
      BOOST_TEST(outer->is_active());
      outer.reset();
    } else if (round % 3 == 1) {
      outer.reset();
    } else {
      Call first([&] { outer.reset(); });
      Call second([&] { inner.reset(); });
      BOOST_TEST(!first.failure());
      BOOST_TEST(!second.failure());
    }
    BOOST_TEST(is_an_end(stream.reader->code()));
    BOOST_TEST(is_an_end(stream.writer->code()));
  };
  one_round(0);
  const Census before = Census::take();
  for (int round = 1; round < 16; ++round)
    one_round(round);
  BOOST_TEST(eventually([&] { return Census::take().within(before); }));
  BOOST_TEST(Census::take().within(before));
}

BOOST_AUTO_TEST_SUITE_END()
