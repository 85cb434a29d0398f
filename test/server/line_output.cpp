// amiko - tests of application output on its way to a terminal
#include "../../libs/server/src/line_output.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

#include "virtual_terminal.hpp"

using amiko::LineOutput;
using amiko::test::VirtualTerminal;

namespace {

std::string written(LineOutput& output, std::string_view text) {
  std::string out;
  output.write(text, out);
  return out;
}

std::string written(std::string_view text) {
  LineOutput output(80);
  return written(output, text);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(line_output)

BOOST_AUTO_TEST_CASE(line_ends) {
  BOOST_TEST(written("a\nb\n") == "a\r\nb\r\n");
  BOOST_TEST(written("a\r\nb") == "a\r\nb");
  BOOST_TEST(written("\n\n") == "\r\n\r\n");
  LineOutput output(80);
  BOOST_TEST(written(output, "a\r") == "a\r");
  BOOST_TEST(written(output, "\nb") == "\nb");
}

BOOST_AUTO_TEST_CASE(bytes_that_are_no_utf8) {
  BOOST_TEST(written("a\xff\xe4\xb8z") == "a\ufffd\ufffdz");
  BOOST_TEST(written("\u4e2d\u0301") == "\u4e2d\u0301");
}

BOOST_AUTO_TEST_CASE(what_is_cut_waits) {
  const std::string text = "x\u4e2d\x1b[1;31my\x1b]0;title\x07z\x1b(B\x1b]2;t\x1b\\e";
  LineOutput output(80);
  std::string out;
  for (const char c : text)
    output.write(std::string_view(&c, 1), out);
  BOOST_TEST(out == text);
  BOOST_TEST(written("a\xe4\xb8") == "a");
  BOOST_TEST(written("a\x1b[1") == "a");
  BOOST_TEST(written("a\x1b]0;t") == "a");
  BOOST_TEST(written("a\x1b[1\nb") == "a\x1b[1\r\nb");  // no sequence, let through
}

BOOST_AUTO_TEST_CASE(a_sequence_without_end_does_not_wait_for_ever) {
  const std::string text = "\x1b]0;" + std::string(5000, 'x');
  BOOST_TEST(written(text) == text);
}

// The column must be where the terminal has it.
BOOST_AUTO_TEST_CASE(columns) {
  for (const char* text : {"",
                           "abc",
                           "abc\n",
                           "abc\r",
                           "abc\rx",
                           "ab\bc",
                           "\b",
                           "\t",
                           "a\tb",
                           "1234567\t",
                           "123456789\t",
                           "1234567890",
                           "1234567890\b",
                           "1234567890\t",
                           "1234567890x",
                           "1234567890\nx",
                           "123456789\u4e2d",
                           "12345678\u4e2d",
                           "e\u0301x",
                           "\u4e2d\u4e2d\b",
                           "ab\x1b[31mc",
                           "ab\x1b[2C",
                           "ab\x1b[20C",
                           "abcd\x1b[2D",
                           "abcd\x1b[9D",
                           "abcd\x1b[D",
                           "abcd\x1b[0C",
                           "ab\x1b[5G",
                           "ab\x1b[G",
                           "ab\x1b[50G",
                           "ab\x1b[H",
                           "1234567890\x1b[D",
                           "ab\x1b[J\x1b[Kc",
                           "\u4e2d\u4e2d\u4e2d\u4e2d\u4e2d\u4e2d"}) {
    LineOutput output(10);
    VirtualTerminal terminal(10);
    terminal.feed(written(output, text));
    BOOST_TEST(output.column() == terminal.column(), text);
  }
  LineOutput output(10);
  written(output, "ab\x1b[3;4H");
  BOOST_TEST(output.column() == 3U);
}

BOOST_AUTO_TEST_CASE(a_broken_row_takes_one_line_feed) {
  const struct {
    const char* text;
    const char* out;
  } cases[] = {{"\n", ""},       {"\nx", "x"},     {"\n\n", "\r\n"},
               {"\r\nx", "\rx"}, {"x\n", "x\r\n"}, {"\x1b[m\n", "\x1b[m"}};
  for (const auto& c : cases) {
    LineOutput output(4);
    written(output, "1234");
    BOOST_TEST(output.column() == 4U);
    output.row_broken();
    BOOST_TEST(output.column() == 0U);
    BOOST_TEST(written(output, c.text) == c.out);
    BOOST_TEST(!(c.text[0] == '\n' && output.is_broken()));
  }
}

BOOST_AUTO_TEST_CASE(the_row_again) {
  LineOutput output(80);
  written(output, "gone\nname\x1b[1m: ");
  std::string again;
  output.write_row(again);
  BOOST_TEST(again == "name\x1b[1m: ");
  BOOST_TEST(output.column() == 6U);
  written(output, std::string(5000, 'x'));
  again.clear();
  output.write_row(again);
  BOOST_TEST(again == "");
  BOOST_TEST(output.column() == 0U);
  written(output, "y");
  output.write_row(again);
  BOOST_TEST(again == "y");
}

BOOST_AUTO_TEST_CASE(narrow_terminals) {
  for (const std::size_t width : {1U, 2U}) {
    LineOutput output(width);
    written(output, "a\u4e2db\b\b\t\t\x1b[9C\x1b[9D\u4e2d");
    BOOST_TEST(output.column() <= width);
  }
}

BOOST_AUTO_TEST_SUITE_END()
