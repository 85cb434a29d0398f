// amiko - clients that talk too much, too little, or not SSH
#include <thread>

#include "hostile/victim.hpp"

namespace amiko::test {
namespace {

using namespace std::string_literals;

// What a server makes of these bytes in the place of a version line.
error_code ending_of_line(ByteView bytes, std::size_t chunk = 0) {
  return victim_ending([&](ScriptedClient& client) {
    client.write_by(chunk);
    client.send_raw(bytes);
  });
}

TransportOptions few_bytes() {
  ServerSettings settings;
  settings.login_bytes = 20'000;
  return victim_options(settings);
}

// Says these until the server ends it.
std::function<void(ScriptedClient&)> without_end(std::function<void(ScriptedClient&)> say, bool keys = true,
                                                 bool service = false) {
  return [=](ScriptedClient& client) {
    if (keys)
      client.connect();
    else
      client.exchange_versions();
    if (service) client.request_service();
    for (int i = 0; i < 10'000; ++i)
      say(client);
  };
}

TransportOptions grace(milliseconds time) {
  ServerSettings settings;
  settings.login_grace = time;
  return victim_options(settings);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(server_limits)

// --- the version line

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-29"))
BOOST_AUTO_TEST_CASE(lines_that_are_no_version) {
  const NothingLeft check;
  const Bytes endless(10'000'000, 'x');
  BOOST_TEST((ending_of_line(endless) == errc::not_ssh));
  BOOST_TEST((ending_of_line("SSH-2.0-" + std::string(10'000'000, 'x')) == errc::not_ssh));
  BOOST_TEST((ending_of_line(Bytes(1'000'000, 0)) == errc::not_ssh));
  for (const std::string& line :
       {"\r\n"s, "\n"s, "x"s, "SSH-1.5-old\r\n"s, "SSH-2.0-\r\n"s, "SSH-2.0\r\n"s, "SSH-3.0-new\r\n"s,
        "SSH-2.0-a\0b\r\n"s, "SSH-2.0-\x1b[2J\r\n"s, "ssh-2.0-small\r\n"s, "hello\r\nSSH-2.0-late\r\n"s,
        "GET / HTTP/1.1\r\n\r\n"s, "\x16\x03\x01\x02"s, "SSH-2.0-" + std::string(246, 'x') + "\r\n"}) {
    const error_code code = ending_of_line(line);
    BOOST_TEST((code == errc::not_ssh || code == errc::old_protocol), line.substr(0, 20) << code.message());
  }
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-29"))
BOOST_AUTO_TEST_CASE(the_longest_line_in_single_bytes) {
  const NothingLeft check;
  Watcher watcher;
  ScriptedClientOptions options;
  options.version = "SSH-2.0-" + std::string(245, 'x');
  Victim victim(watcher, victim_options(), options);
  victim.client.write_by(1);
  victim.client.log_in();
  BOOST_TEST(victim.client.alive());
  BOOST_TEST(victim.server.remote_version() == options.version);
}

// --- bytes before the login

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-43") * boost::unit_test::label("V-51"))
BOOST_AUTO_TEST_CASE(too_many_bytes_before_the_login) {
  const NothingLeft check;
  const Bytes noise(100, 'n');
  const auto ignore = [&](ScriptedClient& client) { client.send(wire::Ignore{.data = noise}); };
  BOOST_TEST((victim_ending(without_end(ignore), few_bytes()) == errc::protocol_error));
  BOOST_TEST((victim_ending(without_end(ignore, true, true), few_bytes()) == errc::protocol_error));
  BOOST_TEST(
      (victim_ending(without_end([&](ScriptedClient& client) { client.send(wire::Ping{.data = noise}); }),
                     few_bytes()) == errc::protocol_error));
  BOOST_TEST((
      victim_ending(without_end([&](ScriptedClient& client) { client.send(wire::Debug{.message = "text"}); }),
                    few_bytes()) == errc::protocol_error));
}

BOOST_AUTO_TEST_CASE(too_many_bytes_before_the_keys) {
  const NothingLeft check;
  ScriptedClientOptions relaxed;
  relaxed.strict = false;
  const Bytes noise(1000, 'n');
  BOOST_TEST((victim_ending(without_end(
                                [&](ScriptedClient& client) {
                                  client.send_now(wire::encoded(wire::Ignore{.data = noise}));
                                },
                                false),
                            few_bytes(), relaxed) == errc::protocol_error));
}

// New keys begin no new count.
BOOST_AUTO_TEST_CASE(bytes_are_counted_over_key_exchanges) {
  const NothingLeft check;
  const auto say = [](ScriptedClient& client) { client.send(wire::Ignore{.data = Bytes(15'000, 'n')}); };
  BOOST_TEST((victim_ending(
                  [&](ScriptedClient& client) {
                    client.connect();
                    say(client);
                    client.rekey();
                    say(client);
                    client.request_service();
                  },
                  few_bytes()) == errc::protocol_error));
}

BOOST_AUTO_TEST_CASE(an_honest_login_takes_few_bytes) {
  const NothingLeft check;
  Watcher watcher;
  Victim victim(watcher, few_bytes());
  victim.client.log_in();
  // And afterwards nobody counts them.
  for (int i = 0; i < 100; ++i)
    victim.client.send(wire::Ignore{.data = Bytes(1000, 'n')});
  BOOST_TEST(victim.client.alive());
}

// --- time before the login

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-49"))
BOOST_AUTO_TEST_CASE(the_time_for_a_login_is_not_stretched_by_dribbling) {
  const NothingLeft check;
  for (const bool with_keys : {false, true}) {
    Watcher watcher;
    Victim victim(watcher, grace(milliseconds(300)));
    if (with_keys) victim.client.connect();
    const auto start = Clock::now();
    try {
      for (const char c : std::string(250, 'x')) {
        if (with_keys)
          victim.client.send(wire::Ignore{});
        else
          victim.client.send_raw(c == 'x' && victim.client.bytes_sent() < 8
                                     ? std::string(1, "SSH-2.0-"[victim.client.bytes_sent()])
                                     : std::string(1, c));
        std::this_thread::sleep_for(milliseconds(30));
        if (!victim.server.is_active() && victim.server.get_exception()) break;
      }
    } catch (const PeerGone&) {
    }
    BOOST_TEST((victim.ending() == errc::login_timeout));
    BOOST_TEST((Clock::now() - start < scaled(milliseconds(5000))));  // 250 bytes would take 7.5 s
    BOOST_TEST(watcher.auth_calls == 0);
  }
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-49"))
BOOST_AUTO_TEST_CASE(silence_at_every_stage) {
  const NothingLeft check;
  const std::function<void(ScriptedClient&)> stages[] = {[](ScriptedClient&) {},
                                                         [](ScriptedClient& c) { c.exchange_versions(); },
                                                         [](ScriptedClient& c) {
                                                           c.exchange_versions();
                                                           c.start_kex();
                                                         },
                                                         [](ScriptedClient& c) { c.connect(); },
                                                         [](ScriptedClient& c) {
                                                           c.connect();
                                                           c.request_service();
                                                         },
                                                         [](ScriptedClient& c) {
                                                           c.connect();
                                                           c.request_service();
                                                           c.ask(requests::interactive("robey"));
                                                         },
                                                         [](ScriptedClient& c) {
                                                           c.connect();
                                                           c.request_service();
                                                           c.start_kex();
                                                         }};
  for (const auto& stage : stages)
    BOOST_TEST((victim_ending(stage, grace(milliseconds(100))) == errc::login_timeout));
}

BOOST_AUTO_TEST_CASE(whoever_is_in_may_stay) {
  const NothingLeft check;
  Watcher watcher;
  Victim victim(watcher, grace(scaled(milliseconds(300))));
  victim.client.log_in();
  std::this_thread::sleep_for(scaled(milliseconds(400)));
  BOOST_TEST(victim.client.alive());
}

// --- compression

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-28"))
BOOST_AUTO_TEST_CASE(data_that_inflates_without_end) {
  const NothingLeft check;
  const struct {
    std::size_t size;
    bool good;
  } cases[] = {{200'000, true}, {257 * 1024, false}, {100'000'000, false}};
  for (const auto& c : cases) {
    Watcher watcher;
    TransportOptions options = victim_options();
    options.algorithms.compression = "yes";
    ScriptedClientOptions client_options;
    client_options.compression = true;
    Victim victim(watcher, options, client_options);
    victim.client.log_in();
    // Compressed by hand: the encoder would refuse to.
    const Bytes ignore = wire::encoded(wire::Ignore{.data = Bytes(c.size - 5, 0)});
    victim.client.encoder().use_compression(false);
    crypto::Deflater deflater;
    Bytes small;
    deflater.deflate(ignore, small);
    victim.client.send_now(small);
    if (!c.good) {
      BOOST_TEST((victim.ending() == errc::compression_failed), c.size);
      continue;
    }
    victim.client.send_now([&] {
      Bytes out;
      deflater.deflate(wire::encoded(wire::GlobalRequest{.type = "x", .want_reply = true}), out);
      return out;
    }());
    BOOST_TEST((victim.client.wait_for({wire::MessageNumber::request_failure}).size() == 1U));
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::test
