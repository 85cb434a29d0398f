// amiko - lines typed before
#include "line_history.hpp"

#include <utility>

namespace amiko {

void LineHistory::add(std::string line) {
  leave();
  if (limit_ == 0 || line.empty() || (!lines_.empty() && lines_.back() == line)) return;
  if (lines_.size() == limit_) lines_.pop_front();
  lines_.push_back(std::move(line));
}

const std::string* LineHistory::up(const std::string& typed) {
  if (above_ == lines_.size()) return nullptr;
  if (above_ == 0) typed_ = typed;
  ++above_;
  return &lines_[lines_.size() - above_];
}

const std::string* LineHistory::down() {
  if (above_ == 0) return nullptr;
  --above_;
  return above_ == 0 ? &typed_ : &lines_[lines_.size() - above_];
}

void LineHistory::leave() {
  above_ = 0;
  typed_.clear();
}

void LineHistory::clear() {
  leave();
  lines_.clear();
}

}  // namespace amiko
