// amiko - tests of the MAC table
#include <amiko/crypto/cipher_table.hpp>

#include <boost/test/unit_test.hpp>

#include <string_view>
#include <vector>

namespace amiko::crypto::test {

BOOST_AUTO_TEST_SUITE(mac_table_test)

BOOST_AUTO_TEST_CASE(encrypt_then_mac_comes_first) {
  const std::vector<std::string_view> expected{
      "hmac-sha2-256-etm@openssh.com", "hmac-sha2-512-etm@openssh.com", "hmac-sha2-256", "hmac-sha2-512"};
  std::vector<std::string_view> names;
  for (const MacInfo& info : mac_table()) {
    names.push_back(info.name);
    BOOST_TEST(info.etm == (info.name.find("-etm@") != std::string_view::npos));
    BOOST_TEST(info.key_size == info.tag_size);
  }
  BOOST_TEST(names == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(finds_by_whole_name) {
  for (const MacInfo& info : mac_table())
    BOOST_TEST(find_mac(info.name) == &info);
  BOOST_TEST(find_mac("hmac-sha2") == nullptr);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::crypto::test
