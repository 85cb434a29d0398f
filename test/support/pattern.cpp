// amiko - tests of wildcard patterns and pattern lists
#include <amiko/support/pattern.hpp>

#include <amiko/base/error.hpp>

#include <boost/test/unit_test.hpp>

#include <ostream>
#include <string>

using namespace amiko;
using namespace amiko::support;

namespace amiko::support {

static std::ostream& operator<<(std::ostream& out, ListMatch match) {
  return out << (match == ListMatch::none ? "none" : match == ListMatch::positive ? "positive" : "negated");
}

}  // namespace amiko::support

namespace {

constexpr auto none = ListMatch::none;
constexpr auto positive = ListMatch::positive;
constexpr auto negated = ListMatch::negated;

// The plain definition, exponential and beyond doubt.
bool matches_by_definition(std::string_view text, std::string_view pattern) {
  if (pattern.empty()) return text.empty();
  if (pattern[0] == '*')
    return matches_by_definition(text, pattern.substr(1)) ||
           (!text.empty() && matches_by_definition(text.substr(1), pattern));
  return !text.empty() && (pattern[0] == '?' || pattern[0] == text[0]) &&
         matches_by_definition(text.substr(1), pattern.substr(1));
}

// The `i`-th word over `letters`, counting from the empty one.
std::string word(unsigned i, std::string_view letters) {
  std::string w;
  for (; i > 0; i = (i - 1) / static_cast<unsigned>(letters.size()))
    w += letters[(i - 1) % letters.size()];
  return w;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(pattern)

// After OpenSSH's unit tests of match_pattern()
BOOST_AUTO_TEST_CASE(wildcards) {
  BOOST_TEST(match_wildcard("", ""));
  BOOST_TEST(!match_wildcard("", "aaa"));
  BOOST_TEST(!match_wildcard("aaa", ""));
  BOOST_TEST(!match_wildcard("aaa", "aaaa"));
  BOOST_TEST(!match_wildcard("aaaa", "aaa"));
  BOOST_TEST(match_wildcard("", "*"));
  BOOST_TEST(match_wildcard("a", "?"));
  BOOST_TEST(match_wildcard("aa", "a?"));
  BOOST_TEST(match_wildcard("a", "*"));
  BOOST_TEST(match_wildcard("aa", "a*"));
  BOOST_TEST(match_wildcard("aa", "?*"));
  BOOST_TEST(match_wildcard("aa", "**"));
  BOOST_TEST(match_wildcard("aa", "?a"));
  BOOST_TEST(match_wildcard("aa", "*a"));
  BOOST_TEST(!match_wildcard("ba", "a?"));
  BOOST_TEST(!match_wildcard("ba", "a*"));
  BOOST_TEST(!match_wildcard("ab", "?a"));
  BOOST_TEST(!match_wildcard("ab", "*a"));
}

BOOST_AUTO_TEST_CASE(wildcards_agree_with_their_definition) {
  for (unsigned p = 0; p < 1 + 4 + 16 + 64 + 256 + 1024; ++p)
    for (unsigned t = 0; t < 1 + 2 + 4 + 8 + 16 + 32; ++t) {
      const std::string text = word(t, "ab");
      const std::string pattern = word(p, "ab?*");
      BOOST_REQUIRE_MESSAGE(match_wildcard(text, pattern) == matches_by_definition(text, pattern),
                            '"' + text + "\" against \"" + pattern + '"');
    }
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-47"))
BOOST_AUTO_TEST_CASE(many_stars_take_no_exponential_time) {
  std::string pattern;
  for (int i = 0; i < 500; ++i)
    pattern += "*a";
  BOOST_TEST(!match_wildcard(std::string(2000, 'a') + "b", pattern));
  BOOST_TEST(match_wildcard(std::string(2000, 'a'), pattern));
}

BOOST_AUTO_TEST_CASE(case_counts_unless_told_otherwise) {
  BOOST_TEST(!match_wildcard("Host.Example", "host.*"));
  BOOST_TEST(match_wildcard("Host.Example", "hOST.*", Case::insensitive));
  BOOST_TEST(match_list("HOST", "host", Case::insensitive) == positive);
  BOOST_TEST(match_list("HOST", "host") == none);
}

// After OpenSSH's unit tests of match_pattern_list()
BOOST_AUTO_TEST_CASE(lists) {
  BOOST_TEST(match_list("", "") == none);
  BOOST_TEST(match_list("", "*") == positive);
  BOOST_TEST(match_list("", "!*") == negated);
  BOOST_TEST(match_list("", "!a,*") == positive);
  BOOST_TEST(match_list("", "*,!a") == positive);
  BOOST_TEST(match_list("", "a,!*") == negated);
  BOOST_TEST(match_list("a", "*") == positive);
  BOOST_TEST(match_list("a", "!a") == negated);
  BOOST_TEST(match_list("a", "!b") == none);
  BOOST_TEST(match_list("a", "!a,*") == negated);
  BOOST_TEST(match_list("b", "!a,*") == positive);
  BOOST_TEST(match_list("a", "*,!a") == negated);
  BOOST_TEST(match_list("b", "*,!a") == positive);
  BOOST_TEST(match_list("a", "a,!b") == positive);
  BOOST_TEST(match_list("b", "a*,!b") == negated);
  BOOST_TEST(match_list("c", "a,b") == none);
}

BOOST_AUTO_TEST_CASE(empty_elements_match_nothing) {
  BOOST_TEST(match_list("", "a,,b") == none);
  BOOST_TEST(match_list("a", ",a,") == positive);
  BOOST_TEST(match_list("a", "!") == none);
}

BOOST_AUTO_TEST_CASE(host_lists_match_names_without_case) {
  BOOST_TEST(match_host_list("www.Example.ORG", "", "*.example.org") == positive);
  BOOST_TEST(match_host_list("bad.example.org", "", "*.example.org,!bad.*") == negated);
  BOOST_TEST(match_host_list("", "", "*") == none);
}

BOOST_AUTO_TEST_CASE(host_lists_match_addresses_as_numbers) {
  BOOST_TEST(match_host_list("", "192.0.2.7", "192.0.2.7") == positive);
  BOOST_TEST(match_host_list("", "192.0.2.7", "192.0.2.*") == positive);
  BOOST_TEST(match_host_list("", "2001:db8:0:0::1", "2001:DB8::1") == positive);
  BOOST_TEST(match_host_list("", "2001:db8::2", "2001:db8::1") == none);
  BOOST_TEST(match_host_list("192.0.2.7", "", "192.0.2.7") == positive);
}

BOOST_AUTO_TEST_CASE(host_lists_match_blocks) {
  BOOST_TEST(match_host_list("h", "10.1.2.3", "10.0.0.0/8") == positive);
  BOOST_TEST(match_host_list("h", "11.1.2.3", "10.0.0.0/8") == none);
  BOOST_TEST(match_host_list("h", "192.0.2.127", "192.0.2.0/25") == positive);
  BOOST_TEST(match_host_list("h", "192.0.2.128", "192.0.2.0/25") == none);
  BOOST_TEST(match_host_list("h", "255.255.255.255", "0.0.0.0/0") == positive);
  BOOST_TEST(match_host_list("h", "::1", "0.0.0.0/0") == none);
  BOOST_TEST(match_host_list("h", "192.0.2.1", "192.0.2.1/32") == positive);
  BOOST_TEST(match_host_list("h", "fd12::1", "fc00::/7") == positive);
  BOOST_TEST(match_host_list("h", "fe12::1", "fc00::/7") == none);
  BOOST_TEST(match_host_list("h", "10.1.2.3", "10.0.0.0/8,!10.1.0.0/16") == negated);
  BOOST_TEST(match_host_list("h", "10.1.2.3", "h,!10.0.0.0/8") == negated);
  BOOST_TEST(match_host_list("h", "", "10.0.0.0/8,0.0.0.0/0") == none);
}

BOOST_AUTO_TEST_CASE(scopes_and_mapped_addresses) {
  BOOST_TEST(match_host_list("", "fe80::1%eth0", "fe80::/10") == positive);
  BOOST_TEST(match_host_list("", "::ffff:10.0.0.1", "10.0.0.0/8") == positive);
  BOOST_TEST(match_host_list("", "::ffff:10.0.0.1", "!10.0.0.1") == negated);
  BOOST_TEST(match_host_list("", "10.0.0.1", "!::ffff:10.0.0.1") == negated);
  BOOST_TEST(match_host_list("", "10.0.0.1", "::ffff:10.0.0.0/104") == positive);
  BOOST_TEST(match_host_list("", "10.0.0.1", "::/0") == none);
}

BOOST_AUTO_TEST_CASE(an_address_that_does_not_parse_matches_no_block) {
  BOOST_TEST(match_host_list("", "10.0.0", "0.0.0.0/0,::/0") == none);
  BOOST_TEST(match_host_list("", std::string_view("10.0.0.1\0x", 10), "0.0.0.0/0") == none);
}

BOOST_AUTO_TEST_CASE(bad_blocks_are_errors_wherever_they_stand) {
  for (const char* list : {"10.0.0.1/8", "10.0.0.0/33", "fc00::/129", "fc00::1/7", "10.0.0.0/", "10.0.0.0/x",
                           "10.0.0.0/-1", "h,10.0.0.1/8", "!10.0.0.1/8,*"})
    BOOST_CHECK_EXCEPTION(match_host_list("h", "10.0.0.1", list), Error,
                          [](const Error& error) { return error.code() == errc::invalid_argument; });
}

BOOST_AUTO_TEST_SUITE_END()
