// amiko - tests of the edited line on other terminals, where it scrolls sideways: what a person sees
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
using Lines = std::vector<std::string>;
using Place = std::pair<std::size_t, std::size_t>;

namespace {

const std::string wide = "\u4e2d";  // two columns
const std::string home = "\x01";
const std::string end = "\x05";
const std::string left = "\x1b[D";
const std::string right = "\x1b[C";

// On a terminal that throws at escape sequences.
struct PlainSession : LineSession {
  explicit PlainSession(std::uint32_t columns)
      : LineSession(narrow(columns, "dumb"), VirtualTerminal::Kind::plain) {}
};

}  // namespace

BOOST_AUTO_TEST_SUITE(scrolled_view)

BOOST_AUTO_TEST_CASE(a_line_that_fits) {
  PlainSession session(20);
  session.write("> ");
  session.type("abc" + left + left + "x");
  BOOST_TEST((session.screen() == Lines{"> axbc"}));
  BOOST_TEST((session.cursor() == Place(0, 4)));
  session.type("\x04");
  BOOST_TEST((session.screen() == Lines{"> axc"}));
  BOOST_TEST((session.cursor() == Place(0, 4)));
  session.type(end + "\x7f");
  BOOST_TEST((session.screen() == Lines{"> ax"}));
  session.type("\x15" + wide + "e\u0301" + wide + left);
  BOOST_TEST((session.screen() == Lines{"> " + wide + "e\u0301" + wide}));
  BOOST_TEST((session.cursor() == Place(0, 5)));
  session.type(right);
  BOOST_TEST((session.cursor() == Place(0, 7)));
  BOOST_TEST((session.type("\r") == LineEvent{LineEvent::Kind::line, wide + "e\u0301" + wide}));
  BOOST_TEST((session.cursor() == Place(1, 0)));
}

BOOST_AUTO_TEST_CASE(scrolling) {
  PlainSession session(12);
  session.write("> ");
  session.type("abcdefghi");
  BOOST_TEST((session.screen() == Lines{"> abcdefghi"}));
  BOOST_TEST((session.cursor() == Place(0, 11)));
  session.type("j");
  BOOST_TEST((session.screen() == Lines{"> bcdefghij"}));
  session.type("klm" + home);
  BOOST_TEST((session.screen() == Lines{"> abcdefghi"}));
  BOOST_TEST((session.cursor() == Place(0, 2)));
  for (int i = 0; i < 8; ++i)
    session.type(right);
  BOOST_TEST((session.screen() == Lines{"> abcdefghi"}));
  BOOST_TEST((session.cursor() == Place(0, 10)));
  session.type(right);
  BOOST_TEST((session.screen() == Lines{"> bcdefghij"}));
  session.type(end);
  BOOST_TEST((session.screen() == Lines{"> efghijklm"}));
  session.type("\x7f\x7f");
  BOOST_TEST((session.screen() == Lines{"> cdefghijk"}));  // no room is wasted
  session.type("\r");
  BOOST_TEST((session.screen() == Lines{"> abcdefghij", "k"}));  // all of it, wrapped by the terminal
}

BOOST_AUTO_TEST_CASE(wide_characters_scroll_whole) {
  PlainSession session(8);
  session.type(wide + wide + wide + "x");
  BOOST_TEST((session.screen() == Lines{wide + wide + wide + "x"}));
  BOOST_TEST((session.cursor() == Place(0, 7)));
  session.type(wide);
  BOOST_TEST((session.screen() == Lines{wide + wide + "x" + wide}));
  session.type(home);
  session.type("y");
  BOOST_TEST((session.screen() == Lines{"y" + wide + wide + wide}));
  BOOST_TEST((session.cursor() == Place(0, 1)));
}

BOOST_AUTO_TEST_CASE(output_and_the_line) {
  PlainSession session(20);
  session.write("> ");
  session.type("abc" + left);
  session.write("\nnews\n");
  BOOST_TEST((session.screen() == Lines{">", "news", "abc"}));
  BOOST_TEST((session.cursor() == Place(2, 2)));
  session.write("mid ");
  BOOST_TEST((session.screen() == Lines{">", "news", "mid abc"}));
  BOOST_TEST((session.cursor() == Place(2, 6)));
  session.type("\x0c");
  BOOST_TEST((session.screen() == Lines{">", "news", "mid abc"}));
}

BOOST_AUTO_TEST_CASE(no_room_after_the_output) {
  PlainSession session(20);
  session.write("a long question: ");
  session.type("abc");
  BOOST_TEST((session.screen() == Lines{"a long question:", "abc"}));
  session.write("\nx");  // the row was ended already
  BOOST_TEST((session.screen() == Lines{"a long question:", "xabc"}));
}

BOOST_AUTO_TEST_CASE(a_prompt_scrolls_with_the_line) {
  PlainSession session(12);
  session.editor.set_prompt("prompt> ");
  session.type("abc");
  BOOST_TEST((session.screen() == Lines{"prompt> abc"}));
  session.type("def");
  BOOST_TEST((session.screen() == Lines{"mpt> abcdef"}));
  session.type("\x03");
  BOOST_TEST((session.screen() == Lines{"prompt> abcd", "ef^C"}));
}

