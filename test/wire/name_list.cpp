// amiko - tests of name-lists
#include <amiko/wire/name_list.hpp>

#include <amiko/base/error.hpp>

#include <boost/test/unit_test.hpp>

using namespace amiko;
using namespace amiko::wire;

namespace {

bool is_malformed(const ProtocolError& error) {
  return error.code() == errc::malformed_packet;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(name_lists)

BOOST_AUTO_TEST_CASE(lists_are_split_at_commas) {
  BOOST_TEST(parse_name_list("").empty());
  BOOST_TEST((parse_name_list("zlib") == NameList{"zlib"}));
  BOOST_TEST((parse_name_list("zlib@openssh.com,zlib,none") == NameList{"zlib@openssh.com", "zlib", "none"}));
}

BOOST_AUTO_TEST_CASE(empty_names_are_refused) {
  for (const char* text : {",", ",,", "a,,", ",a", "a,,b", "a,,b,"})
    BOOST_CHECK_EXCEPTION(parse_name_list(text), ProtocolError, is_malformed);
}

// libssh 0.10: "...,aes192-ctr,aes128-ctr,".
BOOST_AUTO_TEST_CASE(a_comma_may_end_a_list) {
  BOOST_TEST((parse_name_list("a,") == NameList{"a"}));
  BOOST_TEST((parse_name_list("a,b,") == NameList{"a", "b"}));
  BOOST_TEST((parse_name_list("a,b,", 2) == NameList{"a", "b"}));
}

BOOST_AUTO_TEST_CASE(names_are_printable_ascii) {
  std::string every;
  for (char c = 0x21; c < 0x7f; ++c)
    if (c != ',') every += c;
  BOOST_TEST((parse_name_list(every) == NameList{every}));
  for (int c = 0; c < 256; ++c) {
    if (c > 0x20 && c < 0x7f) continue;
    const std::string text{'a', static_cast<char>(c)};
    BOOST_CHECK_EXCEPTION(parse_name_list(text), ProtocolError, is_malformed);
  }
}

BOOST_AUTO_TEST_CASE(names_have_a_largest_size) {
  const std::string longest(256, 'x');
  BOOST_TEST(parse_name_list(longest).front() == longest);
  BOOST_CHECK_EXCEPTION(parse_name_list(longest + "x"), ProtocolError, is_malformed);
}

BOOST_AUTO_TEST_CASE(lists_have_a_largest_size) {
  BOOST_TEST(parse_name_list("a,b,c", 3).size() == 3U);
  BOOST_CHECK_EXCEPTION(parse_name_list("a,b,c,d", 3), ProtocolError, is_malformed);
  BOOST_TEST(parse_name_list("", 0).empty());
  BOOST_CHECK_EXCEPTION(parse_name_list("a", 0), ProtocolError, is_malformed);
  std::string text = "x";
  for (int i = 1; i < 512; ++i)
    text += ",x";
  BOOST_TEST(parse_name_list(text).size() == 512U);
  BOOST_CHECK_EXCEPTION(parse_name_list(text + ",x"), ProtocolError, is_malformed);
}

BOOST_AUTO_TEST_CASE(joining) {
  BOOST_TEST(join_names({}).empty());
  BOOST_TEST(join_names({"a"}) == "a");
  BOOST_TEST(join_names({"a", "b", "c"}) == "a,b,c");
  BOOST_TEST(join_names({"a", "b"}, ", ") == "a, b");
}

BOOST_AUTO_TEST_CASE(membership) {
  BOOST_TEST(contains({"a", "bc"}, "bc"));
  BOOST_TEST(!contains({"a", "bc"}, "b"));
  BOOST_TEST(!contains({}, ""));
}

BOOST_AUTO_TEST_SUITE_END()
