// amiko - tests of Ed25519 and Ed448
#include "key_data.hpp"

using namespace amiko;
using namespace amiko::test;

namespace {

struct Vector {
  const char *seed, *point, *message, *signature;
};

// RFC 8032 section 7.1, tests 1 to 3
constexpr Vector vectors[] = {
    {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
     "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f"
     "0595bbe246"
     "55141438e7a100b"},
    {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
     "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2ea"
     "eb4302aeeb"
     "00d291612bb0c00"},
    {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
     "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e"
     "9716ed28dc"
     "027beceea1ec40a"},
};

PublicKey public_key(ByteView point) {
  return PublicKey::from_blob(Fields().string("ssh-ed25519").string(point));
}

// RFC 8032 section 7.4, "Blank" and "1 octet"
constexpr Vector vectors448[] = {
    {"6c82a562cb808d10d632be89c8513ebf6c929f34ddfa8c9f63c9960ef6e348a3528c8a3fcc2f044e39a3fc5b94492f8f032e754"
     "9a20098"
     "f95b",
     "5fd7449b59b461fd2ce787ec616ad46a1da1342485a70e1f8a0ea75d80e96778edf124769b46c7061bd6783df1e50f6cd1fa1ab"
     "eafe825"
     "6180",
     "",
     "533a37f6bbe457251f023c0d88f976ae2dfb504a843e34d2074fd823d41a591f2b233f034f628281f2fd7a22ddd47d7828c59bd"
     "0a21bfd"
     "3980ff0d2028d4b18a9df63e006c5d1c2d345b925d8dc00b4104852db99ac5c7cdda8530a113a0f4dbb61149f05a7363268c71d"
     "95808ff"
     "2e652600"},
    {"c4eab05d357007c632f3dbb48489924d552b08fe0c353a0d4a1f00acda2c463afbea67c5e8d2877c5e3bc397a659949ef8021e9"
     "54e0a12"
     "274e",
     "43ba28f430cdff456ae531545f7ecd0ac834a55d9358c0372bfa0c6c6798c0866aea01eb00742802b8438ea4cb82169c2351606"
     "27b4c3a"
     "9480",
     "03",
     "26b8f91727bd62897af15e41eb43c377efb9c610d48f2335cb0bd0087810f4352541b143c4b981b7e18f62de8ccdf633fc1bf03"
     "7ab7cd7"
     "79805e0dbcc0aae1cbcee1afb2e027df36bc04dcecbf154336c19f0af7e0a6472905e799f1953d2a0ff3348ab21aa4adafd1d23"
     "4441cf8"
     "07c03a00"},
};

PublicKey public_key448(ByteView point) {
  return PublicKey::from_blob(Fields().string("ssh-ed448").string(point));
}

PrivateKey ed448_from_seed(ByteView seed) {
  return PrivateKey::parse(
      pem("PRIVATE KEY", joined({hex("3047020100300506032b6571043b0439"), seed.bytes()})));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(eddsa)

BOOST_AUTO_TEST_CASE(rfc_8032_vectors) {
  for (const Vector& v : vectors) {
    const PrivateKey key = ed25519_from_seed(hex(v.seed));
    BOOST_TEST((key.public_key() == public_key(hex(v.point))));
    const Bytes wire_form = key.sign("ssh-ed25519", hex(v.message));
    BOOST_TEST((wire_form == signature("ssh-ed25519", hex(v.signature))));
    BOOST_TEST(key.public_key().verify("ssh-ed25519", hex(v.message), wire_form));
  }
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-30"))
BOOST_AUTO_TEST_CASE(keys_of_other_sizes_are_refused) {
  for (const std::size_t size : Sizes{0, 31, 33, 57})
    check_refused(errc::malformed_key, "an Ed25519 public key of", [&] { public_key(Bytes(size, 1)); });
}

BOOST_AUTO_TEST_CASE(signatures_of_other_sizes_are_false) {
  const PublicKey key = public_key(hex(vectors[1].point));
  const Bytes good = hex(vectors[1].signature);
  for (std::size_t size = 0; size < good.size(); ++size)
    BOOST_TEST(!key.verify("ssh-ed25519", hex("72"), signature("ssh-ed25519", ByteView(good).first(size))));
  Bytes longer = good;
  longer.push_back(0);
  BOOST_TEST(!key.verify("ssh-ed25519", hex("72"), signature("ssh-ed25519", longer)));
}

BOOST_AUTO_TEST_CASE(s_above_the_group_order_is_false) {
  const Bytes order = hex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
  Bytes forged = hex(vectors[1].signature);
  unsigned carry = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    carry += forged[32 + i] + 0U + order[i];
    forged[32 + i] = static_cast<std::uint8_t>(carry);
    carry >>= 8;
  }
  BOOST_REQUIRE(carry == 0);
  BOOST_TEST(
      !public_key(hex(vectors[1].point)).verify("ssh-ed25519", hex("72"), signature("ssh-ed25519", forged)));
}

BOOST_AUTO_TEST_CASE(the_two_copies_of_the_public_half_must_agree) {
  const OpensshBody good = OpensshBody::of(key_text("ed25519"));
  wire::Reader in(good.section);
  in.raw(8);
  in.string();
  const std::size_t point = in.position() + 4;
  const std::size_t copy = point + 32 + 4 + 32;
  for (const std::size_t at : Sizes{point, copy}) {
    OpensshBody bad = good;
    bad.section[at] ^= 1;
    check_refused(errc::malformed_key, "the public half does not belong to the private half",
                  [&] { PrivateKey::parse(bad.text()); });
  }
}

BOOST_AUTO_TEST_CASE(rfc_8032_vectors_of_ed448) {
  for (const Vector& v : vectors448) {
    const PrivateKey key = ed448_from_seed(hex(v.seed));
    BOOST_TEST((key.public_key() == public_key448(hex(v.point))));
    const Bytes wire_form = key.sign("ssh-ed448", hex(v.message));
    BOOST_TEST((wire_form == signature("ssh-ed448", hex(v.signature))));
    BOOST_TEST(key.public_key().verify("ssh-ed448", hex(v.message), wire_form));
    BOOST_TEST(!key.public_key().verify("ssh-ed448", "other", wire_form));
  }
}

BOOST_AUTO_TEST_CASE(ed448_of_other_sizes_is_refused) {
  for (const std::size_t size : Sizes{0, 32, 56, 58})
    check_refused(errc::malformed_key, "an Ed448 public key of", [&] { public_key448(Bytes(size, 1)); });
  const PublicKey key = public_key448(hex(vectors448[1].point));
  const Bytes good = hex(vectors448[1].signature);
  for (const std::size_t size : Sizes{0, 57, 64, 113})
    BOOST_TEST(!key.verify("ssh-ed448", hex("03"), signature("ssh-ed448", ByteView(good).first(size))));
  BOOST_TEST(!key.verify("ssh-ed448", hex("03"), signature("ssh-ed448", joined({good, {0}}))));
}

BOOST_AUTO_TEST_CASE(points_off_the_curve_are_refused) {
  Bytes ed25519(32, 0), ed448(57, 0);
  ed25519[0] = 2;  // no x fits
  BOOST_CHECK_THROW(public_key(ed25519), KeyError);
  ed448[0] = 2;
  BOOST_CHECK_THROW(public_key448(ed448), KeyError);
  ed448.back() = 0x7f;  // bits that must be zero (RFC 8032 section 5.2.2)
  BOOST_CHECK_THROW(public_key448(ed448), KeyError);
}

BOOST_AUTO_TEST_CASE(points_of_small_order_are_refused) {
  Bytes identity25519(32, 0), identity448(57, 0);
  identity25519[0] = identity448[0] = 1;
  BOOST_CHECK_THROW(public_key(identity25519), KeyError);
  BOOST_CHECK_THROW(public_key(Bytes(32, 0)), KeyError);
  BOOST_CHECK_THROW(public_key448(identity448), KeyError);
}

BOOST_AUTO_TEST_SUITE_END()
