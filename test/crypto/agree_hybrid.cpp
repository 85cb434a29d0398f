// amiko - tests of what all hybrids have in common
#include <amiko/crypto/kex_table.hpp>

#include "../../libs/crypto/src/curve_key.hpp"
#include "../../libs/crypto/src/kem.hpp"
#include "nist_random.hpp"
#include "support.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <initializer_list>
#include <optional>
#include <vector>

namespace amiko::crypto::test {

namespace {

/// A method and its parts, written down once more.
struct Hybrid {
  const char* name;
  const Kem& kem;
  MakeCurveKey make_curve_key;
  std::size_t public_size, ciphertext_size, curve_size;
  const char* hash;
  std::size_t hash_size;
};
const Hybrid hybrids[] = {
    {"mlkem768x25519-sha256", mlkem768, make_x25519_key, 1184, 1088, 32, "SHA-256", 32},
    {"mlkem768nistp256-sha256", mlkem768, make_nistp256_key, 1184, 1088, 65, "SHA-256", 32},
    {"mlkem1024nistp384-sha384", mlkem1024, make_nistp384_key, 1568, 1568, 97, "SHA-384", 48},
    {"sntrup761x25519-sha512", sntrup761, make_x25519_key, 1158, 1039, 32, "SHA-512", 64},
    {"sntrup761x25519-sha512@openssh.com", sntrup761, make_x25519_key, 1158, 1039, 32, "SHA-512", 64},
};

std::unique_ptr<KeyAgreement> make(const Hybrid& hybrid) {
  return find_kex(hybrid.name)->make();
}

struct Run {
  explicit Run(const Hybrid& hybrid) : client(make(hybrid)), offer(client->offer(system_random())) {}
  std::unique_ptr<KeyAgreement> client;
  Bytes offer;
};

/// The random numbers of a record: those of the key encapsulation, then the private key on the curve.
class VectorRandom final : public Random {
 public:
  explicit VectorRandom(const TestVector& vector) : vector_(vector) {
    if (vector.has("Seed"))
      nist_.emplace(vector.bytes("Seed"));
    else
      script({"D", "Z", "Client"});
  }

  void now_the_server() {
    server_ = true;
    if (!nist_) script({"M", "Server"});
  }

  // Streamlined NTRU Prime asks for no 32 bytes, X25519 for nothing else.
  void fill(MutableBytes out) override {
    if (nist_ && out.size() == 32) script({server_ ? "Server" : "Client"});
    if (nist_ && out.size() != 32)
      nist_->fill(out);
    else
      script_.fill(out);
  }

 private:
  void script(std::initializer_list<const char*> names) {
    Bytes all;
    for (const char* name : names)
      append(all, vector_.bytes(name));
    script_ = ScriptedRandom(all);
  }

