// amiko - EXT_INFO from those who must not say it, or not yet
#include <vector>

#include "hostile/victim.hpp"

namespace amiko::test {
namespace {

// What an attacker in the middle would like a client to believe: that only weak signatures are taken.
Bytes weak_signatures() {
  return wire::encoded(wire::ExtInfo{{{"server-sig-algs", "ssh-rsa"}}});
}

constexpr std::initializer_list<std::uint8_t> before_keys{20, 30, 31, 21};

}  // namespace

BOOST_AUTO_TEST_SUITE(extensions)

// CVE-2023-46445: in clear text, before any message of the first key exchange.
BOOST_TEST_DECORATOR(*boost::unit_test::label("V-03"))
BOOST_AUTO_TEST_CASE(none_is_taken_before_there_are_keys) {
  const NothingLeft check;
  for (const bool strict : {true, false})
    for (const std::uint8_t number : before_keys) {
      ScriptedOptions server;
      ScriptedClientOptions client;
      server.strict = client.strict = strict;
      const auto slip_in = [number](ScriptedEnd& end) {
        end.exchange_versions();
        end.tamper_kex = [&end, number](Bytes& payload) {
          if (payload[0] == number) end.send_now(weak_signatures());
        };
        end.first_kex();
      };
      if (number != 30) {
        ScriptedServer peer(only(slip_in, server));
        Transport victim(peer.take_client());
        BOOST_CHECK_EXCEPTION(victim.start_client(scaled(limit)), Error, has_code(errc::protocol_error));
        BOOST_TEST(!victim.server_sig_algs().has_value());
      }
      if (number != 31)
        BOOST_TEST((victim_ending(slip_in, victim_options(), client) == errc::protocol_error),
                   "before message " << int{number});
    }
}

// RFC 8308 section 2.4: next after NEWKEYS, or, from a server, before SUCCESS.
BOOST_TEST_DECORATOR(*boost::unit_test::label("V-03"))
BOOST_AUTO_TEST_CASE(it_has_its_places) {
  const NothingLeft check;
  const Bytes info = weak_signatures();
  const Bytes ignore = wire::encoded(wire::Ignore{});
  ScriptedOptions quiet;
  quiet.ext_info = false;
  const auto server_says = [&](std::vector<Bytes> after_keys, bool login, std::vector<Bytes> later) {
    return ending_of(only(
        [=](ScriptedPeer& peer) {
          peer.exchange_versions();
          peer.first_kex();
          peer.send_together(after_keys);
          peer.accept_service();
          peer.next();
          if (login) peer.let_in();
          peer.send_together(later);
          peer.send_number(1);  // malformed: the end, if it is not the end yet
        },
        quiet));
  };
  BOOST_TEST((server_says({info, ignore}, false, {info, info}) == errc::malformed_packet));
  BOOST_TEST((server_says({ignore, info}, false, {}) == errc::protocol_error));
  BOOST_TEST((server_says({info, info}, false, {}) == errc::protocol_error));
  BOOST_TEST((server_says({ignore}, true, {info}) == errc::protocol_error));

  ScriptedClientOptions silent;
  silent.ext_info = false;
  const auto client_says = [&](std::vector<Bytes> after_keys, std::vector<Bytes> later) {
    return victim_ending(
        [=](ScriptedClient& client) {
          client.connect();
          client.send_together(after_keys);
          client.request_service();
          client.send_together(later);
          client.send_number(1);
        },
        victim_options(), silent);
  };
  BOOST_TEST((client_says({info}, {ignore}) == errc::malformed_packet));
  BOOST_TEST((client_says({info, info}, {}) == errc::protocol_error));
  BOOST_TEST((client_says({ignore, info}, {}) == errc::protocol_error));
  BOOST_TEST((client_says({ignore}, {info}) == errc::protocol_error));
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-03"))
BOOST_AUTO_TEST_CASE(not_in_a_later_exchange) {
  const NothingLeft check;
  BOOST_TEST((ending_after([](ScriptedPeer& peer, ServedChannel&) {
                peer.rekey();
                peer.send(weak_signatures());
              }) == errc::protocol_error));
  BOOST_TEST((victim_ending([](ScriptedClient& client) {
                client.log_in();
                client.rekey();
                client.send(weak_signatures());
              }) == errc::protocol_error));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::test
