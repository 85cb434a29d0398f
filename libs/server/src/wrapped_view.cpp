// amiko - the edited line on a terminal that understands ANSI sequences: as many rows as it takes
#include "wrapped_view.hpp"

#include <algorithm>
#include <utility>

#include "columns.hpp"

namespace amiko {
namespace {

constexpr std::string_view clear_to_end_of_row = "\x1b[K";
constexpr std::string_view clear_to_end_of_screen = "\x1b[J";

void move_by(std::size_t n, char direction, std::string& out) {
  if (n > 0) out += "\x1b[" + std::to_string(n) + direction;
}

}  // namespace

void WrappedView::begin(std::size_t column) {
  start_ = column;
  shown_.clear();
  cursor_at_ = 0;
  cursor_ = end_ = Place{0, column};
}

// The space makes the terminal wrap, whether it does so with the row's last character or with the one after.
void WrappedView::break_row(std::string& out) const {
  out += " \r";
}

WrappedView::Place WrappedView::after_cluster(Place place, std::size_t columns) const noexcept {
  columns = std::min(columns, columns_);
  if (place.column + columns > columns_) place = {place.row + 1, 0};
  place.column += columns;
  return place.column < columns_ ? place : Place{place.row + 1, 0};
}

WrappedView::Place WrappedView::after(Place place, std::string_view text) const noexcept {
  while (!text.empty()) {
    const Cluster cluster = first_cluster(text);
    place = after_cluster(place, cluster.columns);
    text.remove_prefix(cluster.size);
  }
  return place;
}

void WrappedView::move(Place to, std::string& out) {
  if (to.row < cursor_.row) move_by(cursor_.row - to.row, 'A', out);
  if (to.row > cursor_.row) move_by(to.row - cursor_.row, 'B', out);
  if (to.column == 0 && cursor_.column != 0) out += '\r';
  if (to.column > cursor_.column) move_by(to.column - cursor_.column, 'C', out);
  if (to.column != 0 && to.column < cursor_.column) move_by(cursor_.column - to.column, 'D', out);
  cursor_ = to;
}

void WrappedView::draw(std::string_view text, std::string& out) {
  if (text.empty()) return;
  while (!text.empty()) {
    const Cluster cluster = first_cluster(text);
    // Terminals leave what was in the last column when a wide character does not fit there.
    if (cluster.columns <= columns_ && cursor_.column + cluster.columns > columns_) out += ' ';
    out += cluster.columns <= columns_ ? text.substr(0, cluster.size) : std::string_view("?");
    cursor_ = after_cluster(cursor_, cluster.columns);
    text.remove_prefix(cluster.size);
  }
  if (cursor_.column == 0) break_row(out);
}

void WrappedView::show(std::string_view text, std::size_t cursor, std::string& out) {
  const Place start{0, start_};
  if (text != shown_) {
    const std::size_t same = common_prefix(text, shown_);
    const Place old_end = end_;
    move(after(start, text.substr(0, same)), out);
    draw(text.substr(same), out);
    end_ = cursor_;
    if (old_end > end_) out += old_end.row == end_.row ? clear_to_end_of_row : clear_to_end_of_screen;
    shown_ = text;
  }
  cursor_at_ = cursor;
  move(cursor == text.size() ? end_ : after(start, text.substr(0, cursor)), out);
}

void WrappedView::finish(std::string_view text, std::string& out) {
  show(text, text.size(), out);
  // Behind a full row the cursor is in the next one already.
  if (end_.row == 0 || end_.column != 0) out += "\r\n";
  begin(0);
}

bool WrappedView::clear_screen(std::string& out) const {
  out += "\x1b[H\x1b[2J";
  return true;
}

// A terminal may break the rows anew or leave them alone, and does not say which.  Going up by the lesser of
// both spares what is above the line.
void WrappedView::resize(std::size_t columns, std::string& out) {
  if (columns == columns_) return;
  const Place left_alone = cursor_;
  const bool in_one_row = end_.row == 0 && start_ < columns;
  columns_ = columns;
  start_ %= columns;
  if (in_one_row && after(Place{0, start_}, shown_).row == 0) return;
  const Place broken_anew = after(Place{0, start_}, std::string_view(shown_).substr(0, cursor_at_));
  move_by(std::min(left_alone.row, broken_anew.row), 'A', out);
  out += '\r';
  move_by(start_, 'C', out);
  out += clear_to_end_of_screen;
  begin(start_);
}

}  // namespace amiko
