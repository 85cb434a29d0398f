// amiko - every message number at every stage of a server's connection
#include <array>
#include <ostream>

#include "hostile/victim.hpp"
#include "hostile/walk.hpp"

namespace amiko::test {
namespace {

using protocol::Role;

enum class Stage {
  before_version,
  await_kexinit,
  kex_method,
  await_newkeys,
  first_packet,
  await_service,
  authenticating,
  interactive,  // a question is open
  half_way,     // one factor of two
  connected,
  rekey_sent,
  rekey_method,
  rekey_await_newkeys,
};

constexpr std::array before_login{Stage::await_kexinit, Stage::kex_method,    Stage::await_newkeys,
                                  Stage::first_packet,  Stage::await_service, Stage::authenticating,
                                  Stage::interactive,   Stage::half_way};

GateState gate_of(Stage stage) {
  switch (stage) {
    case Stage::before_version:
    case Stage::await_kexinit:
      return GateState::await_kexinit;
    case Stage::kex_method:
      return GateState::kex_method;
    case Stage::await_newkeys:
      return GateState::await_newkeys;
    case Stage::first_packet:
      return GateState::first_packet;
    case Stage::await_service:
      return GateState::await_service;
    case Stage::authenticating:
    case Stage::interactive:
    case Stage::half_way:
      return GateState::authenticating;
    case Stage::connected:
      return GateState::connected;
    case Stage::rekey_sent:
      return GateState::rekey_sent;
    case Stage::rekey_method:
      return GateState::rekey_method;
    case Stage::rekey_await_newkeys:
      break;
  }
  return GateState::rekey_await_newkeys;
}

TransportOptions two_factors() {
  ServerSettings settings;
  settings.authentication_methods = "keyboard-interactive,password";
  return victim_options(settings);
}

ScriptedClientOptions client_options(bool strict) {
  ScriptedClientOptions options;
  options.strict = strict;
  options.ext_info = false;
  return options;
}

/// Logs in as one should, with a deed on the way.
class Walk {
 public:
  Walk(Victim& victim, Stage at, std::function<void()> deed)
      : client_(victim.client), server_(victim.server), at_(at), deed_(std::move(deed)) {}

  void go() {
    reach(Stage::before_version);
    client_.exchange_versions();
    reach(Stage::await_kexinit);
    client_.tamper_kex = [this](Bytes& payload) {
      if (payload[0] == 30) reach(Stage::kex_method);
      if (payload[0] == 21) reach(Stage::await_newkeys);
    };
    client_.first_kex();
    client_.tamper_kex = {};
    collect();
    log_in();
    reach(Stage::connected);
    collect();
    change_keys();
    collect();
    BOOST_TEST(client_.alive());
  }

  /// UNIMPLEMENTED is due for these, once there are keys.
  std::vector<std::uint32_t> due;

 private:
  void log_in() {
    reach(Stage::first_packet);
    collect();
    client_.send(wire::Ignore{});
    reach(Stage::await_service);
    collect();
    client_.request_service();
    reach(Stage::authenticating);
    collect();
    BOOST_TEST(client_.ask(requests::interactive("robey"))[0] == 60);
    reach(Stage::interactive);
    collect();
    const Bytes answer = client_.ask(requests::answers({"42"}));
    BOOST_TEST(wire::decode<wire::UserauthFailure>(answer).partial_success);
    reach(Stage::half_way);
    collect();
    BOOST_TEST(client_.lets_in(requests::password("robey", "foo")));
  }
  void change_keys() {
    if (at_ == Stage::rekey_sent) {
      Call asker([this] { server_.renegotiate_keys(); });
      client_.wait_for_kexinit();
      reach(Stage::rekey_sent);
      return client_.finish_kex();
    }
    client_.tamper_kex = [this](Bytes& payload) {
      if (payload[0] == 21) reach(Stage::rekey_await_newkeys);
    };
    client_.start_kex();
    reach(Stage::rekey_method);
    client_.finish_kex();
    client_.tamper_kex = {};
  }
  void reach(Stage stage) {
    if (stage == at_) deed_();
  }
  void collect() {
    for (const std::uint32_t sequence : std::exchange(due, {}))
      BOOST_TEST(client_.expect<wire::Unimplemented>().sequence == sequence);
  }

