// amiko - tests of the arithmetic of Streamlined NTRU Prime
#include "../../libs/crypto/src/sntrup761_ring.hpp"

#include <amiko/crypto/random.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstdlib>
#include <vector>

namespace amiko::crypto::test {

namespace {

using namespace sntrup761_ring;

Small random_small() {
  Small a;
  std::array<std::uint8_t, degree> bytes;
  system_random().fill(bytes);
  for (std::size_t i = 0; i < degree; ++i)
    a[i] = static_cast<std::int8_t>(bytes[i] % 3 - 1);
  return a;
}

Large random_large() {
  Large a;
  std::array<std::uint8_t, 2 * degree> bytes;
  system_random().fill(bytes);
  for (std::size_t i = 0; i < degree; ++i)
    a[i] = static_cast<std::int16_t>((bytes[2 * i] * 256 + bytes[2 * i + 1]) % modulus - modulus / 2);
  return a;
}

/// The product as one is taught to compute it, modulo x^p - x - 1 and `m`.
template <class A, class B>
std::vector<int> by_hand(const A& a, const B& b, int m) {
  std::vector<long> sum(2 * degree);
  for (std::size_t i = 0; i < degree; ++i)
    for (std::size_t j = 0; j < degree; ++j)
      sum[i + j] += static_cast<long>(a[i]) * b[j];
  for (std::size_t i = 2 * degree - 1; i >= degree; --i) {
    sum[i - degree] += sum[i];
    sum[i - degree + 1] += sum[i];
  }
  std::vector<int> result;
  for (std::size_t i = 0; i < degree; ++i) {
    long r = sum[i] % m;
    if (r > m / 2) r -= m;
    if (r < -(m / 2)) r += m;
    result.push_back(static_cast<int>(r));
  }
  return result;
}

template <class A>
std::vector<int> ints(const A& a) {
  return {a.begin(), a.end()};
}

std::vector<int> one() {
  std::vector<int> a(degree);
  a[0] = 1;
  return a;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(sntrup761_ring_test)

BOOST_AUTO_TEST_CASE(products) {
  for (int i = 0; i < 5; ++i) {
    const Small s = random_small(), t = random_small();
    const Large a = random_large();
    BOOST_TEST(ints(multiply(a, s)) == by_hand(a, s, modulus));
    BOOST_TEST(ints(multiply(s, t)) == by_hand(s, t, 3));
  }
}

BOOST_AUTO_TEST_CASE(products_of_the_largest_coefficients) {
  for (const int sign : {1, -1}) {
    Large a;
    Small s, t;
    for (std::size_t i = 0; i < degree; ++i) {
      a[i] = modulus / 2;
      s[i] = static_cast<std::int8_t>(sign);
      t[i] = 1;
    }
    BOOST_TEST(ints(multiply(a, s)) == by_hand(a, s, modulus));
    BOOST_TEST(ints(multiply(s, t)) == by_hand(s, t, 3));
  }
}

BOOST_AUTO_TEST_CASE(inverses) {
  int found = 0;
  for (int i = 0; i < 10; ++i) {
    const Small a = random_small();
    const Inverse inverted = inverse(a);
    if (inverted.exists) BOOST_TEST(by_hand(a, inverted.value, 3) == one());
    found += inverted.exists;
    BOOST_TEST(by_hand(triple(inverse_of_triple(a)), a, modulus) == one());
  }
  BOOST_TEST(found > 0);
  BOOST_TEST(!inverse(Small()).exists);
}

// Modulo 3 the ring is no field.  What is said to exist must be right.
BOOST_AUTO_TEST_CASE(inverses_of_sparse_polynomials) {
  for (std::size_t i = 0; i < degree; i += 19) {
    Small a;
    a[i] = 1;
    a[(i * 7 + 3) % degree] = -1;
    const Inverse inverted = inverse(a);
    if (inverted.exists) BOOST_TEST(by_hand(a, inverted.value, 3) == one());
  }
}

BOOST_AUTO_TEST_CASE(rounding_and_reducing) {
  Large a;
  for (int first = -modulus / 2; first <= modulus / 2; first += static_cast<int>(degree)) {
    for (std::size_t i = 0; i < degree; ++i)
      a[i] = static_cast<std::int16_t>(std::min(first + static_cast<int>(i), modulus / 2));
    const Large rounded = round_to_triples(a), tripled = triple(a);
    const Small reduced = reduce_to_small(a);
    for (std::size_t i = 0; i < degree; ++i) {
      BOOST_REQUIRE(rounded[i] % 3 == 0);
      BOOST_REQUIRE(rounded[i] + reduced[i] == a[i]);
      BOOST_REQUIRE(std::abs(reduced[i]) <= 1);
      BOOST_REQUIRE((3 * a[i] - tripled[i]) % modulus == 0);
      BOOST_REQUIRE(std::abs(tripled[i]) <= modulus / 2);
    }
  }
}

BOOST_AUTO_TEST_CASE(weights) {
  Small a;
  BOOST_TEST(wrong_weight_mask(a) == 0xffffffffU);
  for (std::size_t i = 0; i < static_cast<std::size_t>(weight); ++i)
    a[2 * i] = i % 2 == 0 ? 1 : -1;
  BOOST_TEST(wrong_weight_mask(a) == 0U);
  a[1] = -1;
  BOOST_TEST(wrong_weight_mask(a) == 0xffffffffU);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::crypto::test
