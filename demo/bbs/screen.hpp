// amiko - pieces that the board's screens are made of
#pragma once

#include "style.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace bbs {

/// Collects lines.  Nothing is wider than the terminal, and nothing wider than 80 columns.
class Screen {
 public:
  Screen(const Style& style, std::size_t columns);

  /// What there is to fill, without the margins.
  std::size_t width() const noexcept { return width_; }
  /// Columns inside a box.
  std::size_t inner() const noexcept { return width_ > 6 ? width_ - 6 : 1; }

  void clear();
  /// A coloured row with something at either end.
  void bar(std::string_view left, std::string_view right);
  void blank() { lines_.emplace_back(); }
  /// May have colours; too long a line loses its end, and then its colours.
  void line(const std::string& text);
  void lines(const std::vector<std::string>& all);
  void box(std::string_view title, const std::vector<std::string>& rows);
  void rule();
  /// The big letters, with facts at their right where there is room.
  void logo(const std::vector<std::string>& facts);

  const std::vector<std::string>& rows() const noexcept { return lines_; }
  /// All of it, each line ended.
  std::string text() const;

 private:
  std::string repeated(std::string_view piece, std::size_t times) const;

  const Style& style_;
  std::size_t width_;
  bool cleared_ = false;
  std::vector<std::string> lines_;
};

/// A number in the brackets of a key: "[L] Lobby".
std::string key_hint(const Style& style, std::string_view key, std::string_view what);

}  // namespace bbs
