// amiko - tests of the words of amiko-sftp's commands
#include "words.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

using demo::CommandError;
using demo::escaped;
using demo::has_wildcards;
using demo::split_words_of;
using demo::unescaped;
using demo::Word;
using demo::Words;

namespace {

std::vector<std::string> patterns(const std::string& line) {
  std::vector<std::string> list;
  for (const Word& word : split_words_of(line).list)
    list.push_back(word.pattern);
  return list;
}

std::string name(const std::string& word) {
  const Words words = split_words_of(word);
  BOOST_REQUIRE_EQUAL(words.list.size(), 1U);
  return unescaped(words.list[0].pattern);
}

using Strings = std::vector<std::string>;

}  // namespace

BOOST_AUTO_TEST_SUITE(sftp_words)

BOOST_AUTO_TEST_CASE(white_space_separates) {
  BOOST_TEST(patterns("get a  b\tc ") == Strings({"get", "a", "b", "c"}), boost::test_tools::per_element());
  BOOST_TEST(patterns("   ").empty());
  BOOST_TEST(patterns("").empty());
}

BOOST_AUTO_TEST_CASE(a_hash_begins_a_comment_unless_it_is_quoted) {
  BOOST_TEST(patterns("ls a#b c") == Strings({"ls", "a"}), boost::test_tools::per_element());
  BOOST_TEST(patterns("ls 'a#b' \\#c") == Strings({"ls", "a#b", "#c"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(quotes_keep_a_word_together) {
  BOOST_TEST(name("\"a b\"") == "a b");
  BOOST_TEST(name("'a b'") == "a b");
  BOOST_TEST(name("a' 'b\" \"c") == "a b c");
  BOOST_TEST(name("\"it's\"") == "it's");
  BOOST_TEST(name("'say \"x\"'") == "say \"x\"");
  BOOST_TEST(patterns("a '' b") == Strings({"a", "", "b"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(backslashes_quote) {
  BOOST_TEST(name("a\\ b") == "a b");
  BOOST_TEST(name("a\\\"b") == "a\"b");
  BOOST_TEST(name("\"a\\\"b\"") == "a\"b");
  BOOST_TEST(name("'a\\'b'") == "a'b");
  BOOST_TEST(name("a\\\\b") == "a\\b");
  BOOST_TEST(name("'a\\\\b'") == "a\\b");
  BOOST_TEST(name("'a\\\\\"b'") == "a\\\"b");
  BOOST_TEST(name("a\\\\\\\"b") == "a\\\"b");
  BOOST_TEST(name("'end\\\\'") == "end\\");
  BOOST_TEST(name("end\\") == "end\\");
}

BOOST_AUTO_TEST_CASE(wildcards_count_only_outside_quotes) {
  BOOST_TEST(has_wildcards(patterns("a*")[0]));
  BOOST_TEST(has_wildcards(patterns("'a'*")[0]));
  for (const char* line : {"'a*'", "\"a?\"", "\"[a]\"", "a\\*", "'a\\*'", "a\\?b\\[c"})
    BOOST_TEST(!has_wildcards(patterns(line)[0]), line);
  BOOST_TEST(name("\"a*\"") == "a*");
  BOOST_TEST(name("a\\*") == "a*");
  BOOST_TEST(name("'a\\*'") == "a\\*");
  BOOST_TEST(name("\"x [meta].txt\"") == "x [meta].txt");
}

BOOST_AUTO_TEST_CASE(text_is_what_the_word_says_without_patterns) {
  const auto text = [](const std::string& line) { return split_words_of(line).list.at(0).text(); };
  BOOST_TEST(text("a\\*b") == "a*b");
  BOOST_TEST(text("'a*b[c]?'") == "a*b[c]?");
  BOOST_TEST(text("a\\\\b") == "a\\b");
  BOOST_TEST(text("a*") == "a*");
  BOOST_TEST(text("a\\ b") == "a b");
}

BOOST_AUTO_TEST_CASE(a_quote_without_its_partner_is_an_error) {
  for (const char* line : {"get \"a", "get 'a", "get a'b", "'", "get \"a\\\""})
    BOOST_CHECK_THROW(split_words_of(line), CommandError);
}

BOOST_AUTO_TEST_CASE(what_is_being_typed_may_be_incomplete) {
  const Words quoted = split_words_of("get \"a b", true);
  BOOST_TEST(quoted.open_quote == '"');
  BOOST_TEST(quoted.unfinished);
  BOOST_TEST(quoted.list.back().pattern == "a b");
  BOOST_TEST(!split_words_of("get ", true).unfinished);
  BOOST_TEST(split_words_of("get", true).unfinished);
}

BOOST_AUTO_TEST_CASE(any_name_survives_escaping) {
  for (const std::string text : {"*", "a[b]c?", "\\", "\\*", "a\\", "[[", "", "\n\t\xff"}) {
    BOOST_TEST(unescaped(escaped(text)) == text);
    BOOST_TEST(!has_wildcards(escaped(text)));
  }
}

BOOST_AUTO_TEST_SUITE_END()
