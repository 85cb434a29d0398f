// amiko - when new keys are due
#include <amiko/protocol/rekey_policy.hpp>

#include <algorithm>

namespace amiko::protocol {
namespace {

// RFC 4344 section 3.1 wants new keys after 2^31 packets at the latest; chacha20-poly1305, whose nonce is the
// 32-bit sequence number, is lost when that comes round.  So this limit cannot be switched off.
constexpr std::uint64_t most_packets = std::uint64_t{1} << 31;

}  // namespace

RekeyLimits limits_under(RekeyLimits limits, std::uint64_t max_bytes) noexcept {
  if (max_bytes != 0 && (limits.bytes == 0 || limits.bytes > max_bytes)) limits.bytes = max_bytes;
  return limits;
}

bool rekey_due(const RekeyLimits& limits, std::uint64_t bytes, std::uint64_t packets,
               std::chrono::nanoseconds age) noexcept {
  const bool usable = limits.packets != 0 && limits.packets < most_packets;
  if (packets >= (usable ? limits.packets : most_packets)) return true;
  if (limits.bytes != 0 && bytes >= limits.bytes) return true;
  return limits.time > std::chrono::nanoseconds::zero() && age >= limits.time;
}

bool RekeyBudget::take(std::chrono::nanoseconds now, std::uint64_t bytes) noexcept {
  const auto seconds =
      begun_ ? std::chrono::duration_cast<std::chrono::seconds>(now - last_) : std::chrono::seconds(0);
  if (!begun_) last_ = now;
  last_ += seconds;
  begun_ = true;
  const auto earned =
      std::min(static_cast<std::uint64_t>(std::max<std::int64_t>(seconds.count(), 0)), most / price);
  saved_ = std::min(most, saved_ + earned * price + std::min(bytes, most));
  if (saved_ < price) return false;
  saved_ -= price;
  return true;
}

}  // namespace amiko::protocol
