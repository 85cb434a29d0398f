// amiko - tests of RSA key exchange's encrypted secret
#include <amiko/crypto/rsa_transport.hpp>

#include "support.hpp"

#include <amiko/wire/reader.hpp>

#include <botan/auto_rng.h>
#include <botan/bigint.h>
#include <botan/pubkey.h>
#include <botan/rsa.h>
#include <boost/test/unit_test.hpp>

namespace amiko::crypto::test {

namespace {

const RsaTransportKey& key_2048() {
  static const RsaTransportKey key(2048, "SHA-256", system_random());
  return key;
}

bool key_refused(ByteView blob, unsigned min_bits = 1024) {
  return throws(errc::kex_failed, [&] { rsa_transport(blob, min_bits, "SHA-256", system_random()); });
}

bool ciphertext_refused(ByteView ciphertext) {
  return throws(errc::kex_failed, [&] { key_2048().decrypt(ciphertext); });
}

Bytes blob(ByteView e, ByteView n, std::string_view type = "ssh-rsa") {
  Bytes out;
  wire::Writer writer(out);
  writer.string(type);
  writer.mpint(e);
  writer.mpint(n);
  return out;
}

/// What some client may encrypt instead of an mpint.
Bytes encrypted(ByteView plain) {
  wire::Reader reader(key_2048().public_blob());
  reader.string();
  const ByteView e = reader.mpint(), n = reader.mpint();
  const Botan::RSA_PublicKey key(Botan::BigInt(n.data(), n.size()), Botan::BigInt(e.data(), e.size()));
  Botan::AutoSeeded_RNG generator;
  return Botan::PK_Encryptor_EME(key, generator, "OAEP(SHA-256,MGF1)")
      .encrypt(plain.data(), plain.size(), generator);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(rsa_transport_test)

BOOST_AUTO_TEST_CASE(both_sides_agree) {
  struct Method {
    unsigned bits;
    const char* hash;
    std::size_t secret_bits;  // KLEN - 2*HLEN - 49
  };
  for (const Method& method : {Method{1024, "SHA-1", 655}, Method{2048, "SHA-256", 1487}}) {
    const RsaTransportKey key(method.bits, method.hash, system_random());
    for (int i = 0; i < 20; ++i) {
      const auto sent = rsa_transport(key.public_blob(), method.bits, method.hash, system_random());
      BOOST_TEST(sent.ciphertext.size() == method.bits / 8);
      BOOST_TEST((key.decrypt(sent.ciphertext) == sent.secret));
      BOOST_TEST(sent.secret.size() <= 4 + (method.secret_bits + 7) / 8);
    }
  }
}

BOOST_AUTO_TEST_CASE(fresh_keys_and_secrets) {
  const RsaTransportKey other(1024, "SHA-256", system_random());
  BOOST_TEST(hex(other.public_blob()) !=
             hex(RsaTransportKey(1024, "SHA-256", system_random()).public_blob()));
  const auto one = rsa_transport(key_2048().public_blob(), 2048, "SHA-256", system_random());
  const auto two = rsa_transport(key_2048().public_blob(), 2048, "SHA-256", system_random());
  BOOST_TEST(!(one.secret == two.secret));
  BOOST_TEST(hex(one.ciphertext) != hex(two.ciphertext));
}

BOOST_AUTO_TEST_CASE(bad_keys_are_refused) {
  const Bytes good = key_2048().public_blob();
  BOOST_TEST(!key_refused(good));
  BOOST_TEST(key_refused(good, 2049));
  BOOST_TEST(key_refused({}));
  for (std::size_t size = 1; size < good.size(); size += 7)
    BOOST_TEST(key_refused(ByteView(good).first(size)), size);
  Bytes longer = good;
  longer.push_back(0);
  BOOST_TEST(key_refused(longer));
  Bytes odd(256, 0xff), even(256, 0xfe), huge(1025, 0xff);
  BOOST_TEST(!key_refused(blob(Bytes{3}, odd)));
  BOOST_TEST(key_refused(blob(Bytes{3}, even)));
  BOOST_TEST(key_refused(blob(Bytes{3}, huge)));
  BOOST_TEST(key_refused(blob(Bytes{3}, Bytes(127, 0xff))));
  for (const Bytes& e : {Bytes{}, Bytes{1}, Bytes{2}, Bytes{4}, odd, Bytes(257, 0xff)})
    BOOST_TEST(key_refused(blob(e, odd)), hex(e));
  BOOST_TEST(key_refused(blob(Bytes{3}, odd, "ssh-dss")));
  BOOST_TEST(key_refused(blob(Bytes{3}, {})));
}

BOOST_AUTO_TEST_CASE(bad_ciphertexts_are_refused) {
  const auto sent = rsa_transport(key_2048().public_blob(), 2048, "SHA-256", system_random());
  for (const std::size_t size : {0u, 1u, 255u})
    BOOST_TEST(ciphertext_refused(ByteView(sent.ciphertext).first(size)), size);
  Bytes longer = sent.ciphertext;
  longer.push_back(0);
  BOOST_TEST(ciphertext_refused(longer));
  for (const std::size_t at : {0u, 100u, 255u}) {
    Bytes changed = sent.ciphertext;
    changed[at] = static_cast<std::uint8_t>(changed[at] ^ 1);
    BOOST_TEST(ciphertext_refused(changed), at);
  }
  BOOST_TEST(ciphertext_refused(Bytes(256, 0xff)));  // above the modulus
  BOOST_TEST(ciphertext_refused(Bytes(256)));
}

BOOST_AUTO_TEST_CASE(what_is_no_mpint_in_range_is_refused) {
  const auto value = [](Bytes magnitude) { return encrypted(mpint_of(magnitude)); };
  Bytes largest(186, 0xff);
  largest[0] = 0x7f;  // 1487 bits
  BOOST_TEST(!ciphertext_refused(value(largest)));
  BOOST_TEST(!ciphertext_refused(value({1})));
  BOOST_TEST(ciphertext_refused(encrypted(Bytes{})));
  BOOST_TEST(ciphertext_refused(encrypted(Bytes{0, 0, 0})));
  BOOST_TEST(ciphertext_refused(encrypted(Bytes{0, 0, 0, 2, 5})));     // cut short
  BOOST_TEST(ciphertext_refused(encrypted(Bytes{0, 0, 0, 1, 5, 5})));  // something behind it
  BOOST_TEST(ciphertext_refused(encrypted(Bytes{0, 0, 0, 1, 0x85})));  // negative
  BOOST_TEST(ciphertext_refused(encrypted(Bytes{0, 0, 0, 2, 0, 5})));  // a zero too many
  BOOST_TEST(ciphertext_refused(encrypted(Bytes(190, 0x11))));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::crypto::test