  const TestVector& vector_;
  std::optional<NistRandom> nist_;
  ScriptedRandom script_;
  bool server_ = false;
};

Bytes secrets_of(const TestVector& vector) {
  Bytes both = vector.bytes("KemSecret");
  append(both, vector.bytes("CurveSecret"));
  return both;
}

bool offer_refused(const Hybrid& hybrid, ByteView offer) {
  return throws(errc::kex_failed, [&] { make(hybrid)->respond(offer, system_random()); });
}

}  // namespace

BOOST_AUTO_TEST_SUITE(agree_hybrid_test)

BOOST_AUTO_TEST_CASE(known_values) {
  for (const TestVector& vector : test_vectors("hybrids")) {
    const KexInfo& info = *find_kex(vector.text("Method"));
    VectorRandom random(vector);
    const auto client = info.make();
    const Bytes offer = client->offer(random);
    const Bytes client_public = vector.bytes("ClientPublic"), server_public = vector.bytes("ServerPublic");
    BOOST_TEST(hex(ByteView(offer).last(client_public.size())) == hex(client_public), info.name);
    random.now_the_server();
    const auto [reply, secret] = info.make()->respond(offer, random);
    BOOST_TEST(hex(ByteView(reply).last(server_public.size())) == hex(server_public), info.name);
    const Bytes k = vector.bytes("K");
    BOOST_REQUIRE(k.size() < 256U);
    BOOST_TEST(hex(secret.view()) == "000000" + hex(Bytes{static_cast<std::uint8_t>(k.size())}) + hex(k),
               info.name);
    BOOST_TEST((client->finish(reply) == secret), info.name);
    BOOST_TEST(hex(k) == hex(hash(info.hash, secrets_of(vector))), info.name);
  }
}

// A client and a server of one's own, from the drafts (draft-ietf-sshm-mlkem-hybrid-kex section 2,
// draft-ietf-sshm-ntruprime-ssh section 3): the key encapsulation's values come first, K = HASH(K_PQ || K_CL)
// is a string.
BOOST_AUTO_TEST_CASE(each_side_against_one_put_together_here) {
  for (const Hybrid& hybrid : hybrids) {
    const auto expected = [&](ByteView kem_secret, ByteView curve_secret) {
      Bytes both = kem_secret.bytes(), k;
      append(both, curve_secret);
      wire::Writer(k).string(hash(hybrid.hash, both));
      return hex(k);
    };
    const Run run(hybrid);
    BOOST_REQUIRE_EQUAL(run.offer.size(), hybrid.public_size + hybrid.curve_size);
    const auto encapsulation =
        hybrid.kem.encapsulate(ByteView(run.offer).first(hybrid.public_size), system_random());
    const auto server_key = hybrid.make_curve_key(system_random());
    Bytes reply = encapsulation.ciphertext;
    append(reply, server_key->public_value());
    const Secret secret = run.client->finish(reply);
    BOOST_TEST(
        hex(secret.view()) ==
            expected(encapsulation.secret, server_key->agree(ByteView(run.offer).from(hybrid.public_size))),
        hybrid.name);
    BOOST_TEST(secret.size() == 4 + hybrid.hash_size);

    const auto kem_key = hybrid.kem.generate(system_random());
    const auto client_key = hybrid.make_curve_key(system_random());
    Bytes offer = kem_key->public_value();
    append(offer, client_key->public_value());
    const auto response = make(hybrid)->respond(offer, system_random());
    BOOST_REQUIRE_EQUAL(response.reply.size(), hybrid.ciphertext_size + hybrid.curve_size);
    const ByteView answer = response.reply;
    BOOST_TEST(
        hex(response.secret.view()) == expected(kem_key->decapsulate(answer.first(hybrid.ciphertext_size)),
                                                client_key->agree(answer.from(hybrid.ciphertext_size))),
        hybrid.name);
  }
}

BOOST_AUTO_TEST_CASE(other_lengths_are_refused) {
  for (const Hybrid& hybrid : hybrids) {
    const Run run(hybrid);
    const std::size_t offer_size = hybrid.public_size + hybrid.curve_size;
    const std::size_t reply_size = hybrid.ciphertext_size + hybrid.curve_size;
    for (const std::size_t size :
         {std::size_t{0}, hybrid.curve_size, hybrid.public_size, offer_size - 1, offer_size + 1})
      BOOST_TEST(offer_refused(hybrid, counting(size, 1)), hybrid.name << " " << size);
    for (const std::size_t size :
         {std::size_t{0}, hybrid.curve_size, hybrid.ciphertext_size, reply_size - 1, reply_size + 1})
      BOOST_TEST(throws(errc::kex_failed, [&] { run.client->finish(counting(size, 1)); }),
                 hybrid.name << " " << size);
  }
}

BOOST_AUTO_TEST_CASE(a_bad_curve_half_is_refused) {
  for (const Hybrid& hybrid : hybrids) {
    const Run run(hybrid);
    const auto curve_size = static_cast<std::ptrdiff_t>(hybrid.curve_size);
    for (const std::uint8_t byte : {std::uint8_t{0}, std::uint8_t{4}}) {
      if (byte != 0 && hybrid.curve_size == 32) continue;  // X25519 takes all points but a few
      Bytes reply = make(hybrid)->respond(run.offer, system_random()).reply;
      std::fill(reply.end() - curve_size, reply.end(), byte);
      BOOST_TEST(throws(errc::kex_failed, [&] { run.client->finish(reply); }), hybrid.name);
      Bytes offer = run.offer;
      std::fill(offer.end() - curve_size, offer.end(), byte);
      BOOST_TEST(offer_refused(hybrid, offer), hybrid.name);
    }
  }
}

// Both mechanisms reject implicitly: a damaged ciphertext gives another secret, and the exchange hash will
// differ.
BOOST_AUTO_TEST_CASE(a_damaged_ciphertext_gives_another_secret) {
  for (const Hybrid& hybrid : hybrids) {
    const Run run(hybrid);
    const auto [reply, secret] = make(hybrid)->respond(run.offer, system_random());
    for (const std::size_t at : {std::size_t{0}, std::size_t{500}, hybrid.ciphertext_size - 1}) {
      Bytes damaged = reply;
      damaged[at] = static_cast<std::uint8_t>(damaged[at] ^ 1);
      BOOST_TEST(!(run.client->finish(damaged) == secret), hybrid.name << " " << at);
    }
    BOOST_TEST((run.client->finish(reply) == secret));
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::crypto::test
