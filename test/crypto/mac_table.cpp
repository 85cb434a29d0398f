// amiko - tests of the MAC table
#include <amiko/crypto/cipher_table.hpp>

#include <boost/test/unit_test.hpp>

#include <set>
#include <string_view>
#include <vector>

namespace amiko::crypto::test {

BOOST_AUTO_TEST_SUITE(mac_table_test)

BOOST_AUTO_TEST_CASE(encrypt_then_mac_comes_first) {
  const std::vector<std::string_view> expected{"umac-128-etm@openssh.com",
                                               "hmac-sha2-256-etm@openssh.com",
                                               "hmac-sha2-512-etm@openssh.com",
                                               "umac-128@openssh.com",
                                               "hmac-sha2-256",
                                               "hmac-sha2-512"};
  std::vector<std::string_view> names;
  for (const MacInfo& info : mac_table())
    if (info.by_default) names.push_back(info.name);
  BOOST_TEST(names == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_names_say_what_is_in_the_entries) {
  std::set<std::string_view> names;
  for (const MacInfo& info : mac_table()) {
    const auto has = [&info](std::string_view part) {
      return info.name.find(part) != std::string_view::npos;
    };
    names.insert(info.name);
    BOOST_TEST(info.etm == has("-etm@"), info.name);
    BOOST_TEST((info.tag_size == 12) == has("-96"), info.name);
    BOOST_TEST(info.hash.empty() == has("umac"), info.name);
    BOOST_TEST((has("sha1") || has("md5")) == info.legacy, info.name);
    BOOST_TEST(!(info.legacy && info.by_default), info.name);
    // The one exception is an error of SSH Communications that everybody has to share.
    const bool same_size = has("-96") || info.name == "hmac-sha256@ssh.com" || has("umac-64");
    BOOST_TEST(same_size == (info.key_size != info.tag_size), info.name);
  }
  BOOST_TEST(names.size() == mac_table().size());
}

BOOST_AUTO_TEST_CASE(finds_by_whole_name) {
  for (const MacInfo& info : mac_table())
    BOOST_TEST(find_mac(info.name) == &info);
  BOOST_TEST(find_mac("hmac-sha2") == nullptr);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::crypto::test
