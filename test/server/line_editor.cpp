// amiko - tests of the line editor: what keys and the application's calls do to the line
#include <amiko/server/line_editor.hpp>

#include <amiko/base/error.hpp>

#include <boost/test/unit_test.hpp>

#include <random>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "common/calls.hpp"
#include "line_session.hpp"

using amiko::errc;
using amiko::KeyResult;
using amiko::LineEditor;
using amiko::LineEditorOptions;
using amiko::LineEvent;
using amiko::test::has_code;
using amiko::test::LineSession;
using amiko::test::narrow;
using amiko::test::says;
using Kind = LineEvent::Kind;
using Lines = std::vector<std::string>;

namespace {

const LineEvent interrupted{Kind::interrupt, "INT"};
const LineEvent end_of_file{Kind::eof, ""};

LineEvent a_line(std::string text) {
  return {Kind::line, std::move(text)};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(line_editor)

BOOST_AUTO_TEST_CASE(lines) {
  LineSession session;
  BOOST_TEST((!session.type("hel")));
  BOOST_TEST(session.editor.input() == "hel");
  BOOST_TEST(session.editor.position() == 3U);
  BOOST_TEST((session.type("lo\r") == a_line("hello")));
  BOOST_TEST(session.editor.input() == "");
  BOOST_TEST((session.type("\r") == a_line("")));
  BOOST_TEST((session.type("\u4e2d\xc3") == std::nullopt));
  BOOST_TEST((session.type("\xa9\x1bOM") == a_line("\u4e2d\u00e9")));
}

BOOST_AUTO_TEST_CASE(editing_keys) {
  const struct {
    const char* keys;
    const char* line;
  } cases[] = {
      {"abc\x7f", "ab"},
      {"abc\x08", "ab"},
      {"\x7f"
       "a",
       "a"},
      {"abc\x1b[D\x1b[3~", "ab"},
      {"abc\x01\x04", "bc"},
      {"abc\x04", "abc"},
      {"abc\x15"
       "d",
       "d"},
      {"abc\x02\x0b", "ab"},
      {"abc\x02\x0b\x19\x19", "abcc"},
      {"abc\x15\x19x\x01\x19", "abcabcx"},
      {"\x19"
       "a",
       "a"},
      {"one two\x17"
       "three",
       "one three"},
      {"one two\x17\x01\x19", "twoone "},
      {"bc\x01"
       "a\x05"
       "d",
       "abcd"},
      {"bc\x1b[Ha\x1b[Fd", "abcd"},
      {"bc\x1bOHa\x1bOFd", "abcd"},
      {"bc\x1b[1~a\x1b[4~d", "abcd"},
      {"ad\x1b[Db\x1bODx\x1bOC\x06\x1b[Ce\x02\x02"
       "c",
       "axbcde"},
      {"a\x12\x0c"
       "b",
       "ab"},
      {"a\x1b[15~\x1b[1;5D\x1bzb", "ab"},
      {"a\xff\x07\tb", "ab"},
      {"e\u0301x\x1b[D\x7f", "x"},
  };
  for (const auto& c : cases) {
    LineSession session;
    BOOST_TEST(session.line(c.keys) == c.line);
  }
}

BOOST_AUTO_TEST_CASE(bells) {
  for (const char* keys : {"\x7f", "\x02", "\x06", "\x10", "\x0e", "\x15", "\x0b", "\x17", "\x19", "\t",
                           "\x07", "\xff", "\u0301", "a\x1b[3~", "a\x1b[A"}) {
    LineSession session;
    session.type(keys);
    BOOST_TEST(session.terminal.bells() == 1U, keys);
  }
  for (const char* keys : {"a", "\x01", "\x05", "\x12", "\x1b[15~", "a\x7f", "\x1bx"}) {
    LineSession session;
    session.type(keys);
    BOOST_TEST(session.terminal.bells() == 0U, keys);
  }
}

BOOST_AUTO_TEST_CASE(end_of_file_on_an_empty_line_only) {
  LineSession session;
  BOOST_TEST((session.type("a\x04") == std::nullopt));
  BOOST_TEST((session.type("\x7f\x04") == end_of_file));
  BOOST_TEST((session.type("\x04") == end_of_file));
  BOOST_TEST(session.line("more") == "more");
}

BOOST_AUTO_TEST_CASE(interrupts_drop_the_line) {
  for (const char* key : {"\x03", "\x1b[33~"}) {
    LineSession session;
    session.write("> ");
    BOOST_TEST((session.type(std::string("abc\x02") + key + "x") == interrupted));
    BOOST_TEST(session.editor.input() == "");
    BOOST_TEST((session.screen() == Lines{"> abc^C"}));
    BOOST_TEST((session.cursor() == std::pair<std::size_t, std::size_t>(1, 0)));
    BOOST_TEST(session.line("y") == "xy");
    BOOST_TEST((session.editor.history() == Lines{"xy"}));
  }
}

// GX-15
BOOST_AUTO_TEST_CASE(pasted_lines_wait_for_the_application) {
  LineSession session;
  session.write("> ");
  BOOST_TEST((session.type("one\rtwo\r\nthr") == a_line("one")));
  BOOST_TEST((session.screen() == Lines{"> one"}));
  BOOST_TEST(session.editor.unread() == 8U);
  session.write("1st\n> ");
  BOOST_TEST((session.screen() == Lines{"> one", "1st", ">"}));
  BOOST_TEST((session.editor.next() == a_line("two")));
  session.write("2nd\n> ");
  BOOST_TEST((session.editor.next() == std::nullopt));
  BOOST_TEST(session.editor.unread() == 0U);
  BOOST_TEST((session.screen() == Lines{"> one", "1st", "> two", "2nd", "> thr"}));
}

BOOST_AUTO_TEST_CASE(nothing_happens_before_next) {
  LineEditor editor;
  editor.feed("abc\r");
  BOOST_TEST(editor.take_output() == "");
  BOOST_TEST(editor.unread() == 4U);
  BOOST_TEST(editor.input() == "");
}

// --- history

BOOST_AUTO_TEST_CASE(history_keeps_the_line_being_typed) {
  LineSession session;
  session.line("one");
  session.line("two");
  session.line("two");
  BOOST_TEST((session.editor.history() == Lines{"one", "two"}));
  session.type("thr\x1b[A");
  BOOST_TEST(session.editor.input() == "two");
  session.type("\x10");
  BOOST_TEST(session.editor.input() == "one");
  session.type("\x1bOB\x0e");
  BOOST_TEST(session.editor.input() == "thr");
  BOOST_TEST(session.line("ee") == "three");
  BOOST_TEST(session.line("\x1b[A\x1b[A!") == "two!");
  BOOST_TEST((session.editor.history() == Lines{"one", "two", "three", "two!"}));
}

BOOST_AUTO_TEST_CASE(history_of_the_application) {
  LineSession session;
  session.editor.add_history("one");
  session.editor.add_history("");
  BOOST_TEST(session.line("\x10") == "one");
  BOOST_CHECK_EXCEPTION(session.editor.add_history("a\nb"), amiko::Error, has_code(errc::invalid_argument));
  BOOST_CHECK_EXCEPTION(session.editor.add_history(std::string(1025, 'x')), amiko::Error,
                        says(errc::invalid_argument, "1024"));
  session.editor.clear_history();
  BOOST_TEST(session.editor.history().empty());
  LineEditorOptions none;
  none.history = 0;
  LineSession forgetful(none);
  forgetful.line("a");
  BOOST_TEST(forgetful.line("\x10") == "");
}

// --- limits

BOOST_AUTO_TEST_CASE(longest_line) {
  LineEditorOptions options;
  options.max_line = 5;
  LineSession session(options);
  BOOST_TEST(session.line("abcdefgh") == "abcde");
  BOOST_TEST(session.terminal.bells() > 0U);
  BOOST_TEST(session.line("\u4e2d\u4e2dxyz") == "\u4e2dxy");
  BOOST_TEST(session.line("abc\x17\x19\x19") == "abcab");
  BOOST_CHECK_EXCEPTION(session.editor.set_input("abcdef", 0), amiko::Error,
                        says(errc::invalid_argument, "5 bytes"));
  LineSession usual;
  BOOST_TEST(usual.line(std::string(2000, 'x')).size() == 1024U);
}

// --- passwords

BOOST_AUTO_TEST_CASE(nothing_of_a_password_is_seen_or_kept) {
  LineSession session;
  session.line("visible");
  session.write("Password: ");
  session.editor.set_echo(false);
  BOOST_TEST((session.type("secrt\x02"
                           "e\x05x\x7f\x10") == std::nullopt));
  BOOST_TEST((session.screen() == Lines{"visible", "Password:"}));
  BOOST_TEST((session.cursor() == std::pair<std::size_t, std::size_t>(1, 10)));
  BOOST_TEST(session.line("!") == "secret!");
  session.editor.set_echo(true);
  session.write("> ");
  BOOST_TEST((session.screen() == Lines{"visible", "Password:", ">"}));
  BOOST_TEST(session.line("\x10") == "visible");
  BOOST_TEST((session.editor.history() == Lines{"visible"}));
}

BOOST_AUTO_TEST_CASE(an_erased_password_does_not_come_back) {
  LineSession session;
  session.editor.set_echo(false);
  session.line("secret\x15");
  session.editor.set_echo(true);
  BOOST_TEST(session.line("\x19") == "");
  session.editor.set_echo(false);
  session.type("secret\x15");
  session.editor.set_echo(true);
  BOOST_TEST(session.line("\x19") == "");
}

BOOST_AUTO_TEST_CASE(echo_off_in_mid_line) {
  LineSession session;
  session.type("ab");
  session.editor.set_echo(false);
  BOOST_TEST(session.screen().empty());
  session.type("cd");
  session.editor.set_echo(true);
  BOOST_TEST((session.screen() == Lines{"abcd"}));
  BOOST_TEST(session.line("") == "abcd");
  BOOST_TEST(session.editor.history().empty());
}

BOOST_AUTO_TEST_CASE(without_line_echo_the_line_goes) {
  LineEditorOptions options;
  options.line_echo = false;
  LineSession session(options);
  session.write("> ");
  BOOST_TEST((session.type("one\r") == a_line("one")));
  BOOST_TEST((session.screen() == Lines{">"}));
  session.write("[one]\n> ");
  session.type("tw");
  BOOST_TEST((session.screen() == Lines{"> [one]", "> tw"}));
  BOOST_TEST((session.editor.history() == Lines{"one"}));
}

// --- the application's calls

BOOST_AUTO_TEST_CASE(prompt) {
  LineSession session;
  session.editor.set_prompt("$ ");
  BOOST_TEST(session.screen().empty());  // not before it reads
  session.type("ls");
  BOOST_TEST((session.screen() == Lines{"$ ls"}));
  session.write("news\n");
  BOOST_TEST((session.screen() == Lines{"news", "$ ls"}));
  session.editor.set_prompt("\u4e2d> ");
  BOOST_TEST((session.screen() == Lines{"news", "\u4e2d> ls"}));
  BOOST_TEST((session.cursor() == std::pair<std::size_t, std::size_t>(1, 6)));
  session.type("\r");
  BOOST_TEST((session.screen() == Lines{"news", "\u4e2d> ls"}));
  session.write("file\n");
  BOOST_TEST((session.type("\x04") == end_of_file));
  BOOST_TEST((session.screen() == Lines{"news", "\u4e2d> ls", "file", "\u4e2d>"}));
  BOOST_TEST((session.cursor() == std::pair<std::size_t, std::size_t>(4, 0)));
  for (const char* bad : {"\x1b[1m", "a\n", "\xff"})
    BOOST_CHECK_EXCEPTION(session.editor.set_prompt(bad), amiko::Error,
                          says(errc::invalid_argument, "prompt"));
}

BOOST_AUTO_TEST_CASE(input_from_the_application) {
  LineSession session;
  session.editor.set_input("hello", 2);
  BOOST_TEST((session.screen() == Lines{"hello"}));
  BOOST_TEST((session.cursor() == std::pair<std::size_t, std::size_t>(0, 2)));
  session.type("X");
  BOOST_TEST((session.screen() == Lines{"heXllo"}));
  session.editor.clear_input();
  BOOST_TEST(session.screen().empty());
  BOOST_CHECK_EXCEPTION(session.editor.set_input("a", 2), amiko::Error, has_code(errc::invalid_argument));
  BOOST_CHECK_EXCEPTION(session.editor.set_input("\x1b", 0), amiko::Error, has_code(errc::invalid_argument));
  BOOST_TEST(session.line("x") == "x");
}

BOOST_AUTO_TEST_CASE(raw_mode) {
  LineSession session;
  session.write("> ");
  session.type("abc");
  BOOST_TEST(session.editor.read_raw() == "");
  session.editor.feed("d\r");
  session.editor.set_line_mode(false);
  BOOST_TEST((session.screen() == Lines{">"}));
  BOOST_TEST((session.editor.next() == std::nullopt));
  BOOST_TEST(session.editor.read_raw() == "abcd\r");
  BOOST_TEST(session.editor.read_raw() == "");
  session.editor.feed("\x03\x1b[A\xff");
  BOOST_TEST(session.editor.read_raw() == "\x03\x1b[A\xff");
  session.write("x\ny");
  BOOST_TEST((session.screen() == Lines{"> x", "y"}));
  session.editor.set_line_mode(true);
  BOOST_TEST(session.line("line") == "line");
  BOOST_TEST((session.screen() == Lines{"> x", "yline"}));
}

BOOST_AUTO_TEST_CASE(raw_mode_there_and_back_keeps_the_line) {
  LineSession session;
  session.type("abc");
  session.editor.set_line_mode(false);
  session.editor.set_line_mode(true);
  BOOST_TEST(session.line("d") == "abcd");
}

BOOST_AUTO_TEST_CASE(line_feed_of_an_enter_is_no_raw_input) {
  LineSession session;
  BOOST_TEST((session.type("a\r") == a_line("a")));
  session.editor.set_line_mode(false);
  session.editor.feed("\nx");
  BOOST_TEST(session.editor.read_raw() == "x");
}

// --- registered keys

BOOST_AUTO_TEST_CASE(handlers) {
  LineSession session;
  LineEditor& editor = session.editor;
  std::vector<std::pair<std::string, std::size_t>> seen;
  editor.register_key("\t", [&](const std::string& line, std::size_t position) {
    seen.emplace_back(line, position);
    return KeyResult::replace(line + "pletion", position + 7);
  });
  editor.register_key("?", [](const std::string& line, std::size_t) {
    return line.empty() ? KeyResult::bell() : KeyResult::insert();
  });
  editor.register_key("\x1c", [](const std::string&, std::size_t) { return KeyResult::signal("QUIT"); });
  editor.register_key("\x1b[15~", [](const std::string&, std::size_t) { return KeyResult::insert(); });
  editor.register_key("\x1bh", [&](const std::string&, std::size_t) {
    editor.write("help\n");
    return KeyResult::nothing();
  });

  session.type("?com\t");
  BOOST_TEST((seen == decltype(seen){{"com", 3}}));
  BOOST_TEST(session.terminal.bells() == 1U);
  BOOST_TEST((session.type("?\x1c!") == LineEvent{Kind::interrupt, "QUIT"}));
  BOOST_TEST((session.screen() == Lines{"completion?"}));
  BOOST_TEST((session.type("\x1bh\x1b[15~") == std::nullopt));
  BOOST_TEST(session.terminal.bells() == 2U);
  BOOST_TEST((session.screen() == Lines{"help", "completion?!"}));
  editor.unregister_key("?");
  BOOST_TEST(session.line("?") == "completion?!?");
}

BOOST_AUTO_TEST_CASE(handlers_replace_the_editors_own_keys) {
  LineSession session;
  session.editor.register_key("\x03", [](const std::string&, std::size_t) { return KeyResult::bell(); });
  BOOST_TEST((session.type("a\x03") == std::nullopt));
  session.editor.unregister_key("\x03");
  BOOST_TEST((session.type("\x03") == interrupted));
}

BOOST_AUTO_TEST_CASE(a_handler_may_change_the_editor) {
  LineSession session;
  LineEditor& editor = session.editor;
  editor.register_key("\t", [&](const std::string& line, std::size_t) {
    editor.unregister_key("\t");
    editor.set_input("gone", 0);
    editor.feed("z");
    return KeyResult::replace(line + "!", line.size() + 1);
  });
  BOOST_TEST(session.line("ab\t\t") == "?");  // "z" came behind Enter
  BOOST_TEST((session.screen() == Lines{
                                      "ab!",
                                  }));
  editor.register_key("\t", [&](const std::string&, std::size_t) {
    editor.set_line_mode(false);
    return KeyResult::nothing();
  });
  BOOST_TEST((session.type("b\tc\r") == std::nullopt));
  BOOST_TEST(editor.read_raw() == "zbc\r");
}

BOOST_AUTO_TEST_CASE(handlers_that_fail) {
  LineSession session;
  session.editor.register_key(
      "\t", [](const std::string&, std::size_t) -> KeyResult { throw std::runtime_error("handler"); });
  session.editor.register_key("!",
                              [](const std::string&, std::size_t) { return KeyResult::replace("a\n", 0); });
  session.editor.feed("a\tb!c\r");
  BOOST_CHECK_THROW(session.editor.next(), std::runtime_error);
  BOOST_CHECK_EXCEPTION(session.editor.next(), amiko::Error, has_code(errc::invalid_argument));
  BOOST_TEST((session.editor.next() == a_line("abc")));
  BOOST_CHECK_EXCEPTION(session.editor.register_key("x", {}), amiko::Error,
                        says(errc::invalid_argument, "handler"));
  BOOST_CHECK_EXCEPTION(
      session.editor.register_key("\x1b", [](const std::string&, std::size_t) { return KeyResult::bell(); }),
      amiko::Error, has_code(errc::invalid_argument));
}

// --- floods

BOOST_AUTO_TEST_CASE(a_mebibyte_of_garbage) {
  std::mt19937 random(1);
  std::vector<std::string> floods;
  for (const char* piece : {"a", "\x1b", "\xff", "\x02\x06", "a\x7f", "\x15\x19", "\x10\x0e", "\x0c", "\x12",
                            "\r", "e\u0301", "\u0301", "\x1b[", "\t", "\x03", "\x17\x19", "\x1b[1", "\x04"})
    floods.emplace_back(piece);
  for (int i = 0; i < 3; ++i) {
    std::string bytes(4096, '\0');
    for (char& c : bytes)
      c = static_cast<char>(static_cast<unsigned char>(random()));
    floods.push_back(bytes);
  }
  for (const std::string& piece : floods) {
    std::string input;
    while (input.size() < (1U << 20))
      input += piece;
    LineEditor editor;
    editor.write("> ");
    editor.feed("e" + std::string(60, 'x') + "\r" + std::string(1000, 'y'));
    editor.feed(input);
    std::size_t written = 0;
    do {
      const auto event = editor.next();
      const std::string out = editor.take_output();
      written += out.size();
      if (!event) break;
    } while (true);
    // Escape sequences at the end may wait; the screen is not redrawn for every key.
    BOOST_TEST(editor.unread() < 64U);
    BOOST_TEST(written < 16 * input.size());
    BOOST_TEST(editor.input().size() <= 1024U);
  }
}

BOOST_AUTO_TEST_CASE(moving_an_editor) {
  LineEditor first;
  first.feed("ab");
  BOOST_TEST((first.next() == std::nullopt));
  LineEditor second = std::move(first);
  second.feed("c\r");
  BOOST_TEST((second.next() == a_line("abc")));
  first = LineEditor(narrow(20));
  first.feed("x\r");
  BOOST_TEST((first.next() == a_line("x")));
}

BOOST_AUTO_TEST_SUITE_END()
