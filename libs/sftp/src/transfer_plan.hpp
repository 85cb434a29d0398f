// amiko - which parts of a file are still to be asked for
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>

namespace amiko::sftp {

/// Bytes of a file.
struct FileRange {
  std::uint64_t offset = 0;
  std::size_t length = 0;
};

/// What to READ of a file, and when all of it has come.  The size is only a hint: files grow and shrink while
/// they are read, and those of /proc have the size 0; only the server's EOF tells the end.  Short answers are
/// made up for.  Answers come in any order.  A value without I/O.
class ReadPlan {
 public:
  /// Reads from `begin` to the end of the file, wherever that is.
  static ReadPlan to_end(std::uint64_t begin, std::uint64_t size_hint, std::size_t block);
  /// Reads exactly what lies between the two; an end before that shows in end().
  static ReadPlan between(std::uint64_t begin, std::uint64_t end, std::size_t block);

  /// What to ask for next; nothing: either complete, or answers must come first.
  std::optional<FileRange> next();
  /// A further range could be had from next() now.
  bool has_next() const noexcept;
  /// `got` bytes, 1 to asked.length, have come for `asked`.
  void arrived(FileRange asked, std::size_t got);
  /// Instead of data the end of the file: it is not longer than asked.offset.
  void ended(FileRange asked);

  /// Everything has come.
  bool complete() const noexcept;
  /// Where the file ends; known when complete().
  std::uint64_t end() const noexcept { return end_.value_or(limit_); }
  /// Everything before this offset has come.
  std::uint64_t contiguous() const noexcept;

 private:
  ReadPlan(std::uint64_t begin, std::uint64_t hint, std::uint64_t limit, std::size_t block) noexcept
      : block_(block), hint_(hint), limit_(limit), next_(begin) {}
  bool past_end(std::uint64_t offset) const noexcept { return end_ && offset >= *end_; }

  std::size_t block_;
  std::uint64_t hint_;                          // up to here without waiting
  std::uint64_t limit_;                         // never beyond
  std::uint64_t next_;                          // the first byte that was never asked for
  std::optional<std::uint64_t> end_;            // the server said EOF here
  std::deque<FileRange> again_;                 // the rest of short answers
  std::map<std::uint64_t, std::size_t> asked_;  // offset and length of what is under way
  std::size_t beyond_ = 0;                      // of those, the ones that lie beyond the hint
  std::size_t most_beyond_ = 1;
};

}  // namespace amiko::sftp
