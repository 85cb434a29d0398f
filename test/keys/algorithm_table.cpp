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
  const std::vector<std::string> expected = {"ssh-ed25519",
                                             "ssh-ed448",
                                             "ecdsa-sha2-nistp256",
                                             "ecdsa-sha2-nistp384",
                                             "ecdsa-sha2-nistp521",
                                             "ecdsa-sha2-1.3.132.0.10",
                                             "sk-ssh-ed25519@openssh.com",
                                             "sk-ecdsa-sha2-nistp256@openssh.com",
                                             "webauthn-sk-ecdsa-sha2-nistp256@openssh.com",
                                             "rsa-sha2-512",
                                             "rsa-sha2-256"};
  BOOST_TEST(names == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(sha1_is_legacy_and_off) {
  for (const SignatureInfo& info : signature_table()) {
    BOOST_TEST(info.legacy == (info.hash == "SHA-1"), info.name);
    if (info.legacy) BOOST_TEST(!info.by_default, info.name);
  }
  BOOST_REQUIRE(find_signature("ssh-rsa") != nullptr);
  BOOST_REQUIRE(find_signature("ssh-dss") != nullptr);
}

BOOST_AUTO_TEST_CASE(the_forms_of_ssh_com_are_off) {
  for (const char* name : {"ssh-rsa-sha224@ssh.com", "ssh-rsa-sha256@ssh.com", "ssh-rsa-sha384@ssh.com",
                           "ssh-rsa-sha512@ssh.com"}) {
    BOOST_REQUIRE(find_signature(name) != nullptr);
    BOOST_TEST(!find_signature(name)->by_default);
    BOOST_TEST(find_signature(name)->key_type == "ssh-rsa");
  }
}

BOOST_AUTO_TEST_CASE(no_host_signs_in_a_browser) {
  for (const SignatureInfo& info : signature_table())
    BOOST_TEST(info.for_hosts == !info.name.starts_with("webauthn"), info.name);
}

BOOST_AUTO_TEST_CASE(rsa_sha2_goes_with_ssh_rsa_keys) {
  BOOST_TEST(find_signature("rsa-sha2-512")->key_type == "ssh-rsa");
  BOOST_TEST(find_signature("rsa-sha2-256")->hash == "SHA-256");
}

BOOST_AUTO_TEST_CASE(unknown_names_are_null) {
  for (const char* name : {"", "ssh-dsa", "RSA-SHA2-512", "rsa-sha2-512 "})
    BOOST_TEST(find_signature(name) == nullptr);
}

BOOST_AUTO_TEST_SUITE_END()
