// amiko - tests of Diffie-Hellman in finite fields
#include <amiko/crypto/key_agreement.hpp>

#include "support.hpp"

#include <boost/test/unit_test.hpp>

namespace amiko::crypto::test {

namespace {

/// SHA-256 of e, f and K (an mpint), computed with Python's pow(), the primes of groups 1, 15 and 17 by the
/// formulas of RFC 2409 and RFC 3526.
struct Vector {
  int group;
  std::string_view e, f, k;
};
// The exponents are the 64 bytes 00 01 02 ... and 64 65 66 ..., both with their highest bit set.
constexpr Vector vectors[] = {
    {1, "c96c17cd8f82c4b96a2a8f96391e55e5bbecc40a524645aeec5d19a607bae4d6",
     "df826f0565d446f2d137f055a1d0d179ea79aae71154385713964cb6e70dfa5b",
     "8ddb2312dc50c082bd41a8f47b6084b266f379c45bfe2afa118722085526b2dc"},
    {14, "636b65b7e4bd649fd13b165a319e3d73db494e069e938013eb0a9660b1469777",
     "e6020d9d0c756b9926377a590a14d6ee45f3e0d9abeee9b9a6ee80bfe5a59231",
     "e8d247c0dfcee9176c60f527cfb0e113e180ab25077e8a1e68b935d84519a2fa"},
    {15, "5714998004bef8ed9527466c77db22ee36926da204c78fb6cdc70e9fdb2c4c96",
     "adde09c5b37b1958f91a4d83dbea1981d32bf9d6ea94cfb208c9f428c01daeeb",
     "4690e4c9b5d974751ae5fdc177489f4c2affaec8f65a171f9f789d36936c818e"},
    {16, "439bff7362f1ef2e71bfc55897ec255323ea785aec8105fb48ef308bee719d13",
     "b3f4825086d95e7aced2f1e681c2d6792c0af00533556e028fd8e03e60ca0126",
     "bb5fdcf9da5bc3c58d888e3fa405cf2721da8cec1f4607c8e7c3d83935b9cbd1"},
    {17, "3f6516ec7fd829638c55af557c4da994ee689b623c2beceddb0f849e51550b6f",
     "1cb0084df148304a1ad5132c7c6d984fe79434abc34bc02e2b70db21d3fe5b65",
     "7a484d543d4805b27106103f1e34e01d5efdcbc8d3b358b1a4afc258b4fc8505"},
    {18, "84cb7385b54f841d26125eebeeb61aa7828f8a011cd504c61aba558d9d41a86a",
     "817503e1347bf76b1730470f3ee16ee1daf2651474b23009c9a44a4dd142e141",
     "8c37ca0e24dae03a82ff0ae789f126f8b3f634dd0442b861675beb411f63e4ca"},
};

/// p - `less`, for a prime whose last byte allows it.
Bytes below(const DhGroup& group, unsigned less) {
  Bytes value = group.p;
  value.back() = static_cast<std::uint8_t>(value.back() - less);
  return value;
}

bool group_refused(Bytes p, Bytes g) {
  return throws(errc::kex_failed, [&] { make_dh({std::move(p), std::move(g)}); });
}

}  // namespace

BOOST_AUTO_TEST_SUITE(agree_dh_test)

BOOST_AUTO_TEST_CASE(known_values) {
  for (const Vector& vector : vectors) {
    ScriptedRandom one(counting(64)), two(counting(64, 100));
    const DhGroup& group = dh_group(vector.group);
    const auto client = make_dh(group);
    const Bytes e = client->offer(one);
    BOOST_TEST(sha256_hex(e) == vector.e);
    const auto [f, k] = make_dh(group)->respond(e, two);
    BOOST_TEST(sha256_hex(f) == vector.f);
    BOOST_TEST(sha256_hex(k.view()) == vector.k);
    BOOST_TEST((client->finish(f) == k));
  }
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-31"))
BOOST_AUTO_TEST_CASE(values_out_of_range_are_refused) {
  const DhGroup& group = dh_group(14);
  const auto client = make_dh(group);
  client->offer(system_random());
  Bytes longer = group.p;
  longer.push_back(0);
  Bytes above = group.p;
  above[0] = 0xff;
  above[20] = 0xff;
  for (const Bytes& value : {Bytes{}, Bytes{0}, Bytes{1}, Bytes(256), below(group, 1), group.p, above, longer,
                             Bytes(200000, 0x55)}) {
    BOOST_TEST(throws(errc::kex_failed, [&] { client->finish(value); }), hex(value));
    BOOST_TEST(throws(errc::kex_failed, [&] { make_dh(group)->respond(value, system_random()); }),
               hex(value));
  }
}

BOOST_AUTO_TEST_CASE(the_range_s_ends_are_accepted) {
  const DhGroup& group = dh_group(14);
  const auto client = make_dh(group);
  client->offer(system_random());
  BOOST_TEST(!client->finish(Bytes{2}).empty());
  BOOST_TEST(!client->finish(below(group, 2)).empty());
}

// p = q * r with small order elements: 2^1024 - 1 has 2^512 - 1 as a value of order 2, whose result is 1 or
// itself.
BOOST_AUTO_TEST_CASE(a_result_of_one_is_refused) {
  const DhGroup group{Bytes(128, 0xff), Bytes{2}};
  // 2 has the order 1024 here: an exponent that is a multiple of 1024 gives 1.
  Bytes exponent(64);
  exponent[0] = 0x80;
  ScriptedRandom random(exponent);
  const auto client = make_dh(group);
  client->offer(random);
  BOOST_TEST(throws(errc::kex_failed, [&] { client->finish(Bytes{4}); }));
}

BOOST_AUTO_TEST_CASE(groups_that_make_no_sense_are_refused) {
  const DhGroup& good = dh_group(14);
  BOOST_TEST(group_refused({}, {2}));
  BOOST_TEST(group_refused(below(good, 1), {2}));  // even
  BOOST_TEST(group_refused(good.p, {}));
  BOOST_TEST(group_refused(good.p, {0}));
  BOOST_TEST(group_refused(good.p, {1}));
  BOOST_TEST(group_refused(good.p, below(good, 1)));
  BOOST_TEST(group_refused(good.p, good.p));
  Bytes longer = good.p;
  longer.push_back(2);
  BOOST_TEST(group_refused(good.p, longer));
}

BOOST_AUTO_TEST_CASE(groups_outside_1024_to_8192_bits_are_refused) {
  BOOST_TEST(group_refused(Bytes(127, 0xff), {2}));
  Bytes p(128, 0xff);
  p[0] = 0x7f;
  BOOST_TEST(group_refused(p, {2}));
  BOOST_TEST(group_refused(Bytes(1025, 0xff), {2}));
  BOOST_TEST(group_refused(Bytes(200000, 0xff), {2}));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::crypto::test
