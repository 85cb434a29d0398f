// amiko - tests of cutting input into keys
#include "../../libs/server/src/line_editor_keys.hpp"

#include <amiko/base/error.hpp>

#include <boost/test/unit_test.hpp>

#include <map>
#include <string>
#include <vector>

#include "common/calls.hpp"

using amiko::errc;
using amiko::Key;
using amiko::KeyCommand;
using amiko::KeyReader;
using amiko::test::has_code;

namespace {

// Text as it is, commands as <number>, registered keys in [], others as ?.
std::string read(KeyReader& keys) {
  std::string result;
  while (const auto key = keys.next()) {
    switch (key->kind) {
      case Key::Kind::text:
        result += key->bytes;
        break;
      case Key::Kind::command:
        result += "<" + std::to_string(static_cast<int>(key->command)) + ">";
        break;
      case Key::Kind::registered:
        result += "[" + std::string(key->bytes) + "]";
        break;
      case Key::Kind::unknown:
        result += "?";
        break;
    }
  }
  return result;
}

std::string read(std::string_view input) {
  KeyReader keys;
  keys.feed(input);
  return read(keys);
}

// The same, with the input in pieces of one byte.
std::string read_slowly(std::string_view input) {
  KeyReader keys;
  std::string result;
  for (const char c : input) {
    keys.feed(std::string_view(&c, 1));
    result += read(keys);
  }
  return result;
}

std::string command(KeyCommand c) {
  return "<" + std::to_string(static_cast<int>(c)) + ">";
}

const std::string enter = command(KeyCommand::enter);
const std::string up = command(KeyCommand::up);

}  // namespace

BOOST_AUTO_TEST_SUITE(line_editor_keys)

BOOST_AUTO_TEST_CASE(all_keys) {
  const std::map<KeyCommand, std::vector<std::string>> keys{
      {KeyCommand::enter, {"\n", "\r", "\x1bOM"}},
      {KeyCommand::eof_or_erase_right, {"\x04"}},
      {KeyCommand::erase_left, {"\x08", "\x7f"}},
      {KeyCommand::erase_right, {"\x1b[3~"}},
      {KeyCommand::erase_line, {"\x15"}},
      {KeyCommand::erase_to_end, {"\x0b"}},
      {KeyCommand::erase_word, {"\x17"}},
      {KeyCommand::insert_erased, {"\x19"}},
      {KeyCommand::up, {"\x10", "\x1b[A", "\x1bOA"}},
      {KeyCommand::down, {"\x0e", "\x1b[B", "\x1bOB"}},
      {KeyCommand::right, {"\x06", "\x1b[C", "\x1bOC"}},
      {KeyCommand::left, {"\x02", "\x1b[D", "\x1bOD"}},
      {KeyCommand::home, {"\x01", "\x1b[H", "\x1bOH", "\x1b[1~", "\x1b[7~"}},
      {KeyCommand::end, {"\x05", "\x1b[F", "\x1bOF", "\x1b[4~", "\x1b[8~"}},
      {KeyCommand::redraw, {"\x12"}},
      {KeyCommand::clear_screen, {"\x0c"}},
      {KeyCommand::interrupt, {"\x03", "\x1b[33~"}},
  };
  for (const auto& [what, sequences] : keys) {
    for (const std::string& sequence : sequences) {
      BOOST_TEST(read(sequence) == command(what));
      BOOST_TEST(read_slowly("a" + sequence + "b") == "a" + command(what) + "b");
    }
  }
}

BOOST_AUTO_TEST_CASE(text_and_other_characters) {
  for (const auto& reader : {&read_slowly, static_cast<std::string (*)(std::string_view)>(&read)}) {
    BOOST_TEST(reader("a\u00e9\u4e2d\U0001f600 ~") == "a\u00e9\u4e2d\U0001f600 ~");
    BOOST_TEST(reader("\x07\t\x1f\u0085\u202e") == "?????");
    BOOST_TEST(reader("a\xff\xc0\xe4\xb8z") == "a???z");
  }
  BOOST_TEST(read("\xe4\xb8") == "");  // waits
}

BOOST_AUTO_TEST_CASE(one_enter) {
  for (const auto& reader : {&read_slowly, static_cast<std::string (*)(std::string_view)>(&read)}) {
    BOOST_TEST(reader("\r\na") == enter + "a");
    BOOST_TEST(reader(std::string_view("\r\0a", 3)) == enter + "a");
    BOOST_TEST(reader("\r\n\r\n") == enter + enter);
    BOOST_TEST(reader("\r\r\n\n") == enter + enter + enter);
    BOOST_TEST(reader("\n\r") == enter + enter);
    BOOST_TEST(reader(std::string_view("a\0", 2)) == "a?");
  }
}

