// amiko - every message number at every stage of a client's connection
#include <deque>
#include <mutex>
#include <vector>

#include "hostile/ending.hpp"
#include "hostile/walk.hpp"

namespace amiko::test {
namespace {

using protocol::Role;
using wire::MessageNumber;
/// What is done at a stage; returns the packets that are to be answered with UNIMPLEMENTED.
using Deed = std::function<std::vector<std::uint32_t>(ScriptedPeer&)>;

ScriptedOptions server_options(bool strict) {
  ScriptedOptions options;
  options.strict = strict;
  options.ext_info = false;
  return options;
}

/// A server that logs a client in as one should, with a deed on the way.
class Login {
 public:
  Login(GateState at, Deed deed) : at_(at), deed_(std::move(deed)) {}

  void operator()(ScriptedPeer& peer) {
    peer.exchange_versions();
    reach(peer, GateState::await_kexinit);
    peer.tamper_kex = [this, &peer](Bytes& payload) {
      if (payload[0] == 31) reach(peer, GateState::kex_method);
      if (payload[0] == 21) reach(peer, GateState::await_newkeys);
    };
    peer.first_kex();
    peer.tamper_kex = {};
    collect(peer);
    reach(peer, GateState::first_packet);
    collect(peer);
    peer.send(wire::Ignore{});
    reach(peer, GateState::await_service);
    collect(peer);
    may_ask.set();
    peer.accept_service();
    peer.next();
    reach(peer, GateState::authenticating);
    collect(peer);
    peer.let_in();
    peer.read_to_end();
  }

  /// All that comes before the client's own requests has come.
  Event may_ask;

 private:
  void reach(ScriptedPeer& peer, GateState state) {
    if (state == at_) due_ = deed_(peer);
  }
  // Once there are keys.
  void collect(ScriptedPeer& peer) {
    for (const std::uint32_t sequence : std::exchange(due_, {}))
      must(peer.expect<wire::Unimplemented>().sequence == sequence, "the sequence number of UNIMPLEMENTED");
  }

