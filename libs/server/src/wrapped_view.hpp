// amiko - the edited line on a terminal that understands ANSI sequences: as many rows as it takes
#pragma once

#include "line_view.hpp"

namespace amiko {

/// Uses CR, LF, and CSI A, B, C, D, H, J, K.  The cursor never rests behind a full row, where terminals
/// differ: it goes to the next one.
class WrappedView : public LineView {
 public:
  explicit WrappedView(std::size_t columns) : columns_(columns) {}

  void begin(std::size_t column) override;
  bool needs_row(std::size_t column) const noexcept override { return column >= columns_; }
  void break_row(std::string& out) const override;
  void show(std::string_view text, std::size_t cursor, std::string& out) override;
  void finish(std::string_view text, std::string& out) override;
  std::size_t start() const noexcept override { return start_; }
  bool is_hidden() const noexcept override { return shown_.empty(); }
  bool clear_screen(std::string& out) const override;
  void resize(std::size_t columns, std::string& out) override;

 private:
  struct Place {
    std::size_t row = 0;  // from the line's first
    std::size_t column = 0;
    friend auto operator<=>(const Place&, const Place&) = default;
  };

  Place after(Place place, std::string_view text) const noexcept;
  Place after_cluster(Place place, std::size_t columns) const noexcept;
  void move(Place to, std::string& out);
  void draw(std::string_view text, std::string& out);

  std::size_t columns_;
  std::size_t start_ = 0;  // column of the line's first character
  std::string shown_;
  std::size_t cursor_at_ = 0;  // byte of shown_
  Place cursor_;
  Place end_;  // behind what is shown
};

}  // namespace amiko
