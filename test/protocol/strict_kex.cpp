// amiko - tests of strict key exchange (draft-ietf-sshm-strict-kex)
#include "kex_pair.hpp"

#include <amiko/wire/transport_messages.hpp>

namespace amiko::protocol {
namespace {

using test::Pair;
using test::Party;
using test::with_code;
using test::with_text;

constexpr const char* client_marker = "kex-strict-c-v00@openssh.com";
constexpr const char* server_marker = "kex-strict-s-v00@openssh.com";

std::vector<std::string> kex_names(const Bytes& kexinit) {
  return wire::decode<wire::KexInit>(kexinit).kex;
}

/// A peer's KEXINIT that suits `party`, with these markers at the end.
Bytes kexinit_with(Role sender, const std::vector<std::string>& markers) {
  Party peer(test::settings(sender));
  peer.start();
  auto init = wire::decode<wire::KexInit>(peer.out.front());
  init.kex = {"curve25519-sha256"};
  init.kex.insert(init.kex.end(), markers.begin(), markers.end());
  return wire::encoded(init);
}

Pair pair_where(bool client_strict, bool server_strict) {
  KexSettings client = test::settings(Role::client), server = test::settings(Role::server);
  client.strict = client_strict;
  server.strict = server_strict;
  return Pair(client, server, {test::host_key("ssh-ed25519")});
}

}  // namespace

BOOST_AUTO_TEST_SUITE(strict_kex)

BOOST_AUTO_TEST_CASE(markers_stand_in_the_first_kexinit_only) {
  Pair pair;
  pair.run();
  pair.client.start();
  pair.pump();
  std::vector<Bytes> inits;
  for (const Bytes& message : pair.transcript)
    if (message[0] == 20) inits.push_back(message);
  BOOST_REQUIRE(inits.size() == 4u);
  const auto client = kex_names(inits[0]), server = kex_names(inits[1]);
  BOOST_TEST(wire::contains(client, client_marker));
  BOOST_TEST(!wire::contains(client, server_marker));
  BOOST_TEST(wire::contains(server, server_marker));
  BOOST_TEST(!wire::contains(server, client_marker));
  for (const Bytes& later : {inits[2], inits[3]}) {
    BOOST_TEST(!wire::contains(kex_names(later), client_marker));
    BOOST_TEST(!wire::contains(kex_names(later), server_marker));
  }
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-05"))
BOOST_AUTO_TEST_CASE(it_takes_both_sides) {
  for (const bool client : {false, true}) {
    for (const bool server : {false, true}) {
      Pair pair = pair_where(client, server);
      pair.run();
      BOOST_TEST(pair.client.done == 1);
      BOOST_TEST(pair.client.machine.strict() == (client && server));
      BOOST_TEST(pair.server.machine.strict() == (client && server));
      const int resets = client && server;
      for (const Party* party : {&pair.client, &pair.server}) {
        BOOST_TEST(party->resets_sent == resets);
        BOOST_TEST(party->resets_received == resets);
      }
    }
  }
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-05"))
BOOST_AUTO_TEST_CASE(every_newkeys_resets_the_sequence_for_ever_after) {
  Pair pair;
  pair.run();
  for (int round = 2; round <= 4; ++round) {
    (round % 2 ? pair.client : pair.server).start();
    pair.pump();
    for (const Party* party : {&pair.client, &pair.server}) {
      BOOST_TEST(party->done == round);
      BOOST_TEST(party->resets_sent == round);
      BOOST_TEST(party->resets_received == round);
    }
  }
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-05"))
BOOST_AUTO_TEST_CASE(the_first_packet_must_be_kexinit) {
  for (const Role role : {Role::client, Role::server}) {
    for (const bool started : {false, true}) {
      Party party(test::settings(role));
      if (started) party.start();
      party.received = 1;
      const Bytes init = kexinit_with(other(role), {role == Role::client ? server_marker : client_marker});
      BOOST_CHECK_EXCEPTION(party.take(init), ProtocolError, with_text(errc::protocol_error, "strict"));
      BOOST_CHECK_EXCEPTION(party.start(), ProtocolError, with_code(errc::protocol_error));
    }
  }
}

BOOST_AUTO_TEST_CASE(without_agreement_packets_may_come_first) {
  for (const Role role : {Role::client, Role::server}) {
    Party party(test::settings(role));
    party.received = 3;
    party.take(kexinit_with(other(role), {}));
    BOOST_TEST(!party.machine.strict());

    KexSettings lax = test::settings(role);
    lax.strict = false;
    Party unwilling(lax);
    unwilling.received = 3;
    unwilling.take(kexinit_with(other(role), {role == Role::client ? server_marker : client_marker}));
    BOOST_TEST(!unwilling.machine.strict());
  }
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-05"))
BOOST_AUTO_TEST_CASE(the_other_roles_marker_does_not_count) {
  for (const Role role : {Role::client, Role::server}) {
    Party party(test::settings(role));
    party.take(kexinit_with(other(role), {role == Role::client ? client_marker : server_marker}));
    BOOST_TEST(!party.machine.strict());
  }
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-05"))
BOOST_AUTO_TEST_CASE(a_marker_in_a_later_kexinit_changes_nothing) {
  Pair pair = pair_where(true, false);
  pair.run();
  // Changes what the client hashes, so the exchange fails, but not before the client has looked at the
  // marker.
  pair.client.received = 7;
  pair.client.take(kexinit_with(Role::server, {server_marker}));
  BOOST_TEST(!pair.client.machine.strict());

  Pair strict;
  strict.run();
  strict.client.received = 7;
  strict.client.take(kexinit_with(Role::server, {}));
  BOOST_TEST(strict.client.machine.strict());
}

BOOST_AUTO_TEST_CASE(a_wrong_guess_is_legal) {
  Pair pair;
  pair.client.start();
  pair.server.start();
  auto init = wire::decode<wire::KexInit>(pair.client.out.front());
  init.first_kex_packet_follows = true;
  std::swap(init.kex[0], init.kex[1]);
  pair.server.take(wire::encoded(init));
  BOOST_TEST(pair.server.machine.strict());
  pair.server.take(Bytes{30, 1, 2, 3});
  // Dropped: the machine lives and waits for the right one.
  BOOST_CHECK_EXCEPTION(pair.server.take(Bytes{31, 1, 2, 3}), ProtocolError, with_code(errc::protocol_error));
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-07"))
BOOST_AUTO_TEST_CASE(traces_that_state_learning_found_accepted_elsewhere) {
  const Bytes init = kexinit_with(Role::client, {client_marker});
  const Bytes ecdh = wire::encoded(wire::KexEcdhInit{Bytes(32, 9)});
  const std::vector<std::vector<Bytes>> traces = {
      {init, init},                   // KEXINIT twice
      {init, Bytes{21}},              // NEWKEYS before INIT
      {init, ecdh, ecdh},             // INIT twice
      {init, ecdh, init},             // KEXINIT before NEWKEYS
      {init, ecdh, Bytes{21}, ecdh},  // INIT after NEWKEYS
      {init, ecdh, Bytes{21}, Bytes{21}},
      {init, ecdh, Bytes{21, 0}},  // NEWKEYS with content
      {Bytes{21}},
      {ecdh},
      {init, Bytes{90}},
      {init, ecdh, Bytes{5}},
  };
  for (const auto& trace : traces) {
    Party server(test::settings(Role::server));
    server.signers = {test::host_key("ssh-ed25519")};
    server.start();
    for (std::size_t i = 0; i + 1 < trace.size(); ++i)
      server.take(trace[i]);
    BOOST_CHECK_THROW(server.take(trace.back()), ProtocolError);
    BOOST_CHECK_THROW(server.take(init), ProtocolError);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::protocol
