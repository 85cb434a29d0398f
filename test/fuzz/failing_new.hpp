// amiko - memory that runs out at a chosen moment
#pragma once

#include <cstddef>

namespace amiko::fuzz {

/// While it lives, the allocation by operator new that comes after `count` others of this thread fails, once.
class FailingNew {
 public:
  explicit FailingNew(std::size_t count) noexcept;
  ~FailingNew();
  /// Whether the allocation has failed, so that a refusal may be due to that.
  static bool has_failed() noexcept;
  FailingNew(const FailingNew&) = delete;
  FailingNew& operator=(const FailingNew&) = delete;
};

}  // namespace amiko::fuzz
