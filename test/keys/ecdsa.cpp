// amiko - tests of ECDSA
#include "key_data.hpp"

#include <amiko/crypto/hash.hpp>
#include <amiko/wire/reader.hpp>

#include <botan/auto_rng.h>
#include <botan/bigint.h>
#include <botan/ec_group.h>
#include <botan/ec_scalar.h>

#include <set>
#include <string>
#include <vector>

using namespace amiko;
using namespace amiko::test;

namespace {

// RFC 6979 appendix A.2.5 and A.2.6, message "sample", with the curve's own hash
struct Vector {
  const char *type, *curve, *x, *y, *r, *s, *order;
  const char* message = "sample";
};

constexpr Vector vectors[] = {
    {"ecdsa-sha2-nistp256", "nistp256", "60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6",
     "7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299",
     "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716",
     "F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8",
     "FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551"},
    {"ecdsa-sha2-nistp384", "nistp384",
     "EC3A4E415B4E19A4568618029F427FA5DA9A8BC4AE92E02E06AAE5286B300C64DEF8F0EA9055866064A254515480BC13",
     "8015D9B72D7D57244EA8EF9AC0C621896708A59367F9DFB9F54CA84B3F1C9DB1288B231C3AE0D4FE7344FD2533264720",
     "94EDBB92A5ECB8AAD4736E56C691916B3F88140666CE9FA73D64C4EA95AD133C81A648152E44ACF96E36DD1E80FABE46",
     "99EF4AEB15F178CEA1FE40DB2603138F130E740A19624526203B6351D0A3A94FA329C145786E679E7B82C71A38628AC8",
     "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973"},
    // the widely published vector of secp256k1 with RFC 6979, private number 1
    {"ecdsa-sha2-1.3.132.0.10", "1.3.132.0.10",
     "79BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798",
     "483ADA7726A3C4655DA4FBFC0E1108A8FD17B448A68554199C47D08FFB10D4B8",
     "934B1EA10A4B3C1757E2B0C017D0B6143CE3C9A7E6A4A49860D7A6AB210EE3D8",
     "2442CE9D2B916064108014783E923EC36B49743E2FFA1C4496F01A512AAFD9E5",
     "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141", "Satoshi Nakamoto"},
};

Bytes uncompressed(const Vector& v) {
  return joined({{0x04}, hex(v.x), hex(v.y)});
}

PublicKey public_key(std::string_view type, std::string_view curve, ByteView point) {
  return PublicKey::from_blob(Fields().string(type).string(curve).string(point));
}

PublicKey public_key(const Vector& v) {
  return public_key(v.type, v.curve, uncompressed(v));
}

bool verifies(const Vector& v, const Fields& content) {
  return public_key(v).verify(v.type, v.message, signature(v.type, content));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(ecdsa)

BOOST_AUTO_TEST_CASE(rfc_6979_signatures_verify) {
  for (const Vector& v : vectors) {
    BOOST_TEST(verifies(v, Fields().mpint(hex(v.r)).mpint(hex(v.s))));
    BOOST_TEST(!verifies(v, Fields().mpint(hex(v.s)).mpint(hex(v.r))));
  }
}

// Nonces whose first bits are always 0 give the key away after some signatures (CVE-2024-31497).  With the
// key the nonce can be found: k = (h + r x) / s.
BOOST_TEST_DECORATOR(*boost::unit_test::label("V-53"))
BOOST_AUTO_TEST_CASE(nonces_fill_their_range) {
  const struct {
    const char *type, *curve, *hash, *oid;
    std::size_t size;
  } kinds[] = {{"ecdsa-sha2-nistp256", "secp256r1", "SHA-256", "06082a8648ce3d030107", 32},
               {"ecdsa-sha2-nistp384", "secp384r1", "SHA-384", "06052b81040022", 48},
               {"ecdsa-sha2-nistp521", "secp521r1", "SHA-512", "06052b81040023", 66}};
  constexpr int signatures = 200;
  Botan::AutoSeeded_RNG random;
  for (const auto& kind : kinds) {
    const auto group = Botan::EC_Group::from_name(kind.curve);
    Bytes number(kind.size, 0x35);
    number[0] = 0;
    const PrivateKey key = PrivateKey::parse(
        pem("EC PRIVATE KEY", der(0x30, joined({hex("020101"), der(4, number), der(0xa0, hex(kind.oid))}))));
    const auto x = Botan::EC_Scalar::deserialize(group, number).value();
    std::set<std::string> seen;
    int short_ones = 0;
    for (int i = 0; i < signatures; ++i) {
      const std::string data = "message " + std::to_string(i % 2);
      const Bytes blob = key.sign(kind.type, data);
      wire::Reader outer(blob);
      outer.string();
      wire::Reader inner(outer.string());
      const auto scalar = [&] {
        const Bytes magnitude = inner.mpint().bytes();
        return Botan::EC_Scalar::from_bigint(group, Botan::BigInt(magnitude.data(), magnitude.size()));
      };
      const auto r = scalar(), s = scalar();
      const auto h = Botan::EC_Scalar::from_bytes_with_trunc(group, crypto::hash(kind.hash, data));
      const auto k = (h + r * x) * s.invert();
      std::vector<Botan::BigInt> workspace;
      BOOST_TEST((Botan::EC_Scalar::gk_x_mod_order(k, random, workspace) == r));
      if (k.to_bigint().bits() + 9 <= group.get_order_bits()) ++short_ones;
      seen.insert(k.to_bigint().to_hex_string());
    }
    BOOST_TEST(short_ones < 20, kind.type);                                  // one in 512 is to be expected
    BOOST_TEST((seen.size() == signatures || seen.size() == 2), kind.type);  // by chance, or by RFC 6979
  }
}

BOOST_AUTO_TEST_CASE(numbers_out_of_range_are_false) {
  for (const Vector& v : vectors) {
    const Bytes r = hex(v.r), s = hex(v.s), order = hex(v.order), zero = {}, huge(200, 0x55);
    for (const Bytes& bad : {zero, order, huge, Bytes(r.size() + 1, 1)}) {
      BOOST_TEST(!verifies(v, Fields().mpint(bad).mpint(s)));
      BOOST_TEST(!verifies(v, Fields().mpint(r).mpint(bad)));
    }
  }
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-30"))
BOOST_AUTO_TEST_CASE(mpints_in_another_form_are_false) {
  const Vector& v = vectors[0];
  const Bytes r = hex(v.r), s = hex(v.s);
  BOOST_TEST(!verifies(v, Fields().string(r).mpint(s)));                    // negative
  BOOST_TEST(!verifies(v, Fields().string(joined({{0, 0}, r})).mpint(s)));  // needless zeros
  BOOST_TEST(!verifies(v, Fields().mpint(r).mpint(s).raw(Bytes{0})));       // bytes left over
  BOOST_TEST(!verifies(v, Fields().mpint(r)));                              // no s
  BOOST_TEST(!verifies(v, Fields().raw(joined({r, s}))));                   // not SSH's form at all
  BOOST_TEST(!verifies(v, Fields().raw(der(0x30, joined({der(2, r), der(2, s)})))));
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-30"))
BOOST_AUTO_TEST_CASE(points_that_are_none_are_refused) {
  for (const Vector& v : vectors) {
    Bytes off_curve = uncompressed(v);
    off_curve.back() ^= 1;
    check_refused(errc::malformed_key, "not on its curve", [&] { public_key(v.type, v.curve, off_curve); });

    const Bytes beyond_field = joined({{0x04}, Bytes(hex(v.x).size() * 2, 0xff)});
    check_refused(errc::malformed_key, "not on its curve",
                  [&] { public_key(v.type, v.curve, beyond_field); });

    const Bytes infinity = {0x00};
    const Bytes compressed = joined({{0x02}, hex(v.x)});
    const Bytes hybrid = joined({{0x06}, hex(v.x), hex(v.y)});
    Bytes too_long = uncompressed(v);
    too_long.push_back(0);
    for (const Bytes& bad : {Bytes(), infinity, compressed, hybrid, too_long})
      check_refused(errc::malformed_key, "uncompressed form", [&] { public_key(v.type, v.curve, bad); });
  }
}

BOOST_AUTO_TEST_CASE(the_curve_s_name_must_fit_the_type) {
  const Vector& v = vectors[0];
  for (const char* name : {"nistp384", "1.3.132.0.10", "", "NISTP256", "nistp256\n"})
    check_refused(errc::malformed_key, "the curve is named",
                  [&] { public_key(v.type, name, uncompressed(v)); });
  check_refused(errc::malformed_key, "uncompressed form",
                [&] { public_key("ecdsa-sha2-nistp384", "nistp384", uncompressed(v)); });
}

BOOST_AUTO_TEST_CASE(signatures_verify_with_their_own_key_only) {
  for (const char* name : {"ecdsa256", "ecdsa384", "ecdsa521", "secp256k1"}) {
    const PrivateKey key = PrivateKey::load(key_file(name));
    const std::string algorithm = key.algorithms().front();
    for (int i = 0; i < 50; ++i) {  // lengths of r and s vary
      const std::string data = "message " + std::to_string(i);
      const Bytes signed_data = key.sign(algorithm, data);
      BOOST_TEST(key.public_key().verify(algorithm, data, signed_data));
      BOOST_TEST(!key.public_key().verify(algorithm, data + " ", signed_data));
    }
    const PrivateKey other = PrivateKey::generate(key.public_key().type());
    BOOST_TEST(!other.public_key().verify(algorithm, "x", key.sign(algorithm, "x")));
  }
}

BOOST_AUTO_TEST_CASE(private_numbers_out_of_range_are_refused) {
  const Vector& v = vectors[0];
  const auto sec1 = [](ByteView scalar) {
    const Bytes curve = der(0xa0, hex("06082a8648ce3d030107"));
    return pem("EC PRIVATE KEY", der(0x30, joined({hex("020101"), der(4, scalar), curve})));
  };
  for (const Bytes& bad : {Bytes(), Bytes(32, 0), hex(v.order), Bytes(32, 0xff), Bytes(33, 1)})
    check_refused(errc::malformed_key, "the private number is out of range",
                  [&] { PrivateKey::parse(sec1(bad)); });
  const Bytes one = hex("01");
  BOOST_TEST(PrivateKey::parse(sec1(one)).public_key().bits() == 256U);
}

BOOST_AUTO_TEST_SUITE_END()
