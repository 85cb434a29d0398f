// amiko - tests of amiko-sftp's paths and of how names are shown
#include "paths.hpp"

#include <boost/test/unit_test.hpp>

#include <clocale>
#include <string>

using namespace demo;

BOOST_AUTO_TEST_SUITE(sftp_paths)

BOOST_AUTO_TEST_CASE(absolute_paths) {
  BOOST_TEST(absolute("/a", "/home") == "/a");
  BOOST_TEST(absolute("a/b", "/home") == "/home/a/b");
  BOOST_TEST(absolute("a", "/") == "/a");
}

BOOST_AUTO_TEST_CASE(last_names) {
  BOOST_TEST(last_name("/a/b") == "b");
  BOOST_TEST(last_name("b") == "b");
  BOOST_TEST(last_name("/a/b//") == "b");
  BOOST_TEST(last_name("/") == "");
  BOOST_TEST(last_name("") == "");
}

BOOST_AUTO_TEST_CASE(relative_paths) {
  BOOST_TEST(relative_to("/home/a/b", "/home") == "a/b");
  BOOST_TEST(relative_to("/homes/a", "/home") == "/homes/a");
  BOOST_TEST(relative_to("/a", "/") == "a");
  BOOST_TEST(relative_to("/home", "/home") == "/home");
  BOOST_TEST(relative_to("x", "/home") == "x");
}

BOOST_AUTO_TEST_CASE(nothing_that_a_terminal_obeys_is_shown) {
  BOOST_TEST(printable("plain \\ name.txt") == "plain \\ name.txt");
  BOOST_TEST(printable("a\nb") == "a\\012b");
  BOOST_TEST(printable("\x1b[2J") == "\\033[2J");
  BOOST_TEST(printable("\x7f") == "\\177");
  BOOST_TEST(printable("caf\xc3\xa9") == "caf\xc3\xa9");
  BOOST_TEST(printable("caf\xe9") == "caf\\351");
  BOOST_TEST(printable("\xc2\x9b") == "\\302\\233");           // a control character of ISO 8859
  BOOST_TEST(printable("\xe2\x80\xae") == "\\342\\200\\256");  // changes the direction
  BOOST_TEST(printable("\xc0\xaf") == "\\300\\257");           // not the shortest form
  BOOST_TEST(printable("\xed\xa0\x80") == "\\355\\240\\200");  // half a pair of UTF-16
  BOOST_TEST(printable("\xf4\x90\x80\x80") == "\\364\\220\\200\\200");
  BOOST_TEST(printable("\xe2\x82") == "\\342\\202");
  BOOST_TEST(printable(std::string("a\0b", 3)) == "a\\000b");
}

BOOST_AUTO_TEST_CASE(columns) {
  const std::string before = std::setlocale(LC_CTYPE, nullptr);
  BOOST_REQUIRE(std::setlocale(LC_CTYPE, "C.UTF-8") != nullptr);
  BOOST_TEST(columns_of("abc") == 3U);
  BOOST_TEST(columns_of("caf\xc3\xa9") == 4U);
  BOOST_TEST(columns_of("\xe6\xbc\xa2") == 2U);
  BOOST_TEST(fitted("abc", 5) == "abc  ");
  BOOST_TEST(fitted("abcdef", 3) == "abc");
  BOOST_TEST(fitted("a\xe6\xbc\xa2", 2) == "a ");  // no half of a wide one
  std::setlocale(LC_CTYPE, before.c_str());
}

BOOST_AUTO_TEST_SUITE_END()