BOOST_AUTO_TEST_CASE(resizing) {
  for (const std::uint32_t columns : {12U, 40U}) {
    PlainSession session(20);
    session.write("> ");
    session.type("abcdefghijklm" + left);
    session.terminal.resize(columns, VirtualTerminal::Resizing::leaves_rows);
    session.editor.resize(columns);
    if (columns == 40) {
      BOOST_TEST((session.screen() == Lines{"> abcdefghijklm"}));
      BOOST_TEST((session.cursor() == Place(0, 14)));
    } else {
      BOOST_TEST((session.screen() == Lines{"> abcdefghij", "cdefghijklm"}));
      BOOST_TEST((session.cursor() == Place(1, 10)));
    }
  }
  PlainSession session(60);
  session.write("a very long question: ");
  session.type("abc");
  session.terminal.resize(10, VirtualTerminal::Resizing::leaves_rows);
  session.editor.resize(10);
  session.type("d");
  BOOST_TEST((session.screen() == Lines{"a very lon", "abcd"}));
}

// Random keys and output: the row above the last are what was written, the last shows a part of the line that
// holds the cursor, and all of it if there is room.
BOOST_AUTO_TEST_CASE(random_editing) {
  const std::string pieces[] = {"a",      "bc",   wide,   "e\u0301", "x y",  "longer text",
                                home,     end,    left,   right,     "\x7f", "\x04",
                                "\x0b",   "\x17", "\x19", "\x10",    "\x12", wide + wide + wide,
                                "\u0302", "\r"};
  const std::string outputs[] = {"> ", "out\n", "two\nlines"};
  for (const std::uint32_t columns : {16U, 20U, 33U}) {
    std::mt19937 random(columns);
    for (int round = 0; round < 20; ++round) {
      PlainSession session(columns);
      session.terminal = VirtualTerminal(columns, VirtualTerminal::Kind::plain, 200);
      std::string log;
      for (int i = 0; i < 20; ++i) {
        if (random() % 5 == 0) {
          const std::string text = log.empty() || log.ends_with('\n') ? outputs[random() % 3] : "\n";
          session.write(text);
          for (const char c : text)
            log += c == '\n' ? std::string("\r\n") : std::string(1, c);
        } else {
          const auto event = session.type(pieces[random() % std::size(pieces)]);
          if (event && event->kind == LineEvent::Kind::line) log += event->text + "\r\n";
        }
        VirtualTerminal expected(columns, VirtualTerminal::Kind::plain, 200);
        expected.feed(log);
        const std::size_t start = expected.column();
        const Place cursor = session.cursor();
        BOOST_REQUIRE(cursor.first == expected.row());
        BOOST_REQUIRE(cursor.second >= start);
        BOOST_REQUIRE(cursor.second < columns);
        // What the row would be with each part of the line that could be shown.
        const std::string line = session.editor.input();
        const std::size_t position = session.editor.position();
        VirtualTerminal whole(columns + 1000, VirtualTerminal::Kind::plain, 1);
        whole.feed(std::string(start, '.') + line);
        const bool fits = whole.column() < columns;
        bool found = false;
        for (std::size_t from = 0; from <= (fits ? 0 : position) && !found; ++from) {
          if (from < line.size() && (line[from] & '\xc0') == '\x80') continue;
          for (std::size_t n = line.size() - from + 1;
               n-- > (fits ? line.size() : position - from) && !found;) {
            const std::string part = line.substr(from, n);
            if (from + n < line.size() && (line[from + n] & '\xc0') == '\x80') continue;
            VirtualTerminal trial(columns + 1000, VirtualTerminal::Kind::plain, 1);
            trial.feed(std::string(start, '.') + part);
            if (trial.column() >= columns) continue;
            VirtualTerminal shown(columns, VirtualTerminal::Kind::plain, 200);
            shown.feed(log + part);
            VirtualTerminal before(columns, VirtualTerminal::Kind::plain, 200);
            before.feed(log + part.substr(0, position - from));
            found = shown.screen() == session.screen() && Place(before.row(), before.column()) == cursor;
          }
        }
        BOOST_REQUIRE_MESSAGE(found, "\"" << line << "\" at " << position << " is shown as \""
                                          << (session.screen().empty() ? "" : session.screen().back())
                                          << "\"");
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(absurd_widths) {
  for (const std::uint32_t columns : {1U, 2U, 3U, 0xffffffffU}) {
    amiko::LineEditor editor(narrow(columns, "dumb"));
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
}

BOOST_AUTO_TEST_CASE(terminals_that_are_not_known) {
  for (const char* term :
       {"",       "dumb",  "emacs", "unknown", "XTERM",    "vt",       "vt52",   "vt1000",
        "vt100x", "vt1a0", "vt620", "vtty",    "xtermish", "tmuxer",   "steel",  "linuxoid",
        "-xterm", "x",     "rx",    "adm3a",   "wyse60",   "footnote", "ibm3151"}) {
    LineSession session(narrow(10, term), VirtualTerminal::Kind::plain);
    session.type("123456789012" + home + end);
    BOOST_TEST((session.screen() == Lines{"456789012"}), term);
  }
}

BOOST_AUTO_TEST_SUITE_END()
