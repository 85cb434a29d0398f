// amiko - lines that the user types
#pragma once

#include "completion.hpp"

#include <functional>
#include <memory>
#include <string>

namespace demo {

/// Reads lines from standard input, a terminal: with history and completion where libedit was found when this
/// was built, else as the terminal lets one type.  For one thread, but for the calls that say otherwise.
class LineEditor {
 public:
  struct Callbacks {
    std::function<Completion(const std::string& before_cursor)> complete{};
    /// Asked about once a second: false ends the waiting for a line.
    std::function<bool()> still_wanted{};
  };

  explicit LineEditor(Callbacks callbacks);
  LineEditor(const LineEditor&) = delete;
  LineEditor& operator=(const LineEditor&) = delete;
  ~LineEditor();

  enum class Result { line, end, interrupted, not_wanted };
  /// Blocks until a line was typed; `line` is without its newline.
  Result read(const std::string& prompt, std::string& line);

  /// ^C was typed.  From any thread.
  void interrupt() noexcept;
  /// The terminal has another size, or is ours again.  From any thread.
  void terminal_changed() noexcept;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace demo
