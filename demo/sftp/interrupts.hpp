// amiko - what ^C and other signals do to amiko-sftp
#pragma once

#include "descriptors.hpp"

#include <amiko/sftp/transfer.hpp>

#include <boost/thread/mutex.hpp>
#include <boost/thread/thread_only.hpp>

#include <functional>
#include <optional>

namespace demo {

/// Signals are taken by one thread while another one works: ^C then ends what the work is at, and no more.
/// To be made before any other thread.
class Interrupts {
 public:
  Interrupts();
  Interrupts(const Interrupts&) = delete;
  Interrupts& operator=(const Interrupts&) = delete;
  ~Interrupts();

  /// Runs `work` in a thread of its own and returns when it has ended.  `ended_by` is called before a signal
  /// ends the process; it must not throw.
  void run(const std::function<void()>& work, std::function<void(int signal)> ended_by);

  /// For the working thread: ^C ends the process, as long as nothing else is said.
  void ends_process();
  /// ^C and a change of the terminal are told to these, which must not throw.
  void tell(std::function<void()> interrupt, std::function<void()> terminal_changed);
  /// ^C goes to another program that has the terminal.
  void leave_to_others();
  /// ^C cancels the copy, or interrupts the thread where there is none to cancel.
  void command_begins(std::optional<amiko::TransferCancel> cancel);
  /// From now on ^C does nothing.  Whether it was typed since command_begins().
  bool command_ends();

 private:
  enum class Mode { end_process, tell, others, nothing, command };

  void set(Mode mode);
  void handle(int signal);
  void interrupt_command();
  [[noreturn]] void end_process(int signal);

  std::function<void(int)> ended_by_{};
  boost::mutex mutex_;
  Mode mode_ = Mode::end_process;
  bool interrupted_ = false;
  std::optional<amiko::TransferCancel> cancel_{};
  std::function<void()> interrupt_{};
  std::function<void()> terminal_changed_{};
  int fd_ = -1;
  WakeUp done_;
  boost::thread worker_;
};

}  // namespace demo
