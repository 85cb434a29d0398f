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

/// Whether the limits are reached.  Pure; the caller knows the time.
bool rekey_due(const RekeyLimits& limits, std::uint64_t bytes, std::uint64_t packets,
               std::chrono::nanoseconds age) noexcept;

}  // namespace amiko::protocol
