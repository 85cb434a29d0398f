// amiko - when new keys are due
#pragma once

#include <chrono>
#include <cstdint>

namespace amiko::protocol {

/// Limits for one set of keys, counted in each direction by itself; the first one reached asks for new keys.
struct RekeyLimits {
  std::uint64_t bytes = std::uint64_t{1} << 30;  ///< 0: no limit
  std::uint64_t packets = std::uint64_t{1}
                          << 31;  ///< RFC 4344 section 3.1; values above 2^31 and 0 count as 2^31
  std::chrono::nanoseconds time = std::chrono::hours(1);  ///< 0: no limit
};

/// The limits for keys of a cipher that may protect `max_bytes` at most (0: as many as you like).  Such a
/// maximum holds even where the limits have none.
RekeyLimits limits_under(RekeyLimits limits, std::uint64_t max_bytes) noexcept;

/// Whether the limits are reached.  Pure; the caller knows the time.
bool rekey_due(const RekeyLimits& limits, std::uint64_t bytes, std::uint64_t packets,
               std::chrono::nanoseconds age) noexcept;

/// Keeps count of the key exchanges that a peer begins: each of them costs us work and the peer little.  An
/// honest peer has a reason for each, data or time: 8 KiB, in whatever direction, pay for one, as does a
/// second, and 64 may be saved up.
class RekeyBudget {
 public:
  /// One more, `now` since any fixed point and `bytes` since the last one.  False: there is nothing left to
  /// pay it with.
  bool take(std::chrono::nanoseconds now, std::uint64_t bytes) noexcept;

 private:
  static constexpr std::uint64_t price = 8 * 1024;
  static constexpr std::uint64_t most = 64 * price;

  std::uint64_t saved_ = most;
  std::chrono::nanoseconds last_{0};
  bool begun_ = false;
};

}  // namespace amiko::protocol
