// amiko - tests of printable()
#include <amiko/base/printable.hpp>

#include <boost/test/unit_test.hpp>

#include <array>
#include <string>

using amiko::printable;

namespace {

// Every byte of `text` in the form \ooo.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char character : text) {
    const auto c = static_cast<unsigned char>(character);
    out += '\\';
    for (const int shift : {6, 3, 0})
      out += static_cast<char>('0' + ((c >> shift) & 7));
  }
  return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(printable_text)

BOOST_AUTO_TEST_CASE(ascii_stays) {
  std::string text;
  for (char c = ' '; c <= '~'; ++c)
    text += c;
  BOOST_TEST(printable(text) == text);
  BOOST_TEST(printable("").empty());
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-75"))
BOOST_AUTO_TEST_CASE(every_control_character_is_escaped) {
  for (int c = 0; c < 0x20; ++c) {
    const std::string text(1, static_cast<char>(c));
    BOOST_TEST(printable(text) == escaped(text));
  }
  BOOST_TEST(printable("\x7f") == "\\177");
  BOOST_TEST(printable(std::string_view("a\0b", 3)) == "a\\000b");
}

BOOST_AUTO_TEST_CASE(newline_and_tab_can_be_kept_but_nothing_else) {
  BOOST_TEST(printable("a\nb\tc\rd", true) == "a\nb\tc\\015d");
  BOOST_TEST(printable("a\nb\tc") == "a\\012b\\011c");
  BOOST_TEST(printable("\x1b[2J", true) == "\\033[2J");
}

BOOST_AUTO_TEST_CASE(valid_utf8_stays) {
  for (const char* text :
       {"\xc2\xa0", "Gr\xc3\xbc\xc3\x9f", "\xdf\xbf", "\xe0\xa0\x80", "\xe2\x82\xac", "\xed\x9f\xbf",
        "\xee\x80\x80", "\xef\xbf\xbd", "\xf0\x90\x80\x80", "\xf0\x9f\x99\x82", "\xf4\x8f\xbf\xbf"})
    BOOST_TEST(printable(text) == text);
}

BOOST_AUTO_TEST_CASE(c1_control_characters_in_utf8_are_escaped) {
  for (int c = 0x80; c < 0xa0; ++c) {
    const std::string text{'\xc2', static_cast<char>(c)};
    BOOST_TEST(printable(text) == escaped(text));
  }
}

BOOST_AUTO_TEST_CASE(bytes_that_are_no_utf8_are_escaped) {
  for (const char* text : {
           "\x80",
           "\xbf",
           "\x9b",  // continuation without a start; CSI of 8-bit terminals
           "\xc0\x80",
           "\xc1\xbf",  // overlong
           "\xe0\x80\x80",
           "\xe0\x9f\xbf",  //
           "\xf0\x80\x80\x80",
           "\xf0\x8f\xbf\xbf",  //
           "\xed\xa0\x80",
           "\xed\xbf\xbf",  // surrogates
           "\xf4\x90\x80\x80",
           "\xf5\x80\x80\x80",  // beyond U+10FFFF
           "\xf8\x88\x80\x80\x80",
           "\xfe",
           "\xff",
           "\xc3",
           "\xe2\x82",
           "\xf0\x9f\x99",  // cut short
       })
    BOOST_TEST(printable(text) == escaped(text));
}

BOOST_AUTO_TEST_CASE(text_goes_on_after_a_bad_byte) {
  BOOST_TEST(printable("a\xffz") == "a\\377z");
  BOOST_TEST(printable("\xe2\x82"
                       "a") == "\\342\\202a");
  BOOST_TEST(printable("\xc3\xc3\xbc") == "\\303\xc3\xbc");
}

BOOST_AUTO_TEST_CASE(marks_that_turn_the_text_around_are_escaped) {
  for (const char* text : {"\xe2\x80\xaa", "\xe2\x80\xae", "\xe2\x81\xa6", "\xe2\x81\xa9"})
    BOOST_TEST(printable(text) == escaped(text));
  for (const char* text : {"\xe2\x80\xa9", "\xe2\x80\xaf", "\xe2\x81\xa5", "\xe2\x81\xaa"})
    BOOST_TEST(printable(text) == text);
}

BOOST_AUTO_TEST_CASE(long_text_is_cut_and_marked) {
  BOOST_TEST(printable("abcdef", false, 6) == "abcdef");
  BOOST_TEST(printable("abcdef", false, 5) == "abcde...");
  BOOST_TEST(printable("abcdef", false, 0) == "...");
  BOOST_TEST(printable(std::string(8192, 'x')).size() == 8192U);
  BOOST_TEST(printable(std::string(8193, 'x')).size() == 8195U);
}

BOOST_AUTO_TEST_CASE(a_cut_inside_a_character_leaves_no_half_of_it) {
  BOOST_TEST(printable("a\xc3\xbc", false, 2) == "a\\303...");
}

BOOST_AUTO_TEST_SUITE_END()
