// amiko - questions to the user, on the terminal whatever standard input is
#pragma once

#include "terminal.hpp"

#include <amiko/base/secret.hpp>

#include <optional>
#include <string>

namespace demo {

/// Asks on /dev/tty.  For one thread at a time.
class Prompter {
 public:
  /// With `batch` it never asks.
  Prompter(Terminal& terminal, bool batch) : terminal_(terminal), batch_(batch) {}

  /// Whether there is somebody to ask.
  bool can_ask() const;
  /// Nothing when there is nobody, or the terminal ends.  Blocks until there is an answer.
  std::optional<amiko::Secret> ask_hidden(const std::string& question) { return ask(question, false); }
  std::optional<amiko::Secret> ask(const std::string& question, bool show_typing);

 private:
  Terminal& terminal_;
  bool batch_;
};

}  // namespace demo
