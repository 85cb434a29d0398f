// amiko - a shell, command or subsystem on the other side, joined to our standard streams
#pragma once

#include "messages.hpp"
#include "options.hpp"
#include "signals.hpp"
#include "terminal.hpp"

#include <amiko/client/connection.hpp>

#include <memory>

namespace demo {

class Session {
 public:
  Session(const Options& options, const Messages& messages, Terminal& terminal, SignalWatcher& signals)
      : options_(options), messages_(messages), terminal_(terminal), signals_(signals) {}

  /// Decides, before anything is connected, whether there will be a pseudo terminal.
  void choose_terminal();
  /// Runs to the end and returns the exit status for this process: the command's, or 255.  Throws
  /// amiko::Error.
  int run(amiko::Connection& connection);

 private:
  int wait_for_the_end(amiko::Connection& connection);
  void request_terminal(amiko::Channel& channel);
  void send_environment(amiko::Channel& channel);
  void start(amiko::Channel& channel);
  int report(const amiko::ExitStatus& status);

  const Options& options_;
  const Messages& messages_;
  Terminal& terminal_;
  SignalWatcher& signals_;
  bool with_terminal_ = false;
};

}  // namespace demo
