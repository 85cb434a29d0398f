// amiko - clients that have logged in and make requests that are wrong, huge, or too many
#include <amiko/server/server.hpp>

#include <algorithm>
#include <future>
#include <map>

#include "common/network.hpp"
#include "common/raw_server.hpp"
#include "hostile/victim.hpp"

namespace amiko::test {
namespace {

using wire::MessageNumber;
using Opened = ScriptedClient::Opened;

Bytes pty_body(ByteView modes, std::string_view term = "xterm", std::uint32_t size = 80) {
  Bytes body = strings({term});
  for (int i = 0; i < 4; ++i)
    append(body, raw::uint32(size));
  append(body, strings({modes.text()}));
  return body;
}

/// A client with a channel.
struct Insider {
  explicit Insider(std::function<void(const std::string&)> on_request = {}) {
    watcher.on_request = std::move(on_request);
    victim.emplace(watcher);
    client().log_in();
    opened = client().open_session();
  }
  ScriptedClient& client() { return victim->client; }
  bool request(std::string_view type, ByteView body = {}) { return client().request(opened, type, body); }

  Watcher watcher;
  std::optional<Victim> victim;
  Opened opened;
};

Bytes request_message(const Opened& opened, std::string_view type, ByteView body = {},
                      bool want_reply = false) {
  return wire::encoded(wire::ChannelRequest{
      .recipient = opened.server_id, .type = type, .want_reply = want_reply, .body = {body}});
}

error_code ending_of_request(std::string_view type, ByteView body) {
  return victim_ending([&](ScriptedClient& client) {
    client.log_in();
    client.send(request_message(client.open_session(), type, body, true));
  });
}

}  // namespace

BOOST_AUTO_TEST_SUITE(server_requests)

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-25"))
BOOST_AUTO_TEST_CASE(bodies_that_are_cut_short) {
  const NothingLeft check;
  const struct {
    const char* type;
    Bytes body;
  } whole[] = {{"pty-req", pty_body(Bytes{1, 0, 0, 0, 3, 53, 0, 0, 0, 1, 0})},
               {"env", strings({"LANG", "C"})},
               {"exec", strings({"uname"})},
               {"subsystem", strings({"sftp"})},
               {"window-change", Bytes(16, 0)},
               {"signal", strings({"TERM"})},
               {"break", raw::uint32(500)}};
  for (const auto& w : whole) {
    for (std::size_t size = 0; size < w.body.size(); ++size)
      BOOST_TEST((ending_of_request(w.type, ByteView(w.body).first(size)) == errc::malformed_packet),
                 w.type << ", " << size << " bytes");
    Bytes longer = w.body;
    longer.push_back(0);
    BOOST_TEST((ending_of_request(w.type, longer) == errc::malformed_packet), w.type);
    Insider insider;
    BOOST_TEST(insider.request(w.type, w.body), w.type);
  }
  BOOST_TEST((ending_of_request("shell", Bytes{0}) == errc::malformed_packet));
  for (const std::uint32_t length : {0x7fffffffU, 0xffffffffU})
    BOOST_TEST((ending_of_request("exec", raw::uint32(length)) == errc::malformed_packet));
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-52"))
BOOST_AUTO_TEST_CASE(terminal_modes) {
  const NothingLeft check;
  // Cut in the middle of a value.
  for (std::size_t size = 1; size < 5; ++size)
    BOOST_TEST((ending_of_request("pty-req", pty_body(Bytes(size, 1))) == errc::malformed_packet));
  // Without their end, with everything behind the end, unknown ones, the same one again and again.
  for (const Bytes& modes :
       {Bytes(), Bytes(5, 1), Bytes{0, 9, 9}, Bytes{160, 1}, Bytes{255}, Bytes(100'000, 77)}) {
    Insider insider;
    BOOST_TEST(insider.request("pty-req", pty_body(modes)), modes.size());
    BOOST_TEST(!insider.request("pty-req", pty_body(modes)));
    BOOST_TEST(insider.request("shell"));
  }
}

BOOST_AUTO_TEST_CASE(sizes_and_texts_without_sense) {
  const NothingLeft check;
  Insider insider;
  BOOST_TEST(insider.request("pty-req", pty_body({}, std::string(200'000, 't'), 0xffffffff)));
  BOOST_TEST(insider.request("window-change", Bytes(16, 0xff)));
  BOOST_TEST(insider.request("window-change", Bytes(16, 0)));
  BOOST_TEST(insider.request("signal", strings({std::string(200'000, 's')})));
  BOOST_TEST(insider.request("signal", strings({""})));
  BOOST_TEST(insider.request("break", raw::uint32(0xffffffff)));
  BOOST_TEST(!insider.request("", {}));
  BOOST_TEST(!insider.request(std::string(200'000, 'r'), {}));
  BOOST_TEST(!insider.request("exit-status", raw::uint32(0)));
  BOOST_TEST(insider.client().alive());
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-52"))
BOOST_AUTO_TEST_CASE(one_command_for_each_channel) {
  const NothingLeft check;
  Insider insider;
  const std::string command(200'000, 'c');
  BOOST_TEST(insider.request("exec", strings({command})));
  BOOST_TEST(!insider.request("exec", strings({"second"})));
  BOOST_TEST(!insider.request("shell"));
  BOOST_TEST(!insider.request("subsystem", strings({"sftp"})));
  BOOST_TEST(!insider.request("pty-req", pty_body({})));
  BOOST_TEST(!insider.request("env", strings({"LANG", "C"})));
  BOOST_TEST((insider.watcher.log() == std::vector{"exec " + command}));
}

BOOST_AUTO_TEST_CASE(other_kinds_of_channel_are_no_sessions) {
  const NothingLeft check;
  struct Permissive : Watcher {
    bool check_channel_open(std::string_view) override { return true; }
  } watcher;
  Victim victim(watcher);
  victim.client.log_in();
  victim.client.send(wire::ChannelOpen{.type = "direct-tcpip", .window = 1, .max_packet = 1});
  const Bytes answer = victim.client.wait_for({MessageNumber::channel_open_confirmation});
  Opened opened;
  opened.server_id = wire::decode<wire::ChannelOpenConfirmation>(answer).sender;
  for (const char* type : {"exec", "shell", "subsystem", "pty-req", "env"})
    BOOST_TEST(!victim.client.request(opened, type, strings({"id"})));
  BOOST_TEST(!watcher.exec);
}

// --- too many

// The handler thinks about the first; the channel is closed, the connection and other channels live.
BOOST_TEST_DECORATOR(*boost::unit_test::label("V-52"))
BOOST_AUTO_TEST_CASE(requests_while_nobody_decides) {
  const NothingLeft check;
  Event go_on;
  Insider insider([&](const std::string& what) {
    if (what == "env FIRST") go_on.wait(scaled(limit));
  });
  ScriptedClient& client = insider.client();
  const Opened other = client.open_session();
  client.send(request_message(insider.opened, "env", strings({"FIRST", "1"})));
  for (int i = 0; i < 10'000; ++i)
    client.send(request_message(insider.opened, "env", strings({"BOMB", std::string(100, 'b')})));
  client.wait_for({MessageNumber::channel_close});
  // What is asked for on a channel that we have closed is not done any more.
  client.send(request_message(insider.opened, "exec", strings({"late"})));
  client.send(wire::Ignore{});
  go_on.set();
  BOOST_TEST(client.request(other, "exec", strings({"good"})));
  BOOST_TEST(insider.watcher.log().size() <= 130U);
  const auto log = insider.watcher.log();
  BOOST_TEST((std::ranges::find(log, "exec late") == log.end()));
  BOOST_TEST(client.alive());
}

BOOST_AUTO_TEST_CASE(large_requests_while_nobody_decides) {
  const NothingLeft check;
  Event go_on;
  Insider insider([&](const std::string& what) {
    if (what == "env FIRST") go_on.wait(scaled(limit));
  });
  ScriptedClient& client = insider.client();
  client.send(request_message(insider.opened, "env", strings({"FIRST", "1"})));
  for (int i = 0; i < 100; ++i)
    client.send(request_message(insider.opened, "env", strings({"BOMB", std::string(200'000, 'b')})));
  client.wait_for({MessageNumber::channel_close});
  go_on.set();
  BOOST_TEST(client.alive());
  BOOST_TEST(insider.watcher.log().size() <= 12U);  // 2 MiB may wait
}

// As much as the handler can take, while it does.
BOOST_TEST_DECORATOR(*boost::unit_test::label("V-52"))
BOOST_AUTO_TEST_CASE(many_requests_one_after_the_other) {
  const NothingLeft check;
  Insider insider;
  for (int i = 0; i < 2000; ++i)
    BOOST_TEST(insider.request("env", strings({"VARIABLE" + std::to_string(i), "value"})));
  for (int i = 0; i < 500; ++i)
    BOOST_TEST(insider.request("window-change", Bytes(16, 1)));
  BOOST_TEST(insider.client().alive());
}

BOOST_AUTO_TEST_CASE(global_requests_while_nobody_decides) {
  const NothingLeft check;
  Event go_on;
  Watcher watcher;
  watcher.on_request = [&](const std::string&) { go_on.wait(scaled(limit)); };
  Victim victim(watcher);
  victim.client.log_in();
  try {
    for (int i = 0; i < 10'000; ++i)
      victim.client.send(wire::GlobalRequest{.type = "flood@example.com", .want_reply = true});
  } catch (const PeerGone&) {
  }
  BOOST_TEST((victim.ending() == errc::protocol_error));
  go_on.set();
  victim.server.close();
  BOOST_TEST(watcher.session_calls <= 1);
  BOOST_TEST(watcher.losses == 1);
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-20"))
BOOST_AUTO_TEST_CASE(global_requests_that_nobody_knows) {
  const NothingLeft check;
  Insider insider;
  for (const std::string& type :
       {std::string("tcpip-forward"), std::string("resume@appgate.com"), std::string(),
        std::string("hostkeys-prove-00@openssh.com"), std::string(200'000, 'g')}) {
    insider.client().send(wire::GlobalRequest{.type = type, .want_reply = false, .body = {Bytes(100, 0xff)}});
    insider.client().send(wire::GlobalRequest{.type = type, .want_reply = true, .body = {Bytes(100, 0xff)}});
    BOOST_TEST(insider.client().next()[0] == to_byte(MessageNumber::request_failure));
  }
  BOOST_TEST(insider.client().alive());
}

// What listen() keeps for a session.
BOOST_TEST_DECORATOR(*boost::unit_test::label("V-73"))
BOOST_AUTO_TEST_CASE(environments_of_all_kinds) {
  const NothingLeft check;
  std::promise<std::map<std::string, std::string>> seen;
  ServerOptions options;
  options.addresses = {loopback};
  options.port = 0;
  options.host_keys = {joined_host_key()};
  options.password = [](std::string_view, const Secret&) { return Decision::accept; };
  options.accept_env = {"*"};
  options.process = [&](ServerProcess& process) { seen.set_value(process.env()); };
  const Server server = listen(std::move(options));
  ScriptedClient client(connect_to_loopback(server.port()));
  client.log_in();
  const Opened opened = client.open_session();
  using namespace std::string_literals;
  for (const std::string& name : {""s, "A=B"s, "A\0B"s, "A\nB"s, "\x1b[2J"s, "A\x7f"s})
    BOOST_TEST(!client.request(opened, "env", strings({name, "x"})), name);
  for (const std::string& value : {"a\0b"s, "a\nb"s, "\x1b[2J"s})
    BOOST_TEST(!client.request(opened, "env", strings({"NAME", value})), value);
  // What makes a shell or the loader run something else, even where every name is accepted.
  for (const char* name :
       {"LD_PRELOAD", "LD_LIBRARY_PATH", "PATH", "SHELL", "HOME", "USER", "LOGNAME", "BASH_ENV", "ENV", "IFS",
        "SSH_AUTH_SOCK", "SSH_ORIGINAL_COMMAND", "SSH_CONNECTION"})
    BOOST_TEST(!client.request(opened, "env", strings({name, "x"})), name);
  BOOST_TEST(client.request(opened, "env", strings({"LANG", "C"})));
  int taken = 0;
  for (int i = 0; i < 1000; ++i)
    taken += client.request(opened, "env", strings({"V" + std::to_string(i), "value"})) ? 1 : 0;
  BOOST_TEST(taken <= 256);
  for (int i = 0; i < 10; ++i)  // the same one again, each time the largest yet
    client.request(opened, "env", strings({"V0", std::string(200'000, 'v')}));
  BOOST_TEST(client.request(opened, "exec", strings({"env"})));
  auto future = seen.get_future();
  BOOST_REQUIRE((future.wait_for(scaled(limit)) == std::future_status::ready));
  const auto env = future.get();
  std::size_t bytes = 0;
  for (const auto& [name, value] : env)
    bytes += name.size() + value.size();
  BOOST_TEST(env.size() <= 256U);
  BOOST_TEST(bytes <= 256U * 1024);
  client.wait_for({MessageNumber::channel_close});
}

// --- answers that nobody reads

BOOST_AUTO_TEST_CASE(a_client_that_asks_and_does_not_read) {
  const Bytes ping = wire::encoded(wire::Ping{.data = Bytes(30'000, 'p')});
  const NothingLeft check;
  for (const Bytes& message : {ping, Bytes{250}}) {
    Watcher watcher;
    Victim victim(watcher);
    victim.client.log_in();
    try {
      for (int i = 0; i < 1'500'000 && !victim.server.get_exception(); i += 100)
        victim.client.send_together(std::vector<Bytes>(100, message));
    } catch (const PeerGone&) {
    }
    BOOST_TEST((victim.end_code() == errc::resource_shortage), int{message[0]});
  }
}

// --- the handler

BOOST_AUTO_TEST_CASE(a_client_that_goes_while_the_handler_thinks) {
  const NothingLeft check;
  for (const bool reset : {true, false}) {
    Event asked, go_on;
    Watcher watcher;
    watcher.on_request = [&](const std::string& what) {
      if (!what.starts_with("exec")) return;
      asked.set();
      go_on.wait(scaled(limit));
    };
    Victim victim(watcher);
    victim.client.log_in();
    const Opened opened = victim.client.open_session();
    victim.client.send_together({request_message(opened, "exec", strings({"one"})),
                                 request_message(opened, "signal", strings({"KILL"}))});
    BOOST_TEST(asked.wait(scaled(limit)));
    if (reset) victim.client.send_raw(Bytes(100, 0xff));  // and now nonsense
    victim.client.close_socket();
    BOOST_TEST((victim.end_code() == (reset ? errc::packet_too_large : errc::connection_lost)));
    go_on.set();
    victim.server.close();
    BOOST_TEST(watcher.losses == 1);
    BOOST_TEST((watcher.log() == std::vector<std::string>{"exec one"}));
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::test
