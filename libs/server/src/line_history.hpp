// amiko - lines typed before
#pragma once

#include <cstddef>
#include <deque>
#include <string>

namespace amiko {

/// The last lines, and a walk through them that begins at the line being typed.  References that are returned
/// hold until the next call.
class LineHistory {
 public:
  /// `limit` in lines.
  explicit LineHistory(std::size_t limit) : limit_(limit) {}

  /// Left out if empty or the same as the last.  Ends the walk.
  void add(std::string line);
  /// The line before; null at the oldest.  `typed` is kept when the walk begins.
  const std::string* up(const std::string& typed);
  /// The line after, in the end the one that was being typed; null when there is no walk.
  const std::string* down();
  /// Ends the walk.
  void leave();
  void clear();

  const std::deque<std::string>& lines() const noexcept { return lines_; }

 private:
  std::size_t limit_;
  std::deque<std::string> lines_;
  std::size_t above_ = 0;  // how many lines up the walk is; 0: no walk
  std::string typed_;
};

}  // namespace amiko
