// amiko - a caller's session: pages
#include "session.hpp"

#include "text.hpp"

#include <algorithm>

namespace bbs {
namespace {

constexpr std::size_t fewest_rows = 4;

}  // namespace

std::size_t Session::show_rows(const std::vector<std::string>& lines, std::size_t from, std::size_t many) {
  std::string text;
  const std::size_t end = std::min(lines.size(), from + many);
  for (std::size_t i = from; i < end; ++i)
    text += lines[i] + "\n";
  write(text);
  return end;
}

bool Session::page(const Render& render) {
  std::vector<std::string> lines = render(columns());
  if (!interactive()) return show_rows(lines, 0, lines.size()) == lines.size();
  const auto height = [this] { return std::max(rows(), fewest_rows) - 1; };
  std::size_t top = 0;
  std::size_t shown = show_rows(lines, 0, height());
  // The place in the text stays, whatever the width.
  const auto redraw = [&] {
    const std::size_t before = std::max<std::size_t>(lines.size(), 1);
    lines = render(columns());
    top = std::min(top * lines.size() / before, lines.size() - 1);
    write(style_.clear_screen());
    shown = show_rows(lines, top, height());
  };
  while (shown < lines.size()) {
    const std::string percent = std::to_string(shown * 100 / lines.size());
    const std::string prompt = style_.paint(Ink::bar, "--More-- (" + percent + "%)") +
                               style_.paint(Ink::faint, " space, Enter, b back, q quit ");
    const char pressed = key_or_resize(prompt);
    write(style_.clear_row(bbs::columns(prompt)));
    if (pressed == resized) redraw();
    if (pressed == 'q' || pressed == '\x04') return false;
    if (pressed == 'b') {
      top = top > height() ? top - height() : 0;
      write(style_.clear_screen());
      shown = show_rows(lines, top, height());
    } else if (pressed == '\r') {
      shown = show_rows(lines, shown, 1);
      top = shown > height() ? shown - height() : 0;
    } else if (pressed == ' ') {
      top = shown;
      shown = show_rows(lines, shown, height());
    }
  }
  return true;
}

void Session::pause() {
  if (!interactive()) return;
  const std::string prompt = " " + style_.paint(Ink::faint, "Press a key ");
  key(prompt);
  write(style_.clear_row(bbs::columns(prompt)));
}

}  // namespace bbs