BOOST_AUTO_TEST_CASE(unknown_sequences_leave_nothing) {
  for (const char* sequence : {"\x1b[15~", "\x1b[1;5C", "\x1b[200~", "\x1b[?1;2c", "\x1b[24;80R", "\x1b[[A",
                               "\x1bOP", "\x1bO1;2P", "\x1b[ q", "\x1bx", "\x1b\u4e2d", "\x1b]", "\x1b[Z"}) {
    BOOST_TEST(read(std::string("a") + sequence + "b") == "ab", sequence + 1);
    BOOST_TEST(read_slowly(std::string("a") + sequence + "b") == "ab", sequence + 1);
  }
}

BOOST_AUTO_TEST_CASE(keys_end_sequences_that_are_cut) {
  for (const auto& reader : {&read_slowly, static_cast<std::string (*)(std::string_view)>(&read)}) {
    BOOST_TEST(reader("\x1b\r") == enter);
    BOOST_TEST(reader("\x1b\x1b[A") == up);
    BOOST_TEST(reader("\x1b[1\x1b[A") == up);
    BOOST_TEST(reader("\x1b[1;2\r") == enter);
    BOOST_TEST(reader("\x1bO\r") == enter);
    BOOST_TEST(reader("\x1b[[\r") == enter);
    BOOST_TEST(reader("\x1b[1\u00e9") == "\u00e9");
    BOOST_TEST(reader("\x1b\xff") == "?");
  }
}

BOOST_AUTO_TEST_CASE(long_sequences_are_swallowed_to_their_end) {
  for (const std::size_t n : {28U, 29U, 30U, 31U, 32U, 100U, 100000U}) {
    const std::string parameters(n, '1');
    BOOST_TEST(read("\x1b[" + parameters + "~b") == "b", n);
    if (n > 1000) continue;
    BOOST_TEST(read_slowly("\x1b[" + parameters + "~b") == "b", n);
    BOOST_TEST(read_slowly("\x1b[" + parameters + "\rb") == enter + "b", n);
    BOOST_TEST(read_slowly("\x1b[" + parameters + "\u00e9") == "\u00e9", n);
  }
  KeyReader keys;
  keys.feed("\x1b[" + std::string(1000, ';'));
  BOOST_TEST(!keys.next());
  BOOST_TEST(keys.unread() == 0U);
}

BOOST_AUTO_TEST_CASE(registered_keys_come_first) {
  KeyReader keys;
  for (const char* sequence : {"\t", "?", "\x1b[15~", "\x03", "\x18s", "\x1bx", "\u4e2d", "ab", "\x1b\r"})
    keys.add(sequence);
  keys.feed("?\t\x1b[15~\x03\x1bxx\u4e2d\x1b\rz");
  BOOST_TEST(read(keys) == "[?][\t][\x1b[15~][\x03][\x1bx]x[\u4e2d][\x1b\r]z");
  keys.feed("\x18");
  BOOST_TEST(read(keys) == "");
  keys.feed("s\x18t");
  BOOST_TEST(read(keys) == "[\x18s]?t");
  keys.feed("xa");
  BOOST_TEST(read(keys) == "x");
  keys.feed("caab");
  BOOST_TEST(read(keys) == "aca[ab]");
  keys.remove("\x03");
  keys.remove("\x03");
  keys.feed("\x03");
  BOOST_TEST(read(keys) == command(KeyCommand::interrupt));
}

BOOST_AUTO_TEST_CASE(the_shorter_of_two_registered_keys) {
  KeyReader keys;
  keys.add("ab");
  keys.add("a");
  keys.feed("ab");
  BOOST_TEST(read(keys) == "[a]b");
}

BOOST_AUTO_TEST_CASE(what_cannot_be_registered) {
  KeyReader keys;
  for (const std::string& bad : {std::string(), std::string("\x1b"), std::string("\x1b["),
                                 std::string("\x1bO"), std::string("a\x1b[1"), std::string("\x1b[["),
                                 std::string("\xff"), std::string("\xe4\xb8"), std::string(33, 'a')})
    BOOST_CHECK_EXCEPTION(keys.add(bad), amiko::Error, has_code(errc::invalid_argument));
  keys.feed("\x1b[A");
  BOOST_TEST(read(keys) == up);
  keys.add(std::string(32, 'a'));
  keys.feed(std::string(32, 'a'));
  BOOST_TEST(read(keys) == "[" + std::string(32, 'a') + "]");
}

BOOST_AUTO_TEST_CASE(the_rest_is_raw) {
  KeyReader keys;
  keys.feed("a\r\n\x1b[\xff");
  BOOST_TEST(bool(keys.next()));
  BOOST_TEST(bool(keys.next()));
  BOOST_TEST(keys.take_rest() == "\x1b[\xff");  // LF was a part of Enter
  BOOST_TEST(keys.take_rest() == "");
  keys.feed("\r");
  BOOST_TEST(bool(keys.next()));
  keys.feed("x");
  BOOST_TEST(keys.take_rest() == "x");
  keys.feed("\n");
  BOOST_TEST(keys.take_rest() == "\n");
  keys.feed("\r");
  BOOST_TEST(keys.take_rest() == "\r");
  keys.feed("\n");
  BOOST_TEST(keys.take_rest() == "\n");
}

BOOST_AUTO_TEST_SUITE_END()
