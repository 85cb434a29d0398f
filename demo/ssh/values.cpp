// amiko - the values of options: numbers, times, sizes, lists, %-tokens
#include "values.hpp"

#include "options.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdlib>
#include <limits>

#include <pwd.h>
#include <unistd.h>

namespace demo {
namespace {

std::string quoted(std::string_view text) {
  return "\"" + std::string(text) + "\"";
}

std::uint64_t parse_digits(std::string_view text, std::string_view whole, std::uint64_t limit) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value > limit)
    throw OptionError("bad number " + quoted(whole));
  return value;
}

std::uint64_t seconds_in(char unit, std::string_view whole) {
  switch (std::tolower(static_cast<unsigned char>(unit))) {
    case 's':
      return 1;
    case 'm':
      return 60;
    case 'h':
      return 3600;
    case 'd':
      return 86400;
    case 'w':
      return 7 * 86400;
    default:
      throw OptionError("invalid time value " + quoted(whole));
  }
}

const passwd* account() {
  return ::getpwuid(::getuid());
}

}  // namespace

std::vector<std::string> split_words(std::string_view text) {
  std::vector<std::string> words;
  bool in_word = false;
  bool in_quotes = false;
  for (const char c : text) {
    const bool space = std::isspace(static_cast<unsigned char>(c)) != 0 && !in_quotes;
    if (!space && !in_word) words.emplace_back();
    in_word = !space;
    if (c == '"')
      in_quotes = !in_quotes;
    else if (!space)
      words.back() += c;
  }
  if (in_quotes) throw OptionError("no closing quote in " + std::string(text));
  return words;
}

std::vector<std::string> split_list(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(separator), text.size());
    if (end > 0) parts.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

std::string lower_case(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower;
}

bool parse_yes_no(std::string_view text) {
  const std::string value = lower_case(text);
  if (value == "yes" || value == "true") return true;
  if (value == "no" || value == "false") return false;
  throw OptionError("bad yes/no argument " + quoted(text));
}

unsigned parse_number(std::string_view text) {
  return static_cast<unsigned>(parse_digits(text, text, std::numeric_limits<int>::max()));
}

std::uint16_t parse_port(std::string_view text) {
  const std::uint64_t port = parse_digits(text, text, std::numeric_limits<std::uint64_t>::max());
  if (port == 0 || port > 65535) throw OptionError("bad port " + quoted(text));
  return static_cast<std::uint16_t>(port);
}

std::chrono::seconds parse_seconds(std::string_view text) {
  constexpr std::uint64_t longest = 100ULL * 365 * 86400;
  std::uint64_t total = 0;
  std::string_view left = text;
  do {
    const std::size_t digits = std::min(left.find_first_not_of("0123456789"), left.size());
    const std::uint64_t value = parse_digits(left.substr(0, digits), text, longest);
    const bool has_unit = digits < left.size();
    total += value * (has_unit ? seconds_in(left[digits], text) : 1);
    if (total > longest) throw OptionError("time value too long " + quoted(text));
    left.remove_prefix(digits + (has_unit ? 1 : 0));
  } while (!left.empty());
  return std::chrono::seconds(total);
}

std::uint64_t parse_bytes(std::string_view text) {
  constexpr std::string_view units = "kmg";
  const std::size_t unit =
      text.empty() ? units.npos
                   : units.find(static_cast<char>(std::tolower(static_cast<unsigned char>(text.back()))));
  const unsigned shift = unit == units.npos ? 0 : 10 * (static_cast<unsigned>(unit) + 1);
  const std::string_view digits = shift == 0 ? text : text.substr(0, text.size() - 1);
  return parse_digits(digits, text, std::numeric_limits<std::uint64_t>::max() >> shift) << shift;
}

std::string expand_tokens(std::string_view text, const Tokens& tokens) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      result += text[i];
      continue;
    }
    const char token = ++i < text.size() ? text[i] : '\0';
    const auto found = tokens.find(token);
    if (token == '%')
      result += '%';
    else if (found != tokens.end())
      result += found->second;
    else
      throw OptionError("unknown %-token in " + quoted(text));
  }
  return result;
}

std::string home_directory() {
  if (const char* home = std::getenv("HOME"); home != nullptr && *home != '\0') return home;
  const passwd* entry = account();
  return entry != nullptr ? entry->pw_dir : "/";
}

std::string local_user() {
  const passwd* entry = account();
  return entry != nullptr ? entry->pw_name : std::to_string(::getuid());
}

std::string expand_home(std::string_view path) {
  if (path == "~" || path.starts_with("~/")) return home_directory() + std::string(path.substr(1));
  return std::string(path);
}

}  // namespace demo