  ScriptedClient& client_;
  Transport& server_;
  const Stage at_;
  const std::function<void()> deed_;
};

struct Enough {};

Row row_of(Stage stage, bool strict = true) {
  return {Role::server, gate_of(stage), strict};
}

/// How the server ends the connection at these messages, without asking anybody anything.
error_code ending_at(Stage stage, bool strict, const std::vector<Bytes>& payloads) {
  Watcher watcher;
  Victim victim(watcher, two_factors(), client_options(strict));
  int asked = -1;
  Walk walk(victim, stage, [&] {
    asked = watcher.auth_calls;
    victim.client.send_together(payloads);
    throw Enough{};
  });
  BOOST_CHECK_THROW(walk.go(), Enough);
  const error_code code = victim.ending();
  const bool let_in = stage >= Stage::connected;
  BOOST_TEST(watcher.auth_calls == asked);
  BOOST_TEST(watcher.session_calls == 0);
  BOOST_TEST(watcher.logins == (let_in ? 1 : 0));
  BOOST_TEST(victim.server.statistics().channels_opened == 0U);
  BOOST_TEST((let_in || !victim.server.is_authenticated()));
  return code;
}

void each_ends_it(Stage stage, bool strict) {
  const Row row = row_of(stage, strict);
  const errc expected = stage == Stage::before_version ? errc::not_ssh : errc::protocol_error;
  for (int n = 0; n < 256; ++n)
    if (stage == Stage::before_version || row.cell(n) == Verdict::disconnect)
      BOOST_TEST((ending_at(stage, strict, {walked_message(n)}) == expected), row.name(n));
}

// What a message without sense does where its number is right is told elsewhere; here the connection ends in
// order, by that message or by the malformed one behind it.
void each_is_judged_by_its_content(Stage stage, bool strict) {
  const Row row = row_of(stage, strict);
  for (const int n : row.numbers(Verdict::process)) {
    if (n == 80) continue;  // a request without a name is a request
    const error_code code = ending_at(stage, strict, {walked_message(n), Bytes{1}});
    BOOST_TEST((code && code != errc::internal_error && code != errc::connection_lost),
               row.name(n) << ": " << code.message());
  }
}

/// These do nothing: what follows them is as if they had not come.
void do_nothing(Stage stage, const std::vector<int>& numbers, bool strict) {
  const Row row = row_of(stage, strict);
  Watcher watcher;
  Victim victim(watcher, two_factors(), client_options(strict));
  Walk walk(victim, stage, [&] {
    for (const int n : numbers) {
      if (row.cell(n) == Verdict::unimplemented) walk.due.push_back(victim.client.encoder().sequence());
      victim.client.send_now(walked_message(n));
    }
  });
  walk.go();
  BOOST_TEST(victim.server.is_authenticated());
  BOOST_TEST(watcher.logins == 1);
  BOOST_TEST((watcher.log() == std::vector<std::string>{"are-you-there@example.com"}));
  BOOST_TEST(victim.server.statistics().channels_opened == 0U);
}

void every_number(Stage stage, bool strict = true) {
  const NothingLeft check;
  each_ends_it(stage, strict);
  if (stage == Stage::before_version) return;
  each_is_judged_by_its_content(stage, strict);
  by_sixteen(row_of(stage, strict).harmless(),
             [&](const std::vector<int>& numbers) { do_nothing(stage, numbers, strict); });
}

// Whether key exchange is strict shows in KEXINIT only, and everything that came before it is too much then.
void each_is_too_much_before_kexinit() {
  const NothingLeft check;
  each_ends_it(Stage::await_kexinit, true);
  each_is_judged_by_its_content(Stage::await_kexinit, true);
  for (const int n : row_of(Stage::await_kexinit).harmless())
    BOOST_TEST((victim_ending([n](ScriptedClient& client) {
                  client.exchange_versions();
                  client.send_now(walked_message(n));
                  client.first_kex();
                }) == errc::protocol_error),
               "message " << n);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(server_phases)

BOOST_AUTO_TEST_CASE(before_the_version_line) {
  every_number(Stage::before_version);
}

BOOST_AUTO_TEST_CASE(before_kexinit) {
  each_is_too_much_before_kexinit();
  every_number(Stage::await_kexinit, false);
}

BOOST_AUTO_TEST_CASE(after_kexinit) {
  every_number(Stage::kex_method);
  every_number(Stage::kex_method, false);
}

BOOST_AUTO_TEST_CASE(before_newkeys) {
  every_number(Stage::await_newkeys);
  every_number(Stage::await_newkeys, false);
}

BOOST_AUTO_TEST_CASE(the_first_packet_with_keys) {
  every_number(Stage::first_packet);
}

BOOST_AUTO_TEST_CASE(before_a_service) {
  every_number(Stage::await_service);
}

BOOST_AUTO_TEST_CASE(during_authentication) {
  every_number(Stage::authenticating);
}

BOOST_AUTO_TEST_CASE(while_a_question_is_open) {
  every_number(Stage::interactive);
}

BOOST_AUTO_TEST_CASE(after_one_factor_of_two) {
  every_number(Stage::half_way);
}

BOOST_AUTO_TEST_CASE(after_the_login) {
  every_number(Stage::connected);
}

BOOST_AUTO_TEST_CASE(while_our_kexinit_waits) {
  every_number(Stage::rekey_sent);
}

BOOST_AUTO_TEST_CASE(while_keys_change) {
  every_number(Stage::rekey_method);
}

BOOST_AUTO_TEST_CASE(before_later_newkeys) {
  every_number(Stage::rekey_await_newkeys);
}

// Nothing behind it counts, not even what came in the same segment.
BOOST_AUTO_TEST_CASE(after_disconnect) {
  const NothingLeft check;
  for (const Stage stage : before_login)
    BOOST_TEST((ending_at(stage, true, disconnect_and_everything()) == errc::disconnected));
  for (const Stage stage : {Stage::connected, Stage::rekey_sent, Stage::rekey_method})
    BOOST_TEST((ending_at(stage, true, disconnect_and_everything()) == errc::disconnected));
}

// CVE-2025-32433 and its kind: the session's messages slipped in, and the rest of the login done well.
BOOST_TEST_DECORATOR(*boost::unit_test::label("V-02"))
BOOST_AUTO_TEST_CASE(a_command_before_the_login) {
  const NothingLeft check;
  for (const Stage stage : before_login) {
    for (const bool strict : {true, false}) {
      Watcher watcher;
      Victim victim(watcher, two_factors(), client_options(strict));
      const auto slip_in = [&] {
        victim.client.send_together(
            {wire::encoded(wire::ChannelOpen{.type = "session", .window = 1000, .max_packet = 1000}),
             wire::encoded(
                 wire::ChannelRequest{.type = "exec", .want_reply = true, .body = {strings({"id"})}})});
      };
      BOOST_CHECK_THROW(Walk(victim, stage, slip_in).go(), std::exception);
      BOOST_TEST((victim.ending() == errc::protocol_error));
      BOOST_TEST(!watcher.exec);
      BOOST_TEST(watcher.session_calls == 0);
      BOOST_TEST(watcher.logins == 0);
      BOOST_TEST(victim.server.statistics().channels_opened == 0U);
    }
  }
}

// CVE-2018-10933 and its kind: what only a server may say, said by the client, and a command after it.
BOOST_TEST_DECORATOR(*boost::unit_test::label("V-01"))
BOOST_AUTO_TEST_CASE(the_client_says_that_it_is_in) {
  const NothingLeft check;
  for (const Stage stage : {Stage::authenticating, Stage::interactive, Stage::half_way})
    for (const Bytes& claim : {wire::encoded(wire::UserauthSuccess{}), wire::encoded(wire::UserauthFailure{}),
                               wire::encoded(wire::UserauthBanner{}), wire::encoded(wire::UserauthPkOk{}),
                               wire::encoded(wire::ServiceAccept{.service = "ssh-connection"}),
                               wire::encoded(wire::ChannelOpenConfirmation{.max_packet = 1}),
                               wire::encoded(wire::RequestSuccess{})}) {
      Watcher watcher;
      Victim victim(watcher, two_factors(), client_options(true));
      const auto pretend = [&] {
        victim.client.send_together(
            {claim, wire::encoded(wire::ChannelOpen{.type = "session", .window = 1000, .max_packet = 1000}),
             wire::encoded(wire::ChannelRequest{.type = "exec", .body = {strings({"id"})}})});
        throw Enough{};
      };
      BOOST_CHECK_THROW(Walk(victim, stage, pretend).go(), Enough);
      BOOST_TEST((victim.ending() == errc::protocol_error), "message " << int{claim[0]});
      BOOST_TEST(!watcher.exec);
      BOOST_TEST(watcher.session_calls == 0);
      BOOST_TEST(watcher.logins == 0);
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::test
