// amiko - tests of Diffie-Hellman in finite fields
#include <amiko/crypto/key_agreement.hpp>

#include "support.hpp"

#include <boost/test/unit_test.hpp>

namespace amiko::crypto::test {

namespace {

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
  for (const TestVector& vector : test_vectors("dh")) {
    ScriptedRandom one(vector.bytes("Client")), two(vector.bytes("Server"));
    const DhGroup& group = dh_group(static_cast<int>(vector.number("Group")));
    const auto client = make_dh(group);
    const Bytes e = client->offer(one);
    BOOST_TEST(sha256_hex(e) == hex(vector.bytes("E")));
    const auto [f, k] = make_dh(group)->respond(e, two);
    BOOST_TEST(sha256_hex(f) == hex(vector.bytes("F")));
    BOOST_TEST(sha256_hex(k.view()) == hex(vector.bytes("K")));
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
