// amiko - every message number at every stage before a login
#include <amiko/protocol/packet_gate.hpp>

#include <array>
#include <ostream>

#include "hostile/victim.hpp"

namespace amiko::test {
namespace {

using protocol::GateState;
using protocol::Verdict;

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
};

constexpr std::array all_stages{Stage::before_version, Stage::await_kexinit, Stage::kex_method,
                                Stage::await_newkeys,  Stage::first_packet,  Stage::await_service,
                                Stage::authenticating, Stage::interactive,   Stage::half_way};

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
      break;
  }
  return GateState::authenticating;
}

bool is_harmless(Stage stage, bool strict, int number) {
  if (stage == Stage::before_version) return false;
  const Verdict v =
      protocol::verdict(protocol::Role::server, gate_of(stage), strict, static_cast<std::uint8_t>(number));
  return v == Verdict::ignore || v == Verdict::unimplemented;
}

// Zeros that no message with a meaning is content with, but good ones of what may be said any time.
Bytes message(int number) {
  if (number == 2) return wire::encoded(wire::Ignore{});
  if (number == 3) return wire::encoded(wire::Unimplemented{});
  if (number == 4) return wire::encoded(wire::Debug{});
  Bytes payload(20, 0);
  payload[0] = static_cast<std::uint8_t>(number);
  return payload;
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
  Walk(ScriptedClient& client, Stage at, std::function<void()> deed)
      : client_(client), at_(at), deed_(std::move(deed)) {}

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

  /// UNIMPLEMENTED is due for these, once there are keys.
  std::vector<std::uint32_t> due;

 private:
  void reach(Stage stage) {
    if (stage == at_) deed_();
  }
  void collect() {
    for (const std::uint32_t sequence : std::exchange(due, {}))
      BOOST_TEST(client_.expect<wire::Unimplemented>().sequence == sequence);
  }

  ScriptedClient& client_;
  const Stage at_;
  const std::function<void()> deed_;
};

struct Enough {};

/// Whether the server ends the connection at this message, without asking anybody anything.
void ends_it(Stage stage, bool strict, int number) {
  Watcher watcher;
  Victim victim(watcher, two_factors(), client_options(strict));
  int asked = -1;
  Walk walk(victim.client, stage, [&] {
    asked = watcher.auth_calls;
    victim.client.send_now(message(number));
    throw Enough{};
  });
  BOOST_CHECK_THROW(walk.go(), Enough);
  const error_code code = victim.ending();
  const auto gate =
      protocol::verdict(protocol::Role::server, gate_of(stage), strict, static_cast<std::uint8_t>(number));
  const auto where = [&] {
    return "message " + std::to_string(number) + " at stage " + std::to_string(static_cast<int>(stage)) +
           (strict ? "" : ", not strict") + ": " + code.message();
  };
  if (stage == Stage::before_version)
    BOOST_TEST((code == errc::not_ssh), where());
  else if (gate == Verdict::disconnect)
    BOOST_TEST((code == errc::protocol_error), where());
  else
    BOOST_TEST((code && code != errc::internal_error && code != errc::connection_lost), where());
  BOOST_TEST(watcher.auth_calls == asked, where());
  BOOST_TEST(watcher.session_calls == 0, where());
  BOOST_TEST(watcher.logins == 0, where());
  BOOST_TEST(victim.server.statistics().channels_opened == 0U, where());
  BOOST_TEST(!victim.server.is_authenticated(), where());
}

/// These do nothing: what follows them is as if they had not come.
void do_nothing(Stage stage, const std::vector<int>& numbers, bool strict) {
  Watcher watcher;
  Victim victim(watcher, two_factors(), client_options(strict));
  std::vector<std::uint32_t> due;
  Walk walk(victim.client, stage, [&] {
    for (const int n : numbers) {
      const auto gate =
          protocol::verdict(protocol::Role::server, gate_of(stage), strict, static_cast<std::uint8_t>(n));
      if (gate == Verdict::unimplemented) walk.due.push_back(victim.client.encoder().sequence());
      victim.client.send_now(message(n));
    }
  });
  walk.go();
  BOOST_TEST(eventually([&] { return victim.server.is_authenticated(); }, limit));
  BOOST_TEST(watcher.logins == 1);
  BOOST_TEST(watcher.session_calls == 0);
  BOOST_TEST(victim.server.statistics().channels_opened == 0U);
}

