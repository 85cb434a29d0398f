// amiko - small helpers for text
#pragma once

#include <charconv>
#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace amiko::support {

// Pure functions; any thread.  Letters and white space are those of ASCII, whatever the locale is.  Returned
// views point into the argument.

/// Without white space (space, tab, CR, LF, VT, FF) at both ends.
std::string_view trim(std::string_view text) noexcept;

/// The pieces between `separator`s, empty ones included; one piece if there is none.
std::vector<std::string_view> split(std::string_view text, char separator);
/// The pieces between runs of white space; none are empty.
std::vector<std::string_view> split_words(std::string_view text);

constexpr char to_lower_ascii(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
std::string to_lower_ascii(std::string_view text);
bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept;
bool starts_with_ignoring_case(std::string_view text, std::string_view prefix) noexcept;
/// Removes `prefix` from the start of `text`; false, and no change, if it is not there.
bool consume_prefix(std::string_view& text, std::string_view prefix) noexcept;

/// `text` as one word of a POSIX shell: as it is where that is safe, else in single quotes.  Throws
/// errc::invalid_argument for text with a NUL, which no argument can hold.
std::string shell_quote(std::string_view text);

/// The whole of `text` as a number: no white space, no '+', nothing behind it, in range of T.
template <std::integral T>
std::optional<T> parse_number(std::string_view text, int base = 10) {
  T value{};
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value, base);
  if (error != std::errc() || stop != end) return std::nullopt;
  return value;
}

}  // namespace amiko::support
