// amiko - what an application writes, made fit for a terminal, and the column where it ends
#include "line_output.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "columns.hpp"
#include "utf8.hpp"

namespace amiko {
namespace {

constexpr std::size_t longest_held = 4096;
constexpr std::size_t longest_row = 4096;
constexpr std::size_t tab_stop = 8;
constexpr std::string_view replacement = "\xef\xbf\xbd";  // U+FFFD

bool in_range(char c, unsigned low, unsigned high) {
  const auto value = static_cast<std::uint8_t>(c);
  return value >= low && value <= high;
}

std::size_t run_of(std::string_view in, std::size_t from, unsigned low, unsigned high) {
  while (from < in.size() && in_range(in[from], low, high))
    ++from;
  return from;
}

// OSC, DCS, SOS, PM, APC: up to ST, or BEL.  A control character ends them as well, without belonging to
// them.
std::size_t string_length(std::string_view in) {
  for (std::size_t i = 2; i < in.size(); ++i) {
    if (in[i] == '\a') return i + 1;
    if (in[i] == '\x1b') {
      if (i + 1 == in.size()) return 0;
      return in[i + 1] == '\\' ? i + 2 : i;
    }
    if (in_range(in[i], 0, 0x1f)) return i;
  }
  return 0;
}

// Of the sequence at the start of `in`, an ESC; 0 if its end is not there yet (ECMA-48 sections 5.3 to 5.6).
std::size_t sequence_length(std::string_view in) {
  if (in.size() == 1) return 0;
  if (std::string_view("]PX^_").find(in[1]) != std::string_view::npos) return string_length(in);
  const bool csi = in[1] == '[';
  std::size_t end = csi ? run_of(in, run_of(in, 2, 0x30, 0x3f), 0x20, 0x2f) : run_of(in, 1, 0x20, 0x2f);
  if (end == in.size()) return 0;
  if (in_range(in[end], csi ? 0x40 : 0x30, 0x7e)) ++end;
  return end;
}

// The parameter with this index; 1 if it is left out or 0.
std::size_t parameter(std::string_view sequence, std::size_t index) {
  std::size_t at = 2;
  for (; index > 0; --index) {
    at = sequence.find(';', at);
    if (at == std::string_view::npos) return 1;
    ++at;
  }
  std::size_t value = 0;
  for (; at < sequence.size() && in_range(sequence[at], '0', '9'); ++at)
    value = std::min<std::size_t>(value * 10 + static_cast<std::size_t>(sequence[at] - '0'), 1'000'000);
  return std::max<std::size_t>(value, 1);
}

}  // namespace

void LineOutput::write(std::string_view text, std::string& out) {
  held_ += text;
  const std::string input = std::exchange(held_, {});
  std::string_view in = input;
  while (!in.empty()) {
    const std::size_t before = out.size();
    const std::size_t n = put(in, out);
    if (n == 0) break;
    if (in[0] == '\n')
      row_ = Row{};
    else
      keep(std::string_view(out).substr(before));
    in.remove_prefix(n);
  }
  held_ = in;
}

// One piece of `in`; 0: it is not complete.
std::size_t LineOutput::put(std::string_view in, std::string& out) {
  if (in[0] == '\x1b') return put_sequence(in, out);
  if (in_range(in[0], 0, 0x1f)) {
    put_control(in[0], out);
    return 1;
  }
  const Decoded next = decode_utf8(in);
  if (next.kind == Decoded::Kind::incomplete) return 0;
  const bool valid = next.kind == Decoded::Kind::character;
  out += valid ? in.substr(0, next.length) : replacement;
  advance(valid ? columns_of(next.code) : 1);
  return next.length;
}

std::size_t LineOutput::put_sequence(std::string_view in, std::string& out) {
  std::size_t n = sequence_length(in);
  if (n == 0) {
    if (in.size() < longest_held) return 0;
    n = 1;
  }
  out += in.substr(0, n);
  follow(in.substr(0, n));
  return n;
}

void LineOutput::put_control(char c, std::string& out) {
  if (c == '\n') {
    if (!std::exchange(broken_, false)) out += after_cr_ ? "\n" : "\r\n";
    column_ = 0;
    after_cr_ = false;
    return;
  }
  out += c;
  after_cr_ = c == '\r';
  if (c == '\r') {
    column_ = 0;
  } else if (c == '\b') {
    // In a full row the cursor stands on the last column.
    column_ = std::min(column_, columns_ - 1);
    if (column_ > 0) --column_;
  } else if (c == '\t' && column_ < columns_) {
    column_ = std::min((column_ / tab_stop + 1) * tab_stop, columns_ - 1);
  }
}

void LineOutput::follow(std::string_view sequence) {
  after_cr_ = false;
  if (sequence ==
          "\x1b"
          "E" ||
      sequence ==
          "\x1b"
          "c")
    column_ = 0;
  if (sequence.size() < 3 || sequence[1] != '[') return;
  const std::size_t last = columns_ - 1;
  const std::size_t at = std::min(column_, last);
  const std::size_t first = parameter(sequence, 0);
  switch (sequence.back()) {
    case 'C':
      column_ = std::min(at + first, last);
      break;
    case 'D':
      column_ = at - std::min(at, first);
      break;
    case 'E':
    case 'F':
      column_ = 0;
      break;
    case 'G':
    case '`':
      column_ = std::min(first - 1, last);
      break;
    case 'H':
    case 'f':
      column_ = std::min(parameter(sequence, 1) - 1, last);
      break;
    default:
      break;
  }
}

void LineOutput::advance(std::size_t columns) {
  after_cr_ = false;
  if (columns == 0) return;
  broken_ = false;
  columns = std::min(columns, columns_);
  column_ = column_ + columns > columns_ ? columns : column_ + columns;
}

void LineOutput::keep(std::string_view written) {
  row_.lost = row_.lost || row_.text.size() + written.size() > longest_row;
  if (!row_.lost) row_.text += written;
}

void LineOutput::write_row(std::string& out) {
  if (row_.lost)
    row_ended();
  else
    out += row_.text;
}

void LineOutput::row_broken() {
  column_ = 0;
  broken_ = true;
  after_cr_ = false;
}

void LineOutput::row_ended() {
  column_ = 0;
  broken_ = false;
  after_cr_ = false;
  row_ = Row{};
}

void LineOutput::resize(std::size_t columns, std::size_t column) {
  columns_ = columns;
  column_ = std::min(column, columns);
}

}  // namespace amiko
