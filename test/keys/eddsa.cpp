// amiko - tests of Ed25519
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

BOOST_AUTO_TEST_SUITE_END()
