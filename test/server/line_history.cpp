// amiko - tests of lines typed before
#include "../../libs/server/src/line_history.hpp"

#include <boost/test/unit_test.hpp>

using amiko::LineHistory;

namespace {

std::string text(const std::string* line) {
  return line ? *line : "-";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(line_history)

BOOST_AUTO_TEST_CASE(walk) {
  LineHistory history(10);
  BOOST_TEST(text(history.up("typed")) == "-");
  BOOST_TEST(text(history.down()) == "-");
  history.add("one");
  history.add("two");
  BOOST_TEST(text(history.up("typed")) == "two");
  BOOST_TEST(text(history.up("two, changed")) == "one");
  BOOST_TEST(text(history.up("one")) == "-");
  BOOST_TEST(text(history.down()) == "two");
  BOOST_TEST(text(history.down()) == "typed");
  BOOST_TEST(text(history.down()) == "-");
  BOOST_TEST(text(history.up("else")) == "two");
  history.leave();
  BOOST_TEST(text(history.down()) == "-");
}

BOOST_AUTO_TEST_CASE(repeated_and_empty_lines_are_left_out) {
  LineHistory history(10);
  for (const char* line : {"a", "a", "", "a", "b", "a"})
    history.add(line);
  BOOST_TEST((history.lines() == std::deque<std::string>{"a", "b", "a"}));
}

BOOST_AUTO_TEST_CASE(the_oldest_go) {
  LineHistory history(2);
  for (const char* line : {"a", "b", "c"})
    history.add(line);
  BOOST_TEST((history.lines() == std::deque<std::string>{"b", "c"}));
  LineHistory none(0);
  none.add("a");
  BOOST_TEST(none.lines().empty());
}

BOOST_AUTO_TEST_SUITE_END()
