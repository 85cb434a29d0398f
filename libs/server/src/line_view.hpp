// amiko - the edited line on the terminal's screen
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace amiko {

/// Knows what the screen shows of the line and writes what brings it to what it should show, the difference
/// only.  `out` is appended to.  Texts are valid UTF-8 without control characters; positions are between
/// clusters.  The screen's height is not known: of a line with more rows than that, the upper part is not
/// drawn right.
class LineView {
 public:
  virtual ~LineView();

  /// Nothing is shown, and the cursor is in this column, where the line will begin.
  virtual void begin(std::size_t column) = 0;
  /// The column where the line begins.
  virtual std::size_t start() const noexcept = 0;
  /// A line that begins at this column needs a row of its own; break_row() makes one.
  virtual bool needs_row(std::size_t column) const noexcept = 0;
  virtual void break_row(std::string& out) const = 0;

  virtual void show(std::string_view text, std::size_t cursor, std::string& out) = 0;
  /// Shows all of `text` and goes to the start of the next row: begin(0).
  virtual void finish(std::string_view text, std::string& out) = 0;
  void hide(std::string& out) { show({}, 0, out); }
  /// Nothing of the line is on the screen.
  virtual bool is_hidden() const noexcept = 0;

  /// Clears the screen for begin(0); false if that is not possible.
  virtual bool clear_screen(std::string& out) const = 0;
  /// The screen's width has changed.  Terminals break rows anew or cut them off, and do not say which: a part
  /// of a line that was longer than a row may stay behind above, but nothing else that stands there is lost.
  virtual void resize(std::size_t columns, std::string& out) = 0;

 protected:
  LineView() = default;
  LineView(const LineView&) = default;
  LineView& operator=(const LineView&) = default;
};

/// For a terminal of this name and width, which is not 0.
std::unique_ptr<LineView> make_line_view(std::string_view term, std::size_t columns);

/// The start that `a` and `b` have in common, whole clusters of both.
std::size_t common_prefix(std::string_view a, std::string_view b) noexcept;

}  // namespace amiko
