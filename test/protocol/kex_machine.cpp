// amiko - tests of the key exchange machine: order, re-keying, guesses, the host key, damage on the way
#include "kex_pair.hpp"

#include <amiko/keys/algorithm_table.hpp>
#include <amiko/wire/transport_messages.hpp>

#include <algorithm>
#include <set>

namespace amiko::protocol {
namespace {

using test::host_key;
using test::Pair;
using test::Party;
using test::with_code;
using test::with_text;

std::map<std::string, std::string> extensions(const Bytes& ext_info) {
  std::map<std::string, std::string> found;
  for (const auto& [name, value] : wire::decode_ext_info(ext_info).extensions)
    found[std::string(name)] = value.str();
  return found;
}

wire::KexInit kexinit_of(Role role) {
  Party party(test::settings(role));
  party.start();
  return wire::decode<wire::KexInit>(party.out.front());
}

/// One choice of each kind, so that messages are short.
KexSettings small(Role role, const std::string& kex = "curve25519-sha256",
                  const std::string& key = "ssh-ed25519") {
  KexSettings s = test::settings(role, test::key_type_of(key));
  s.algorithms.edit(AlgorithmKind::kex, kex);
  s.algorithms.edit(AlgorithmKind::host_key, key);
  s.algorithms.edit(AlgorithmKind::cipher, "aes128-ctr");
  s.algorithms.edit(AlgorithmKind::mac, "hmac-sha2-256");
  s.algorithms.set_compression(false);
  return s;
}

/// Replaces what `pick` finds in the server's reply (curve25519-sha256).
template <class Change>
void change_reply(Pair& pair, Change change) {
  pair.tamper = [change](bool from_client, Bytes& message) {
    if (from_client || message[0] != 31) return;
    auto reply = wire::decode<wire::KexEcdhReply>(message);
    Bytes storage;
    change(reply, storage);
    message = wire::encoded(reply);
  };
}

}  // namespace

BOOST_AUTO_TEST_SUITE(kex_machine)

BOOST_AUTO_TEST_CASE(a_first_exchange) {
  Pair pair;
  BOOST_TEST(pair.client.machine.idle());
  BOOST_TEST(!pair.client.machine.established());
  pair.client.start();
  BOOST_TEST(!pair.client.machine.idle());
  BOOST_TEST(pair.client.machine.waiting_for_kexinit());
  pair.run();
  for (const Party* party : {&pair.client, &pair.server}) {
    BOOST_TEST(party->done == 1);
    BOOST_TEST(party->done_first == 1);
    BOOST_TEST(party->machine.idle());
    BOOST_TEST(party->machine.established());
    BOOST_TEST(!party->machine.session_id().empty());
  }
  BOOST_TEST(test::same_keys(pair));
}

BOOST_AUTO_TEST_CASE(either_side_may_wait_for_the_others_kexinit) {
  for (const bool client_starts : {true, false}) {
    Pair pair;
    (client_starts ? pair.client : pair.server).start();
    pair.pump();
    BOOST_TEST(pair.client.done == 1);
    BOOST_TEST(pair.server.done == 1);
  }
}

BOOST_AUTO_TEST_CASE(start_does_nothing_during_an_exchange) {
  Pair pair;
  pair.client.start();
  BOOST_TEST(pair.client.machine.start().empty());
  pair.server.start();
  pair.server.take(pair.client.out.front());
  BOOST_TEST(pair.server.machine.start().empty());
  BOOST_TEST(pair.server.machine.negotiated().has_value());
}

BOOST_AUTO_TEST_CASE(kexinit_is_as_it_should_be) {
  const AlgorithmSet set = AlgorithmSet::defaults();
  for (const Role role : {Role::client, Role::server}) {
    const wire::KexInit init = kexinit_of(role);
    std::vector<std::string> kex = set.names(AlgorithmKind::kex);
    kex.emplace_back(role == Role::client ? "ext-info-c" : "ext-info-s");
    kex.emplace_back(role == Role::client ? "kex-strict-c-v00@openssh.com" : "kex-strict-s-v00@openssh.com");
    BOOST_TEST(init.kex == kex);
    BOOST_TEST(init.cipher_c2s == set.names(AlgorithmKind::cipher));
    BOOST_TEST(init.cipher_s2c == init.cipher_c2s);
    BOOST_TEST(init.mac_c2s == set.names(AlgorithmKind::mac));
    BOOST_TEST(init.compression_s2c == set.names(AlgorithmKind::compression));
    BOOST_TEST(init.language_c2s.empty());
    BOOST_TEST(init.language_s2c.empty());
    BOOST_TEST(!init.first_kex_packet_follows);
    BOOST_TEST(init.reserved == 0u);
  }
}

BOOST_AUTO_TEST_CASE(a_server_lists_what_its_keys_can_sign) {
  BOOST_TEST(kexinit_of(Role::client).host_key == AlgorithmSet::defaults().host_keys);
  KexSettings settings = test::settings(Role::server, "ssh-rsa");
  settings.host_keys.push_back(host_key("ecdsa-sha2-nistp384").public_key());
  Party server(settings);
  server.start();
  BOOST_TEST(wire::decode<wire::KexInit>(server.out.front()).host_key ==
             (std::vector<std::string>{"ecdsa-sha2-nistp384", "rsa-sha2-512", "rsa-sha2-256"}));
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-55"))
BOOST_AUTO_TEST_CASE(cookies_differ) {
  Party party(test::settings(Role::client));
  party.start();
  Party another(test::settings(Role::client), 2);
  another.start();
  BOOST_TEST(party.out.front() != another.out.front());
}

BOOST_AUTO_TEST_CASE(settings_that_cannot_work) {
  test::FixedRandom random(1);
  const auto bad = [&](auto change, Role role) {
    KexSettings settings = test::settings(role);
    change(settings);
    BOOST_CHECK_EXCEPTION(KexMachine(settings, random), ConfigError, with_code(errc::bad_config));
  };
  bad([](KexSettings& s) { s.host_keys.clear(); }, Role::server);
  bad([](KexSettings& s) { s.algorithms.edit(AlgorithmKind::host_key, "rsa-sha2-256"); }, Role::server);
  bad([](KexSettings& s) { s.algorithms.kex.clear(); }, Role::client);
  bad([](KexSettings& s) { s.algorithms.macs.clear(); }, Role::client);
  bad([](KexSettings& s) { s.gex_min = 4096; }, Role::client);
  bad([](KexSettings& s) { s.gex_max = 3000; }, Role::client);
  bad([](KexSettings& s) { s.gex_min = 0; }, Role::client);
}

BOOST_AUTO_TEST_CASE(re_keying_from_either_side_and_from_both) {
  Pair pair;
  pair.run();
  const Bytes session_id = pair.client.machine.session_id();
  std::set<Bytes> ciphertexts;
  for (int round = 2; round <= 31; ++round) {
    if (round % 3 != 0) pair.client.start();
    if (round % 3 != 1) pair.server.start();
    pair.pump();
    for (const Party* party : {&pair.client, &pair.server}) {
      BOOST_TEST(party->done == round);
      BOOST_TEST(party->done_first == 1);
      BOOST_TEST(party->machine.idle());
      BOOST_TEST(party->machine.session_id() == session_id);
    }
    BOOST_TEST(test::same_keys(pair));
    Bytes packet(16 + pair.client.send->tag_size());
    packet[3] = 12;
    pair.client.send->seal(0, packet);
    BOOST_TEST(ciphertexts.insert(packet).second);
  }
}

BOOST_AUTO_TEST_CASE(re_keying_with_each_shape) {
  for (const char* kex : {"mlkem768x25519-sha256", "diffie-hellman-group14-sha256", "ecdh-sha2-nistp521",
                          "diffie-hellman-group-exchange-sha256"}) {
    Pair pair(small(Role::client, kex), small(Role::server, kex), {host_key("ssh-ed25519")});
    pair.run();
    const Bytes session_id = pair.server.machine.session_id();
    pair.server.start();
    pair.pump();
    BOOST_TEST(pair.client.done == 2);
    BOOST_TEST(pair.server.machine.session_id() == session_id);
    BOOST_TEST(test::same_keys(pair));
  }
}

BOOST_AUTO_TEST_CASE(ext_info_follows_the_first_newkeys_only) {
  Pair pair;
  pair.run();
  pair.client.start();
  pair.pump();
  BOOST_REQUIRE(pair.client.ext_infos.size() == 2u);
  BOOST_REQUIRE(pair.server.ext_infos.size() == 2u);
  BOOST_TEST(pair.client.ext_infos[1].empty());
  BOOST_TEST(pair.server.ext_infos[1].empty());
  BOOST_TEST(pair.client.machine.peer_wants_ext_info());
  BOOST_TEST(pair.server.machine.peer_wants_ext_info());

  const auto client = extensions(pair.client.ext_infos[0]);
  BOOST_TEST(client.size() == 1u);
  BOOST_TEST(client.at("ext-info-in-auth@openssh.com") == "0");

  const auto server = extensions(pair.server.ext_infos[0]);
  BOOST_TEST(server.size() == 2u);
  BOOST_TEST(server.at("ping@openssh.com") == "0");
  BOOST_TEST(server.at("server-sig-algs") == wire::join_names(AlgorithmSet::defaults().user_keys));
}

BOOST_AUTO_TEST_CASE(no_ext_info_for_a_peer_that_does_not_ask) {
  for (const Role role : {Role::client, Role::server}) {
    wire::KexInit init = kexinit_of(other(role));
    // The wrong role's marker is none.
    std::ranges::replace(init.kex, std::string(role == Role::client ? "ext-info-s" : "ext-info-c"),
                         std::string(role == Role::client ? "ext-info-c" : "ext-info-s"));
    Party party(test::settings(role));
    party.take(wire::encoded(init));
    BOOST_TEST(!party.machine.peer_wants_ext_info());
  }
}

BOOST_AUTO_TEST_CASE(a_second_kexinit_during_an_exchange) {
  Pair pair;
  pair.client.start();
  pair.server.start();
  const Bytes init = pair.client.out.front();
  pair.server.take(init);
  BOOST_CHECK_EXCEPTION(pair.server.take(init), ProtocolError, with_code(errc::protocol_error));

  Pair waiting;
  waiting.client.start();
  waiting.server.start();
  waiting.tamper = [&](bool from_client, Bytes& message) {
    if (!from_client && message[0] == 21) message = init;
  };
  BOOST_CHECK_EXCEPTION(waiting.pump(), ProtocolError, with_code(errc::protocol_error));
  BOOST_TEST(waiting.client.done == 0);
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-17"))
BOOST_AUTO_TEST_CASE(messages_out_of_place) {
  // Before KEXINIT, at the method's turn, while NEWKEYS is due: everything but the one due is an error.
  for (int stage = 0; stage < 3; ++stage) {
    for (unsigned number = 0; number < 256; ++number) {
      Pair pair;
      pair.client.start();
      if (stage > 0) pair.server.start(), pair.client.take(pair.server.out.front());
      if (stage > 1) {
        pair.server.take(pair.client.out[0]);
        pair.server.take(pair.client.out[1]);
        pair.client.take(pair.server.out.at(1));
        BOOST_TEST(pair.client.machine.waiting_for_newkeys());
      }
      // NEWKEYS with content and KEXINIT without are as wrong as the rest.
      const Bytes message = {static_cast<std::uint8_t>(number), 0};
      BOOST_CHECK_THROW(pair.client.take(message), ProtocolError);
      BOOST_TEST(pair.client.done == 0);
      BOOST_TEST(!pair.client.machine.idle());
    }
  }
}

BOOST_AUTO_TEST_CASE(an_empty_payload) {
  Party party(test::settings(Role::client));
  BOOST_CHECK_EXCEPTION(party.take({}), ProtocolError, with_code(errc::malformed_packet));
}

BOOST_AUTO_TEST_CASE(newkeys_while_the_host_key_signs) {
  Pair pair;
  pair.client.start();
  pair.pump();
  pair.client.start();
  const auto to_server = [&](const Bytes& m) { return pair.server.machine.receive(m, 0); };
  auto actions = to_server(pair.client.out.front());
  pair.client.take(std::get<KexMachine::SendKexInit>(actions.front()).payload);
  auto sign = to_server(pair.client.out.at(1));
  BOOST_TEST(std::holds_alternative<KexMachine::Sign>(sign.at(0)));
  BOOST_TEST(!pair.server.machine.waiting_for_newkeys());
  BOOST_CHECK_EXCEPTION(to_server(Bytes{21}), ProtocolError, with_code(errc::protocol_error));
}

BOOST_AUTO_TEST_CASE(a_machine_is_dead_after_an_error) {
  Pair pair;
  pair.run();
  BOOST_CHECK_THROW(pair.client.take(Bytes{31}), ProtocolError);
  BOOST_CHECK_EXCEPTION(pair.client.start(), ProtocolError, with_code(errc::protocol_error));
  BOOST_CHECK_EXCEPTION(pair.client.take(wire::encoded(kexinit_of(Role::server))), ProtocolError,
                        with_code(errc::protocol_error));
  BOOST_TEST(!pair.client.machine.idle());
}

BOOST_AUTO_TEST_CASE(a_signature_that_nobody_asked_for) {
  Pair pair;
  BOOST_CHECK_EXCEPTION(pair.server.machine.signature_ready(Bytes(64)), Error,
                        with_code(errc::internal_error));
}

BOOST_AUTO_TEST_CASE(a_signer_that_ignores_the_algorithm) {
  // Some agents sign with SHA-256 or SHA-1 whatever they are asked for.
  Pair pair("ssh-rsa");
  pair.client.start();
  auto actions = pair.server.machine.receive(pair.client.out.front(), 0);
  pair.client.take(std::get<KexMachine::SendKexInit>(actions.front()).payload);
  actions = pair.server.machine.receive(pair.client.out.at(1), 1);
  const auto& sign = std::get<KexMachine::Sign>(actions.front());
  BOOST_TEST(sign.algorithm == "rsa-sha2-512");
  const Bytes signature = host_key("ssh-rsa").sign("rsa-sha2-256", sign.data);
  BOOST_CHECK_EXCEPTION(pair.server.machine.signature_ready(signature), ProtocolError,
                        with_text(errc::kex_failed, "rsa-sha2-256"));
}

BOOST_AUTO_TEST_CASE(the_right_guess_is_used) {
  Pair pair(small(Role::client), small(Role::server), {host_key("ssh-ed25519")});
  // A client that guesses right sends what it would have sent anyway; only the flag differs, and both must
  // hash it.
  wire::KexInit init;
  pair.client.start();
  init = wire::decode<wire::KexInit>(pair.client.out.front());
  init.first_kex_packet_follows = true;
  pair.server.take(wire::encoded(init));
  BOOST_TEST(pair.server.machine.negotiated()->guess_was_right);
  pair.server.take(wire::encoded(wire::KexEcdhInit{Bytes(32, 9)}));
  BOOST_REQUIRE(pair.server.out.size() == 3u);
  BOOST_TEST(pair.server.out[1][0] == 31);
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-16"))
BOOST_AUTO_TEST_CASE(after_a_wrong_guess_exactly_one_method_message_is_dropped) {
  for (const bool host_key_differs : {false, true}) {
    KexSettings server = test::settings(Role::server);
    server.host_keys.push_back(host_key("ecdsa-sha2-nistp256").public_key());
    Pair pair(test::settings(Role::client), server, {host_key("ssh-ed25519")});
    pair.client.start();
    wire::KexInit init = wire::decode<wire::KexInit>(pair.client.out.front());
    init.first_kex_packet_follows = true;
    if (host_key_differs)
      init.host_key.insert(init.host_key.begin(), "frobnicate@example.org");
    else
      init.kex.insert(init.kex.begin(), "frobnicate@example.org");
    std::erase_if(init.kex, [](const std::string& name) {
      return name.starts_with("mlkem") || name.starts_with("sntrup");
    });
    const Bytes guess = wire::encoded(wire::KexEcdhInit{Bytes(5, 1)});
    pair.server.take(wire::encoded(init));
    BOOST_TEST(!pair.server.machine.negotiated()->guess_was_right);
    pair.server.take(guess);
    BOOST_TEST(pair.server.out.size() == 1u);
    pair.server.take(wire::encoded(wire::KexEcdhInit{Bytes(32, 9)}));
    BOOST_TEST(pair.server.out.size() == 3u);
  }
}

BOOST_AUTO_TEST_CASE(only_one_guess_is_dropped) {
  Party server(test::settings(Role::server));
  wire::KexInit init = kexinit_of(Role::client);
  init.first_kex_packet_follows = true;
  init.kex.insert(init.kex.begin(), "frobnicate@example.org");
  server.take(wire::encoded(init));
  server.take(Bytes{30, 1});
  BOOST_CHECK_EXCEPTION(server.take(Bytes{30, 1}), ProtocolError, with_code(errc::malformed_packet));
}

BOOST_AUTO_TEST_CASE(newkeys_does_not_count_as_the_guess) {
  Party server(test::settings(Role::server));
  wire::KexInit init = kexinit_of(Role::client);
  init.first_kex_packet_follows = true;
  init.kex.insert(init.kex.begin(), "frobnicate@example.org");
  server.take(wire::encoded(init));
  BOOST_CHECK_EXCEPTION(server.take(Bytes{21}), ProtocolError, with_code(errc::protocol_error));
}

BOOST_AUTO_TEST_CASE(a_client_drops_a_servers_wrong_guess) {
  Party client(small(Role::client));
  wire::KexInit init = kexinit_of(Role::server);
  init.first_kex_packet_follows = true;
  client.take(wire::encoded(init));
  client.take(Bytes{31, 1, 2});
  BOOST_CHECK_EXCEPTION(client.take(Bytes{31, 1, 2}), ProtocolError, with_code(errc::malformed_packet));
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-09"))
BOOST_AUTO_TEST_CASE(another_host_key_at_re_keying) {
  KexSettings settings = test::settings(Role::server);
  Pair pair(test::settings(Role::client), settings, {host_key("ssh-ed25519")});
  pair.run();
  // Another server takes over: its exchange is right in itself.
  settings.host_keys = {host_key("ssh-ed25519", 1).public_key()};
  Party impostor(settings, 5);
  impostor.signers = {host_key("ssh-ed25519", 1)};
  pair.client.start();
  impostor.take(pair.client.out[0]);
  pair.client.take(impostor.out[0]);
  impostor.take(pair.client.out[1]);
  const Bytes reply = impostor.out.at(1);
  BOOST_CHECK_EXCEPTION(pair.client.take(reply), HostKeyError, [](const HostKeyError& e) {
    const HostKeyDetail detail = e.detail();
    return e.code() == errc::host_key_changed && detail.key_type == "ssh-ed25519" &&
           detail.fingerprint == host_key("ssh-ed25519", 1).public_key().fingerprint() &&
           detail.known_fingerprints ==
               std::vector<std::string>{"ssh-ed25519 " + host_key("ssh-ed25519").public_key().fingerprint()};
  });
  BOOST_TEST(pair.client.done == 1);
  BOOST_TEST((pair.client.machine.host_key() == host_key("ssh-ed25519").public_key()));
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-09"))
BOOST_AUTO_TEST_CASE(a_signature_by_another_key) {
  Pair pair;
  change_reply(pair, [](wire::KexEcdhReply& reply, Bytes&) {
    reply.host_key = host_key("ssh-ed25519", 1).public_key().blob();
  });
  const std::string fingerprint = host_key("ssh-ed25519", 1).public_key().fingerprint();
  BOOST_CHECK_EXCEPTION(pair.run(), HostKeyError, [&](const HostKeyError& e) {
    return with_text(errc::bad_host_signature,
                     "could not prove that it owns its host key " + fingerprint)(e) &&
           e.detail().fingerprint == fingerprint && e.detail().key_type == "ssh-ed25519";
  });
  BOOST_TEST(pair.client.done == 0);
  BOOST_TEST(!pair.client.machine.host_key());
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-09"))
BOOST_AUTO_TEST_CASE(signatures_that_prove_nothing) {
  const auto refused = [](const std::string& key_type, auto change, const std::string& text) {
    Pair pair(key_type);
    change_reply(pair, change);
    BOOST_CHECK_EXCEPTION(pair.run(), HostKeyError, with_text(errc::bad_host_signature, text));
    BOOST_TEST(pair.client.done == 0);
    BOOST_TEST(pair.client.send == nullptr);
  };
  const auto resigned = [](const std::string& key_type, const std::string& algorithm) {
    return [=](wire::KexEcdhReply& reply, Bytes& storage) {
      storage = host_key(key_type).sign(algorithm, Bytes(32, 1));
      reply.signature = storage;
    };
  };
  refused(
      "ssh-ed25519", [](wire::KexEcdhReply& r, Bytes&) { r.signature = {}; }, "no signature");
  refused(
      "ssh-ed25519", [](wire::KexEcdhReply& r, Bytes&) { r.signature = r.signature.first(3); }, "\"\"");
  refused(
      "ssh-ed25519", [](wire::KexEcdhReply& r, Bytes&) { r.signature = r.signature.first(82); }, "is wrong");
  refused("ssh-ed25519", resigned("ssh-ed25519", "ssh-ed25519"), "is wrong");
  refused("ssh-ed25519", resigned("ecdsa-sha2-nistp256", "ecdsa-sha2-nistp256"), "\"ecdsa-sha2-nistp256\"");
  refused("ssh-rsa", resigned("ssh-rsa", "rsa-sha2-256"), "\"rsa-sha2-256\" where rsa-sha2-512");
  refused(
      "ssh-ed25519",
      [](wire::KexEcdhReply& r, Bytes& storage) {
        wire::Writer(storage).string("\x1b[2J");
        r.signature = storage;
      },
      "\\033[2J");
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-09"))
BOOST_AUTO_TEST_CASE(host_keys_that_cannot_be_used) {
  const auto refused = [](auto change, const std::string& text) {
    Pair pair;
    change_reply(pair, change);
    BOOST_CHECK_EXCEPTION(pair.run(), ProtocolError, with_text(errc::kex_failed, text));
    BOOST_TEST(pair.client.done == 0);
  };
  refused([](wire::KexEcdhReply& r, Bytes&) { r.host_key = {}; }, "no host key");
  refused(
      [](wire::KexEcdhReply& r, Bytes&) { r.host_key = host_key("ecdsa-sha2-nistp256").public_key().blob(); },
      "ssh-ed25519 was agreed on");
  refused([](wire::KexEcdhReply& r, Bytes&) { r.host_key = r.host_key.first(r.host_key.size() - 1); },
          "host key cannot be used");
  refused([](wire::KexEcdhReply& r, Bytes&) { r.host_key = r.host_key.first(2); }, "of type \"\"");
}

BOOST_AUTO_TEST_CASE(small_rsa_host_keys_are_refused) {
  const PrivateKey& small_key = host_key("ssh-rsa", 1, 1024);
  for (const unsigned limit : {2048u, 1024u}) {
    KexSettings server = test::settings(Role::server, "ssh-rsa"), client = test::settings(Role::client);
    server.host_keys = {small_key.public_key()};
    BOOST_TEST(client.min_rsa_bits == 1024u);
    client.min_rsa_bits = limit;
    Pair pair(client, server, {small_key});
    if (limit == 1024) {
      pair.run();
      BOOST_TEST(pair.client.done == 1);
    } else {
      BOOST_CHECK_EXCEPTION(pair.run(), ProtocolError,
                            with_text(errc::kex_failed, "1024 bits; at least 2048"));
    }
  }
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-56"))
BOOST_AUTO_TEST_CASE(a_legacy_signature_only_where_it_is_named) {
  KexSettings client = test::settings(Role::client), server = test::settings(Role::server, "ssh-rsa");
  client.algorithms.edit(AlgorithmKind::host_key, "ssh-rsa");
  BOOST_CHECK_THROW(Pair(client, server, {host_key("ssh-rsa")}).run(), NegotiationError);
  server.algorithms.edit(AlgorithmKind::host_key, "+ssh-rsa");
  Pair pair(client, server, {host_key("ssh-rsa")});
  pair.run();
  BOOST_TEST(pair.client.done == 1);
  BOOST_TEST(pair.client.machine.negotiated()->host_key == "ssh-rsa");
}

BOOST_AUTO_TEST_CASE(nothing_in_common) {
  KexSettings client = small(Role::client), server = small(Role::server);
  server.algorithms.edit(AlgorithmKind::cipher, "aes256-ctr");
  Pair pair(client, server, {host_key("ssh-ed25519")});
  BOOST_CHECK_EXCEPTION(pair.run(), NegotiationError, [](const NegotiationError& e) {
    return e.detail().kind == "cipher client to server" && e.code() == errc::no_common_algorithm;
  });
}

BOOST_AUTO_TEST_CASE(our_own_marker_sent_back) {
  Party client(test::settings(Role::client));
  wire::KexInit init = kexinit_of(Role::server);
  init.kex = {"ext-info-c"};
  BOOST_CHECK_EXCEPTION(client.take(wire::encoded(init)), NegotiationError,
                        with_code(errc::no_common_algorithm));
}

BOOST_AUTO_TEST_CASE(odd_kexinits_that_are_legal) {
  Pair pair;
  pair.client.start();
  wire::KexInit init = kexinit_of(Role::client);
  init.language_c2s = "de,\xff\x01,,";
  init.reserved = 0xdeadbeef;
  init.kex.insert(init.kex.begin(), {"curve25519-sha256", "curve25519-sha256"});
  pair.server.take(wire::encoded(init));
  BOOST_TEST(pair.server.machine.negotiated()->kex.name == "curve25519-sha256");
}

BOOST_AUTO_TEST_CASE(kexinits_that_do_not_parse) {
  const Bytes whole = wire::encoded(kexinit_of(Role::client));
  for (std::size_t size = 1; size < whole.size(); ++size) {
    Party server(test::settings(Role::server));
    BOOST_CHECK_EXCEPTION(server.take(ByteView(whole).first(size)), ProtocolError,
                          with_code(errc::malformed_packet));
  }
  Bytes longer = whole;
  longer.push_back(0);
  Party server(test::settings(Role::server));
  BOOST_CHECK_EXCEPTION(server.take(longer), ProtocolError, with_code(errc::malformed_packet));
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-27"))
BOOST_AUTO_TEST_CASE(a_kexinit_of_very_many_names) {
  wire::KexInit init = kexinit_of(Role::client);
  init.kex.assign(120000, "a");
  Party server(test::settings(Role::server));
  BOOST_CHECK_EXCEPTION(server.take(wire::encoded(init)), ProtocolError, with_code(errc::malformed_packet));
}

// The whole of the handshake is covered by the signature: no single damaged byte may end in a connection.
BOOST_AUTO_TEST_CASE(a_flipped_byte_anywhere_ends_the_exchange) {
  struct Case {
    const char* kex;
    const char* host_key;
    std::size_t step;  ///< every so many positions; 1 where a run is cheap
  };
  for (const Case& c :
       {Case{"curve25519-sha256", "ssh-ed25519", 1}, Case{"ecdh-sha2-nistp256", "ecdsa-sha2-nistp256", 5},
        Case{"mlkem768x25519-sha256", "ssh-ed25519", 7}, Case{"curve25519-sha256", "rsa-sha2-256", 5},
        Case{"diffie-hellman-group14-sha256", "ssh-ed25519", 11},
        Case{"diffie-hellman-group-exchange-sha256", "ssh-ed25519", 13}}) {
    const auto fresh = [&c] {
      KexSettings client = small(Role::client, c.kex, c.host_key);
      client.gex_preferred = 2048;
      return Pair(client, small(Role::server, c.kex, c.host_key), {host_key(test::key_type_of(c.host_key))});
    };
    Pair sample = fresh();
    sample.run();
    BOOST_REQUIRE(sample.client.done == 1);
    for (std::size_t index = 0; index < sample.transcript.size(); ++index) {
      for (std::size_t at = 0; at < sample.transcript[index].size(); at += c.step) {
        Pair pair = fresh();
        std::size_t seen = 0;
        pair.tamper = [&](bool, Bytes& message) {
          if (seen++ == index) message.at(at) ^= 0x41;
        };
        bool failed = false;
        try {
          pair.run();
        } catch (const Error& e) {
          failed = e.code().category() == amiko_category() && e.code() != errc::internal_error;
        }
        // Whoever has sent a NEWKEYS that arrives damaged may have finished; the other side has not.
        const bool newkeys = sample.transcript[index].size() == 1;
        BOOST_TEST(failed, c.kex << ": message " << index << ", byte " << at);
        BOOST_TEST((newkeys || pair.client.done + pair.server.done == 0),
                   c.kex << ": message " << index << ", byte " << at);
        BOOST_TEST((pair.client.done == 0 || pair.server.done == 0));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(the_same_random_bytes_give_the_same_handshake) {
  for (const std::string& kex : all_names(AlgorithmKind::kex)) {
    std::vector<Bytes> transcripts[3];
    Bytes session_ids[3];
    for (const std::size_t i : {0u, 1u, 2u}) {
      Pair pair(small(Role::client, kex), small(Role::server, kex), {host_key("ssh-ed25519")}, i < 2 ? 1 : 2);
      pair.run();
      transcripts[i] = pair.transcript;
      session_ids[i] = pair.client.machine.session_id();
    }
    BOOST_TEST((transcripts[0] == transcripts[1]), kex);
    BOOST_TEST(session_ids[0] == session_ids[1]);
    BOOST_TEST(session_ids[0] != session_ids[2]);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::protocol
