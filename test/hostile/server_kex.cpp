// amiko - clients that break the rules of key exchanges
#include <array>

#include "common/raw_server.hpp"
#include "hostile/victim.hpp"

namespace amiko::test {
namespace {

using wire::MessageNumber;

/// A good client, but that says `extra` before its own message `number` of the first key exchange.  Without
/// `extra` it says that message twice.
struct Trace {
  const char* name;
  std::uint8_t number;
  Bytes extra{};
  const char* kex = "curve25519-sha256";
  errc code = errc::protocol_error;
};

std::function<void(ScriptedClient&)> following(const Trace& trace) {
  return [trace](ScriptedClient& client) {
    bool done = false;
    client.tamper_kex = [&](Bytes& payload) {
      if (payload[0] != trace.number || std::exchange(done, true)) return;
      client.send_now(trace.extra.empty() ? payload : trace.extra);
    };
    try {
      client.connect();
    } catch (const Error&) {  // the answers to two exchanges at once
    }
  };
}

Bytes open_session() {
  return wire::encoded(wire::ChannelOpen{.type = "session", .window = 1000, .max_packet = 1000});
}

const Bytes newkeys{21};

void each_ends_it(const std::vector<Trace>& traces, ScriptedClientOptions options = {}) {
  const NothingLeft check;
  for (const Trace& trace : traces) {
    options.kex = trace.kex;
    const error_code code = victim_ending(following(trace), victim_options(), options);
    BOOST_TEST((code == trace.code), trace.name << ": " << code.message());
  }
}

// Of the default lists a server lacks some.
TransportOptions victim_with(const std::string& kex) {
  TransportOptions options = victim_options();
  options.algorithms.kex = kex;
  return options;
}

// Sends the whole of the first key exchange, with this in the place of the client's public value.
error_code ending_with_public_value(const std::string& kex, ByteView value) {
  ScriptedClientOptions options;
  options.kex = kex;
  return victim_ending(
      [&](ScriptedClient& client) {
        client.tamper_kex = [&](Bytes& payload) {
          if (payload[0] == 30) payload = wire::encoded(wire::KexEcdhInit{.client_public = value});
        };
        try {
          client.connect();
        } catch (const Error&) {
        }
      },
      victim_with(kex), options);
}

/// The host key, held by somebody who waits for a sign before giving one.
class PatientSigner final : public Signer {
 public:
  const PublicKey& public_key() const override { return joined_host_key().public_key(); }
  std::vector<std::string> algorithms() const override { return joined_host_key().algorithms(); }
  Bytes sign(std::string_view algorithm, ByteView data) const override {
    asked.set();
    go_on.wait(scaled(limit));
    return joined_host_key().sign(algorithm, data);
  }
  std::string label() const override { return "patient"; }

