// amiko - the edited line on a terminal of which nothing is known: a part of it, in one row
#include "scrolled_view.hpp"

#include <algorithm>

#include "columns.hpp"

namespace amiko {
namespace {

// With less than this to the right of the application's output, the line gets a row of its own.
constexpr std::size_t least_room = 8;

// The clusters at the start of `text` that fit into `room` columns.
std::string_view fitting(std::string_view text, std::size_t room) noexcept {
  std::size_t size = 0;
  while (size < text.size()) {
    const Cluster cluster = first_cluster(text.substr(size));
    if (cluster.columns > room) break;
    room -= cluster.columns;
    size += cluster.size;
  }
  return text.substr(0, size);
}

// Where the clusters at the end of `text` begin that fit into `room` columns.
std::size_t start_of_fitting(std::string_view text, std::size_t room) noexcept {
  while (!text.empty()) {
    const std::size_t at = last_cluster(text);
    const std::size_t columns = columns_of(text.substr(at));
    if (columns > room) break;
    room -= columns;
    text = text.substr(0, at);
  }
  return text.size();
}

}  // namespace

void ScrolledView::begin(std::size_t column) {
  start_ = column;
  left_ = 0;
  shown_.clear();
  column_ = 0;
}

bool ScrolledView::needs_row(std::size_t column) const noexcept {
  return column > 0 && column + least_room >= columns_;
}

void ScrolledView::break_row(std::string& out) const {
  out += "\r\n";
}

std::size_t ScrolledView::room() const noexcept {
  return start_ < columns_ ? columns_ - start_ - 1 : 0;
}

// The part of `text` to show: it moves no more than it must to have the cursor's cluster in it, and has no
// room left at its end while text is hidden at its start.
std::string_view ScrolledView::choose(std::string_view text, std::size_t cursor) {
  const std::size_t under = cursor < text.size() ? first_cluster(text.substr(cursor)).size : 0;
  left_ = cluster_boundary(text, std::min(left_, cursor));
  left_ = std::max(left_, std::min(cursor, start_of_fitting(text.substr(0, cursor + under), room())));
  left_ = std::min(left_, start_of_fitting(text, room()));
  return fitting(text.substr(left_), room());
}

void ScrolledView::go_to(std::size_t column, std::string& out) {
  if (column < column_) out.append(column_ - column, '\b');
  if (column > column_) {  // over what is there
    std::string_view part = shown_;
    part.remove_prefix(fitting(part, column_).size());
    out += fitting(part, column - column_);
  }
  column_ = column;
}

void ScrolledView::draw(std::string_view part, std::string& out) {
  if (part == shown_) return;
  const std::size_t same = common_prefix(part, shown_);
  go_to(columns_of(part.substr(0, same)), out);
  const std::size_t columns = columns_of(part);
  const std::size_t old_columns = columns_of(std::string_view(shown_));
  out += part.substr(same);
  if (old_columns > columns) out.append(old_columns - columns, ' ');
  column_ = std::max(columns, old_columns);
  shown_ = part;
}

void ScrolledView::show(std::string_view text, std::size_t cursor, std::string& out) {
  const std::string_view part = choose(text, cursor);
  draw(part, out);
  go_to(columns_of(text.substr(left_, cursor - left_)), out);
}

void ScrolledView::finish(std::string_view text, std::string& out) {
  if (columns_of(text) <= room()) {
    show(text, text.size(), out);
  } else {  // for the eye and for the terminal's log; most terminals wrap it
    go_to(0, out);
    out += text;
  }
  out += "\r\n";
  begin(0);
}

bool ScrolledView::clear_screen(std::string&) const {
  return false;
}

void ScrolledView::resize(std::size_t columns, std::string& out) {
  columns_ = columns;
  if (shown_.empty() || start_ + columns_of(std::string_view(shown_)) < columns) return;
  // The end of it is cut off or in the next row; neither can be cleared without escape sequences.
  break_row(out);
  begin(0);
}

}  // namespace amiko