void every_number(Stage stage, bool strict) {
  const NothingLeft check;
  std::vector<int> harmless;
  for (int n = 0; n < 256; ++n) {
    if (is_harmless(stage, strict, n))
      harmless.push_back(n);
    else
      ends_it(stage, strict, n);
  }
  // Under strict key exchange KEXINIT shows that something came before it, and ends the connection then.
  if (strict && stage == Stage::await_kexinit) return;
  constexpr std::size_t at_once = 16;  // more of the unknown ones are too many
  for (std::size_t i = 0; i < harmless.size(); i += at_once)
    do_nothing(stage,
               {harmless.begin() + static_cast<std::ptrdiff_t>(i),
                harmless.begin() + static_cast<std::ptrdiff_t>(std::min(i + at_once, harmless.size()))},
               strict);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(server_phases)

BOOST_AUTO_TEST_CASE(before_the_version_line) {
  every_number(Stage::before_version, true);
}

BOOST_AUTO_TEST_CASE(before_kexinit) {
  every_number(Stage::await_kexinit, true);
  every_number(Stage::await_kexinit, false);
}

BOOST_AUTO_TEST_CASE(after_kexinit) {
  every_number(Stage::kex_method, true);
  every_number(Stage::kex_method, false);
}

BOOST_AUTO_TEST_CASE(before_newkeys) {
  every_number(Stage::await_newkeys, true);
  every_number(Stage::await_newkeys, false);
}

BOOST_AUTO_TEST_CASE(the_first_packet_with_keys) {
  every_number(Stage::first_packet, true);
}

BOOST_AUTO_TEST_CASE(before_a_service) {
  every_number(Stage::await_service, true);
}

BOOST_AUTO_TEST_CASE(during_authentication) {
  every_number(Stage::authenticating, true);
}

BOOST_AUTO_TEST_CASE(while_a_question_is_open) {
  every_number(Stage::interactive, true);
}

BOOST_AUTO_TEST_CASE(after_one_factor_of_two) {
  every_number(Stage::half_way, true);
}

// CVE-2025-32433 and its kind: the session's messages slipped in, and the rest of the login done well.
BOOST_AUTO_TEST_CASE(a_command_before_the_login) {
  const NothingLeft check;
  for (const Stage stage : all_stages) {
    if (stage == Stage::before_version) continue;
    for (const bool strict : {true, false}) {
      Watcher watcher;
      Victim victim(watcher, two_factors(), client_options(strict));
      const auto slip_in = [&] {
        victim.client.send_together(
            {wire::encoded(wire::ChannelOpen{.type = "session", .window = 1000, .max_packet = 1000}),
             wire::encoded(
                 wire::ChannelRequest{.type = "exec", .want_reply = true, .body = {strings({"id"})}})});
      };
      BOOST_CHECK_THROW(Walk(victim.client, stage, slip_in).go(), std::exception);
      BOOST_TEST((victim.ending() == errc::protocol_error));
      BOOST_TEST(!watcher.exec);
      BOOST_TEST(watcher.session_calls == 0);
      BOOST_TEST(watcher.logins == 0);
      BOOST_TEST(victim.server.statistics().channels_opened == 0U);
    }
  }
}

// CVE-2018-10933 and its kind: what only a server may say, said by the client, and a command after it.
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
      BOOST_CHECK_THROW(Walk(victim.client, stage, pretend).go(), Enough);
      BOOST_TEST((victim.ending() == errc::protocol_error), "message " << int{claim[0]});
      BOOST_TEST(!watcher.exec);
      BOOST_TEST(watcher.session_calls == 0);
      BOOST_TEST(watcher.logins == 0);
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::test
