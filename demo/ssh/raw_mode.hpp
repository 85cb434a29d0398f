// amiko - our terminal while a shell on the other side has it
#pragma once

#include "descriptors.hpp"
#include "signals.hpp"
#include "terminal.hpp"

#include <amiko/connection/channel.hpp>

#include <boost/thread/thread_only.hpp>

#include <memory>

namespace demo {

/// Standard input's terminal in raw mode, and its size passed on whenever it changes, for as long as the
/// object lives.
class RawMode {
 public:
  RawMode(Terminal& terminal, SignalWatcher& signals, std::shared_ptr<amiko::Channel> channel);
  RawMode(const RawMode&) = delete;
  RawMode& operator=(const RawMode&) = delete;
  ~RawMode();

 private:
  void pass_on_sizes();

  Terminal& terminal_;
  SignalWatcher& signals_;
  std::shared_ptr<amiko::Channel> channel_;
  WakeUp changed_;
  WakeUp stop_;
  // Of its own: sending blocks while the connection is stuck, and the thread that handles signals must not.
  boost::thread thread_;
};

}  // namespace demo
