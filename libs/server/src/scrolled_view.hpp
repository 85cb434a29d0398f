// amiko - the edited line on a terminal of which nothing is known: a part of it, in one row
#pragma once

#include "line_view.hpp"

namespace amiko {

/// Uses CR, LF, backspaces and spaces, and leaves the last column alone.
class ScrolledView : public LineView {
 public:
  explicit ScrolledView(std::size_t columns) : columns_(columns) {}

  void begin(std::size_t column) override;
  bool needs_row(std::size_t column) const noexcept override;
  void break_row(std::string& out) const override;
  void show(std::string_view text, std::size_t cursor, std::string& out) override;
  void finish(std::string_view text, std::string& out) override;
  std::size_t start() const noexcept override { return start_; }
  bool is_hidden() const noexcept override { return shown_.empty(); }
  bool clear_screen(std::string& out) const override;
  void resize(std::size_t columns, std::string& out) override;

 private:
  std::size_t room() const noexcept;
  std::string_view choose(std::string_view text, std::size_t cursor);
  void go_to(std::size_t column, std::string& out);
  void draw(std::string_view part, std::string& out);

  std::size_t columns_;
  std::size_t start_ = 0;   // column of the first that is shown
  std::size_t left_ = 0;    // byte of the text that is shown there
  std::string shown_;       // the part that is on the screen
  std::size_t column_ = 0;  // of the cursor, from start_
};

}  // namespace amiko
