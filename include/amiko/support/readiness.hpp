// amiko - a descriptor that is readable exactly while a flag is set
#pragma once

#include <amiko/support/fd.hpp>

namespace amiko::support {

/// The level behind Channel::fileno(): poll for POLLIN only (an eventfd always polls writable).  Nothing is
/// created before the first fd().  No call blocks.  Not synchronised: the caller holds the mutex that guards
/// the state it mirrors.
class LevelEvent {
 public:
  LevelEvent() noexcept = default;
  LevelEvent(const LevelEvent&) = delete;
  LevelEvent& operator=(const LevelEvent&) = delete;

  /// The descriptor, created on the first call with `currently_set` as its level (later calls ignore it).
  /// Stays this object's; closed with it.  Throws errc::resource_shortage.
  int fd(bool currently_set);
  bool created() const noexcept { return static_cast<bool>(fd_); }

  /// One system call if the level changes and a descriptor exists; nothing otherwise.
  void set() noexcept;
  void clear() noexcept;

 private:
  UniqueFd fd_;
  bool set_ = false;
};

}  // namespace amiko::support
