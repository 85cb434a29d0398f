// amiko - programs that are started: a server, ssh, the user's shell
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace demo {

/// A program that talks to us through its standard input and output.  It ignores ^C, which is meant for us.
class Child {
 public:
  /// Looks for `words[0]` in $PATH.  Throws std::system_error when it cannot be started.
  explicit Child(const std::vector<std::string>& words);
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  /// Waits a moment for it to end by itself, then ends it.
  ~Child();

  /// Our end of its standard input and output; the caller closes it.
  int release_descriptor() noexcept;
  bool running() noexcept;
  void terminate() noexcept;

 private:
  bool ended(int options) noexcept;

  pid_t pid_ = -1;
  int fd_ = -1;
};

/// Runs $SHELL, on `command` if there is one, with our standard streams, and waits for it.  What went wrong,
/// in words.
std::optional<std::string> run_shell(const std::string& command);

}  // namespace demo
