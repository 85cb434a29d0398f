// amiko - tests of the key exchange methods: all of them end to end, and each side against a peer written
// here from the RFCs
#include "kex_pair.hpp"

#include <amiko/crypto/hash.hpp>
#include <amiko/keys/algorithm_table.hpp>
#include <amiko/wire/transport_messages.hpp>

#include <algorithm>

namespace amiko::protocol {
namespace {

using test::host_key;
using test::Pair;
using test::Party;
using test::with_code;
using test::with_text;

/// Settings that leave one choice.
KexSettings only(Role role, const std::string& kex, const std::string& signature = "ssh-ed25519",
                 const std::string& cipher = "aes128-ctr") {
  KexSettings s = test::settings(role, test::key_type_of(signature));
  s.algorithms.edit(AlgorithmKind::kex, kex);
  s.algorithms.edit(AlgorithmKind::host_key, signature);
  s.algorithms.edit(AlgorithmKind::cipher, cipher);
  s.algorithms.edit(AlgorithmKind::mac, "hmac-sha2-256");
  return s;
}

Pair pair_with(const std::string& kex, const std::string& signature, const std::string& cipher) {
  return Pair(only(Role::client, kex, signature, cipher), only(Role::server, kex, signature, cipher),
              {host_key(test::key_type_of(signature))});
}

constexpr const char* gex = "diffie-hellman-group-exchange-sha256";

/// The other side of one machine: KEXINITs exchanged by hand, then whatever the test sends.
struct Lone {
  explicit Lone(KexSettings settings) : role(settings.role), party(std::move(settings)) {
    party.start();
    ours = party.out.front();
    party.out.pop_front();
    // What the machine offers suits it: its own KEXINIT, cookie and all, but without the markers.
    auto init = wire::decode<wire::KexInit>(ours);
    std::erase_if(init.kex, [](const std::string& name) {
      return name.starts_with("ext-") || name.starts_with("kex-");
    });
    theirs = wire::encoded(init);
    party.take(theirs);
  }

  Bytes next() {
    BOOST_REQUIRE(!party.out.empty());
    Bytes message = party.out.front();
    party.out.pop_front();
    return message;
  }