  mutable Event asked, go_on;
};

/// A client with keys, that has not logged in.
std::function<void(ScriptedClient&)> with_keys(std::function<void(ScriptedClient&)> deed) {
  return [deed = std::move(deed)](ScriptedClient& client) {
    client.connect();
    deed(client);
  };
}

}  // namespace

BOOST_AUTO_TEST_SUITE(server_kex)

// The violations of strict key exchange that state learning found in other servers (CCS 2025), and some more.
BOOST_TEST_DECORATOR(*boost::unit_test::label("V-07"))
BOOST_AUTO_TEST_CASE(strict_key_exchange) {
  const char* gex = "diffie-hellman-group-exchange-sha256";
  const Bytes guess = requests::password("robey", "foo");
  each_ends_it(
      {{"GEX_REQUEST twice", 34, {}, gex},
       {"IGNORE before NEWKEYS", 21, wire::encoded(wire::Ignore{})},
       {"CHANNEL_OPEN after KEXINIT", 30, open_session()},
       {"a password before KEXINIT", 20, guess},
       {"a password after KEXINIT", 30, guess},
       {"CHANNEL_OPEN after INIT", 21, open_session()},
       {"INIT twice", 30},
       {"KEXINIT twice", 20},
       {"NEWKEYS before INIT", 30, newkeys},
       {"NEWKEYS before KEXINIT", 20, newkeys},
       {"NEWKEYS before GEX_INIT", 32, newkeys, gex},
       {"GEX_INIT twice", 32, {}, gex},
       {"NEWKEYS twice", 21, {}, "curve25519-sha256", errc::corrupted_packet},
       {"NEWKEYS with something in it", 21, Bytes{21, 0}, "curve25519-sha256", errc::malformed_packet}});
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-05"))
BOOST_AUTO_TEST_CASE(chatter_is_no_strict_key_exchange) {
  for (const std::uint8_t before : std::initializer_list<std::uint8_t>{20, 30, 21})
    each_ends_it({{"IGNORE", before, wire::encoded(wire::Ignore{})},
                  {"DEBUG", before, wire::encoded(wire::Debug{})},
                  {"UNIMPLEMENTED", before, wire::encoded(wire::Unimplemented{})},
                  {"PING", before, wire::encoded(wire::Ping{})},
                  {"an unknown number", before, Bytes{194}}});
}

// The bytes of the published attack of CVE-2023-46446, as they go over the wire.
BOOST_TEST_DECORATOR(*boost::unit_test::label("V-04"))
BOOST_AUTO_TEST_CASE(a_login_slipped_in_before_newkeys) {
  const NothingLeft check;
  Bytes packet{0, 0, 0, 0x44, 0x0b};
  append(packet, requests::userauth("attacker", "password", [] {
           Bytes body{0};
           append(body, strings({"attacker"}));
           return body;
         }()));
  packet.resize(packet.size() + 11);
  BOOST_REQUIRE(packet.size() == 4U + 0x44);
  for (const bool strict : {true, false}) {
    ScriptedClientOptions options;
    options.strict = strict;
    BOOST_TEST((victim_ending(
                    [&](ScriptedClient& client) {
                      client.tamper_kex = [&](Bytes& payload) {
                        if (payload[0] == 21) client.send_raw(packet);
                      };
                      client.connect();
                      client.request_service();
                      client.lets_in(requests::none("victim"));
                    },
                    victim_options(), options) == errc::protocol_error));
  }
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-06"))
BOOST_AUTO_TEST_CASE(unknown_messages_are_few_before_keys) {
  const NothingLeft check;
  ScriptedClientOptions options;
  options.strict = false;
  const auto say = [](int count) {
    return [count](ScriptedClient& client) {
      client.tamper_kex = [&client, count](Bytes& payload) {
        for (int i = 0; payload[0] == 30 && i < count; ++i)
          client.send_now(Bytes{200});
      };
      client.connect();
      for (int i = 0; i < count; ++i)
        client.expect<wire::Unimplemented>();
      client.send_number(1);  // malformed: the end
    };
  };
  BOOST_TEST((victim_ending(say(16), victim_options(), options) == errc::malformed_packet));
  BOOST_TEST((victim_ending(say(17), victim_options(), options) == errc::protocol_error));
}

// Terrapin: the first packet under keys is taken out.
BOOST_TEST_DECORATOR(*boost::unit_test::label("V-05"))
BOOST_AUTO_TEST_CASE(a_packet_is_missing) {
  const NothingLeft check;
  for (const char* ciphers : {"chacha20-poly1305@openssh.com", "aes128-gcm@openssh.com", "aes128-ctr"}) {
    ScriptedClientOptions options;
    options.ciphers = ciphers;
    options.macs = "hmac-sha2-256-etm@openssh.com";
    options.ext_info = false;
    const error_code code = victim_ending(
        [](ScriptedClient& client) {
          client.connect();
          Bytes lost;
          client.encoder().encode(lost, wire::encoded(wire::Ignore{}));
          client.request_service();
        },
        victim_options(), options);
    BOOST_TEST((code == errc::corrupted_packet || code == errc::packet_too_large),
               ciphers << ": " << code.message());
  }
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-31"))
BOOST_AUTO_TEST_CASE(public_values_that_are_none) {
  const NothingLeft check;
  Bytes small(32, 0);
  for (const std::size_t size : {0U, 1U, 31U, 32U, 33U, 1000U})
    BOOST_TEST((ending_with_public_value("curve25519-sha256", Bytes(size, 0)) == errc::kex_failed), size);
  small[0] = 1;  // of order 1
  BOOST_TEST((ending_with_public_value("curve25519-sha256", small) == errc::kex_failed));
  for (const std::size_t size : {0U, 1U, 64U, 65U, 66U}) {
    Bytes point(size, 1);
    if (size > 0) point[0] = 4;
    BOOST_TEST((ending_with_public_value("ecdh-sha2-nistp256", point) == errc::kex_failed), size);
  }
  for (const std::size_t size : {0U, 1184U, 1215U, 1216U, 1217U})
    BOOST_TEST((ending_with_public_value("mlkem768x25519-sha256", Bytes(size, 0xff)) == errc::kex_failed),
               size);
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-31"))
BOOST_AUTO_TEST_CASE(sizes_of_groups_that_make_no_sense) {
  const NothingLeft check;
  ScriptedClientOptions options;
  options.kex = "diffie-hellman-group-exchange-sha256";
  constexpr std::array<std::array<std::uint32_t, 3>, 6> sizes{{{4096, 2048, 8192},
                                                               {2048, 8192, 4096},
                                                               {9000, 9500, 10000},
                                                               {1, 2, 3},
                                                               {0, 0, 0},
                                                               {0xffffffff, 0xffffffff, 0xffffffff}}};
  for (const auto& [min, preferred, max] : sizes) {
    const error_code code = victim_ending(
        [&, min = min, preferred = preferred, max = max](ScriptedClient& client) {
          client.tamper_kex = [&](Bytes& payload) {
            if (payload[0] == 34)
              payload = wire::encoded(wire::KexGexRequest{.min = min, .preferred = preferred, .max = max});
          };
          client.connect();
        },
        victim_options(), options);
    BOOST_TEST((code == errc::kex_failed || code == errc::protocol_error), min << ": " << code.message());
  }
}

// The owner of the host key takes its time: what the client says meanwhile is not forgiven.
BOOST_AUTO_TEST_CASE(while_the_host_key_signs) {
  const NothingLeft check;
  for (const Bytes& extra : {Bytes{30}, newkeys, Bytes{20}, wire::encoded(wire::Ignore{}), open_session(),
                             requests::password("robey", "foo")}) {
    Watcher watcher;
    const auto signer = std::make_shared<PatientSigner>();
    const auto fds = stream_pair();
    Transport server(fds[0], victim_options());
    server.add_server_key(signer);
    server.start_server(watcher, Event());
    ScriptedClient client{support::UniqueFd(fds[1])};
    client.exchange_versions();
    client.tamper_kex = [&](Bytes& payload) {
      if (payload[0] != 30) return;
      client.send_now(payload);
      BOOST_TEST(signer->asked.wait(scaled(limit)));
      client.send_now(extra);
      throw PeerGone("by now");
    };
    BOOST_CHECK_THROW(client.first_kex(), PeerGone);
    client.drain();
    BOOST_REQUIRE(eventually([&] { return server.get_exception().has_value(); }, limit));
    BOOST_TEST((server.get_exception()->code == errc::protocol_error), "message " << int{extra[0]});
    signer->go_on.set();
    server.close();
    BOOST_TEST(watcher.auth_calls + watcher.session_calls == 0);
    BOOST_TEST(server.key_exchanges() == 0U);
  }
}

// --- KEXINIT itself

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-27"))
BOOST_AUTO_TEST_CASE(kexinits_that_are_bombs) {
  const NothingLeft check;
  std::string many, empties(100'000, ',');
  while (many.size() < 200'000)
    many += "a,";
  const std::string lists[] = {many,
                               empties,
                               std::string(200'000, 'x'),
                               "",
                               std::string(65, 'n'),
                               std::string("curve25519-sha256\0", 18),
                               "\xff\xfe\n\x1b[2J"};
  for (const std::string& list : lists) {
    raw::KexInit kexinit;
    kexinit.kex = list;
    const error_code code = victim_ending([&](ScriptedClient& client) {
      client.exchange_versions();
      client.send_now(kexinit.payload());
    });
    BOOST_TEST((code == errc::no_common_algorithm || code == errc::malformed_packet),
               list.substr(0, 20) << ": " << code.message());
  }
}

// Whatever is wrong about a public value or the message around it, the client is told one thing.
BOOST_TEST_DECORATOR(*boost::unit_test::label("V-31"))
BOOST_AUTO_TEST_CASE(bad_public_values_end_in_disconnect_3) {
  const NothingLeft check;
  const auto dh = [](ByteView e) { return wire::encoded(wire::KexDhInit{{e}}); };
  const auto string = [](ByteView q) { return wire::encoded(wire::KexEcdhInit{q}); };
  const char* group = "diffie-hellman-group14-sha256";
  const std::pair<const char*, Bytes> cases[] = {
      {group, dh({})},
      {group, dh(Bytes{1})},
      {group, dh(Bytes(257, 0x7f))},
      {group, Bytes{30, 0, 0, 0, 2, 0, 0x7f}},  // a leading zero
      {group, Bytes{30, 0, 0, 0, 1, 0x80}},     // negative
      {group, Bytes{30, 0, 0, 0, 9, 1}},        // cut short
      {"curve25519-sha256", string(Bytes(32))},
      {"curve25519-sha256", string(Bytes(31, 9))},
      {"ecdh-sha2-nistp256", string(Bytes(65, 4))},
      {"curve448-sha512", string(Bytes(56))},
      {"mlkem768x25519-sha256", string(Bytes(1216, 0xff))},
      {"sntrup761x25519-sha512", string(Bytes(1190))},
      {"sntrup761x25519-sha512", string(Bytes(1189, 1))},
  };
  for (const auto& bad : cases) {
    const Bytes& init = bad.second;
    ScriptedClientOptions options;
    options.kex = bad.first;
    std::optional<DisconnectDetail> told;
    victim_ending(
        [&](ScriptedClient& client) {
          client.tamper_kex = [&init](Bytes& payload) {
            if (payload[0] == 30) payload = init;
          };
          try {
            client.connect();
          } catch (const Error&) {
          } catch (const PeerGone&) {
          }
          told = client.disconnect() ? client.disconnect() : client.read_to_end();
        },
        victim_with(bad.first), options);
    BOOST_REQUIRE_MESSAGE(told.has_value(), bad.first);
    BOOST_TEST((told->reason == DisconnectReason::key_exchange_failed), bad.first << ", " << init.size());
  }
}

BOOST_AUTO_TEST_CASE(a_kexinit_that_is_cut_short) {
  const NothingLeft check;
  const Bytes whole = raw::KexInit().payload();
  for (std::size_t size = 1; size < whole.size(); size += 7)
    BOOST_TEST((victim_ending([&](ScriptedClient& client) {
                  client.exchange_versions();
                  client.send_now(ByteView(whole).first(size));
                }) == errc::malformed_packet),
               size);
}

// --- packets

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-24"))
BOOST_AUTO_TEST_CASE(packet_lengths_in_clear) {
  const NothingLeft check;
  for (const std::uint32_t length :
       {0U, 1U, 2U, 3U, 4U, 5U, 7U, 8U, 11U, 13U, 17U, 262'145U, 0x7fffffffU, 0x80000000U, 0xfffffffbU, ~0U})
    for (const std::uint8_t padding : std::initializer_list<std::uint8_t>{0, 3, 4, 255}) {
      Bytes packet = raw::uint32(length);
      packet.push_back(padding);
      packet.resize(64);
      const error_code code = victim_ending([&](ScriptedClient& client) {
        client.exchange_versions();
        client.send_raw(packet);
        client.send_raw(Bytes(256, 0));
      });
      BOOST_TEST((code == errc::packet_too_large || code == errc::corrupted_packet ||
                  code == errc::malformed_packet),
                 length << ", padding " << int{padding} << ": " << code.message());
    }
}

// With keys the length is the first thing that is deciphered, or sent in clear.
BOOST_TEST_DECORATOR(*boost::unit_test::label("V-24"))
BOOST_AUTO_TEST_CASE(packets_that_are_noise) {
  const NothingLeft check;
  const struct {
    const char *cipher, *mac;
  } kinds[] = {{"aes128-gcm@openssh.com", "hmac-sha2-256"},
               {"chacha20-poly1305@openssh.com", "hmac-sha2-256"},
               {"aes128-ctr", "hmac-sha2-256"},
               {"aes128-ctr", "hmac-sha2-256-etm@openssh.com"}};
  for (const auto& kind : kinds)
    for (const std::uint32_t length : {0U, 1U, 15U, 16U, 32U, 35'000U, 262'145U, 0x7fffffffU, ~0U}) {
      ScriptedClientOptions options;
      options.ciphers = kind.cipher;
      options.macs = kind.mac;
      Bytes noise = raw::uint32(length);
      noise.resize(300'000, 0xa5);
      const error_code code = victim_ending(
          with_keys([&](ScriptedClient& client) { client.send_raw(noise); }), victim_options(), options);
      BOOST_TEST((code == errc::packet_too_large || code == errc::corrupted_packet),
                 kind.cipher << ", " << length << ": " << code.message());
    }
}

// --- once there are keys

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-22"))
BOOST_AUTO_TEST_CASE(services_that_there_are_not) {
  const NothingLeft check;
  for (const std::string service :
       {"ssh-connection", "ssh-userauth2", "ssh-user", "", "SSH-USERAUTH", "ssh-userauth "})
    BOOST_TEST((victim_ending(with_keys([&](ScriptedClient& client) {
                  client.send(wire::ServiceRequest{.service = service});
                })) == errc::service_unavailable),
               service);
  for (const std::string service : {"ssh-userauth", "ssh-connection2", "foo", ""})
    BOOST_TEST((victim_ending(with_keys([&](ScriptedClient& client) {
                  client.request_service();
                  Bytes body{0};
                  append(body, strings({"foo"}));
                  client.send(requests::userauth("robey", "password", body, service));
                })) == errc::service_unavailable),
               service);
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-22"))
BOOST_AUTO_TEST_CASE(a_service_is_asked_for_once) {
  const NothingLeft check;
  BOOST_TEST((victim_ending(with_keys([](ScriptedClient& client) {
                client.request_service();
                client.request_service();
              })) == errc::protocol_error));
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-26"))
BOOST_AUTO_TEST_CASE(counts_without_what_they_count) {
  const NothingLeft check;
  for (const std::size_t behind : {0U, 8U, 100U}) {
    Bytes payload{7};
    append(payload, raw::uint32(0xffffffff));
    payload.resize(payload.size() + behind);
    ScriptedClientOptions options;
    options.ext_info = false;
    BOOST_TEST((victim_ending(with_keys([&](ScriptedClient& client) { client.send(payload); }),
                              victim_options(), options) == errc::malformed_packet));
    payload[0] = 61;
    BOOST_TEST((victim_ending(with_keys([&](ScriptedClient& client) {
                  client.request_service();
                  BOOST_TEST(client.ask(requests::interactive("robey"))[0] == 60);
                  client.send(payload);
                })) == errc::malformed_packet));
  }
}

// --- later key exchanges

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-18"))
BOOST_AUTO_TEST_CASE(keys_may_change_once_before_the_login) {
  const NothingLeft check;
  Watcher watcher;
  Victim victim(watcher);
  victim.client.connect();
  victim.client.request_service();
  BOOST_TEST(victim.client.ask(requests::interactive("robey"))[0] == 60);
  victim.client.rekey();
  BOOST_TEST(victim.client.lets_in(requests::answers({"42"})));
  for (int i = 0; i < 5; ++i)
    victim.client.rekey();
  BOOST_TEST(victim.client.alive());
  BOOST_TEST((victim_ending(with_keys([](ScriptedClient& client) {
                client.rekey();
                client.rekey();
              })) == errc::protocol_error));
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-16"))
BOOST_AUTO_TEST_CASE(nothing_else_comes_while_keys_change) {
  const NothingLeft check;
  for (const Bytes& payload :
       {open_session(), Bytes{80}, Bytes{94}, Bytes{50}, Bytes{5}, Bytes{20}, Bytes{21}})
    BOOST_TEST((victim_ending([&](ScriptedClient& client) {
                  client.log_in();
                  client.start_kex();
                  client.send_now(payload);
                }) == errc::protocol_error),
               "message " << int{payload[0]});
}

BOOST_AUTO_TEST_CASE(many_key_exchanges) {
  const NothingLeft check;
  Watcher watcher;
  Victim victim(watcher);
  victim.client.log_in();
  for (int i = 0; i < 50; ++i)
    victim.client.rekey();
  BOOST_TEST(victim.client.alive());
  BOOST_TEST(victim.server.key_exchanges() == 51U);
}

// A client that does nothing else.  One a second would be borne for ever; this one is faster on any machine.
BOOST_TEST_DECORATOR(*boost::unit_test::label("V-16"))
BOOST_AUTO_TEST_CASE(a_storm_of_key_exchanges) {
  const NothingLeft check;
  const error_code code = victim_ending([](ScriptedClient& client) {
    client.log_in();
    for (int i = 0; i < 2000; ++i)
      client.rekey();
  });
  BOOST_TEST((code == errc::protocol_error), code.message());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::test
