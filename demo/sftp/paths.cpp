// amiko - paths as text, and how names are shown
#include "paths.hpp"

#include <array>
#include <cstdint>
#include <cstdio>
#include <cwchar>

namespace demo {
namespace {

struct Character {
  std::size_t size = 1;  // in bytes
  char32_t code = 0;
  bool valid = false;
};

// The first character of `bytes`, which is not empty (RFC 3629 section 4).
Character first_character(std::string_view bytes) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(bytes[i]); };
  const std::uint8_t first = byte(0);
  if (first < 0x80) return {1, first, true};
  const std::size_t size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || bytes.size() < size) return {};
  char32_t code = first & (0xff >> (size + 1));
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return {};
    code = code << 6 | (byte(i) & 0x3f);
  }
  constexpr std::array<char32_t, 5> smallest{0, 0, 0x80, 0x800, 0x10000};
  if (code < smallest[size] || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) return {};
  return {size, code, true};
}

// Control characters, and those that change the direction of what follows.
bool may_be_shown(char32_t code) {
  if (code < 0x20 || (code >= 0x7f && code < 0xa0)) return false;
  return !(code >= 0x200b && code <= 0x200f) && !(code >= 0x2028 && code <= 0x202e) &&
         !(code >= 0x2066 && code <= 0x2069) && code != 0xfeff;
}

std::size_t width(char32_t code) {
  const int columns = ::wcwidth(static_cast<wchar_t>(code));
  return columns < 0 ? 1 : static_cast<std::size_t>(columns);
}

}  // namespace

std::string absolute(std::string_view path, std::string_view directory) {
  return path.starts_with('/') ? std::string(path) : join_path(directory, path);
}

std::string last_name(std::string_view path) {
  while (path.ends_with('/'))
    path.remove_suffix(1);
  const std::size_t slash = path.rfind('/');
  return std::string(slash == std::string_view::npos ? path : path.substr(slash + 1));
}

std::string join_path(std::string_view directory, std::string_view name) {
  std::string path(directory);
  if (!path.empty() && !path.ends_with('/')) path += '/';
  return path.append(name);
}

std::string relative_to(std::string_view path, std::string_view directory) {
  std::string_view rest = path;
  if (!rest.starts_with(directory)) return std::string(path);
  rest.remove_prefix(directory.size());
  if (!directory.ends_with('/') && !rest.starts_with('/')) return std::string(path);
  while (rest.starts_with('/'))
    rest.remove_prefix(1);
  return std::string(rest.empty() ? path : rest);
}

std::string printable(std::string_view bytes) {
  std::string text;
  while (!bytes.empty()) {
    const Character c = first_character(bytes);
    if (c.valid && may_be_shown(c.code)) {
      text.append(bytes.substr(0, c.size));
    } else {
      for (const char byte : bytes.substr(0, c.size)) {
        std::array<char, 5> octal{};
        std::snprintf(octal.data(), octal.size(), "\\%03o", static_cast<unsigned>(byte) & 0xff);
        text += octal.data();
      }
    }
    bytes.remove_prefix(c.size);
  }
  return text;
}

std::size_t columns_of(std::string_view text) {
  std::size_t columns = 0;
  while (!text.empty()) {
    const Character c = first_character(text);
    columns += width(c.code);
    text.remove_prefix(c.size);
  }
  return columns;
}

std::string fitted(std::string_view text, std::size_t columns) {
  std::string result;
  std::size_t used = 0;
  while (!text.empty()) {
    const Character c = first_character(text);
    if (used + width(c.code) > columns) break;
    used += width(c.code);
    result.append(text.substr(0, c.size));
    text.remove_prefix(c.size);
  }
  return result.append(columns - used, ' ');
}

}  // namespace demo
