// amiko - the line being typed and the cursor in it
#include "line_buffer.hpp"

#include <amiko/base/error.hpp>
#include <amiko/base/secret.hpp>

#include <algorithm>
#include <utility>

#include "columns.hpp"
#include "utf8.hpp"

namespace amiko {
namespace {

// As many as Unicode's stream-safe text has (UAX #15).  More would only make stepping over them slow.
constexpr std::size_t most_marks = 30;
// Up to this size the text never moves to other memory, where it would leave traces.
constexpr std::size_t usual_size = 4096;

[[noreturn]] void refuse(std::string_view what, const std::string& why) {
  throw Error(errc::invalid_argument, std::string(what) + " " + why);
}

// Zero-width code points at the end of `text`; all of them if there is nothing that they stand on.
std::size_t marks_at_end(std::string_view text) {
  std::string_view cluster = text.substr(last_cluster(text));
  std::size_t marks = 0;
  while (!cluster.empty()) {
    const Decoded next = decode_utf8(cluster);
    if (columns_of(next.code) == 0) ++marks;
    cluster.remove_prefix(next.length);
  }
  return marks;
}

}  // namespace

void check_line(std::string_view text, std::string_view what) {
  std::size_t marks = most_marks;  // none can stand at the start
  while (!text.empty()) {
    const Decoded next = decode_utf8(text);
    if (next.kind != Decoded::Kind::character) refuse(what, "is not UTF-8");
    if (!is_typeable(next.code)) refuse(what, "has control characters");
    if (columns_of(next.code) != 0)
      marks = 0;
    else if (++marks > most_marks)
      refuse(what, "has combining marks at its start, or more than 30 in a row");
    text.remove_prefix(next.length);
  }
}

LineBuffer::LineBuffer(std::size_t limit) : limit_(limit) {
  text_.reserve(std::min(limit_, usual_size));
}

LineBuffer::~LineBuffer() {
  clear();
}

bool LineBuffer::insert(std::string_view code_point) {
  if (code_point.size() > limit_ - text_.size()) return false;
  if (columns_of(decode_utf8(code_point).code) == 0) {
    if (position_ == 0) return false;
    if (marks_at_end(std::string_view(text_).substr(0, position_)) >= most_marks) return false;
  }
  text_.insert(position_, code_point);
  position_ += code_point.size();
  return true;
}

bool LineBuffer::insert_again(std::string_view clusters) {
  const std::size_t room = limit_ - text_.size();
  const std::string_view fitting = clusters.substr(0, cluster_boundary(clusters, room));
  text_.insert(position_, fitting);
  position_ += fitting.size();
  return fitting.size() == clusters.size();
}

bool LineBuffer::left() noexcept {
  if (position_ == 0) return false;
  position_ = last_cluster(std::string_view(text_).substr(0, position_));
  return true;
}

bool LineBuffer::right() noexcept {
  if (position_ == text_.size()) return false;
  position_ += first_cluster(std::string_view(text_).substr(position_)).size;
  return true;
}

bool LineBuffer::erase_left() {
  const std::size_t to = position_;
  if (!left()) return false;
  text_.erase(position_, to - position_);
  return true;
}

bool LineBuffer::erase_right() {
  if (position_ == text_.size()) return false;
  text_.erase(position_, first_cluster(std::string_view(text_).substr(position_)).size);
  return true;
}

std::string LineBuffer::erase(std::size_t from, std::size_t to) {
  std::string erased = text_.substr(from, to - from);
  text_.erase(from, to - from);
  position_ = from;
  return erased;
}

std::string LineBuffer::erase_line() {
  return erase(0, text_.size());
}

std::string LineBuffer::erase_to_end() {
  return erase(position_, text_.size());
}

std::string LineBuffer::erase_word() {
  const auto is_space_at = [this](std::size_t i) { return text_[i] == ' '; };
  std::size_t from = position_;
  while (from > 0 && is_space_at(from - 1))
    --from;
  while (from > 0 && !is_space_at(from - 1))
    --from;
  // A space with marks on it is one cluster.
  return erase(cluster_boundary(text_, from), position_);
}

void LineBuffer::assign(std::string_view text, std::size_t position) {
  check_line(text, "the line");
  if (text.size() > limit_) refuse("the line", "is longer than " + std::to_string(limit_) + " bytes");
  if (position > text.size()) refuse("the position", "is behind the end of the line");
  const std::string copy(text);  // it may be a part of the old text
  clear();
  text_.assign(copy);
  position_ = cluster_boundary(text_, position);
}

void LineBuffer::clear() noexcept {
  wipe(text_.data(), text_.size());
  text_.clear();
  position_ = 0;
}

std::string LineBuffer::take() {
  std::string taken = std::exchange(text_, {});
  text_.reserve(std::min(limit_, usual_size));
  position_ = 0;
  return taken;
}

}  // namespace amiko
