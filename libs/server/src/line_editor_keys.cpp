// amiko - from the bytes that a terminal sends to keys
#include "line_editor_keys.hpp"

#include <amiko/base/error.hpp>
#include <amiko/base/secret.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "columns.hpp"
#include "utf8.hpp"

namespace amiko {
namespace {

constexpr std::size_t longest_sequence = 32;
constexpr char esc = '\x1b';

struct Binding {
  std::string_view sequence;
  KeyCommand command;
};

// The second forms of arrows, Home and End are those of a keypad in application mode; [1~, [4~ come from
// linux and screen, [7~, [8~ from rxvt.
constexpr std::array bindings{
    Binding{"\r", KeyCommand::enter},
    Binding{"\n", KeyCommand::enter},
    Binding{"\x1bOM", KeyCommand::enter},
    Binding{"\x04", KeyCommand::eof_or_erase_right},
    Binding{"\x08", KeyCommand::erase_left},
    Binding{"\x7f", KeyCommand::erase_left},
    Binding{"\x1b[3~", KeyCommand::erase_right},
    Binding{"\x15", KeyCommand::erase_line},
    Binding{"\x0b", KeyCommand::erase_to_end},
    Binding{"\x17", KeyCommand::erase_word},
    Binding{"\x19", KeyCommand::insert_erased},
    Binding{"\x02", KeyCommand::left},
    Binding{"\x1b[D", KeyCommand::left},
    Binding{"\x1bOD", KeyCommand::left},
    Binding{"\x06", KeyCommand::right},
    Binding{"\x1b[C", KeyCommand::right},
    Binding{"\x1bOC", KeyCommand::right},
    Binding{"\x01", KeyCommand::home},
    Binding{"\x1b[H", KeyCommand::home},
    Binding{"\x1bOH", KeyCommand::home},
    Binding{"\x1b[1~", KeyCommand::home},
    Binding{"\x1b[7~", KeyCommand::home},
    Binding{"\x05", KeyCommand::end},
    Binding{"\x1b[F", KeyCommand::end},
    Binding{"\x1bOF", KeyCommand::end},
    Binding{"\x1b[4~", KeyCommand::end},
    Binding{"\x1b[8~", KeyCommand::end},
    Binding{"\x10", KeyCommand::up},
    Binding{"\x1b[A", KeyCommand::up},
    Binding{"\x1bOA", KeyCommand::up},
    Binding{"\x0e", KeyCommand::down},
    Binding{"\x1b[B", KeyCommand::down},
    Binding{"\x1bOB", KeyCommand::down},
    Binding{"\x12", KeyCommand::redraw},
    Binding{"\x0c", KeyCommand::clear_screen},
    Binding{"\x03", KeyCommand::interrupt},
    Binding{"\x1b[33~", KeyCommand::interrupt},
};

KeyCommand command_of(std::string_view sequence) noexcept {
  const auto found = std::ranges::find(bindings, sequence, &Binding::sequence);
  return found == bindings.end() ? KeyCommand::none : found->command;
}

// What stands at the start of the input.
struct Token {
  enum class Kind { incomplete, text, control, sequence, broken_sequence, invalid };
  Kind kind;
  std::size_t length;
};

std::uint8_t byte(std::string_view text, std::size_t i) noexcept {
  return static_cast<std::uint8_t>(text[i]);
}
bool is_control(std::uint8_t c) noexcept {
  return c < 0x20 || c == 0x7f;
}
bool is_parameter(std::uint8_t c) noexcept {
  return c >= 0x20 && c <= 0x3f;
}
bool is_final(std::uint8_t c) noexcept {
  return c >= 0x40 && c <= 0x7e;
}

// ESC [ or ESC O, parameters, and one byte that ends it.  Any other byte belongs to the next key.
Token sequence_token(std::string_view in) noexcept {
  std::size_t end = 2;
  while (end < in.size() && is_parameter(byte(in, end)))
    ++end;
  if (end == in.size()) return {Token::Kind::incomplete, end};
  if (!is_final(byte(in, end))) return {Token::Kind::broken_sequence, end};
  // F1 to F5 of the Linux console: ESC [ [ A
  if (in[1] != '[' || end != 2 || in[2] != '[') return {Token::Kind::sequence, end + 1};
  if (in.size() == 3) return {Token::Kind::incomplete, 3};
  return {Token::Kind::sequence, is_control(byte(in, 3)) || byte(in, 3) >= 0x80 ? 3U : 4U};
}

Token escape_token(std::string_view in) noexcept {
  if (in.size() == 1) return {Token::Kind::incomplete, 1};
  if (in[1] == '[' || in[1] == 'O') return sequence_token(in);
  if (is_control(byte(in, 1))) return {Token::Kind::broken_sequence, 1};
  const Decoded next = decode_utf8(in.substr(1));  // Alt and a character
  if (next.kind == Decoded::Kind::incomplete) return {Token::Kind::incomplete, in.size()};
  if (next.kind == Decoded::Kind::invalid) return {Token::Kind::broken_sequence, 1};
  return {Token::Kind::sequence, 1 + next.length};
}

Token first_token(std::string_view in) noexcept {
  if (in[0] == esc) return escape_token(in);
  const Decoded next = decode_utf8(in);
  switch (next.kind) {
    case Decoded::Kind::incomplete:
      return {Token::Kind::incomplete, next.length};
    case Decoded::Kind::invalid:
      return {Token::Kind::invalid, next.length};
    case Decoded::Kind::character:
      break;
  }
  return {is_typeable(next.code) ? Token::Kind::text : Token::Kind::control, next.length};
}

bool is_whole_keys(std::string_view sequence) noexcept {
  while (!sequence.empty()) {
    const Token token = first_token(sequence);
    if (token.kind == Token::Kind::incomplete || token.kind == Token::Kind::invalid) return false;
    sequence.remove_prefix(token.length);
  }
  return true;
}

}  // namespace

KeyReader::~KeyReader() {
  offset_ = input_.size();
  forget();
}

// Keys that were read may have been a password's.
void KeyReader::forget() noexcept {
  if (offset_ != input_.size()) return;
  wipe(input_.data(), input_.size());
  input_.clear();
  offset_ = 0;
}

void KeyReader::feed(ByteView input) {
  forget();
  if (offset_ > input_.size() / 2) {
    input_.erase(0, offset_);
    offset_ = 0;
  }
  input_ += input.text();
}

std::string_view KeyReader::consume(std::size_t n) noexcept {
  const std::string_view bytes = rest().substr(0, n);
  offset_ += n;
  if (!bytes.empty()) after_cr_ = bytes.back() == '\r';
  return bytes;
}

// What belongs to keys before; true if there was any.
bool KeyReader::skip() noexcept {
  const std::string_view in = rest();
  if (after_cr_ && (in[0] == '\n' || in[0] == '\0')) {
    consume(1);
    return true;
  }
  if (!in_long_sequence_) return false;
  const auto end =
      std::ranges::find_if_not(in, [](char c) { return is_parameter(static_cast<std::uint8_t>(c)); });
  std::size_t n = static_cast<std::size_t>(end - in.begin());
  in_long_sequence_ = n == in.size();
  if (!in_long_sequence_ && is_final(byte(in, n))) ++n;
  consume(n);
  return n != 0;
}

KeyReader::Registered KeyReader::find_registered() const {
  const std::string_view in = rest();
  Registered result;
  for (auto it = registered_.lower_bound(in.substr(0, 1)); it != registered_.end() && it->front() == in[0];
       ++it) {
    if (in.starts_with(*it)) return {Match::whole, it->size()};  // the shortest comes first
    if (std::string_view(*it).starts_with(in)) result.match = Match::partial;
  }
  return result;
}

std::optional<Key> KeyReader::next() {
  forget();
  while (unread() > 0) {
    if (skip()) continue;
    const Registered registered = find_registered();
    if (registered.match == Match::whole)
      return Key{Key::Kind::registered, KeyCommand::none, consume(registered.length)};
    if (registered.match == Match::partial) return std::nullopt;

    const Token token = first_token(rest());
    if (token.kind == Token::Kind::incomplete) {
      if (token.length < longest_sequence) return std::nullopt;
      in_long_sequence_ = true;
    }
    const std::string_view bytes = consume(token.length);
    if (token.kind == Token::Kind::text) return Key{Key::Kind::text, KeyCommand::none, bytes};
    if (token.kind == Token::Kind::invalid) return Key{Key::Kind::unknown, KeyCommand::none, bytes};
    const KeyCommand command = command_of(bytes);
    if (command != KeyCommand::none) return Key{Key::Kind::command, command, bytes};
    if (token.kind == Token::Kind::control) return Key{Key::Kind::unknown, KeyCommand::none, bytes};
  }
  return std::nullopt;
}

std::string KeyReader::take_rest() {
  while (unread() > 0 && skip()) {
  }
  std::string taken(rest());
  offset_ = input_.size();
  if (!taken.empty()) after_cr_ = false;
  forget();
  return taken;
}

void KeyReader::drop(std::size_t n) noexcept {
  consume(n);
  in_long_sequence_ = false;
  forget();
}

void KeyReader::add(const std::string& sequence) {
  if (sequence.empty() || sequence.size() > longest_sequence || !is_whole_keys(sequence))
    throw Error(errc::invalid_argument, "the sequence is not one key or more, of 32 bytes at most");
  registered_.insert(sequence);
}

void KeyReader::remove(std::string_view sequence) {
  const auto found = registered_.find(sequence);
  if (found != registered_.end()) registered_.erase(found);
}

}  // namespace amiko
