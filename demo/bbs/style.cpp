// amiko - what a caller's terminal can show
#include "style.hpp"

#include "text.hpp"

#include <algorithm>
#include <array>

namespace bbs {
namespace {

constexpr Style::Lines drawn{"─", "│", "╭", "╮", "╰", "╯", "…", "•", "—"};
constexpr Style::Lines ascii{"-", "|", "+", "+", "+", "+", "...", "*", "-"};

// By what stands before the first '-': "xterm-256color", "screen.xterm" and the like.
constexpr std::array<std::string_view, 19> colourful{
    "xterm", "screen",  "tmux",  "rxvt",    "putty",    "linux",  "konsole", "gnome",  "alacritty", "foot",
    "st",    "wezterm", "kitty", "ghostty", "teraterm", "mintty", "eterm",   "iterm2", "vscode"};
constexpr std::array<std::string_view, 2> colourful_without_utf8{"ansi", "cygwin"};

bool any_of(auto& list, std::string_view family) {
  return std::ranges::find(list, family) != list.end();
}

// The locale as setlocale() would find it: whether it speaks against UTF-8.
bool is_other_charset(const std::map<std::string, std::string>& env) {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const auto found = env.find(name);
    if (found == env.end() || found->second.empty()) continue;
    const std::string value = to_lower(found->second);
    return value.find("utf-8") == std::string::npos && value.find("utf8") == std::string::npos;
  }
  return false;
}

struct Codes {
  std::string_view colour, plain;
};

Codes codes_of(Ink ink) {
  switch (ink) {
    case Ink::bar:
      return {"1;37;44", "7"};
    case Ink::frame:
      return {"36", ""};
    case Ink::title:
      return {"1;36", "1"};
    case Ink::key:
      return {"1;33", "1"};
    case Ink::faint:
      return {"90", ""};
    case Ink::good:
      return {"32", ""};
    case Ink::warning:
      return {"1;31", "1"};
    case Ink::logo:
      return {"1;35", "1"};
    case Ink::plain:
      break;
  }
  return {};
}

}  // namespace

Style Style::of(const std::string& term, const std::map<std::string, std::string>& env) {
  Style style;
  std::string family = to_lower(term.substr(0, term.find_first_of("-.")));
  const bool vt = family.size() >= 4 && family.starts_with("vt") && family[2] >= '1';
  const bool modern = any_of(colourful, family);
  style.colour_ = modern || any_of(colourful_without_utf8, family);
  style.ansi_ = style.colour_ || vt;
  style.utf8_ = modern && !is_other_charset(env);
  if (const auto no_colour = env.find("NO_COLOR"); no_colour != env.end() && !no_colour->second.empty())
    style.colour_ = false;
  return style;
}

std::string Style::sgr(std::string_view code, std::string_view text) const {
  if (!ansi_ || code.empty() || text.empty()) return std::string(text);
  return "\x1b[" + std::string(code) + "m" + std::string(text) + "\x1b[0m";
}

std::string Style::paint(Ink ink, std::string_view text) const {
  const Codes codes = codes_of(ink);
  return sgr(colour_ ? codes.colour : codes.plain, text);
}

std::string Style::name(std::string_view name) const {
  constexpr std::array<std::string_view, 6> palette{"1;32", "1;33", "1;34", "1;35", "1;36", "33"};
  std::size_t sum = 0;
  for (const char c : to_lower(name))
    sum = sum * 31 + static_cast<unsigned char>(c);
  return sgr(colour_ ? palette[sum % palette.size()] : "1", name);
}

std::string Style::clear_screen() const {
  return ansi_ ? "\x1b[2J\x1b[H" : "";
}

std::string Style::clear_row(std::size_t columns) const {
  return ansi_ ? "\r\x1b[K" : "\r" + std::string(columns, ' ') + "\r";
}

std::string Style::shown(std::string_view text) const {
  return utf8_ ? std::string(text) : to_ascii(text);
}

const Style::Lines& Style::lines() const noexcept {
  return utf8_ ? drawn : ascii;
}

}  // namespace bbs
