// amiko - a terminal's screen, as far as a line editor needs one
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace amiko::test {

/// A grid of cells that behaves as xterm does: a character in the last column leaves the cursor there, and
/// the next one wraps.  A wide character that does not fit wraps and leaves the last cell as it was.  Throws
/// for what it does not know.  Its widths are its own: CJK, Hangul, fullwidth forms and emoji are wide,
/// U+0300 to U+036F combine.
class VirtualTerminal {
 public:
  enum class Kind {
    xterm,
    eager,  ///< wraps with the character in the last column
    plain,  ///< as xterm, but knows no escape sequences
  };
  enum class Resizing { leaves_rows, breaks_rows_anew };

  explicit VirtualTerminal(std::size_t columns, Kind kind = Kind::xterm, std::size_t height = 50)
      : kind_(kind), columns_(columns), rows_(height, Row(columns)) {}

  void feed(std::string_view bytes) {
    pending_ += bytes;
    std::size_t n = 0;
    while (!pending_.empty() && (n = step(pending_)) != 0)
      pending_.erase(0, n);
  }

  /// Without blanks at the ends of rows and blank rows at the end.
  std::vector<std::string> screen() const {
    std::vector<std::string> result;
    for (const Row& row : rows_)
      result.push_back(text_of(row));
    while (!result.empty() && result.back().empty())
      result.pop_back();
    return result;
  }
  std::size_t row() const { return row_; }
  /// The number of columns when the next character would wrap.
  std::size_t column() const { return wraps_next_ ? columns_ : column_; }
  std::size_t bells() const { return bells_; }
  /// Rows that went off the top.
  std::size_t scrolled() const { return scrolled_; }
  bool is_complete() const { return pending_.empty(); }

  void resize(std::size_t columns, Resizing how) {
    if (how == Resizing::breaks_rows_anew)
      break_anew(columns);
    else
      for (Row& row : rows_)
        row.cells.resize(columns);
    columns_ = columns;
    column_ = std::min(column_, columns_ - 1);
    wraps_next_ = false;
  }

 private:
  struct Cell {
    std::string text{};       // empty: blank
    bool right_half = false;  // of the wide character in the cell before
  };
  struct Row {
    explicit Row(std::size_t columns) : cells(columns) {}
    std::vector<Cell> cells;
    bool wrapped = false;  // its text goes on in the next
  };

  static std::string text_of(const Row& row) {
    std::string text;
    for (const Cell& cell : row.cells)
      if (!cell.right_half) text += cell.text.empty() ? " " : cell.text;
    text.erase(text.find_last_not_of(' ') + 1);
    return text;
  }

  static std::size_t width(char32_t c) {
    if (c >= 0x300 && c <= 0x36f) return 0;
    const bool wide = (c >= 0x1100 && c <= 0x115f) || (c >= 0x3000 && c <= 0x9fff) ||
                      (c >= 0xac00 && c <= 0xd7a3) || (c >= 0xff01 && c <= 0xff60) ||
                      (c >= 0x1f300 && c <= 0x1f64f);
    return wide ? 2 : 1;
  }

  // One character, control character or sequence; how many bytes, 0: not complete.
  std::size_t step(const std::string& in) {
    const auto c = static_cast<std::uint8_t>(in[0]);
    if (c == 0x1b) return sequence(in);
    if (c < 0x20) {
      control(in[0]);
      return 1;
    }
    const std::size_t n = c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
    if (c == 0x7f || (c >= 0x80 && c < 0xc2) || c > 0xf4) throw std::runtime_error("no UTF-8 on the screen");
    if (in.size() < n) return 0;
    char32_t code = n == 1 ? c : c & (0xffU >> (n + 1));
    for (std::size_t i = 1; i < n; ++i)
      code = (code << 6) | (static_cast<std::uint8_t>(in[i]) & 0x3fU);
    print(in.substr(0, n), std::min(width(code), columns_));
    return n;
  }

  void control(char c) {
    if (c == '\a') {
      ++bells_;
      return;
    }
    if (c == '\t' && wraps_next_) return;
    if (c == '\n')
      line_feed();
    else if (c == '\r')
      column_ = 0;
    else if (c == '\b')
      column_ -= column_ > 0 ? 1 : 0;
    else if (c == '\t')
      column_ = std::min((column_ / 8 + 1) * 8, columns_ - 1);
    else
      throw std::runtime_error("control character " + std::to_string(static_cast<int>(c)));
    wraps_next_ = false;
  }

  void line_feed() {
    if (row_ + 1 < rows_.size()) {
      ++row_;
    } else {
      rows_.erase(rows_.begin());
      rows_.emplace_back(columns_);
      ++scrolled_;
    }
  }

  void wrap() {
    rows_[row_].wrapped = true;
    line_feed();
    column_ = 0;
    wraps_next_ = false;
  }

  Cell& cell(std::size_t column) { return rows_[row_].cells[column]; }

  // A wide character of which one half goes is gone.
  void blank(std::size_t column) {
    if (cell(column).right_half && column > 0) cell(column - 1) = Cell{};
    if (column + 1 < columns_ && cell(column + 1).right_half) cell(column + 1) = Cell{};
    cell(column) = Cell{};
  }

  void print(const std::string& text, std::size_t wide) {
    if (wide == 0) return combine(text);
    if (wraps_next_ || column_ + wide > columns_) wrap();
    for (std::size_t i = 0; i < wide; ++i)
      blank(column_ + i);
    cell(column_).text = text;
    if (wide == 2) cell(column_ + 1).right_half = true;
    column_ += wide;
    if (column_ < columns_) return;
    column_ = columns_ - 1;
    wraps_next_ = true;
    if (kind_ == Kind::eager) wrap();
  }

  void combine(const std::string& mark) {
    std::size_t at = column_;
    if (!wraps_next_) {
      if (at == 0) return;
      --at;
    }
    if (cell(at).right_half) --at;
    cell(at).text += mark;
  }

  std::size_t sequence(const std::string& in) {
    if (kind_ == Kind::plain) throw std::runtime_error("an escape sequence for a plain terminal");
    if (in.size() < 2) return 0;
    if (in[1] != '[') throw std::runtime_error("no CSI");
    const std::size_t end = in.find_first_not_of("0123456789;", 2);
    if (end == std::string::npos) return 0;
    perform(in[end], in.substr(2, end - 2));
    return end + 1;
  }

  void perform(char what, const std::string& parameters) {
    if (what == 'm') return;
    const std::size_t given = parameters.empty() ? 0 : std::stoul(parameters);
    const std::size_t n = std::max<std::size_t>(given, 1);
    switch (what) {
      case 'A':
        row_ -= std::min(n, row_);
        break;
      case 'B':
        row_ = std::min(row_ + n, rows_.size() - 1);
        break;
      case 'C':
        column_ = std::min(column_ + n, columns_ - 1);
        break;
      case 'D':
        column_ -= std::min(n, column_);
        break;
      case 'G':
        column_ = std::min(n - 1, columns_ - 1);
        break;
      case 'H':
        if (!parameters.empty()) throw std::runtime_error("CSI H with a position");
        row_ = column_ = 0;
        break;
      case 'J':
        clear_rows(given == 2 ? 0 : row_ + 1);
        if (given == 0) clear_row();
        break;
      case 'K':
        clear_row();
        break;
      default:
        throw std::runtime_error(std::string("CSI ") + what);
    }
    wraps_next_ = false;
  }

  void clear_row() {
    for (std::size_t i = column_; i < columns_; ++i)
      blank(i);
    rows_[row_].wrapped = false;
  }

  void clear_rows(std::size_t from) {
    for (std::size_t i = from; i < rows_.size(); ++i)
      rows_[i] = Row(columns_);
  }

  // Joins rows that were wrapped and cuts them at the new width; the cursor stays with its text.
  void break_anew(std::size_t columns) {
    std::vector<Row> rows;
    std::size_t cursor_row = 0;
    std::size_t cursor_column = 0;
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      std::vector<Cell> line;
      std::size_t cursor = std::string::npos;
      for (bool more = true; more; i += more ? 1 : 0) {
        if (i == row_) cursor = line.size() + column_;
        line.insert(line.end(), rows_[i].cells.begin(), rows_[i].cells.end());
        more = rows_[i].wrapped && i + 1 < rows_.size();
      }
      while (!line.empty() && line.back().text.empty() && !line.back().right_half)
        line.pop_back();
      const std::size_t first = rows.size();
      const std::size_t used = cursor == std::string::npos ? line.size() : std::max(line.size(), cursor + 1);
      for (std::size_t at = 0; at == 0 || at < used; at += columns) {
        rows.emplace_back(columns);
        for (std::size_t k = at; k < std::min(at + columns, line.size()); ++k)
          rows.back().cells[k - at] = line[k];
        rows.back().wrapped = at + columns < used;
      }
      if (cursor != std::string::npos) {
        cursor_row = first + cursor / columns;
        cursor_column = cursor % columns;
      }
    }
    rows.resize(std::max(rows.size(), rows_.size()), Row(columns));
    const std::size_t lost =
        cursor_row >= rows_.size() ? cursor_row - rows_.size() + 1 : 0;  // went off the top
    rows.erase(rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(lost));
    rows.resize(rows_.size(), Row(columns));
    scrolled_ += lost;
    rows_ = std::move(rows);
    row_ = cursor_row - lost;
    column_ = cursor_column;
  }

  Kind kind_;
  std::size_t columns_;
  std::vector<Row> rows_;
  std::size_t row_ = 0;
  std::size_t column_ = 0;
  bool wraps_next_ = false;
  std::size_t bells_ = 0;
  std::size_t scrolled_ = 0;
  std::string pending_;
};

}  // namespace amiko::test
