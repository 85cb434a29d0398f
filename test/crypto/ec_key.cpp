// amiko - tests of ECDH on the curves of NIST and SEC 2
#include <amiko/crypto/kex_table.hpp>

#include "../../libs/crypto/src/curve_key.hpp"
#include "support.hpp"

#include <boost/test/unit_test.hpp>

#include <iterator>
#include <vector>

namespace amiko::crypto::test {

namespace {

/// RFC 5903 section 8: private keys i and r, x and y of their points, x of the shared point.
struct Vector {
  std::string_view method, i, r, gi, gr, shared;
};
constexpr Vector vectors[] = {
    {"ecdh-sha2-nistp256", "c88f01f510d9ac3f70a292daa2316de544e9aab8afe84049c62a9c57862d1433",
     "c6ef9c5d78ae012a011164acb397ce2088685d8f06bf9be0b283ab46476bee53",
     "dad0b65394221cf9b051e1feca5787d098dfe637fc90b9ef945d0c37725811805271a0461cdb8252d61f1c456fa3e59a"
     "b1f45b33accf5f58389e0577b8990bb3",
     "d12dfb5289c8d4f81208b70270398c342296970a0bccb74c736fc7554494bf6356fbf3ca366cc23e8157854c13c58d6a"
     "ac23f046ada30f8353e74f33039872ab",
     "d6840f6b42f6edafd13116e0e12565202fef8e9ece7dce03812464d04b9442de"},
    {"ecdh-sha2-nistp384",
     "099f3c7034d4a2c699884d73a375a67f7624ef7c6b3c0f160647b67414dce655e35b538041e649ee3faef896783ab194",
     "41cb0779b4bdb85d47846725fbec3c9430fab46cc8dc5060855cc9bda0aa2942e0308312916b8ed2960e4bd55a7448fc",
     "667842d7d180ac2cde6f74f37551f55755c7645c20ef73e31634fe72b4c55ee6de3ac808acb4bdb4c88732aee95f41aa"
     "9482ed1fc0eeb9cafc4984625ccfc23f65032149e0e144ada024181535a0f38eeb9fcff3c2c947dae69b4c634573a81c",
     "e558dbef53eecde3d3fccfc1aea08a89a987475d12fd950d83cfa41732bc509d0d1ac43a0336def96fda41d0774a3571"
     "dcfbec7aacf3196472169e838430367f66eebe3c6e70c416dd5f0c68759dd1fff83fa40142209dff5eaad96db9e6386c",
     "11187331c279962d93d604243fd592cb9d0a926f422e47187521287e7156c5c4d603135569b9e9d09cf5d4a270f59746"},
    {"ecdh-sha2-nistp521",
     "0037ade9319a89f4dabdb3ef411aaccca5123c61acab57b5393dce47608172a095aa85a30fe1c2952c6771d937ba9777"
     "f5957b2639bab072462f68c27a57382d4a52",
     "0145ba99a847af43793fdd0e872e7cdfa16be30fdc780f97bccc3f078380201e9c677d600b343757a3bdbf2a3163e4c2"
     "f869cca7458aa4a4effc311f5cb151685eb9",
     "0015417e84dbf28c0ad3c278713349dc7df153c897a1891bd98bab4357c9ecbee1e3bf42e00b8e380aeae57c2d107564"
     "941885942af5a7f4601723c4195d176ced3e017cae20b6641d2eeb695786d8c946146239d099e18e1d5a514c739d7cb4"
     "a10ad8a788015ac405d7799dc75e7b7d5b6cf2261a6a7f1507438bf01beb6ca3926f9582",
     "00d0b3975ac4b799f5bea16d5e13e9af971d5e9b984c9f39728b5e5739735a219b97c356436adc6e95bb0352f6be64a6"
     "c2912d4ef2d0433ced2b6171640012d9460f015c68226383956e3bd066e797b623c27ce0eac2f551a10c2c724d985207"
     "7b87220b6536c5c408a1d2aebb8e86d678ae49cb57091f4732296579ab44fcd17f0fc56a",
     "01144c7d79ae6956bc8edb8e7c787c4521cb086fa64407f97894e5e6b2d79b04d1427e73ca4baa240a34786859810c06"
     "b3c715a3a8cc3151f2bee417996d19f3ddea"},
};

/// For what can be refused without a known answer, on secp256k1 too: its generator and twice that (SEC 2
/// section 2.4.1).
constexpr Vector koblitz = {
    "ecdh-sha2-1.3.132.0.10",
    "",
    "",
    "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798483ada7726a3c4655da4fbfc0e1108a8"
    "fd17b448a68554199c47d08ffb10d4b8",
    "c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee51ae168fea63dc339a3c58419466ceaee"
    "f7f632653266d0e1236431a950cfe52a",
    ""};

std::vector<Vector> all_curves() {
  std::vector<Vector> all(std::begin(vectors), std::end(vectors));
  all.push_back(koblitz);
  return all;
}

bool refused(const Vector& vector, ByteView value) {
  const auto client = find_kex(vector.method)->make();
  client->offer(system_random());
  return throws(errc::kex_failed, [&] { client->finish(value); }) &&
         throws(errc::kex_failed, [&] { find_kex(vector.method)->make()->respond(value, system_random()); });
}

}  // namespace

BOOST_AUTO_TEST_SUITE(ec_key_test)

BOOST_AUTO_TEST_CASE(rfc5903_examples) {
  for (const Vector& vector : vectors) {
    ScriptedRandom initiator(unhex(vector.i)), responder(unhex(vector.r));
    const auto client = find_kex(vector.method)->make();
    const Bytes offer = client->offer(initiator);
    BOOST_TEST(hex(offer) == "04" + std::string(vector.gi));
    const auto [reply, secret] = find_kex(vector.method)->make()->respond(offer, responder);
    BOOST_TEST(hex(reply) == "04" + std::string(vector.gr));
    BOOST_TEST(hex(secret.view()) == hex(mpint_of(unhex(vector.shared))));
    BOOST_TEST((client->finish(reply) == secret));
  }
}

// A private key of 1 gives the generator, and the peer's own point as the result; 2 gives twice both.
BOOST_AUTO_TEST_CASE(secp256k1) {
  Bytes one(32), two(32);
  one.back() = 1;
  two.back() = 2;
  ScriptedRandom initiator(one), responder(two);
  const auto client = find_kex(koblitz.method)->make();
  const Bytes offer = client->offer(initiator);
  BOOST_TEST(hex(offer) == "04" + std::string(koblitz.gi));
  const auto [reply, secret] = find_kex(koblitz.method)->make()->respond(offer, responder);
  BOOST_TEST(hex(reply) == "04" + std::string(koblitz.gr));
  BOOST_TEST(hex(secret.view()) == hex(mpint_of(unhex(koblitz.gr.substr(0, 64)))));
  BOOST_TEST((client->finish(reply) == secret));
}

// In a hybrid the size of this half must not tell anything, nor change what is hashed.
BOOST_TEST_DECORATOR(*boost::unit_test::label("V-65"))
BOOST_AUTO_TEST_CASE(leading_zeros_stay) {
  bool zero = false;
  for (int i = 0; i < 3000 && !zero; ++i) {
    const auto one = make_nistp256_key(system_random()), two = make_nistp256_key(system_random());
    const auto secret = one->agree(two->public_value());
    BOOST_REQUIRE_EQUAL(secret.size(), 32U);
    zero = secret[0] == 0;
  }
  BOOST_TEST(zero);
}

BOOST_AUTO_TEST_CASE(points_off_the_curve_are_refused) {
  for (const Vector& vector : all_curves()) {
    Bytes point = unhex("04" + std::string(vector.gr));
    point.back() = static_cast<std::uint8_t>(point.back() ^ 1);
    BOOST_TEST(refused(vector, point), vector.method);
    // Coordinates of zero, and above the field's prime.
    BOOST_TEST(refused(vector, unhex("04" + std::string(vector.gr.size(), '0'))), vector.method);
    BOOST_TEST(refused(vector, unhex("04" + std::string(vector.gr.size(), 'f'))), vector.method);
  }
}

BOOST_AUTO_TEST_CASE(other_encodings_are_refused) {
  for (const Vector& vector : all_curves()) {
    const std::string x(vector.gr.substr(0, vector.gr.size() / 2));
    const std::string last(vector.gr.substr(vector.gr.size() - 1));
    const bool odd = unhex("0" + last)[0] % 2 == 1;
    BOOST_TEST(refused(vector, unhex((odd ? "03" : "02") + x)), vector.method);  // compressed
    BOOST_TEST(refused(vector, unhex((odd ? "07" : "06") + std::string(vector.gr))),
               vector.method);                                // hybrid
    BOOST_TEST(refused(vector, unhex("00")), vector.method);  // infinity
    BOOST_TEST(refused(vector, unhex("00" + std::string(vector.gr))), vector.method);
  }
}

BOOST_AUTO_TEST_CASE(other_lengths_are_refused) {
  for (const Vector& vector : all_curves()) {
    const Bytes point = unhex("04" + std::string(vector.gr));
    Bytes longer = point;
    longer.push_back(0);
    BOOST_TEST(refused(vector, longer), vector.method);
    BOOST_TEST(refused(vector, ByteView(point).first(point.size() - 1)), vector.method);
    BOOST_TEST(refused(vector, ByteView(point).first(1)), vector.method);
    for (const Vector& other : vectors) {
      // Points of secp256k1 have the size of those of P-256, but are not on it.
      if (other.method != vector.method)
        BOOST_TEST(refused(vector, unhex("04" + std::string(other.gr))), vector.method);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::crypto::test
