// amiko - tests of the exchange hash, and of what the methods put into it, against another implementation's
#include "../../libs/protocol/src/exchange_hash.hpp"

#include "../../libs/protocol/src/kex_method.hpp"

#include <amiko/wire/transport_messages.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>

#include "common/fixed_random.hpp"
#include "common/test_vectors.hpp"

namespace amiko::protocol {
namespace {

using test::test_vectors;
using test::TestVector;

const crypto::KexInfo& method_of(const TestVector& vector) {
  return *crypto::find_kex(vector.text("Method"));
}

Bytes hash_of(const TestVector& vector, const KexOutcome& outcome) {
  const Bytes client_version = vector.bytes("ClientVersion"), server_version = vector.bytes("ServerVersion");
  const Bytes client_kexinit = vector.bytes("ClientKexInit"), server_kexinit = vector.bytes("ServerKexInit");
  const Bytes host_key = vector.bytes("HostKey");
  return exchange_hash(method_of(vector).hash, {.client_version = ByteView(client_version).text(),
                                                .server_version = ByteView(server_version).text(),
                                                .client_kexinit = client_kexinit,
                                                .server_kexinit = server_kexinit,
                                                .host_key = host_key,
                                                .values = outcome.values,
                                                .secret = outcome.secret.view()});
}

Bytes mpints(std::initializer_list<ByteView> magnitudes) {
  Bytes out;
  for (const ByteView magnitude : magnitudes)
    wire::Writer(out).mpint(magnitude);
  return out;
}

/// Gives out a private key; other sizes are for blinding.
class PrivateKeyRandom final : public crypto::Random {
 public:
  explicit PrivateKeyRandom(Bytes key) : key_(std::move(key)) {}
  void fill(MutableBytes out) override {
    if (out.size() == key_.size())
      std::copy(key_.begin(), key_.end(), out.begin());
    else
      others_.fill(out);
  }

 private:
  Bytes key_;
  test::FixedRandom others_;
};

/// Comes to what the record says.
class KnownAgreement final : public crypto::KeyAgreement {
 public:
  explicit KnownAgreement(const TestVector& vector) : vector_(vector) {}

  Bytes offer(crypto::Random&) override { return vector_.bytes("E"); }
  Secret finish(ByteView reply) override {
    BOOST_TEST(reply.bytes() == vector_.bytes("F"));
    return Secret(mpints({vector_.bytes("K")}));
  }
  Response respond(ByteView offer, crypto::Random&) override {
    BOOST_TEST(offer.bytes() == vector_.bytes("E"));
    return {vector_.bytes("F"), Secret(mpints({vector_.bytes("K")}))};
  }