  const GateState at_;
  const Deed deed_;
  std::vector<std::uint32_t> due_;
};

/// Sends these, and waits for the client to go.
Deed say(std::vector<Bytes> payloads) {
  return [payloads = std::move(payloads)](ScriptedPeer& peer) -> std::vector<std::uint32_t> {
    peer.send_together(payloads);
    peer.drain();
    throw PeerGone("by now");
  };
}

/// Sends what ought to do nothing, and goes on.
Deed say_in_passing(const Row& row, std::vector<int> numbers) {
  return [row, numbers = std::move(numbers)](ScriptedPeer& peer) {
    std::vector<std::uint32_t> due;
    for (const int n : numbers) {
      if (n % 3 == 0 && row.cell(2) == Verdict::ignore)  // so that numbers are left out
        peer.send_now(wire::encoded(wire::Ignore{}));
      if (row.cell(n) == Verdict::unimplemented) due.push_back(peer.encoder().sequence());
      peer.send_now(walked_message(n));
    }
    return due;
  };
}

error_code ending_at(const Row& row, Deed deed) {
  ScriptedOptions options = server_options(row.strict);
  options.script = Login(row.state, std::move(deed));
  return ending_of(std::move(options));
}

void each_ends_it(const Row& row) {
  for (const int n : row.numbers(Verdict::disconnect))
    BOOST_TEST((ending_at(row, say({walked_message(n)})) == errc::protocol_error), row.name(n));
}

const Bytes malformed{1};

// What a message without sense does where its number is right, is told elsewhere; here the connection ends in
// order, by that message or by the malformed one behind it.
void each_is_judged_by_its_content(const Row& row) {
  for (const int n : row.numbers(Verdict::process)) {
    const error_code code = ending_at(row, say({walked_message(n), malformed}));
    BOOST_TEST((code && code != errc::internal_error && code != errc::connection_lost),
               row.name(n) << ": " << code.message());
  }
}

// What follows them is as if they had not come.
void these_do_nothing(const Row& row, const std::vector<int>& numbers) {
  Login script(row.state, say_in_passing(row, numbers));
  ScriptedOptions options = server_options(row.strict);
  options.script = [&](ScriptedPeer& peer) { script(peer); };
  ScriptedServer server(std::move(options));
  Transport client(server.take_client());
  client.start_client(scaled(limit));
  client.set_auth_timeout(scaled(limit));
  BOOST_TEST(script.may_ask.wait(scaled(limit)));
  BOOST_TEST(!client.is_authenticated());
  BOOST_TEST(client.auth_none("user").authenticated);
}

void every_number(GateState state, bool strict = true) {
  const NothingLeft check;
  const Row row{Role::client, state, strict};
  each_ends_it(row);
  each_is_judged_by_its_content(row);
  by_sixteen(row.harmless(), [&](const std::vector<int>& numbers) { these_do_nothing(row, numbers); });
}

// --- after the login

void at_stage(ScriptedSession& session, GateState state, const Deed& deed) {
  if (state == GateState::rekey_sent) {
    session.server.run([](ScriptedPeer& peer) { peer.hold_kex(true); });
    Call asker([&] { session.client.renegotiate_keys(); });
    session.server.run([&](ScriptedPeer& peer) {
      peer.wait_for_kexinit();
      deed(peer);
      peer.finish_kex();
    });
  } else {
    session.server.run([&](ScriptedPeer& peer) {
      if (state == GateState::connected) return void(deed(peer));
      peer.tamper_kex = [&](Bytes& payload) {
        if (payload[0] == 21 && state == GateState::rekey_await_newkeys) deed(peer);
      };
      peer.start_kex();
      if (state == GateState::rekey_method) deed(peer);
      peer.finish_kex();
      peer.tamper_kex = {};
    });
  }
}

error_code ending_later(const Row& row, const Deed& deed) {
  ScriptedSession session(server_options(row.strict));
  Channel channel = session.exec("hold");
  BOOST_CHECK_THROW(at_stage(session, row.state, deed), PeerGone);
  const error_code code = ending(session.client);
  BOOST_TEST(session.client.statistics().channels_opened == 1U);
  return code;
}

void all_of_these_do_nothing(const Row& row) {
  ScriptedSession session(server_options(row.strict));
  std::vector<std::uint32_t> answers, expected;
  session.server.run([&](ScriptedPeer& peer) {
    peer.on(MessageNumber::unimplemented, [&](ScriptedPeer&, ByteView payload) {
      answers.push_back(wire::decode<wire::Unimplemented>(payload).sequence);
      return true;
    });
  });
  at_stage(session, row.state,
           [&](ScriptedPeer& peer) { return expected = say_in_passing(row, row.harmless())(peer); });
  std::vector<std::uint32_t> got;
  const auto all_answered = [&] {
    session.server.run([&](ScriptedPeer&) { got = answers; });
    return got.size() >= expected.size();
  };
  BOOST_TEST(eventually(all_answered, limit));
  BOOST_TEST(got == expected, boost::test_tools::per_element());
  Channel channel = session.exec("print alive");
  BOOST_TEST(channel.recv(100) == "alive");
}

void every_number_later(GateState state, bool strict = true) {
  const NothingLeft check;
  const Row row{Role::client, state, strict};
  for (const int n : row.numbers(Verdict::disconnect))
    BOOST_TEST((ending_later(row, say({walked_message(n)})) == errc::protocol_error), row.name(n));
  for (const int n : row.numbers(Verdict::process)) {
    const error_code code = ending_later(row, say({walked_message(n), malformed}));
    BOOST_TEST((code && code != errc::internal_error && code != errc::connection_lost),
               row.name(n) << ": " << code.message());
  }
  all_of_these_do_nothing(row);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(phases)

// Whether key exchange is strict shows in KEXINIT only, and everything that came before it is too much then.
BOOST_AUTO_TEST_CASE(before_the_key_exchange) {
  every_number(GateState::await_kexinit, false);
  const NothingLeft check;
  const Row row{Role::client, GateState::await_kexinit};
  each_ends_it(row);
  each_is_judged_by_its_content(row);
  for (const int n : row.harmless())
    BOOST_TEST((ending_at(row, say_in_passing(row, {n})) == errc::protocol_error), row.name(n));
}

// Under strict key exchange nothing but the exchange itself may come.
BOOST_AUTO_TEST_CASE(during_the_key_exchange) {
  every_number(GateState::kex_method);
}

BOOST_AUTO_TEST_CASE(during_a_key_exchange_that_is_not_strict) {
  every_number(GateState::kex_method, false);
}

BOOST_AUTO_TEST_CASE(before_newkeys_comes) {
  every_number(GateState::await_newkeys);
  every_number(GateState::await_newkeys, false);
}

BOOST_AUTO_TEST_CASE(the_first_packet_with_keys) {
  every_number(GateState::first_packet);
}

BOOST_AUTO_TEST_CASE(before_authentication) {
  every_number(GateState::await_service);
}

BOOST_AUTO_TEST_CASE(during_authentication) {
  every_number(GateState::authenticating);
}

BOOST_AUTO_TEST_CASE(connected) {
  every_number_later(GateState::connected);
  every_number_later(GateState::connected, false);
}

BOOST_AUTO_TEST_CASE(while_our_kexinit_waits) {
  every_number_later(GateState::rekey_sent);
}

// In the middle of a key exchange, too, when it is not the first.
BOOST_AUTO_TEST_CASE(while_keys_change) {
  every_number_later(GateState::rekey_method);
}

BOOST_AUTO_TEST_CASE(before_later_newkeys) {
  every_number_later(GateState::rekey_await_newkeys);
}

BOOST_AUTO_TEST_CASE(after_disconnect) {
  const NothingLeft check;
  for (const GateState state : {GateState::connected, GateState::rekey_sent, GateState::rekey_method})
    BOOST_TEST((ending_later({Role::client, state}, say(disconnect_and_everything())) == errc::disconnected));
  for (const GateState state : {GateState::await_kexinit, GateState::kex_method, GateState::await_newkeys,
                                GateState::first_packet, GateState::authenticating})
    BOOST_TEST((ending_at({Role::client, state}, say(disconnect_and_everything())) == errc::disconnected));
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-25"))
BOOST_AUTO_TEST_CASE(a_message_that_is_cut_short) {
  const NothingLeft check;
  for (const int n : {1, 4, 80, 90, 91, 92, 93, 94, 95, 96, 97, 98, 99, 100})
    BOOST_TEST((ending_after([n](ScriptedPeer& peer, ServedChannel&) {
                  peer.send_now(Bytes{static_cast<std::uint8_t>(n), 0, 0, 0});
                }) == errc::malformed_packet),
               "message " << n);
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-25"))
BOOST_AUTO_TEST_CASE(a_message_with_something_behind_it) {
  const NothingLeft check;
  BOOST_TEST((ending_after([](ScriptedPeer& peer, ServedChannel& channel) {
                Bytes payload =
                    wire::encoded(wire::ChannelData{.recipient = channel.client_id, .data = "abc"});
                payload.push_back(0);
                peer.send_now(payload);
              }) == errc::malformed_packet));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::test
