// amiko - bytes from standard input, until something else happens
#pragma once

#include "descriptors.hpp"

#include <atomic>
#include <functional>

namespace demo {

/// Byte by byte, so that programs that are started meanwhile find theirs.
class Keyboard {
 public:
  explicit Keyboard(std::function<bool()> still_wanted) : still_wanted_(std::move(still_wanted)) {}

  enum class Event { byte, end, interrupted, terminal_changed, not_wanted };
  /// Blocks until there is one of them.
  Event next(char& byte);
  /// An interruption from before does not count.
  void forget_interruption() noexcept { interrupted_ = false; }

  /// These two from any thread.
  void interrupt() noexcept;
  void terminal_changed() noexcept;

 private:
  std::function<bool()> still_wanted_;
  std::atomic<bool> interrupted_ = false;
  std::atomic<bool> changed_ = false;
  WakeUp wake_;
};

}  // namespace demo