 private:
  const TestVector& vector_;
};

/// What comes before e and f in the hash of a group exchange.
Bytes prefix_of(const TestVector& vector) {
  Bytes prefix = vector.bytes("Request");
  append(prefix, mpints({vector.bytes("P"), vector.bytes("G")}));
  return prefix;
}

Bytes with_number(std::uint8_t number, ByteView fields) {
  Bytes message{number};
  append(message, fields);
  return message;
}

/// The group of a record, for a server to choose.
GexLimits limits_of(const TestVector& vector) {
  const crypto::DhGroup group{vector.bytes("P"), vector.bytes("G")};
  return {1024, 2048, 8192, std::make_shared<const std::vector<ModuliGroup>>(1, ModuliGroup{1024, group})};
}

Bytes group_message(const TestVector& vector) {
  const Bytes p = vector.bytes("P"), g = vector.bytes("G");
  return wire::encoded(wire::KexGexGroup{{p}, {g}});
}

}  // namespace

BOOST_AUTO_TEST_SUITE(exchange_hash_test)

BOOST_AUTO_TEST_CASE(curves) {
  for (const TestVector& vector : test_vectors("exchange_hash")) {
    const Role role = vector.text("Role") == "client" ? Role::client : Role::server;
    const Bytes ours = vector.bytes("Public"), peer = vector.bytes("Peer"),
                host_key = vector.bytes("HostKey");
    PrivateKeyRandom random(vector.bytes("Private"));
    const auto method = make_kex_method(role, method_of(vector), {});
    const Bytes first = method->begin(random);
    KexStep step;
    if (role == Role::client) {
      BOOST_TEST(first == wire::encoded(wire::KexEcdhInit{ours}));
      step = method->receive(wire::encoded(wire::KexEcdhReply{host_key, peer, {}}), random);
    } else {
      step = method->receive(wire::encoded(wire::KexEcdhInit{peer}), random);
      BOOST_TEST(method->reply(host_key, {}) == wire::encoded(wire::KexEcdhReply{host_key, ours, {}}));
    }
    BOOST_REQUIRE(step.outcome);
    BOOST_TEST(step.outcome->secret.view().bytes() == mpints({vector.bytes("K")}));
    BOOST_TEST(hash_of(vector, *step.outcome) == vector.bytes("H"));
  }
}

// The exponents are longer than those that amiko draws, so e, f and K cannot be computed here.
BOOST_AUTO_TEST_CASE(group_exchange_once_there_is_a_group) {
  for (const TestVector& vector : test_vectors("group_exchange")) {
    const Bytes e = vector.bytes("E"), f = vector.bytes("F"), host_key = vector.bytes("HostKey");
    const Bytes init = wire::encoded(wire::KexGexInit{{e}});
    const Bytes reply = wire::encoded(wire::KexGexReply{host_key, {f}, {}});
    test::FixedRandom random;
    for (const Role role : {Role::client, Role::server}) {
      const auto method = make_simple_kex(role, crypto::KexShape::gex,
                                          std::make_unique<KnownAgreement>(vector), prefix_of(vector));
      const Bytes first = method->begin(random);
      if (role == Role::client) BOOST_TEST(first == init);
      const KexStep step = method->receive(role == Role::client ? reply : init, random);
      if (role == Role::server) BOOST_TEST(method->reply(host_key, {}) == reply);
      BOOST_REQUIRE(step.outcome);
      BOOST_TEST(hash_of(vector, *step.outcome) == vector.bytes("H"));
    }
  }
}

// The part of the hash that the case above was given.
BOOST_AUTO_TEST_CASE(group_exchange_until_there_is_a_group) {
  for (const TestVector& vector : test_vectors("group_exchange")) {
    const Bytes request = vector.bytes("Request"), e = vector.bytes("E"), f = vector.bytes("F");
    const bool old = request.size() == 4;
    test::FixedRandom random;
    const auto server = make_gex(Role::server, method_of(vector).name, limits_of(vector));
    BOOST_TEST(server->receive(with_number(old ? 30 : 34, request), random).send == group_message(vector));
    const KexStep served = server->receive(wire::encoded(wire::KexGexInit{{e}}), random);
    const Bytes answer = server->reply({}, {});
    Bytes expected = prefix_of(vector);
    append(expected, mpints({e, wire::decode<wire::KexGexReply>(answer).f.magnitude}));
    BOOST_REQUIRE(served.outcome);
    BOOST_TEST(served.outcome->values == expected);
    if (old) continue;  // amiko's client makes no such request

    wire::Reader sizes(request);
    const std::uint32_t min = sizes.uint32(), preferred = sizes.uint32(), max = sizes.uint32();
    const auto client = make_gex(Role::client, method_of(vector).name, {min, preferred, max});
    BOOST_TEST(client->begin(random) == with_number(34, request));
    const Bytes init = client->receive(group_message(vector), random).send;
    const KexStep step = client->receive(wire::encoded(wire::KexGexReply{{}, {f}, {}}), random);
    expected = prefix_of(vector);
    append(expected, mpints({wire::decode<wire::KexGexInit>(init).e.magnitude, f}));
    BOOST_REQUIRE(step.outcome);
    BOOST_TEST(step.outcome->values == expected);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::protocol
