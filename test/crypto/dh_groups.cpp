// amiko - tests of the fixed Diffie-Hellman groups
#include <amiko/crypto/key_agreement.hpp>

#include "support.hpp"

#include <boost/test/unit_test.hpp>

namespace amiko::crypto::test {

namespace {

/// SHA-256 of the modulus, computed from the formulas in RFC 2409 section 6.2 and RFC 3526 sections 3 to 7.
struct Group {
  int number;
  std::size_t bits;
  std::string_view sha256;
};
constexpr Group groups[] = {
    {1, 1024, "3f35a3f5f6c4376a744acad409bb22f8d897f949d2311d885adaa890981b67a0"},
    {14, 2048, "d66436f79bbd6b2e38c0ffbd079be904d2641415e2e67140e09448be9a60890e"},
    {15, 3072, "48cf8b092fbce4359d9871abf74f98e25b6163379eaa15cd9087e800c6d1c55c"},
    {16, 4096, "4ee95187682bcb230ad26a95205f6920e84708f6251b3894329b09ec23919e33"},
    {17, 6144, "d1bfe6d0925ce7e4da262b62861514a7755e35831e429f343e7b864848657efd"},
    {18, 8192, "39ab4feab950a3128fb71accb9fc3965d857012e081998a85996e3ea8b3c3bcf"},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(dh_groups_test)

BOOST_AUTO_TEST_CASE(moduli_are_those_of_the_rfcs) {
  for (const Group& group : groups) {
    const DhGroup& found = dh_group(group.number);
    BOOST_TEST(found.p.size() * 8 == group.bits);
    BOOST_TEST(sha256_hex(found.p) == group.sha256);
    BOOST_TEST(hex(found.g) == "02");
  }
}

BOOST_AUTO_TEST_CASE(other_numbers_are_refused) {
  for (const int number : {-1, 0, 2, 5, 13, 19})
    BOOST_TEST(throws(errc::unsupported, [&] { dh_group(number); }), number);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::crypto::test
