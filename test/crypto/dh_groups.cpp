// amiko - tests of the fixed Diffie-Hellman groups
#include <amiko/crypto/key_agreement.hpp>

#include "support.hpp"

#include <boost/test/unit_test.hpp>

namespace amiko::crypto::test {

BOOST_AUTO_TEST_SUITE(dh_groups_test)

BOOST_AUTO_TEST_CASE(moduli_are_those_of_the_rfcs) {
  for (const TestVector& vector : test_vectors("dh_groups")) {
    const DhGroup& found = dh_group(static_cast<int>(vector.number("Group")));
    BOOST_TEST(found.p.size() * 8 == vector.number("Bits"));
    BOOST_TEST(sha256_hex(found.p) == hex(vector.bytes("Sha256")));
    BOOST_TEST(hex(found.g) == "02");
  }
}

BOOST_AUTO_TEST_CASE(other_numbers_are_refused) {
  for (const int number : {-1, 0, 2, 5, 13, 19})
    BOOST_TEST(throws(errc::unsupported, [&] { dh_group(number); }), number);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::crypto::test