  Role role;
  Party party;
  Bytes ours, theirs;  ///< KEXINIT payloads; "ours" is the machine's
};

/// H as RFC 4253 section 8 writes it, for a machine that is the client.
Bytes hash_by_the_book(const Lone& lone, std::string_view hash, ByteView host_key_blob, ByteView values,
                       ByteView k) {
  Bytes data;
  wire::Writer writer(data);
  writer.string("SSH-2.0-client");
  writer.string("SSH-2.0-server with comment");
  writer.string(lone.ours);
  writer.string(lone.theirs);
  writer.string(host_key_blob);
  writer.raw(values);
  writer.raw(k);
  return crypto::hash(hash, data);
}

/// A packet that the machine sealed opens with keys derived here (RFC 4253 section 7.2), and the other way
/// round.
void check_client_keys(Party& client, std::string_view hash, ByteView k, ByteView h) {
  const auto derive = [&](char letter, std::size_t size) {
    return crypto::derive_key(hash, k, h, letter, h, size);
  };
  const crypto::CipherInfo& cipher = client.machine.negotiated()->client_to_server.cipher;
  const crypto::MacInfo& mac = *client.machine.negotiated()->client_to_server.mac;
  const Bytes a = derive('A', cipher.iv_size), b = derive('B', cipher.iv_size);
  const Bytes c = derive('C', cipher.key_size), d = derive('D', cipher.key_size);
  const Bytes e = derive('E', mac.key_size), f = derive('F', mac.key_size);
  const auto from_client = cipher.make(cipher, &mac, {c, a, e}, crypto::Direction::open);
  const auto to_client = cipher.make(cipher, &mac, {d, b, f}, crypto::Direction::seal);
  BOOST_TEST(test::same_keys(*client.send, *from_client));
  client.take(Bytes{21});
  BOOST_TEST(test::same_keys(*to_client, *client.receive));
}

Bytes group_message(ByteView p, ByteView g) {
  return wire::encoded(wire::KexGexGroup{{p}, {g}});
}

}  // namespace

BOOST_AUTO_TEST_SUITE(kex_methods)

BOOST_AUTO_TEST_CASE(every_method_with_every_host_key_algorithm) {
  const std::vector<std::string> ciphers = {"aes128-ctr", "aes256-gcm@openssh.com",
                                            "chacha20-poly1305@openssh.com"};
  std::size_t round = 0;
  for (const std::string& kex : all_names(AlgorithmKind::kex)) {
    for (const std::string& signature : AlgorithmSet::defaults().host_keys) {
      if (signature.starts_with("sk-")) continue;  // only a token could sign
      BOOST_TEST_CONTEXT(kex << " with " << signature) {
        Pair pair = pair_with(kex, signature, ciphers[round++ % ciphers.size()]);
        pair.run();
        BOOST_TEST(pair.client.done == 1);
        BOOST_TEST(pair.server.done == 1);
        BOOST_TEST(pair.client.machine.session_id() == pair.server.machine.session_id());
        BOOST_TEST((pair.client.machine.host_key() == host_key(test::key_type_of(signature)).public_key()));
        BOOST_TEST((pair.server.machine.host_key() == pair.client.machine.host_key()));
        BOOST_TEST(pair.client.machine.negotiated()->kex.name == kex);
        BOOST_TEST(pair.client.machine.negotiated()->host_key == signature);
        BOOST_TEST(test::same_keys(pair));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(every_cipher_and_mac) {
  for (const std::string& cipher : all_names(AlgorithmKind::cipher)) {
    for (const std::string& mac : all_names(AlgorithmKind::mac)) {
      BOOST_TEST_CONTEXT(cipher << " with " << mac) {
        KexSettings client = only(Role::client, "curve25519-sha256", "ssh-ed25519", cipher);
        client.algorithms.edit(AlgorithmKind::mac, mac);
        KexSettings server = test::settings(Role::server);
        Pair pair(client, server, {host_key("ssh-ed25519")});
        pair.run();
        BOOST_TEST(pair.client.done == 1);
        BOOST_TEST(test::same_keys(pair));
        BOOST_TEST(pair.client.machine.negotiated()->client_to_server.cipher.name == cipher);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(compression_is_named_in_both_directions) {
  KexSettings client = only(Role::client, "curve25519-sha256");
  KexSettings server = only(Role::server, "curve25519-sha256");
  client.algorithms.compressions = {*crypto::find_compression("zlib@openssh.com")};
  server.algorithms.set_compression(true);
  Pair compressed(client, server, {host_key("ssh-ed25519")});
  compressed.run();
  BOOST_TEST(compressed.client.compression_out == "zlib@openssh.com");
  BOOST_TEST(compressed.client.compression_in == "zlib@openssh.com");
  BOOST_TEST(compressed.server.compression_out == "zlib@openssh.com");
  BOOST_TEST(compressed.server.compression_in == "zlib@openssh.com");
}

BOOST_AUTO_TEST_CASE(hash_and_keys_of_the_simple_methods_are_as_the_rfcs_say) {
  for (const crypto::KexInfo& info : crypto::kex_table()) {
    if (info.shape == crypto::KexShape::gex) continue;
    BOOST_TEST_CONTEXT(info.name) {
      const bool mpints = info.shape == crypto::KexShape::dh;
      Lone lone(only(Role::client, std::string(info.name)));
      const Bytes init = lone.next();
      BOOST_TEST(init.at(0) == 30);
      wire::Reader reader(ByteView(init).from(1));
      const ByteView offer = mpints ? reader.mpint() : reader.string();
      reader.expect_end();
      test::FixedRandom random(99);
      const auto response = info.make()->respond(offer, random);

      Bytes values;
      wire::Writer writer(values);
      for (const ByteView value : {offer, ByteView(response.reply)})
        mpints ? writer.mpint(value) : writer.string(value);
      const PrivateKey& key = host_key("ssh-ed25519");
      const Bytes h =
          hash_by_the_book(lone, info.hash, key.public_key().blob(), values, response.secret.view());

      Bytes reply = {31};
      wire::Writer out(reply);
      out.string(key.public_key().blob());
      mpints ? out.mpint(response.reply) : out.string(response.reply);
      out.string(key.sign("ssh-ed25519", h));
      lone.party.take(reply);
      BOOST_TEST(lone.party.machine.session_id() == h);
      check_client_keys(lone.party, info.hash, response.secret.view(), h);
      BOOST_TEST(lone.party.done == 1);
    }
  }
}

BOOST_AUTO_TEST_CASE(hash_and_keys_of_group_exchange_are_as_rfc_4419_says) {
  KexSettings settings = only(Role::client, gex);
  settings.gex_min = 2048;
  settings.gex_preferred = 2049;
  settings.gex_max = 4096;
  Lone lone(settings);
  const Bytes request = lone.next();
  Bytes expected = {34};
  wire::Writer expect(expected);
  for (const std::uint32_t size : {2048u, 2049u, 4096u})
    expect.uint32(size);
  BOOST_TEST(request == expected);

  const crypto::DhGroup& group = crypto::dh_group(14);
  lone.party.take(group_message(group.p, group.g));
  const Bytes init = lone.next();
  BOOST_TEST(init.at(0) == 32);
  const ByteView e = wire::Reader(ByteView(init).from(1)).mpint();
  test::FixedRandom random(99);
  const auto response = crypto::make_dh(group)->respond(e, random);
  Bytes values = ByteView(expected).from(1).bytes();
  wire::Writer writer(values);
  for (const ByteView value : {ByteView(group.p), ByteView(group.g), e, ByteView(response.reply)})
    writer.mpint(value);
  const PrivateKey& key = host_key("ssh-ed25519");
  const Bytes h = hash_by_the_book(lone, "SHA-256", key.public_key().blob(), values, response.secret.view());
  lone.party.take(wire::encoded(
      wire::KexGexReply{key.public_key().blob(), {response.reply}, key.sign("ssh-ed25519", h)}));
  BOOST_TEST(lone.party.machine.session_id() == h);
  check_client_keys(lone.party, "SHA-256", response.secret.view(), h);
  BOOST_TEST(lone.party.machine.note() == std::string(gex) + ", 2048 bits");
}

BOOST_AUTO_TEST_CASE(group_exchange_takes_the_smallest_group_that_is_preferred) {
  struct Case {
    unsigned min, preferred, max, bits;
  };
  for (const Case& c :
       {Case{2048, 2048, 8192, 2048}, Case{2048, 3072, 8192, 3072}, Case{1024, 1024, 8192, 2048},
        Case{2048, 3500, 8192, 4096}, Case{2048, 8192, 8192, 8192}, Case{2048, 8192, 8200, 8192},
        Case{2048, 4000, 4000, 3072}, Case{3000, 4100, 8192, 6144}}) {
    BOOST_TEST_CONTEXT(c.min << ", " << c.preferred << ", " << c.max) {
      KexSettings client = only(Role::client, gex);
      client.gex_min = c.min, client.gex_preferred = c.preferred, client.gex_max = c.max;
      Pair pair(client, only(Role::server, gex), {host_key("ssh-ed25519")});
      pair.run();
      BOOST_TEST(pair.client.done == 1);
      const std::string note = std::string(gex) + ", " + std::to_string(c.bits) + " bits";
      BOOST_TEST(pair.client.machine.note() == note);
      BOOST_TEST(pair.server.machine.note() == note);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_client_refuses_bad_groups) {
  const Bytes p = crypto::dh_group(14).p;
  const Bytes g = {2};
  const auto with_last = [&p](int change) {
    Bytes other = p;
    other.back() = static_cast<std::uint8_t>(other.back() + change);
    return other;
  };
  const Bytes p_minus_1 = with_last(-1);
  const Bytes even = p_minus_1;
  // p = 4 k + 1, so (p-1)/2 is even.
  const Bytes half_even = with_last(-2);
  Bytes multiple_of_3 = p;
  const auto mod_3 = [](ByteView number) {
    unsigned r = 0;
    for (const unsigned digit : number)
      r = (r * 256 + digit) % 3;
    return r;
  };
  for (unsigned i = 0; mod_3(multiple_of_3) != 0 && i < 3; ++i)
    multiple_of_3.at(multiple_of_3.size() - 8) =
        static_cast<std::uint8_t>(multiple_of_3.at(multiple_of_3.size() - 8) + 1);
  BOOST_REQUIRE(mod_3(multiple_of_3) == 0);
  Bytes too_long(8193 / 8 + 1, 0xff);
  too_long.front() = 1;
  Bytes g_above_p = p;
  g_above_p.insert(g_above_p.begin(), 1);

  const std::pair<Bytes, Bytes> cases[] = {{crypto::dh_group(1).p, g},
                                           {too_long, g},
                                           {Bytes{}, g},
                                           {Bytes{1}, g},
                                           {even, g},
                                           {half_even, g},
                                           {p, Bytes{}},
                                           {p, Bytes{1}},
                                           {p, p_minus_1},
                                           {p, p},
                                           {multiple_of_3, g},
                                           {p, g_above_p},
                                           {Bytes(256, 0xff), g}};
  for (const auto& [modulus, generator] : cases) {
    Lone lone(only(Role::client, gex));
    lone.next();
    BOOST_CHECK_EXCEPTION(lone.party.take(group_message(modulus, generator)), ProtocolError,
                          with_code(errc::kex_failed));
    BOOST_TEST(lone.party.out.empty());
  }
}

BOOST_AUTO_TEST_CASE(a_client_refuses_groups_outside_its_range) {
  KexSettings settings = only(Role::client, gex);
  settings.gex_min = 3072, settings.gex_preferred = 3072, settings.gex_max = 4096;
  for (const int number : {14, 17}) {
    Lone lone(settings);
    const crypto::DhGroup& group = crypto::dh_group(number);
    BOOST_CHECK_EXCEPTION(lone.party.take(group_message(group.p, group.g)), ProtocolError,
                          with_text(errc::kex_failed, "we asked for 3072 to 4096"));
  }
  for (const int number : {15, 16}) {
    Lone lone(settings);
    const crypto::DhGroup& group = crypto::dh_group(number);
    lone.next();
    lone.party.take(group_message(group.p, group.g));
    BOOST_TEST(lone.next().at(0) == 32);
  }
}

BOOST_AUTO_TEST_CASE(a_server_refuses_bad_group_requests) {
  using Request = wire::KexGexRequest;
  for (const Request& request :
       {Request{3072, 2048, 8192}, Request{2048, 8192, 4096}, Request{4096, 4096, 2048},
        Request{1024, 1024, 1024}, Request{2049, 2500, 3000}, Request{9000, 9000, 10000}, Request{0, 0, 0},
        Request{0xffffffff, 0xffffffff, 0xffffffff}}) {
    Lone lone(only(Role::server, gex));
    BOOST_CHECK_EXCEPTION(lone.party.take(wire::encoded(request)), ProtocolError,
                          with_code(errc::kex_failed));
  }
}

BOOST_AUTO_TEST_CASE(a_server_keeps_to_its_own_range) {
  KexSettings settings = only(Role::server, gex);
  settings.gex_max = 3072;
  Lone lone(settings);
  lone.party.take(wire::encoded(wire::KexGexRequest{1024, 8192, 8192}));
  const Bytes group = lone.next();
  BOOST_TEST(wire::decode<wire::KexGexGroup>(group).p.magnitude.size() == 3072u / 8);
}

BOOST_AUTO_TEST_CASE(group_exchange_messages_come_once_and_in_order) {
  const Bytes request = wire::encoded(wire::KexGexRequest{2048, 2048, 8192});
  const Bytes init = wire::encoded(wire::KexGexInit{{ByteView("\x7f")}});
  {
    Lone lone(only(Role::server, gex));
    lone.party.take(request);
    BOOST_CHECK_EXCEPTION(lone.party.take(request), ProtocolError, with_code(errc::protocol_error));
  }
  {
    Lone lone(only(Role::server, gex));
    BOOST_CHECK_EXCEPTION(lone.party.take(init), ProtocolError, with_code(errc::protocol_error));
  }
  {
    // The request of old drafts, message 30.
    Lone lone(only(Role::server, gex));
    BOOST_CHECK_EXCEPTION(lone.party.take(Bytes{30, 0, 0, 8, 0}), ProtocolError,
                          with_code(errc::protocol_error));
  }
  {
    const Bytes group = group_message(crypto::dh_group(14).p, crypto::dh_group(14).g);
    Lone lone(only(Role::client, gex));
    lone.party.take(group);
    BOOST_CHECK_EXCEPTION(lone.party.take(group), ProtocolError, with_code(errc::protocol_error));
  }
}

BOOST_AUTO_TEST_CASE(a_server_refuses_bad_values) {
  const auto dh = [](ByteView e) { return wire::encoded(wire::KexDhInit{{e}}); };
  const auto string = [](ByteView q) { return wire::encoded(wire::KexEcdhInit{q}); };
  const Bytes p = crypto::dh_group(14).p;
  Bytes p_minus_1 = p;
  --p_minus_1.back();
  const Bytes zeros(32, 0);
  const std::pair<const char*, Bytes> cases[] = {
      {"diffie-hellman-group14-sha256", dh({})},
      {"diffie-hellman-group14-sha256", dh(Bytes{1})},
      {"diffie-hellman-group14-sha256", dh(p_minus_1)},
      {"diffie-hellman-group14-sha256", dh(p)},
      {"diffie-hellman-group14-sha256", dh(Bytes(257, 0x7f))},
      {"curve25519-sha256", string({})},
      {"curve25519-sha256", string(Bytes(31, 9))},
      {"curve25519-sha256", string(Bytes(33, 9))},
      {"curve25519-sha256", string(zeros)},
      {"ecdh-sha2-nistp256", string({})},
      {"ecdh-sha2-nistp256", string(Bytes{0})},
      {"ecdh-sha2-nistp256", string(Bytes(65, 4))},
      {"ecdh-sha2-nistp384", string(Bytes(65, 4))},
      {"mlkem768x25519-sha256", string(Bytes(1215, 1))},
      {"mlkem768x25519-sha256", string(Bytes(1216, 0xff))},
      {"mlkem768x25519-sha256", string(Bytes(1217, 1))},
  };
  for (const auto& [kex, message] : cases) {
    BOOST_TEST_CONTEXT(kex << ", " << message.size() << " bytes") {
      Lone lone(only(Role::server, kex));
      BOOST_CHECK_EXCEPTION(lone.party.take(message), ProtocolError, with_code(errc::kex_failed));
      BOOST_TEST(lone.party.out.empty());
    }
  }
}

BOOST_AUTO_TEST_CASE(negative_and_padded_numbers_are_malformed) {
  for (const Bytes& message : {Bytes{30, 0, 0, 0, 1, 0x80}, Bytes{30, 0, 0, 0, 2, 0, 0x7f},
                               Bytes{30, 0, 0, 0, 1}, Bytes{30}, Bytes{30, 0, 0, 0, 1, 2, 0}}) {
    Lone lone(only(Role::server, "diffie-hellman-group14-sha256"));
    BOOST_CHECK_EXCEPTION(lone.party.take(message), ProtocolError, with_code(errc::malformed_packet));
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::protocol
