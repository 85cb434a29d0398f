// amiko - clients that go away at any byte of a login and a command
#include <amiko/server/server.hpp>

#include <sys/socket.h>

#include "common/network.hpp"
#include "hostile/victim.hpp"

namespace amiko::test {
namespace {

using wire::MessageNumber;

ServerOptions options_for(std::atomic<int>& sessions) {
  ServerOptions options;
  options.addresses = {loopback};
  options.port = 0;
  options.host_keys = {joined_host_key()};
  options.password = [](std::string_view user, const Secret& password) {
    return user == "robey" && password == Secret(std::string_view("foo")) ? Decision::accept
                                                                          : Decision::reject;
  };
  options.per_source_penalties = "no";
  options.max_startups = "100";
  options.transport.server.failure_delay = milliseconds(1);
  options.process = [&sessions](ServerProcess& process) {
    ++sessions;
    process.out().write(process.in().read());
    process.exit(0);
  };
  return options;
}

// Password, command, some data, the end of it: everything that a client says in a short call.
void whole_call(ScriptedClient& client) {
  client.log_in();
  const auto opened = client.open_session();
  client.request(opened, "exec", strings({"cat"}));
  client.send(wire::ChannelData{.recipient = opened.server_id, .data = Bytes(100, 'd')});
  client.send(wire::ChannelEof{.recipient = opened.server_id});
  client.wait_for({MessageNumber::channel_close});
  client.send(wire::ChannelClose{.recipient = opened.server_id});
  client.send(wire::Disconnect{.reason = 11});
}

enum class Way { close, reset, half_close };

void leave(ScriptedClient& client, Way way) {
  if (way == Way::reset) {
    const linger now{1, 0};
    ::setsockopt(client.fd(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
  }
  if (way == Way::half_close) {
    ::shutdown(client.fd(), SHUT_WR);
    client.drain();
  }
  client.close_socket();
}

// A call that is cut after so many bytes; how many it sent.
std::uint64_t cut_call(std::uint16_t port, std::uint64_t after, Way way, std::size_t chunk = 0) {
  ScriptedClient client(connect_to_loopback(port));
  client.stop_after(after);
  client.write_by(chunk);
  try {
    whole_call(client);
  } catch (const CutShort&) {
  }
  leave(client, way);
  return client.bytes_sent();
}

struct Listening {
  Listening() : server(listen(options_for(sessions))), before(Census::take()) {
    length = cut_call(server.port(), ~std::uint64_t{0}, Way::close);
    BOOST_TEST(empty());
    BOOST_TEST(sessions == 1);
  }
  /// Nobody is left, and neither are their threads and descriptors.
  bool empty() {
    return eventually(
        [&] {
          const auto s = server.statistics();
          return s.open == 0 && s.sessions == 0;
        },
        limit);
  }
  void nothing_left() {
    BOOST_TEST(empty());
    BOOST_TEST(eventually([&] { return Census::take().within(before); }, limit));
    BOOST_TEST(Census::take().within(before));
  }

  std::atomic<int> sessions{0};
  Server server;
  const Census before;
  std::uint64_t length = 0;  // of a whole call
};

}  // namespace

BOOST_AUTO_TEST_SUITE(server_vanishing)

BOOST_AUTO_TEST_CASE(at_every_byte) {
  const NothingLeft check;
  Listening l;
  BOOST_TEST_MESSAGE(l.length << " bytes in a call");
  BOOST_REQUIRE(l.length > 500U);
  const Way ways[] = {Way::close, Way::reset, Way::half_close};
  for (std::uint64_t after = 0; after < l.length; ++after)
    cut_call(l.server.port(), after, ways[after % 3]);
  l.nothing_left();
  BOOST_TEST(l.server.statistics().accepted == l.length + 1);
  BOOST_TEST(l.server.statistics().refused == 0U);
}

BOOST_AUTO_TEST_CASE(between_messages_in_every_way) {
  const NothingLeft check;
  Listening l;
  for (const Way way : {Way::close, Way::reset, Way::half_close})
    for (std::uint64_t after = 0; after < l.length; after += 37)
      cut_call(l.server.port(), after, way, 11);
  l.nothing_left();
}

// The same again and again takes no more memory: the first rounds fill the allocator's pools.
BOOST_AUTO_TEST_CASE(memory_stays_where_it_is) {
  const NothingLeft check;
  Listening l;
  const auto round = [&] {
    for (std::uint64_t after = 0; after < l.length; after += 13)
      cut_call(l.server.port(), after, after % 2 == 0 ? Way::close : Way::reset);
    BOOST_TEST(l.empty());
  };
  for (int i = 0; i < 3; ++i)
    round();
  const std::size_t before = resident();
  for (int i = 0; i < 5; ++i)
    round();
  BOOST_TEST(resident() < before + 8'000'000);
  l.nothing_left();
}

// The server says what it has to say to somebody who is gone already.
BOOST_AUTO_TEST_CASE(in_the_middle_of_the_answer) {
  const NothingLeft check;
  Listening l;
  for (const Way way : {Way::close, Way::reset})
    for (int i = 0; i < 20; ++i) {
      ScriptedClient client(connect_to_loopback(l.server.port()));
      client.log_in();
      const auto opened = client.open_session(0xffffffff);
      client.request(opened, "exec", strings({"cat"}));
      for (int n = 0; n < 50; ++n)
        client.send(wire::ChannelData{.recipient = opened.server_id, .data = Bytes(30'000, 'd')});
      if (i % 2 == 0) client.send(wire::ChannelEof{.recipient = opened.server_id});
      leave(client, way);
    }
  l.nothing_left();
}

// While keys change, and while a question is open.
BOOST_AUTO_TEST_CASE(in_the_middle_of_an_exchange) {
  const NothingLeft check;
  Listening l;
  for (const Way way : {Way::close, Way::reset})
    for (int i = 0; i < 10; ++i) {
      ScriptedClient client(connect_to_loopback(l.server.port()));
      client.log_in();
      const auto opened = client.open_session();
      client.request(opened, "exec", strings({"cat"}));
      client.start_kex();
      leave(client, way);
    }
  l.nothing_left();
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::test
