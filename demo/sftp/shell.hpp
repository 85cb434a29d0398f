// amiko - reads commands and has them done, until there are no more
#pragma once

#include "commands.hpp"
#include "line_editor.hpp"
#include "peer.hpp"

#include <cstdio>
#include <memory>
#include <optional>
#include <string>

namespace demo {

/// From a terminal, a batch file, or whatever standard input is.  For one thread.
class Shell {
 public:
  /// All of them outlive the object.
  Shell(const Arguments& arguments, Peer& peer, Interrupts& interrupts);
  ~Shell();

  /// The exit status: 0, 1 for what went wrong, 255 when the connection was lost.
  int run();

 private:
  enum class Outcome { done, failed, quit, lost, interrupted };

  Outcome fetch_path();
  bool next_line(std::string& line);
  bool typed_line(std::string& line);
  std::optional<std::string> read_line();
  Outcome do_line(const std::string& line);
  Outcome do_command(const std::string& text);
  Outcome guarded(const std::function<bool()>& action);
  Outcome after_error(const std::string& text);
  Completion complete(const std::string& before_cursor);

  const Arguments& arguments_;
  Peer& peer_;
  Interrupts& interrupts_;
  std::FILE* input_;
  bool interactive_;
  bool peer_is_lost_ = false;
  Commands commands_;
  std::unique_ptr<LineEditor> editor_{};
};

}  // namespace demo
