// amiko - what a caller's terminal can show
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace bbs {

/// What a piece of text is, for its colour.
enum class Ink { plain, bar, frame, title, key, faint, good, warning, logo };

/// Colours, line drawing and screen control as far as the terminal has them.  A value.
class Style {
 public:
  /// Plain ASCII and nothing else.
  Style() = default;
  /// By the terminal's type and the variables that the client sent: NO_COLOR, LC_ALL, LC_CTYPE and LANG.
  static Style of(const std::string& term, const std::map<std::string, std::string>& env);

  bool ansi() const noexcept { return ansi_; }
  bool colour() const noexcept { return colour_; }
  bool utf8() const noexcept { return utf8_; }

  std::string paint(Ink ink, std::string_view text) const;
  /// A name, always in the same of several colours.
  std::string name(std::string_view name) const;
  /// Clears the screen; nothing where that cannot be done.
  std::string clear_screen() const;
  /// To the start of the row, and the row empty.
  std::string clear_row(std::size_t columns) const;
  /// Text of others as it can be shown here.
  std::string shown(std::string_view text) const;

  struct Lines {
    std::string_view horizontal, vertical, top_left, top_right, bottom_left, bottom_right, ellipsis, bullet,
        dash;
  };
  const Lines& lines() const noexcept;

 private:
  std::string sgr(std::string_view code, std::string_view text) const;

  bool ansi_ = false;
  bool colour_ = false;
  bool utf8_ = false;
};

}  // namespace bbs
