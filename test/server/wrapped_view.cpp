// amiko - tests of the edited line on terminals that wrap it: what a person sees
#include <boost/test/unit_test.hpp>

#include <random>
#include <string>
#include <utility>
#include <vector>

#include "line_session.hpp"

using amiko::LineEditorOptions;
using amiko::LineEvent;
using amiko::test::LineSession;
using amiko::test::narrow;
using amiko::test::VirtualTerminal;
using Kind = VirtualTerminal::Kind;
using Resizing = VirtualTerminal::Resizing;
using Lines = std::vector<std::string>;
using Place = std::pair<std::size_t, std::size_t>;

namespace {

const std::string wide = "\u4e2d";  // two columns
const std::string home = "\x01";
const std::string end = "\x05";
const std::string left = "\x1b[D";
const std::string right = "\x1b[C";

// What the screen shows of a text that was simply written to it.
VirtualTerminal written(std::size_t columns, const std::string& text) {
  VirtualTerminal terminal(columns, Kind::xterm, 200);
  terminal.feed(text);
  return terminal;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(wrapped_view)

BOOST_AUTO_TEST_CASE(wrapping_and_the_cursor) {
  for (const Kind kind : {Kind::xterm, Kind::eager}) {
    LineSession session(narrow(10), kind);
    session.write("> ");
    session.type("1234567");
    BOOST_TEST((session.screen() == Lines{"> 1234567"}));
    BOOST_TEST((session.cursor() == Place(0, 9)));
    session.type("8");
    BOOST_TEST((session.cursor() == Place(1, 0)));
    session.type("9");
    BOOST_TEST((session.screen() == Lines{"> 12345678", "9"}));
    BOOST_TEST((session.cursor() == Place(1, 1)));
    session.type(left + left);
    BOOST_TEST((session.cursor() == Place(0, 9)));
    session.type("x");
    BOOST_TEST((session.screen() == Lines{"> 1234567x", "89"}));
    BOOST_TEST((session.cursor() == Place(1, 0)));
    session.type("\x7f\x7f");
    BOOST_TEST((session.screen() == Lines{"> 12345689"}));
    session.type(home);
    BOOST_TEST((session.cursor() == Place(0, 2)));
    session.type(end);
    BOOST_TEST((session.cursor() == Place(1, 0)));
    session.type("\x15");
    BOOST_TEST((session.screen() == Lines{">"}));
    BOOST_TEST((session.cursor() == Place(0, 2)));
  }
}

BOOST_AUTO_TEST_CASE(a_full_row_is_followed_by_one_line_end) {
  for (const Kind kind : {Kind::xterm, Kind::eager}) {
    LineSession session(narrow(5), kind);
    session.type("12345\r");
    session.write("out\n");
    BOOST_TEST((session.screen() == Lines{"12345", "out"}));
    session.type(
        "\x10"
        "67890\r");
    session.write("out\n");
    BOOST_TEST((session.screen() == Lines{"12345", "out", "12345", "67890", "out"}));
  }
}

BOOST_AUTO_TEST_CASE(wide_characters_at_the_edge) {
  for (const Kind kind : {Kind::xterm, Kind::eager}) {
    LineSession session(narrow(5), kind);
    session.type(wide + wide + wide);  // the third does not fit
    BOOST_TEST((session.screen() == Lines{wide + wide, wide}));
    BOOST_TEST((session.cursor() == Place(1, 2)));
    session.type(left);
    BOOST_TEST((session.cursor() == Place(0, 4)));
    session.type("x");
    BOOST_TEST((session.screen() == Lines{wide + wide + "x", wide}));
    BOOST_TEST((session.cursor() == Place(1, 0)));
    session.type(home + "yz");
    BOOST_TEST((session.screen() == Lines{"yz" + wide, wide + "x" + wide}));
    session.type(home + "\x04");
    BOOST_TEST((session.screen() == Lines{"z" + wide + wide, "x" + wide}));
    session.type(end + "\x7f\x7f\x7f");
    BOOST_TEST((session.screen() == Lines{"z" + wide}));
  }
}

// Where the wide character moves to the next row, what was in the last column must not stay.
BOOST_AUTO_TEST_CASE(the_last_column_before_a_wide_character_is_blank) {
  LineSession session(narrow(5));
  session.type("abcde" + home + right + right + right + right + wide);
  BOOST_TEST((session.screen() == Lines{"abcd", wide + "e"}));
  session.type(left + "\x1b[3~");
  BOOST_TEST((session.screen() == Lines{"abcde"}));
}

BOOST_AUTO_TEST_CASE(combining_marks) {
  LineSession session(narrow(5));
  const std::string e = "e\u0301";
  session.type("abcd" + e);  // in the last column
  BOOST_TEST((session.screen() == Lines{"abcd" + e}));
  BOOST_TEST((session.cursor() == Place(1, 0)));
  session.type(e + "x" + left + left);
  BOOST_TEST((session.cursor() == Place(1, 0)));
  session.type("\u0302");
  BOOST_TEST((session.screen() == Lines{"abcd" + e + "\u0302", e + "x"}));
  BOOST_TEST((session.cursor() == Place(1, 0)));
  session.type("\x7f");
  BOOST_TEST((session.screen() == Lines{"abcd" + e, "x"}));
  BOOST_TEST((session.cursor() == Place(0, 4)));
  session.type("\x1b[3~");
  BOOST_TEST((session.screen() == Lines{"abcdx"}));
}

BOOST_AUTO_TEST_CASE(output_in_mid_line) {
  LineSession session(narrow(10));
  session.write("name: ");
  session.type("abcdef" + left);
  BOOST_TEST((session.screen() == Lines{"name: abcd", "ef"}));
  session.write("\nnews\n");
  BOOST_TEST((session.screen() == Lines{"name:", "news", "abcdef"}));
  BOOST_TEST((session.cursor() == Place(2, 5)));
  session.write("age: ");
  BOOST_TEST((session.screen() == Lines{"name:", "news", "age: abcde", "f"}));
  session.write("\x1b[1m!\x1b[m ");
  BOOST_TEST((session.screen() == Lines{"name:", "news", "age: ! abc", "def"}));
  BOOST_TEST((session.type(end + "\r") == LineEvent{LineEvent::Kind::line, "abcdef"}));
  BOOST_TEST((session.cursor() == Place(4, 0)));
}

BOOST_AUTO_TEST_CASE(output_that_fills_its_row) {
  for (const Kind kind : {Kind::xterm, Kind::eager}) {
    LineSession session(narrow(5), kind);
    session.write("12345");
    session.type("ab");
    BOOST_TEST((session.screen() == Lines{"12345", "ab"}));
    session.write("\nx");  // the row was ended already
    BOOST_TEST((session.screen() == Lines{"12345", "xab"}));
    session.write("yz");
    BOOST_TEST((session.screen() == Lines{"12345", "xyzab"}));
    BOOST_TEST((session.cursor() == Place(2, 0)));
    session.write("wv");
    BOOST_TEST((session.screen() == Lines{"12345", "xyzwv", "ab"}));
    session.write("u");
    BOOST_TEST((session.screen() == Lines{"12345", "xyzwv", "uab"}));
  }
}

BOOST_AUTO_TEST_CASE(output_cut_within_a_sequence) {
  LineSession session(narrow(20));
  session.type("line");
  for (const char c : std::string("\x1b[31m") + wide + "\n")
    session.write(std::string_view(&c, 1));
  BOOST_TEST(session.terminal.is_complete());
  BOOST_TEST((session.screen() == Lines{wide, "line"}));
}

BOOST_AUTO_TEST_CASE(redraw_and_clear) {
  LineSession session(narrow(10));
  session.write("old\n> ");
  session.type("123456789" + home + right);
  session.terminal.feed("noise");  // from somewhere else
  session.terminal.feed("\b\b\b\b\b");
  session.type("\x12");
  BOOST_TEST((session.screen() == Lines{"old", "> 12345678", "9"}));
  BOOST_TEST((session.cursor() == Place(1, 3)));
  session.type("\x0c");
  BOOST_TEST((session.screen() == Lines{"> 12345678", "9"}));
  BOOST_TEST((session.cursor() == Place(0, 3)));
  session.type("x\r");
  BOOST_TEST((session.screen() == Lines{"> 1x234567", "89"}));
  LineSession full(narrow(5));
  full.write("old\n12345");
  full.type(
      "a\x0c"
      "b");
  BOOST_TEST((full.screen() == Lines{"12345", "ab"}));
  full.type("\x15\x0c");
  BOOST_TEST((full.screen() == Lines{"12345"}));
  BOOST_TEST((full.cursor() == Place(1, 0)));
  full.write("\nc");
  BOOST_TEST((full.screen() == Lines{"12345", "c"}));
}

BOOST_AUTO_TEST_CASE(history_replaces_what_is_shown) {
  LineSession session(narrow(8));
  session.editor.add_history("a long line of text");
  session.editor.add_history("short");
  session.write("> ");
  session.type("\x10\x10");
  BOOST_TEST((session.screen() == Lines{"> a long", " line of", " text"}));
  session.type("\x0e");
  BOOST_TEST((session.screen() == Lines{"> short"}));
  session.type("\x0e");
  BOOST_TEST((session.screen() == Lines{">"}));
}

BOOST_AUTO_TEST_CASE(scrolling_at_the_bottom) {
  LineEditorOptions options = narrow(10);
  LineSession session(options);
  session.terminal = VirtualTerminal(10, Kind::xterm, 4);
  session.write("1\n2\n3\n> ");
  session.type("12345678");  // the cursor's row scrolls
  BOOST_TEST((session.screen() == Lines{"2", "3", "> 12345678"}));
  session.type("abc" + home + "x");
  BOOST_TEST((session.screen() == Lines{"2", "3", "> x1234567", "8abc"}));
  session.write("news\n");
  BOOST_TEST((session.screen() == Lines{"3", "> news", "x12345678a", "bc"}));
}

BOOST_AUTO_TEST_CASE(resizing_a_line_of_one_row) {
  for (const Resizing how : {Resizing::leaves_rows, Resizing::breaks_rows_anew}) {
    LineSession session(narrow(20));
    session.write("above\n> ");
    session.type("abcd" + left);
    for (const std::uint32_t columns : {10U, 30U, 7U}) {
      session.terminal.resize(columns, how);
      session.editor.resize(columns);
      BOOST_TEST((session.screen() == Lines{"above", "> abcd"}));
      BOOST_TEST((session.cursor() == Place(1, 5)));
    }
    session.type("xyz");
    BOOST_TEST((session.screen() == Lines{"above", "> abcxy", "zd"}));
  }
}

BOOST_AUTO_TEST_CASE(resizing_a_line_of_more_rows) {
  LineSession session(narrow(20));
  session.write("above\n> ");
  session.type("abcdefghijklmnopqrstuvwxyz");
  session.terminal.resize(40, Resizing::breaks_rows_anew);
  session.editor.resize(40);
  BOOST_TEST((session.screen() == Lines{"above", "> abcdefghijklmnopqrstuvwxyz"}));
  session.type(left);
  BOOST_TEST((session.cursor() == Place(1, 27)));

  LineSession narrower(narrow(20));
  narrower.write("above\n> ");
  narrower.type("abcdefghijkl" + home);
  narrower.terminal.resize(10, Resizing::leaves_rows);
  narrower.editor.resize(10);
  BOOST_TEST((narrower.screen() == Lines{"above", "> abcdefgh", "ijkl"}));
  BOOST_TEST((narrower.cursor() == Place(1, 2)));
}

// Whatever the terminal does, the line is whole, the cursor in the right place of it, and nothing above lost.
BOOST_AUTO_TEST_CASE(resizing_spares_what_is_above) {
  for (const Resizing how : {Resizing::leaves_rows, Resizing::breaks_rows_anew}) {
    LineSession session(narrow(40));
    session.write("above\n");
    session.type("abcdefghijklmnopqrstuvwxyz" + left + left);
    for (const std::uint32_t columns : {20U, 9U, 12U, 30U, 8U, 40U}) {
      session.terminal.resize(columns, how);
      session.editor.resize(columns);
      const Lines screen = session.screen();
      BOOST_TEST(screen.at(0) == "above");
      std::string shown;
      const std::size_t rows = (26 + columns - 1) / columns;
      for (std::size_t i = screen.size() - rows; i < screen.size(); ++i)
        shown += screen[i];
      BOOST_TEST(shown == "abcdefghijklmnopqrstuvwxyz");
      BOOST_TEST((session.cursor() == Place(screen.size() - rows + 24 / columns, 24 % columns)));
    }
  }
}

BOOST_AUTO_TEST_CASE(resizing_with_nothing_shown) {
  LineSession session(narrow(20));
  session.write("a prompt of 18 c: ");
  session.terminal.resize(10, Resizing::breaks_rows_anew);
  session.editor.resize(10);
  session.type("abcd");
  BOOST_TEST((session.screen() == Lines{"a prompt o", "f 18 c: ab", "cd"}));
}

// Random keys and output: at any time the screen is as if what it should show had been written at once.
BOOST_AUTO_TEST_CASE(random_editing) {
  const std::string pieces[] = {"a",           "bc",   wide,   "e\u0301", "\U0001f600", "x y",
                                "longer text", home,   end,    left,      right,        left + left,
                                "\x7f",        "\x04", "\x15", "\x0b",    "\x17",       "\x19",
                                "\x10",        "\x0e", "\x12", "\r",      "\x03",       wide + wide + wide,
                                "\u0302"};
  const std::string outputs[] = {"> ",        "\n",         "out",   "out\n",
                                 wide + wide, "two\nlines", "12345", "\x1b[1mbold\x1b[m"};
  for (const std::uint32_t columns : {2U, 3U, 4U, 5U, 7U, 10U, 20U, 80U}) {
    std::mt19937 random(columns);
    for (int round = 0; round < 40; ++round) {
      LineEditorOptions options = narrow(columns);
      options.max_line = 40;
      LineSession session(options);
      session.terminal = VirtualTerminal(columns, Kind::xterm, 200);
      std::string log;
      std::string typed;
      for (int i = 0; i < 20; ++i) {
        if (random() % 4 == 0) {
          const std::string& text = outputs[random() % std::size(outputs)];
          session.write(text);
          for (const char c : text)
            log += c == '\n' ? std::string("\r\n") : std::string(1, c);
        } else {
          const std::string keys = pieces[random() % std::size(pieces)];
          typed = session.editor.input();
          const auto event = session.type(keys);
          if (event && event->kind == LineEvent::Kind::line) log += event->text + "\r\n";
          if (event && event->kind == LineEvent::Kind::interrupt) log += typed + "^C\r\n";
        }
        const std::string line = session.editor.input();
        const VirtualTerminal expected = written(columns, log + line);
        const Lines screen = session.screen();
        BOOST_TEST_REQUIRE(screen == expected.screen(), boost::test_tools::per_element());
        const VirtualTerminal before = written(columns, log + line.substr(0, session.editor.position()));
        if (line.empty() && before.column() == columns) continue;  // output fills its row, nothing is typed
        // Behind a full row the cursor goes to the next.
        Place cursor{before.row(), before.column()};
        if (cursor.second == columns) cursor = {before.row() + 1, 0};
        BOOST_TEST_REQUIRE((session.cursor() == cursor));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(absurd_widths) {
  for (const std::uint32_t columns : {1U, 2U, 3U, 0xffffffffU}) {
    amiko::LineEditor editor(narrow(columns));
    editor.write("> ");
    editor.feed("ab" + wide + "c" + left + left + "x" + home + end + "\x12");
    BOOST_TEST((editor.next() == std::nullopt));
    BOOST_TEST(editor.take_output().size() < 200U);
    editor.resize(1);
    editor.write("\tnews" + wide);
    BOOST_TEST(editor.take_output().size() < 400U);
    editor.resize(0xffffffff);
    editor.feed("y\r");
    BOOST_TEST((editor.next() == LineEvent{LineEvent::Kind::line, "abx" + wide + "cy"}));
    BOOST_TEST(editor.take_output().size() < 400U);
  }
  LineSession one(narrow(1));
  one.type("ab" + wide + "c");
  BOOST_TEST((one.screen() == Lines{"a", "b", "?", "c"}));
  LineSession usual(narrow(0));
  usual.type(std::string(81, 'x'));
  BOOST_TEST((usual.screen() == Lines{std::string(80, 'x'), "x"}));
}

BOOST_AUTO_TEST_CASE(terminals_that_wrap) {
  for (const char* term : {"ansi",
                           "cygwin",
                           "linux",
                           "putty",
                           "screen",
                           "teraterm",
                           "cit80",
                           "vt100",
                           "vt102",
                           "vt220",
                           "vt320",
                           "vt525",
                           "vt100-am",
                           "vt220-8bit",
                           "xterm",
                           "xterm-color",
                           "xterm-16color",
                           "xterm-256color",
                           "xterm-kitty",
                           "xterm-ghostty",
                           "xterm+256color",
                           "rxvt",
                           "rxvt-color",
                           "rxvt-unicode-256color",
                           "tmux",
                           "tmux-256color",
                           "tmux-direct",
                           "screen-256color",
                           "screen.xterm-256color",
                           "linux-16color",
                           "alacritty",
                           "alacritty-direct",
                           "foot",
                           "foot-extra",
                           "kitty",
                           "st",
                           "st-256color",
                           "stterm-256color",
                           "konsole-256color",
                           "gnome-256color",
                           "vte-256color",
                           "putty-256color",
                           "wezterm"}) {
    LineSession session(narrow(5, term));
    session.type("1234567");
    BOOST_TEST((session.screen() == Lines{"12345", "67"}), term);
  }
}

BOOST_AUTO_TEST_SUITE_END()
