// amiko - tests of the text helpers
#include <amiko/support/text.hpp>

#include <amiko/base/error.hpp>

#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <cstdio>
#include <memory>

using namespace amiko;
using namespace amiko::support;

namespace {

using Views = std::vector<std::string_view>;

// What a shell makes of `word`.
std::string through_shell(const std::string& word) {
  const std::string command = "printf %s " + word;
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(::popen(command.c_str(), "r"), ::pclose);
  std::string out;
  for (int c = std::fgetc(pipe.get()); c != EOF; c = std::fgetc(pipe.get()))
    out += static_cast<char>(c);
  return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(text)

BOOST_AUTO_TEST_CASE(trim_takes_white_space_from_both_ends_only) {
  BOOST_TEST(trim(" \t\r\n\v\fa b\n ") == "a b");
  BOOST_TEST(trim("a") == "a");
  BOOST_TEST(trim("").empty());
  BOOST_TEST(trim(" \n ").empty());
}

BOOST_AUTO_TEST_CASE(split_keeps_empty_pieces) {
  BOOST_TEST((split("a,b", ',') == Views{"a", "b"}));
  BOOST_TEST((split(",a,,", ',') == Views{"", "a", "", ""}));
  BOOST_TEST((split("", ',') == Views{""}));
  BOOST_TEST((split("abc", ',') == Views{"abc"}));
}

BOOST_AUTO_TEST_CASE(split_words_drops_them) {
  BOOST_TEST((split_words("  one\ttwo \n three ") == Views{"one", "two", "three"}));
  BOOST_TEST((split_words("one") == Views{"one"}));
  BOOST_TEST(split_words("").empty());
  BOOST_TEST(split_words(" \t").empty());
}

BOOST_AUTO_TEST_CASE(letters_are_those_of_ascii) {
  BOOST_TEST(to_lower_ascii("AbcXYZ019_[]@") == "abcxyz019_[]@");
  BOOST_TEST(to_lower_ascii("\xc3\x84") == "\xc3\x84");
  BOOST_TEST(equal_ignoring_case("Host", "hOST"));
  BOOST_TEST(!equal_ignoring_case("Host", "Hosts"));
  BOOST_TEST(!equal_ignoring_case("@", "`"));
  BOOST_TEST(!equal_ignoring_case("[", "{"));
}

BOOST_AUTO_TEST_CASE(prefixes) {
  BOOST_TEST(starts_with_ignoring_case("HostName x", "hostname"));
  BOOST_TEST(starts_with_ignoring_case("a", ""));
  BOOST_TEST(!starts_with_ignoring_case("ho", "hos"));
  std::string_view line = "ssh-rsa AAAA";
  BOOST_TEST(!consume_prefix(line, "ssh-dss"));
  BOOST_TEST(line == "ssh-rsa AAAA");
  BOOST_TEST(consume_prefix(line, "ssh-rsa "));
  BOOST_TEST(line == "AAAA");
}

BOOST_AUTO_TEST_CASE(shell_quote_leaves_harmless_words_alone) {
  for (const char* word : {"abc", "/usr/bin/x-y_z.1", "user@host:22", "a,b+c%d"})
    BOOST_TEST(shell_quote(word) == word);
}

BOOST_AUTO_TEST_CASE(shell_quote_quotes_the_rest) {
  BOOST_TEST(shell_quote("") == "''");
  BOOST_TEST(shell_quote("a b") == "'a b'");
  BOOST_TEST(shell_quote("it's") == "'it'\\''s'");
  BOOST_TEST(shell_quote("A=b") == "'A=b'");
  BOOST_TEST(shell_quote("~root") == "'~root'");
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-70"))
BOOST_AUTO_TEST_CASE(a_shell_reads_quoted_words_back_as_they_were) {
  std::string every_character;
  for (int c = 1; c < 256; ++c)
    every_character += static_cast<char>(c);
  for (const std::string& word :
       {every_character, std::string("'"), std::string("''"), std::string("$(id) `id` $HOME"),
        std::string("a\nb"), std::string("\\"), std::string("-n"), std::string("*")})
    BOOST_TEST(through_shell(shell_quote(word)) == word);
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-70"))
BOOST_AUTO_TEST_CASE(shell_quote_refuses_nul) {
  BOOST_CHECK_EXCEPTION(shell_quote(std::string_view("a\0b", 3)), Error,
                        [](const Error& e) { return e.code() == errc::invalid_argument; });
}

BOOST_AUTO_TEST_CASE(parse_number_wants_the_whole_text) {
  BOOST_TEST(parse_number<int>("22").value() == 22);
  BOOST_TEST(parse_number<int>("-7").value() == -7);
  BOOST_TEST(parse_number<unsigned>("0755", 8).value() == 0755U);
  for (const char* text : {"", " 1", "1 ", "+1", "1x", "x", "0x10", "1.0", "-"})
    BOOST_TEST(!parse_number<int>(text));
}

BOOST_AUTO_TEST_CASE(parse_number_checks_the_range) {
  BOOST_TEST(parse_number<std::uint16_t>("65535").value() == 65535);
  BOOST_TEST(!parse_number<std::uint16_t>("65536"));
  BOOST_TEST(!parse_number<std::uint16_t>("-1"));
  BOOST_TEST(parse_number<std::int64_t>("9223372036854775807").value() == INT64_MAX);
  BOOST_TEST(!parse_number<std::int64_t>("9223372036854775808"));
}

BOOST_AUTO_TEST_SUITE_END()
