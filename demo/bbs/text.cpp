// amiko - text of the board: cleaning, measuring, wrapping, dates
#include "text.hpp"

#include <amiko/base/printable.hpp>

#include <algorithm>
#include <array>
#include <ctime>

#include <wchar.h>

namespace bbs {
namespace {

struct Character {
  std::size_t size = 1;
  std::size_t columns = 1;
};

// At the start of `text`, which is well-formed UTF-8: everything here has been through printable().
Character first(std::string_view text) {
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = at(0);
  if (lead < 0x80) return {};
  const std::size_t size = std::min<std::size_t>(lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2, text.size());
  auto code = static_cast<char32_t>(lead & (0x7f >> size));
  for (std::size_t i = 1; i < size; ++i)
    code = (code << 6) | (at(i) & 0x3f);
  const int width = ::wcwidth(static_cast<wchar_t>(code));
  return {size, width < 0 ? 1U : static_cast<std::size_t>(width)};
}

// The size of a colour sequence at the start of `text`; 0: there is none.
std::size_t sequence(std::string_view text) {
  if (!text.starts_with("\x1b[")) return 0;
  const std::size_t end = text.find('m');
  return end == std::string_view::npos ? 0 : end + 1;
}

std::string without_colours(std::string_view text) {
  std::string plain;
  while (!text.empty()) {
    const std::size_t skipped = sequence(text);
    if (skipped == 0) plain += text.front();
    text.remove_prefix(std::max<std::size_t>(skipped, 1));
  }
  return plain;
}

// Bytes of the part that takes at most `width` columns.
std::size_t fitting(std::string_view text, std::size_t width) {
  std::size_t at = 0;
  std::size_t taken = 0;
  while (at < text.size()) {
    const Character next = first(text.substr(at));
    if (taken + next.columns > width) break;
    taken += next.columns;
    at += next.size;
  }
  return at;
}

void wrap_line(std::string_view line, std::size_t width, std::vector<std::string>& out) {
  while (columns(line) > width) {
    const std::size_t room = std::max(fitting(line, width), first(line).size);
    std::size_t end = room;
    if (line[room] != ' ') {
      const std::size_t blank = line.rfind(' ', room);
      if (blank != std::string_view::npos && line.find_first_not_of(' ') < blank) end = blank;
    }
    out.emplace_back(line.substr(0, end));
    line.remove_prefix(std::min(line.find_first_not_of(' ', end), line.size()));
  }
  out.emplace_back(line);
}

}  // namespace

std::string clean(std::string_view text, std::size_t limit) {
  const auto is_blank = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  while (!text.empty() && is_blank(text.front()))
    text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back()))
    text.remove_suffix(1);
  std::string blanks(text);
  std::ranges::replace(blanks, '\t', ' ');
  std::string safe = amiko::printable(blanks, false, blanks.size());
  std::size_t at = 0;
  for (std::size_t n = 0; n < limit && at < safe.size(); ++n)
    at += first(std::string_view(safe).substr(at)).size;
  safe.resize(std::min(at, safe.size()));
  return safe;
}

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

std::size_t columns(std::string_view text) {
  std::size_t total = 0;
  while (!text.empty()) {
    if (const std::size_t skipped = sequence(text); skipped != 0) {
      text.remove_prefix(skipped);
      continue;
    }
    const Character next = first(text);
    total += next.columns;
    text.remove_prefix(next.size);
  }
  return total;
}

std::string cut(std::string_view whole, std::size_t width, std::string_view ellipsis) {
  if (columns(whole) <= width) return std::string(whole);
  const std::string text = without_colours(whole);
  const std::size_t mark = columns(ellipsis);
  if (mark > width) return text.substr(0, fitting(text, width));
  return text.substr(0, fitting(text, width - mark)) + std::string(ellipsis);
}

std::string fit(std::string_view text, std::size_t width, std::string_view ellipsis) {
  return pad(cut(text, width, ellipsis), width);
}

std::string pad(std::string text, std::size_t width) {
  const std::size_t taken = columns(text);
  if (taken < width) text.append(width - taken, ' ');
  return text;
}

std::vector<std::string> wrap(std::string_view text, std::size_t width) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    wrap_line(text.substr(0, end), std::max<std::size_t>(width, 1), lines);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  if (lines.empty()) lines.emplace_back();
  return lines;
}

std::string to_ascii(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const Character next = first(text);
    out += next.size == 1 ? text.front() : '?';
    text.remove_prefix(next.size);
  }
  return out;
}

std::string to_lower(std::string_view ascii) {
  std::string lower(ascii);
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return lower;
}

std::string count(std::int64_t number, const std::string& noun) {
  if (number == 0) return "no " + noun + "s";
  return std::to_string(number) + " " + noun + (number == 1 ? "" : "s");
}

std::int64_t now_seconds() {
  return static_cast<std::int64_t>(std::time(nullptr));
}

std::string date(std::int64_t seconds, const char* format) {
  const auto time = static_cast<std::time_t>(seconds);
  std::tm parts{};
  ::localtime_r(&time, &parts);
  std::array<char, 64> text{};
  return {text.data(), std::strftime(text.data(), text.size(), format, &parts)};
}

std::string duration(std::int64_t seconds) {
  if (seconds < 60) return std::to_string(seconds) + " s";
  const std::int64_t minutes = seconds / 60;
  if (minutes < 60) return std::to_string(minutes) + " min";
  if (minutes < 48 * 60) {
    const std::string rest = std::to_string(minutes % 60);
    return std::to_string(minutes / 60) + (rest.size() == 1 ? ":0" : ":") + rest + " h";
  }
  return std::to_string(minutes / (24 * 60)) + " days";
}

}  // namespace bbs
