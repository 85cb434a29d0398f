// amiko - tests of a session's end on the wire: who says CLOSE, and when
#include <amiko/server/local_process.hpp>

#include <sys/stat.h>
#include <boost/test/unit_test.hpp>

#include <atomic>
#include <string>

#include "common/deadline.hpp"
#include "common/network.hpp"
#include "common/scripted_client.hpp"
#include "common/temp_dir.hpp"
#include "server/basic_server.hpp"

using namespace amiko;
using namespace amiko::test;
using namespace std::chrono_literals;
using wire::MessageNumber;

namespace {

/// Runs commands in /bin/sh; "function" is one that takes its time and heeds nothing, until it is let go.
struct Sessions {
  explicit Sessions(unsigned max_sessions = 10) {
    ServerOptions options = basic();
    options.transport.server.max_sessions = max_sessions;
    options.process = [this](ServerProcess& process) {
      if (process.command() != "function")
        return run_local_program(
            process,
            {.file = "/bin/sh", .argv = {"sh", "-c", process.command()}, .env = {{"PATH", "/usr/bin:/bin"}}});
      process.out().write("ready\n");
      process.out().flush();
      const bool in_time = eventually([&] { return let_go.load(); });
      process.out().write("nobody reads this");
      process.exit(in_time ? 7 : 99);
    };
    server.emplace(listen(std::move(options)));
  }
  ~Sessions() {
    let_go = true;
    server->close();
    server->wait_sessions(scaled(20s));
  }

  std::atomic<bool> let_go{false};
  std::optional<Server> server;
};

struct Caller : ScriptedClient {
  explicit Caller(const Sessions& sessions) : ScriptedClient(connect_to_loopback(sessions.server->port())) {
    log_in();
  }
  Opened start(std::string_view command) {
    const Opened channel = open_session();
    BOOST_TEST(request(channel, "exec", strings({command})));
    return channel;
  }
  void read_until(std::string_view text) {
    for (std::string all; all.find(text) == std::string::npos;) {
      const Bytes payload = wait_for({MessageNumber::channel_data});
      all += wire::decode<wire::ChannelData>(payload).data.text();
    }
  }
  void close(const Opened& channel) { send(wire::ChannelClose{.recipient = channel.server_id}); }
  /// What comes before the server's CLOSE: "exit-status 7", "exit-signal" or "nothing".
  std::string last_words() {
    std::string words = "nothing";
    for (;;) {
      const Bytes payload = wait_for({MessageNumber::channel_request, MessageNumber::channel_close});
      if (payload[0] == static_cast<std::uint8_t>(MessageNumber::channel_close)) return words;
      const auto message = wire::decode<wire::ChannelRequest>(payload);
      words = message.type;
      if (words == "exit-status")
        words += " " + std::to_string(message.body.bytes[message.body.bytes.size() - 1]);
    }
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(session_handler)

BOOST_AUTO_TEST_CASE(an_exit_status_follows_the_clients_close) {
  const Sessions sessions;
  Caller caller(sessions);
  const auto channel =
      caller.start("trap '' PIPE; trap 'exit 5' HUP; echo ready; while :; do sleep 0.05; done");
  caller.read_until("ready\n");
  caller.close(channel);
  BOOST_TEST(caller.last_words() == "exit-status 5");
  BOOST_TEST(caller.alive());
}

BOOST_AUTO_TEST_CASE(so_does_the_signal_that_hanging_up_is) {
  const Sessions sessions;
  Caller caller(sessions);
  const auto channel = caller.start("echo ready; exec sleep 60");
  caller.read_until("ready\n");
  caller.close(channel);
  BOOST_TEST(caller.last_words() == "exit-signal");
}

BOOST_AUTO_TEST_CASE(and_the_status_of_a_function) {
  Sessions sessions;
  Caller caller(sessions);
  const auto channel = caller.start("function");
  caller.read_until("ready\n");
  caller.close(channel);
  BOOST_TEST(caller.alive());
  sessions.let_go = true;
  BOOST_TEST(caller.last_words() == "exit-status 7");
}

BOOST_AUTO_TEST_CASE(a_session_that_runs_nothing_is_closed_at_once) {
  const Sessions sessions;
  Caller caller(sessions);
  const auto channel = caller.open_session();
  caller.close(channel);
  BOOST_TEST(caller.last_words() == "nothing");
}

BOOST_AUTO_TEST_CASE(a_closed_session_counts_until_its_function_has_ended) {
  Sessions sessions(1);
  Caller caller(sessions);
  const auto channel = caller.start("function");
  caller.read_until("ready\n");
  caller.close(channel);
  caller.send(wire::ChannelOpen{.type = "session", .sender = 77, .window = 1000, .max_packet = 1000});
  const Bytes refusal = caller.wait_for({MessageNumber::channel_open_failure});
  BOOST_TEST(wire::decode<wire::ChannelOpenFailure>(refusal).recipient == 77U);
  sessions.let_go = true;
  BOOST_TEST(caller.last_words() == "exit-status 7");
  BOOST_TEST(caller.open_session().window > 0U);
}

BOOST_AUTO_TEST_CASE(once_the_server_has_closed_a_session_the_next_may_be_opened) {
  Sessions sessions(1);
  sessions.let_go = true;
  Caller caller(sessions);
  for (int i = 0; i < 300; ++i) {
    const auto channel = caller.start("function");
    caller.read_until("ready\n");
    caller.close(channel);
    caller.last_words();
  }
}

// Window changes, data, a second CLOSE: of no meaning on a channel that the client has closed.
BOOST_AUTO_TEST_CASE(what_follows_the_clients_close_is_passed_over) {
  Sessions sessions;
  Caller caller(sessions);
  const auto channel = caller.start("function");
  caller.read_until("ready\n");
  caller.close(channel);
  caller.send(wire::ChannelWindowAdjust{.recipient = channel.server_id, .bytes = 100});
  caller.send(wire::ChannelEof{.recipient = channel.server_id});
  caller.close(channel);
  BOOST_TEST(caller.alive());
  sessions.let_go = true;
  BOOST_TEST(caller.last_words() == "exit-status 7");
  BOOST_TEST(caller.alive());
}

BOOST_AUTO_TEST_CASE(who_closes_and_then_goes_leaves_no_session) {
  const Sessions sessions;
  const TempDir directory;
  const std::string fifo = (directory / "fifo").string();
  BOOST_REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
  {
    Caller caller(sessions);
    const auto channel = caller.start("trap '' HUP; echo ready; read word <'" + fifo + "'");
    caller.read_until("ready\n");
    caller.close(channel);
    BOOST_TEST(caller.alive());
    BOOST_TEST(sessions.server->statistics().sessions == 1U);
  }
  BOOST_TEST(const_cast<Server&>(*sessions.server).wait_sessions(scaled(10s)));
  directory.write("fifo", "go\n");
}

BOOST_AUTO_TEST_SUITE_END()
