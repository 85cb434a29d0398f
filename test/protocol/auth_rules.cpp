// amiko - tests of the rules about authentication methods
#include <amiko/base/error.hpp>
#include <amiko/protocol/auth_rules.hpp>

#include <boost/test/unit_test.hpp>

#include <string>
#include <utility>
#include <vector>

#include "common/calls.hpp"

namespace amiko::protocol {
namespace {

using Methods = AuthRules::Methods;

const std::string publickey = "publickey", password = "password", interactive = "keyboard-interactive";
const Methods nothing;

void expect_next(const AuthRules& rules, const Methods& done, const Methods& expected) {
  BOOST_TEST(rules.next(done) == expected, boost::test_tools::per_element());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(auth_rules)

BOOST_AUTO_TEST_CASE(any_single_method) {
  for (const AuthRules& rules : {AuthRules(), AuthRules::parse("any"), AuthRules::parse(" any\n")}) {
    BOOST_TEST(rules.any());
    BOOST_TEST(rules.text() == "any");
    for (const Methods& done : {nothing, Methods{password}})
      expect_next(rules, done, {"none", password, publickey, interactive});
    BOOST_TEST(!rules.complete(nothing));
    for (const std::string_view method : server_auth_methods())
      BOOST_TEST(rules.complete({std::string(method)}));
  }
}

BOOST_AUTO_TEST_CASE(one_method) {
  const AuthRules rules = AuthRules::parse("publickey");
  BOOST_TEST(!rules.any());
  expect_next(rules, nothing, {publickey});
  expect_next(rules, {publickey}, nothing);
  expect_next(rules, {password}, {publickey});
  BOOST_TEST(!rules.complete(nothing));
  BOOST_TEST(!rules.complete({password}));
  BOOST_TEST(rules.complete({publickey}));
}

// The example of sshd_config(5).
BOOST_AUTO_TEST_CASE(a_key_and_then_either) {
  const AuthRules rules = AuthRules::parse("publickey,password publickey,keyboard-interactive");
  expect_next(rules, nothing, {publickey});
  expect_next(rules, {publickey}, {password, interactive});
  for (const std::string& second : {password, interactive}) {
    BOOST_TEST(!rules.complete({second}));
    BOOST_TEST(!rules.complete({second, publickey}));
    BOOST_TEST(rules.complete({publickey, second}));
  }
  BOOST_TEST(!rules.complete({publickey}));
  BOOST_TEST(!rules.complete({publickey, publickey}));
}

BOOST_AUTO_TEST_CASE(lists_go_on_independently) {
  const AuthRules rules = AuthRules::parse("publickey,password keyboard-interactive,publickey");
  expect_next(rules, nothing, {publickey, interactive});
  expect_next(rules, {publickey}, {password, interactive});
  expect_next(rules, {publickey, interactive}, {password, publickey});
  BOOST_TEST(!rules.complete({publickey, interactive}));
  BOOST_TEST(rules.complete({publickey, interactive, publickey}));
  BOOST_TEST(rules.complete({publickey, interactive, password}));
}

BOOST_AUTO_TEST_CASE(a_method_may_be_wanted_twice) {
  const AuthRules rules = AuthRules::parse("publickey,publickey");
  expect_next(rules, nothing, {publickey});
  expect_next(rules, {publickey}, {publickey});
  expect_next(rules, {publickey, publickey}, nothing);
  BOOST_TEST(!rules.complete({publickey}));
  BOOST_TEST(!rules.complete({publickey, password}));
  BOOST_TEST(rules.complete({publickey, publickey}));
}

BOOST_AUTO_TEST_CASE(a_short_list_does_not_hide_a_longer_one) {
  const AuthRules rules = AuthRules::parse("publickey publickey,password");
  BOOST_TEST(rules.complete({publickey}));
  expect_next(rules, {publickey}, {password});
}

BOOST_AUTO_TEST_CASE(none_is_a_method_as_in_sshd) {
  const AuthRules rules = AuthRules::parse("none,password");
  expect_next(rules, nothing, {"none"});
  BOOST_TEST(!rules.complete({"none"}));
  BOOST_TEST(rules.complete({"none", password}));
}

BOOST_AUTO_TEST_CASE(a_device_is_shown_and_not_compared) {
  const AuthRules rules = AuthRules::parse("publickey,keyboard-interactive:pam");
  expect_next(rules, {publickey}, {interactive});
  BOOST_TEST(rules.complete({publickey, interactive}));
  BOOST_TEST(rules.text() == "publickey,keyboard-interactive:pam");
}

BOOST_AUTO_TEST_CASE(text_is_what_was_parsed_without_its_white_space) {
  const std::string tidy = "publickey,password keyboard-interactive:bsdauth publickey,publickey";
  BOOST_TEST(AuthRules::parse(tidy).text() == tidy);
  BOOST_TEST(AuthRules::parse("\t publickey,password\r\n keyboard-interactive:bsdauth  publickey,publickey ")
                 .text() == tidy);
}

BOOST_AUTO_TEST_CASE(what_is_wrong_is_named) {
  const std::vector<std::pair<std::string, std::string>> rows = {
      {"", "none is named"},
      {" \t\n", "none is named"},
      {"publickey,", "\"publickey,\" has an empty name"},
      {",publickey", "\",publickey\" has an empty name"},
      {"password publickey,,password", "\"publickey,,password\" has an empty name"},
      {",", "\",\" has an empty name"},
      {"publickey, password", "\"publickey,\" has an empty name"},
      {"any publickey", "\"any\" must stand alone"},
      {"publickey any", "\"any\" must stand alone"},
      {"any any", "\"any\" must stand alone"},
      {"publickey,any", "\"any\" must stand alone"},
      {"pubkey", "\"pubkey\" is not the name of a method"},
      {"Password", "\"Password\" is not the name of a method"},
      {"password,hostbased", "\"hostbased\" is a method that is not supported"},
      {"gssapi-with-mic", "\"gssapi-with-mic\" is a method that is not supported"},
      {"publickey:pam", "\"publickey:pam\" names a device, which only keyboard-interactive has"},
      {"keyboard-interactive:", "\"keyboard-interactive:\" names no device"},
      {":pam", "\":pam\" is not the name of a method"},
      {"pass\x1bword", "\"pass\\033word\" is not the name of a method"},
  };
  for (const auto& [text, part] : rows)
    BOOST_CHECK_EXCEPTION(AuthRules::parse(text), ConfigError, test::says(errc::bad_config, part));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::protocol
