// amiko - when new keys are due
#include <amiko/protocol/rekey_policy.hpp>

namespace amiko::protocol {
namespace {

// RFC 4344 section 3.1 wants new keys after 2^31 packets at the latest; chacha20-poly1305, whose nonce is the
// 32-bit sequence number, is lost when that comes round.  So this limit cannot be switched off.
constexpr std::uint64_t most_packets = std::uint64_t{1} << 31;

}  // namespace

bool rekey_due(const RekeyLimits& limits, std::uint64_t bytes, std::uint64_t packets,
               std::chrono::nanoseconds age) noexcept {
  const bool usable = limits.packets != 0 && limits.packets < most_packets;
  if (packets >= (usable ? limits.packets : most_packets)) return true;
  if (limits.bytes != 0 && bytes >= limits.bytes) return true;
  return limits.time > std::chrono::nanoseconds::zero() && age >= limits.time;
}

}  // namespace amiko::protocol
