// amiko - tests of the line being typed
#include "../../libs/server/src/line_buffer.hpp"

#include <amiko/base/error.hpp>

#include <boost/test/unit_test.hpp>

#include <string>

#include "common/calls.hpp"

using amiko::errc;
using amiko::LineBuffer;
using amiko::test::says;

namespace {

LineBuffer& typed(LineBuffer& buffer, std::string_view ascii) {
  for (const char c : ascii)
    BOOST_TEST(buffer.insert(std::string(1, c)));
  return buffer;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(line_buffer)

BOOST_AUTO_TEST_CASE(insert_and_move) {
  LineBuffer buffer(100);
  BOOST_TEST((!buffer.left() && !buffer.right() && !buffer.erase_left() && !buffer.erase_right()));
  typed(buffer, "ac");
  BOOST_TEST(buffer.left());
  typed(buffer, "b");
  BOOST_TEST(buffer.text() == "abc");
  BOOST_TEST(buffer.position() == 2U);
  BOOST_TEST((buffer.right() && !buffer.right()));
  buffer.home();
  BOOST_TEST(buffer.position() == 0U);
  BOOST_TEST((buffer.erase_right() && !buffer.erase_left()));
  buffer.end();
  BOOST_TEST((buffer.erase_left() && !buffer.erase_right()));
  BOOST_TEST(buffer.text() == "b");
}

BOOST_AUTO_TEST_CASE(a_character_goes_with_its_marks) {
  LineBuffer buffer(100);
  BOOST_TEST(!buffer.insert("\u0301"));  // on nothing
  typed(buffer, "e");
  BOOST_TEST((buffer.insert("\u0301") && buffer.insert("\u0302") && buffer.insert("\u4e2d")));
  BOOST_TEST(buffer.left());
  BOOST_TEST(buffer.position() == 5U);
  BOOST_TEST(buffer.left());
  BOOST_TEST(buffer.position() == 0U);
  BOOST_TEST(!buffer.insert("\u0301"));
  BOOST_TEST(buffer.right());
  BOOST_TEST(buffer.insert("\u0303"));  // joins the others
  BOOST_TEST(buffer.position() == 7U);
  BOOST_TEST(buffer.erase_left());
  BOOST_TEST(buffer.text() == "\u4e2d");
  BOOST_TEST(buffer.erase_right());
  BOOST_TEST(buffer.empty());
}

BOOST_AUTO_TEST_CASE(at_most_30_marks) {
  LineBuffer buffer(1000);
  typed(buffer, "e");
  for (int i = 0; i < 30; ++i)
    BOOST_TEST(buffer.insert("\u0301"));
  BOOST_TEST(!buffer.insert("\u0301"));
  BOOST_TEST(buffer.text().size() == 61U);
}

BOOST_AUTO_TEST_CASE(the_limit_counts_bytes) {
  LineBuffer buffer(4);
  typed(buffer, "abc");
  BOOST_TEST(!buffer.insert("\u00e9"));
  BOOST_TEST(buffer.insert("d"));
  BOOST_TEST(!buffer.insert("e"));
  BOOST_TEST(buffer.text() == "abcd");
  LineBuffer none(0);
  BOOST_TEST(!none.insert("a"));
}

BOOST_AUTO_TEST_CASE(inserting_again_cuts_between_characters) {
  LineBuffer buffer(6);
  typed(buffer, "ab");
  BOOST_TEST(buffer.left());
  BOOST_TEST(!buffer.insert_again("xye\u0301"));
  BOOST_TEST(buffer.text() == "axyb");
  BOOST_TEST(buffer.position() == 3U);
  BOOST_TEST(buffer.insert_again("12"));
  BOOST_TEST(buffer.text() == "axy12b");
}

BOOST_AUTO_TEST_CASE(erasing_gives_what_is_erased) {
  LineBuffer buffer(100);
  typed(buffer, "one two  three ");
  BOOST_TEST(buffer.erase_word() == "three ");
  BOOST_TEST(buffer.erase_word() == "two  ");
  BOOST_TEST(buffer.text() == "one ");
  buffer.left();
  buffer.left();
  BOOST_TEST(buffer.erase_to_end() == "e ");
  BOOST_TEST(buffer.erase_to_end() == "");
  BOOST_TEST(buffer.text() == "on");
  BOOST_TEST(buffer.erase_line() == "on");
  BOOST_TEST(buffer.empty());
  BOOST_TEST(buffer.position() == 0U);
  BOOST_TEST(buffer.erase_word() == "");
}

BOOST_AUTO_TEST_CASE(a_word_ends_before_a_space_with_a_mark) {
  LineBuffer buffer(100);
  buffer.assign("a \u0301b", 5);
  BOOST_TEST(buffer.erase_word() == " \u0301b");
  BOOST_TEST(buffer.text() == "a");
}

BOOST_AUTO_TEST_CASE(assign) {
  LineBuffer buffer(10);
  buffer.assign("e\u0301x", 2);
  BOOST_TEST(buffer.position() == 0U);  // not within the first
  buffer.assign("e\u0301x", 3);
  BOOST_TEST(buffer.position() == 3U);
  BOOST_CHECK_EXCEPTION(buffer.assign("x", 2), amiko::Error, says(errc::invalid_argument, "position"));
  BOOST_CHECK_EXCEPTION(buffer.assign("12345678901", 0), amiko::Error,
                        says(errc::invalid_argument, "longer than 10 bytes"));
  for (const char* bad : {"\xff", "a\xc3", "a\nb", "\x7f", "\u009b", "\u202e", "\u0301x"})
    BOOST_CHECK_EXCEPTION(buffer.assign(bad, 0), amiko::Error, says(errc::invalid_argument, "the line"));
  BOOST_TEST(buffer.text() == "e\u0301x");
  buffer.assign(std::string_view(buffer.text()).substr(3), 1);  // of itself
  BOOST_TEST(buffer.text() == "x");
}

BOOST_AUTO_TEST_CASE(take_leaves_an_empty_line) {
  LineBuffer buffer(100);
  typed(buffer, "abc");
  BOOST_TEST(buffer.take() == "abc");
  BOOST_TEST(buffer.empty());
  BOOST_TEST(buffer.position() == 0U);
  typed(buffer, "d");
  BOOST_TEST(buffer.text() == "d");
}

BOOST_AUTO_TEST_SUITE_END()
