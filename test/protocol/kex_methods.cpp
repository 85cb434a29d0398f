// amiko - tests of the key exchange methods: all of them end to end, and each side against a peer written
// here from the RFCs
#include "kex_pair.hpp"

#include <amiko/crypto/hash.hpp>
#include <amiko/crypto/rsa_transport.hpp>
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

BOOST_AUTO_TEST_CASE(every_method_and_every_host_key_algorithm) {
  const std::vector<std::string> ciphers = {"aes128-ctr", "aes256-gcm@openssh.com",
                                            "chacha20-poly1305@openssh.com"};
  std::vector<std::pair<std::string, std::string>> pairs;
  for (const std::string& kex : all_names(AlgorithmKind::kex))
    pairs.emplace_back(kex, "ssh-ed25519");
  for (const std::string& signature : AlgorithmSet::defaults().host_keys)
    if (!signature.starts_with("sk-"))  // only a token could sign
      pairs.emplace_back("curve25519-sha256", signature);
  std::size_t round = 0;
  for (const auto& chosen : pairs) {
    const std::string &kex = chosen.first, &signature = chosen.second;
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

BOOST_AUTO_TEST_CASE(every_cipher_and_mac) {
  std::vector<std::pair<std::string, std::string>> pairs;
  for (const std::string& cipher : all_names(AlgorithmKind::cipher))
    pairs.emplace_back(cipher, "hmac-sha2-256");
  for (const std::string& mac : all_names(AlgorithmKind::mac))
    pairs.emplace_back("aes128-cbc", mac);
  KexSettings server = test::settings(Role::server);
  server.algorithms.ciphers.assign(crypto::cipher_table().begin(), crypto::cipher_table().end());
  server.algorithms.macs.assign(crypto::mac_table().begin(), crypto::mac_table().end());
  for (const auto& chosen : pairs) {
    const std::string &cipher = chosen.first, &mac = chosen.second;
    {
      BOOST_TEST_CONTEXT(cipher << " with " << mac) {
        KexSettings client = only(Role::client, "curve25519-sha256", "ssh-ed25519", cipher);
        client.algorithms.edit(AlgorithmKind::mac, mac);
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
    if (info.make == nullptr) continue;
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

/// H for a machine that is the server.
Bytes server_hash_by_the_book(const Lone& lone, std::string_view hash, ByteView host_key_blob,
                              ByteView values, ByteView k) {
  Bytes data;
  wire::Writer writer(data);
  writer.string("SSH-2.0-client");
  writer.string("SSH-2.0-server with comment");
  writer.string(lone.theirs);
  writer.string(lone.ours);
  writer.string(host_key_blob);
  writer.raw(values);
  writer.raw(k);
  return crypto::hash(hash, data);
}

// RFC 4419 section 5: one number instead of three, in the message and in the hash.
BOOST_AUTO_TEST_CASE(a_server_takes_the_request_of_old_clients) {
  struct Case {
    std::uint32_t asked;
    unsigned bits;
  };
  for (const char* name : {gex, "diffie-hellman-group-exchange-sha1"})
    for (const Case& c :
         {Case{1024, 2048}, Case{2048, 2048}, Case{3000, 3072}, Case{0, 2048}, Case{0xffffffff, 8192}}) {
      BOOST_TEST_CONTEXT(name << ", " << c.asked) {
        Lone lone(only(Role::server, name));
        const PrivateKey& key = host_key("ssh-ed25519");
        lone.party.signers = {key};
        const Bytes request = wire::encoded(wire::KexGexRequestOld{c.asked});
        BOOST_TEST(request.size() == 5U);
        BOOST_TEST(request[0] == 30);
        lone.party.take(request);
        const Bytes message = lone.next();
        const auto group = wire::decode<wire::KexGexGroup>(message);
        BOOST_TEST(group.p.magnitude.size() * 8 == c.bits);

        test::FixedRandom random(99);
        const auto client = crypto::make_dh({group.p.magnitude.bytes(), group.g.magnitude.bytes()});
        const Bytes e = client->offer(random);
        lone.party.take(wire::encoded(wire::KexGexInit{{e}}));
        const Bytes answer = lone.next();
        const auto reply = wire::decode<wire::KexGexReply>(answer);
        const Secret k = client->finish(reply.f.magnitude);
        Bytes values = ByteView(request).from(1).bytes();
        wire::Writer writer(values);
        for (const ByteView value : {group.p.magnitude, group.g.magnitude, ByteView(e), reply.f.magnitude})
          writer.mpint(value);
        const Bytes h = server_hash_by_the_book(lone, crypto::find_kex(name)->hash, key.public_key().blob(),
                                                values, k.view());
        BOOST_TEST(lone.party.machine.session_id() == h);
        BOOST_TEST(key.public_key().verify("ssh-ed25519", h, reply.signature));
      }
    }
}

BOOST_AUTO_TEST_CASE(hash_and_messages_of_rsa_exchange_are_as_rfc_4432_says) {
  for (const char* name : {"rsa2048-sha256", "rsa1024-sha1"}) {
    BOOST_TEST_CONTEXT(name) {
      const crypto::KexInfo& info = *crypto::find_kex(name);
      const PrivateKey& key = host_key("ssh-ed25519");
      const auto values = [](ByteView transient_key, ByteView encrypted) {
        Bytes both;
        wire::Writer writer(both);
        writer.string(transient_key);
        writer.string(encrypted);
        return both;
      };
      {
        Lone lone(only(Role::client, name));
        BOOST_TEST(lone.party.out.empty());  // the server speaks first
        const crypto::RsaTransportKey transient(info.rsa_bits, info.hash, crypto::system_random());
        Bytes keys = {30};
        wire::Writer out(keys);
        out.string(key.public_key().blob());
        out.string(transient.public_blob());
        lone.party.take(keys);
        const Bytes secret = lone.next();
        BOOST_TEST(secret.at(0) == 31);
        wire::Reader reader(ByteView(secret).from(1));
        const ByteView encrypted = reader.string();
        reader.expect_end();
        const Secret k = transient.decrypt(encrypted);
        const Bytes h = hash_by_the_book(lone, info.hash, key.public_key().blob(),
                                         values(transient.public_blob(), encrypted), k.view());
        Bytes done = {32};
        wire::Writer(done).string(key.sign("ssh-ed25519", h));
        lone.party.take(done);
        BOOST_TEST(lone.party.machine.session_id() == h);
        check_client_keys(lone.party, info.hash, k.view(), h);
        BOOST_TEST(lone.party.done == 1);
      }
      {
        Lone lone(only(Role::server, name));
        lone.party.signers = {key};
        const Bytes keys = lone.next();
        BOOST_TEST(keys.at(0) == 30);
        wire::Reader reader(ByteView(keys).from(1));
        BOOST_TEST((reader.string() == ByteView(key.public_key().blob())));
        const ByteView transient = reader.string();
        reader.expect_end();
        const auto sent = crypto::rsa_transport(transient, info.rsa_bits, info.hash, crypto::system_random());
        Bytes secret = {31};
        wire::Writer(secret).string(sent.ciphertext);
        lone.party.take(secret);
        const Bytes done = lone.next();
        BOOST_TEST(done.at(0) == 32);
        const Bytes h = server_hash_by_the_book(lone, info.hash, key.public_key().blob(),
                                                values(transient, sent.ciphertext), sent.secret.view());
        BOOST_TEST(lone.party.machine.session_id() == h);
        BOOST_TEST(key.public_key().verify("ssh-ed25519", h, wire::Reader(ByteView(done).from(1)).string()));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(bad_messages_of_rsa_exchange_are_refused) {
  const auto keys = [](ByteView transient) {
    return wire::encoded(wire::KexRsaPubkey{host_key("ssh-ed25519").public_key().blob(), transient});
  };
  const Bytes small = crypto::RsaTransportKey(1024, "SHA-1", crypto::system_random()).public_blob();
  for (const Bytes& transient :
       {Bytes{}, small, Bytes(300, 0xff), host_key("ssh-ed25519").public_key().blob()}) {
    Lone lone(only(Role::client, "rsa2048-sha256"));
    BOOST_CHECK_EXCEPTION(lone.party.take(keys(transient)), ProtocolError, with_code(errc::kex_failed));
  }
  for (const Bytes& encrypted : {Bytes{}, Bytes(127, 1), Bytes(128, 1), Bytes(129, 1), Bytes(128, 0xff)}) {
    Lone lone(only(Role::server, "rsa1024-sha1"));
    lone.next();
    BOOST_CHECK_EXCEPTION(lone.party.take(wire::encoded(wire::KexRsaSecret{encrypted})), ProtocolError,
                          with_code(errc::kex_failed));
    BOOST_TEST(lone.party.out.empty());
  }
  {
    Lone lone(only(Role::client, "rsa1024-sha1"));
    BOOST_CHECK_EXCEPTION(lone.party.take(wire::encoded(wire::KexRsaDone{})), ProtocolError,
                          with_code(errc::protocol_error));
  }
  {
    Lone lone(only(Role::client, "rsa1024-sha1"));
    lone.party.take(keys(small));
    BOOST_CHECK_EXCEPTION(lone.party.take(keys(small)), ProtocolError, with_code(errc::protocol_error));
  }
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

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-31"))
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
    // The old form of the request is one, too.
    Lone lone(only(Role::server, gex));
    const Bytes old = wire::encoded(wire::KexGexRequestOld{2048});
    lone.party.take(old);
    BOOST_CHECK_EXCEPTION(lone.party.take(old), ProtocolError, with_code(errc::protocol_error));
  }
  {
    const Bytes group = group_message(crypto::dh_group(14).p, crypto::dh_group(14).g);
    Lone lone(only(Role::client, gex));
    lone.party.take(group);
    BOOST_CHECK_EXCEPTION(lone.party.take(group), ProtocolError, with_code(errc::protocol_error));
  }
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-31"))
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
      {"mlkem768nistp256-sha256", string(Bytes(1184 + 65, 0xff))},
      {"mlkem1024nistp384-sha384", string(Bytes(1568 + 96, 1))},
      {"sntrup761x25519-sha512", string(Bytes(1189, 1))},
      {"sntrup761x25519-sha512", string(Bytes(1190))},  // X25519 of low order
      {"curve448-sha512", string(Bytes(55, 9))},
      {"curve448-sha512", string(Bytes(56))},
      {"ecdh-sha2-1.3.132.0.10", string(Bytes(65, 4))},
      {"diffie-hellman-group1-sha1", dh(Bytes{1})},
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
