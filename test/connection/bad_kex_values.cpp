// amiko - servers whose part of a key exchange is wrong: what a client tells them
#include <amiko/connection/transport.hpp>
#include <amiko/crypto/kex_table.hpp>
#include <amiko/protocol/kex_machine.hpp>
#include <amiko/wire/transport_messages.hpp>

#include <boost/test/unit_test.hpp>

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/scripted_server.hpp"

namespace amiko::test {
namespace {

using Change = std::function<void(Bytes&)>;

struct Ending {
  error_code code{};                       ///< what the client came to
  std::optional<DisconnectDetail> told{};  ///< what it said
};

/// A first key exchange in which the server's messages of its method go through `change`.
Ending ending_with(const std::string& kex, const Change& change) {
  ScriptedOptions options;
  options.kex = kex;
  options.script = [&change](ScriptedPeer& peer) {
    peer.tamper_kex = [&change](Bytes& payload) {
      if (wire::is_kex_method(payload[0])) change(payload);
    };
    try {
      peer.connect();
    } catch (const Error&) {  // the two sides do not agree on the keys
    } catch (const PeerGone&) {
    }
    if (!peer.disconnect()) peer.read_to_end();
  };
  ScriptedServer server(std::move(options));
  TransportOptions client_options;
  client_options.algorithms.kex = kex;
  Transport client(server.take_client(), client_options);
  Ending ending;
  try {
    client.start_client(scaled(milliseconds(20'000)));
  } catch (const Error& error) {
    ending.code = error.code();
  }
  client.close();
  server.finish();
  ending.told = server.disconnect();
  return ending;
}

/// Puts this in place of the server's value, a string or an mpint as it stands; the rest is right.
Change value(Bytes bytes) {
  return [bytes = std::move(bytes)](Bytes& payload) {
    const auto reply = wire::decode<wire::KexEcdhReply>(payload);
    payload = wire::encoded(
        wire::KexEcdhReply{.host_key = reply.host_key, .server_public = bytes, .signature = reply.signature});
  };
}

/// Changes the value that the server has really sent.
Change changed(std::function<void(Bytes&)> change) {
  return [change = std::move(change)](Bytes& payload) {
    Bytes bytes = wire::decode<wire::KexEcdhReply>(payload).server_public.bytes();
    change(bytes);
    value(bytes)(payload);
  };
}

/// The same for the group of a group exchange.
Change group(Bytes p, Bytes g) {
  return [p = std::move(p), g = std::move(g)](Bytes& payload) {
    if (payload[0] == 31) payload = wire::encoded(wire::KexGexGroup{{p}, {g}});
  };
}

void cut(Bytes& bytes) {
  bytes.pop_back();
}
void lengthen(Bytes& bytes) {
  bytes.push_back(0);
}
/// The part of a hybrid that is X25519's: a value of low order.
void zero_end(Bytes& bytes) {
  std::fill(bytes.end() - 32, bytes.end(), std::uint8_t{0});
}
/// Another point's second half: off the curve.
void other_end(Bytes& bytes) {
  bytes.back() ^= 1;
}

Bytes mpint(Bytes magnitude) {
  magnitude.insert(magnitude.begin(), 0);
  return magnitude;
}

Bytes group_14_and(int change) {
  Bytes p = crypto::dh_group(14).p;
  p.back() = static_cast<std::uint8_t>(p.back() + change);
  return p;
}

struct Case {
  const char* kex;
  const char* what;
  Change change;
  errc code = errc::kex_failed;
};

std::vector<Case> cases() {
  const char* const dh = "diffie-hellman-group14-sha256";
  const char* const gex = "diffie-hellman-group-exchange-sha256";
  std::vector<Case> all{
      {dh, "0", value({})},
      {dh, "0 as a byte", value({0}), errc::malformed_packet},
      {dh, "1", value({1})},
      {dh, "p - 1", value(mpint(group_14_and(-1)))},
      {dh, "p", value(mpint(group_14_and(0)))},
      {dh, "above p", value(Bytes(258, 0x7f))},
      {dh, "a leading zero too many", value({0, 0x7f}), errc::malformed_packet},
      {dh, "a leading zero too few", value({0x80}), errc::malformed_packet},
      {dh, "cut short", [](Bytes& payload) { payload.resize(100); }, errc::malformed_packet},
      {dh, "something behind it", lengthen, errc::malformed_packet},
      {gex, "a group below the minimum", group(crypto::dh_group(1).p, {2})},
      {gex, "a modulus of 1", group({1}, {2})},
      {gex, "an even modulus", group(group_14_and(-1), {2})},
      {gex, "a generator of 0", group(group_14_and(0), {})},
      {gex, "a generator of 1", group(group_14_and(0), {1})},
      {gex, "a generator of p - 1", group(group_14_and(0), group_14_and(-1))},
      {gex, "a generator of p", group(group_14_and(0), group_14_and(0))},
      {"curve25519-sha256", "all zero", value(Bytes(32))},
      {"curve448-sha512", "all zero", value(Bytes(56))},
      {"ecdh-sha2-nistp256", "the point at infinity", value({0})},
      {"mlkem768x25519-sha256", "a curve's half of low order", changed(zero_end)},
      {"sntrup761x25519-sha512", "a curve's half of low order", changed(zero_end)},
  };
  for (const char* kex : {"curve25519-sha256", "curve448-sha512", "ecdh-sha2-nistp256", "ecdh-sha2-nistp384",
                          "ecdh-sha2-nistp521", "ecdh-sha2-1.3.132.0.10", "mlkem768x25519-sha256",
                          "mlkem768nistp256-sha256", "mlkem1024nistp384-sha384", "sntrup761x25519-sha512"}) {
    all.push_back({kex, "a byte less", changed(cut)});
    all.push_back({kex, "a byte more", changed(lengthen)});
    all.push_back({kex, "nothing", value({})});
  }
  for (const char* kex : {"ecdh-sha2-nistp256", "ecdh-sha2-nistp384", "ecdh-sha2-nistp521",
                          "ecdh-sha2-1.3.132.0.10", "mlkem768nistp256-sha256", "mlkem1024nistp384-sha384"})
    all.push_back({kex, "off the curve", changed(other_end)});
  return all;
}

/// Signs what was not agreed on, under its own name.
void sign_otherwise(Bytes& payload) {
  const auto reply = wire::decode<wire::KexEcdhReply>(payload);
  const Bytes signature =
      PrivateKey::generate("ecdsa-sha2-nistp256").sign("ecdsa-sha2-nistp256", reply.host_key);
  payload = wire::encoded(wire::KexEcdhReply{
      .host_key = reply.host_key, .server_public = reply.server_public, .signature = signature});
}

}  // namespace

BOOST_AUTO_TEST_SUITE(bad_kex_values)

BOOST_AUTO_TEST_CASE(each_ends_in_disconnect_3) {
  for (const Case& each : cases()) {
    BOOST_TEST_CONTEXT(each.kex << ": " << each.what) {
      const Ending ending = ending_with(each.kex, each.change);
      BOOST_TEST((ending.code == each.code), ending.code.message());
      BOOST_REQUIRE(ending.told.has_value());
      BOOST_TEST((ending.told->reason == DisconnectReason::key_exchange_failed),
                 static_cast<unsigned>(ending.told->reason));
    }
  }
}

// A KEM's ciphertext is right whatever it says; the secrets differ then, and so do the hashes.
BOOST_AUTO_TEST_CASE(a_damaged_ciphertext_is_no_proof) {
  for (const char* kex : {"mlkem768x25519-sha256", "sntrup761x25519-sha512"}) {
    const Ending ending = ending_with(kex, changed([](Bytes& bytes) { bytes[100] ^= 1; }));
    BOOST_TEST((ending.code == errc::bad_host_signature), kex << ": " << ending.code.message());
    BOOST_TEST(ending.told.has_value(), kex);
  }
}

BOOST_AUTO_TEST_CASE(a_signature_with_another_name_is_no_proof) {
  const Ending ending = ending_with("curve25519-sha256", sign_otherwise);
  BOOST_TEST((ending.code == errc::bad_host_signature), ending.code.message());
  BOOST_REQUIRE(ending.told.has_value());
  BOOST_TEST((ending.told->reason == reason_for(errc::bad_host_signature)));
}

// The same exchanges, left alone.
BOOST_AUTO_TEST_CASE(what_is_right_is_taken) {
  for (const char* kex : {"diffie-hellman-group14-sha256", "diffie-hellman-group-exchange-sha256",
                          "curve25519-sha256", "mlkem768nistp256-sha256"})
    BOOST_TEST((ending_with(kex, [](Bytes&) {}).code == error_code()), kex);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::test
