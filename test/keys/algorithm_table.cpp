// amiko - tests of the signature table
#include <amiko/keys/algorithm_table.hpp>

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

using namespace amiko;

BOOST_AUTO_TEST_SUITE(algorithm_table)

BOOST_AUTO_TEST_CASE(the_default_order_of_preference) {
  std::vector<std::string> names;
  for (const SignatureInfo& info : signature_table())
    if (info.by_default) names.emplace_back(info.name);
  const std::vector<std::string> expected = {"ssh-ed25519",         "ecdsa-sha2-nistp256",
                                             "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521",
                                             "rsa-sha2-512",        "rsa-sha2-256"};
  BOOST_TEST(names == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(sha1_is_legacy_and_off) {
  const SignatureInfo* info = find_signature("ssh-rsa");
  BOOST_REQUIRE(info != nullptr);
  BOOST_TEST(info->legacy);
  BOOST_TEST(!info->by_default);
}

BOOST_AUTO_TEST_CASE(rsa_sha2_goes_with_ssh_rsa_keys) {
  BOOST_TEST(find_signature("rsa-sha2-512")->key_type == "ssh-rsa");
  BOOST_TEST(find_signature("rsa-sha2-256")->hash == "SHA-256");
}

BOOST_AUTO_TEST_CASE(unknown_names_are_null) {
  for (const char* name : {"", "ssh-dss", "RSA-SHA2-512", "rsa-sha2-512 "})
    BOOST_TEST(find_signature(name) == nullptr);
}

BOOST_AUTO_TEST_SUITE_END()
