// amiko - signals, taken by a thread of their own
#pragma once

#include "descriptors.hpp"

#include <boost/thread/mutex.hpp>
#include <boost/thread/thread_only.hpp>

#include <csignal>
#include <functional>

namespace demo {

/// Blocks SIGINT, SIGQUIT, SIGTERM, SIGHUP (those that were not ignored anyway) and SIGWINCH for the thread
/// that constructs it and all that it starts, and waits for them.  To be made before any other thread.
class SignalWatcher {
 public:
  /// `ended_by` is called in the watching thread before a signal ends the process; it must not throw.
  explicit SignalWatcher(std::function<void(int signal)> ended_by);
  SignalWatcher(const SignalWatcher&) = delete;
  SignalWatcher& operator=(const SignalWatcher&) = delete;
  ~SignalWatcher();

  /// Called in the watching thread after SIGWINCH; an empty function: nobody.  Once this returns the former
  /// one is not running any more.
  void on_window_change(std::function<void()> function);
  /// From now on a signal ends the process with exit status 255 as it ends ssh, and not by the signal itself.
  void session_started();

 private:
  void watch();
  void handle(int signal);
  [[noreturn]] void end_process(int signal, bool in_session);

  std::function<void(int)> ended_by_;
  boost::mutex mutex_;
  std::function<void()> window_change_;
  bool in_session_ = false;
  int fd_ = -1;
  WakeUp stop_;
  boost::thread thread_;
};

}  // namespace demo
