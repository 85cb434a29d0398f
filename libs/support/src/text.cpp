// amiko - small helpers for text
#include <amiko/support/text.hpp>

#include <amiko/base/error.hpp>

#include <algorithm>

namespace amiko::support {
namespace {

constexpr std::string_view white_space = " \t\r\n\v\f";

bool safe_in_shell(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("@%+:,./_-").find(c) != std::string_view::npos;
}

}  // namespace

std::string_view trim(std::string_view text) noexcept {
  const std::size_t first = text.find_first_not_of(white_space);
  if (first == std::string_view::npos) return text.substr(0, 0);
  return text.substr(first, text.find_last_not_of(white_space) - first + 1);
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> pieces;
  for (;;) {
    const std::size_t at = text.find(separator);
    pieces.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return pieces;
    text.remove_prefix(at + 1);
  }
}

std::vector<std::string_view> split_words(std::string_view text) {
  std::vector<std::string_view> words;
  std::size_t at = text.find_first_not_of(white_space);
  while (at != std::string_view::npos) {
    const std::size_t end = std::min(text.find_first_of(white_space, at), text.size());
    words.push_back(text.substr(at, end - at));
    at = text.find_first_not_of(white_space, end);
  }
  return words;
}

std::string to_lower_ascii(std::string_view text) {
  std::string lower(text);
  for (char& c : lower)
    c = to_lower_ascii(c);
  return lower;
}

bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return to_lower_ascii(x) == to_lower_ascii(y); });
}

bool starts_with_ignoring_case(std::string_view text, std::string_view prefix) noexcept {
  return equal_ignoring_case(text.substr(0, prefix.size()), prefix);
}

bool consume_prefix(std::string_view& text, std::string_view prefix) noexcept {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

std::string shell_quote(std::string_view text) {
  if (text.find('\0') != std::string_view::npos)
    throw_error(errc::invalid_argument, "a NUL character cannot be part of a shell word");
  if (!text.empty() && std::all_of(text.begin(), text.end(), safe_in_shell)) return std::string(text);
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'')
      quoted += "'\\''";
    else
      quoted += c;
  }
  return quoted + "'";
}

}  // namespace amiko::support
