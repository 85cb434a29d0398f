// amiko - pieces that the board's screens are made of
#include "screen.hpp"

#include "text.hpp"

#include <algorithm>
#include <array>

namespace bbs {
namespace {

constexpr std::size_t widest = 80;
constexpr std::size_t logo_width = 40;

constexpr std::array<std::string_view, 5> big_letters{
    R"(              _ _          _    _         )", R"(  __ _ _ __  (_) |_____   | |__| |__ ___  )",
    R"( / _` | '  \ | | / / _ \  | '_ \ '_ (_-<  )", R"( \__,_|_|_|_||_|_\_\___/  |_.__/_.__/__/  )",
    R"(                                          )"};

}  // namespace

Screen::Screen(const Style& style, std::size_t columns)
    : style_(style), width_(std::max<std::size_t>(std::min(columns, widest), 12) - 2) {}

std::string Screen::repeated(std::string_view piece, std::size_t times) const {
  std::string text;
  for (std::size_t i = 0; i < times; ++i)
    text += piece;
  return text;
}

void Screen::clear() {
  cleared_ = true;
}

void Screen::bar(std::string_view left, std::string_view right) {
  const std::size_t room = width_ - 2;
  const std::string end = cut(style_.shown(right), room / 2, style_.lines().ellipsis);
  const std::size_t rest = room - columns(end);
  const std::string start = fit(style_.shown(left), rest, style_.lines().ellipsis);
  lines_.push_back(" " + style_.paint(Ink::bar, " " + start + end + " "));
  if (!style_.ansi()) rule();
}

void Screen::line(const std::string& text) {
  lines_.push_back(" " + cut(text, width_, style_.lines().ellipsis));
}

void Screen::lines(const std::vector<std::string>& all) {
  for (const std::string& text : all)
    line(text);
}

void Screen::rule() {
  line(style_.paint(Ink::frame, repeated(style_.lines().horizontal, width_)));
}

void Screen::box(std::string_view title, const std::vector<std::string>& rows) {
  const Style::Lines& drawn = style_.lines();
  const std::string name = title.empty() ? "" : " " + cut(title, inner(), drawn.ellipsis) + " ";
  const std::size_t rest = width_ - 3 - columns(name);
  line(style_.paint(Ink::frame, std::string(drawn.top_left) + std::string(drawn.horizontal)) +
       style_.paint(Ink::title, name) +
       style_.paint(Ink::frame, repeated(drawn.horizontal, rest) + std::string(drawn.top_right)));
  const std::string side = style_.paint(Ink::frame, drawn.vertical);
  for (const std::string& row : rows)
    line(side + "  " + fit(row, inner(), drawn.ellipsis) + "  " + side);
  line(style_.paint(Ink::frame, std::string(drawn.bottom_left) + repeated(drawn.horizontal, width_ - 2) +
                                    std::string(drawn.bottom_right)));
}

void Screen::logo(const std::vector<std::string>& facts) {
  if (width_ < logo_width + 2) return lines(facts);
  const bool beside = width_ >= logo_width + 26;
  for (std::size_t i = 0; i < std::max(big_letters.size(), beside ? facts.size() : 0); ++i) {
    const std::string_view letters = i < big_letters.size() ? big_letters[i] : "";
    std::string row = style_.paint(Ink::logo, fit(letters, logo_width + 2, ""));
    if (beside && i < facts.size()) row += "  " + facts[i];
    line(row);
  }
  if (!beside) lines(facts);
}

std::string Screen::text() const {
  std::string all = cleared_ ? style_.clear_screen() : "";
  for (const std::string& text : lines_)
    all += text + "\n";
  return all;
}

std::string key_hint(const Style& style, std::string_view key, std::string_view what) {
  return "[" + style.paint(Ink::key, key) + "] " + std::string(what);
}

}  // namespace bbs
