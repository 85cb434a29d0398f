// amiko - what an application writes, made fit for a terminal, and the column where it ends
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace amiko {

/// LF becomes CR LF, bytes that are no UTF-8 become U+FFFD, the rest passes.  A code point or a terminal
/// sequence that is not complete waits for its rest (at most 4096 bytes), since other output may come
/// between. The column is followed through text, CR, BS, tabs and the sequences that move the cursor within a
/// row; it is right for terminals that wrap at their right edge.
class LineOutput {
 public:
  explicit LineOutput(std::size_t columns) : columns_(columns) {}

  void write(std::string_view text, std::string& out);

  /// From 0; the terminal's width if the row is full and the next character goes to the next row.
  std::size_t column() const noexcept { return column_; }
  /// The cursor was put at the start of a new row: that the application did not do so is made up for when the
  /// next that it writes is LF.
  void row_broken();
  /// The cursor is at the start of a row, and nothing is open.
  void row_ended();
  /// The terminal has another width, and the cursor is in this column.
  void resize(std::size_t columns, std::size_t column);
  /// Writes to an empty row what is in this one: the output since the last LF, unless that is very long.
  void write_row(std::string& out);
  /// Nothing was written since row_broken().
  bool is_broken() const noexcept { return broken_; }

 private:
  std::size_t put(std::string_view in, std::string& out);
  std::size_t put_sequence(std::string_view in, std::string& out);
  void put_control(char c, std::string& out);
  void follow(std::string_view sequence);
  void advance(std::size_t columns);
  void keep(std::string_view written);

  struct Row {
    std::string text{};
    bool lost = false;  // it is too long to be kept
  };

  std::size_t columns_;
  std::size_t column_ = 0;
  bool after_cr_ = false;
  bool broken_ = false;
  std::string held_;
  Row row_;
};

}  // namespace amiko
