// amiko - the address that a connection comes from, as a number
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace amiko {

/// How large a part of the network counts as one source: prefix lengths (PerSourceNetBlockSize).
struct SourceBlocks {
  unsigned ipv4 = 32;
  unsigned ipv6 = 128;
};

/// IPv4 in IPv6 form (::ffff:10.0.0.1) is IPv4.  A value; ordered so that the addresses of a block stand side
/// by side.
class SourceAddress {
 public:
  /// Nothing for what is no numeric address, the name of a Unix socket, say.  A scope ("%eth0") is left out.
  static std::optional<SourceAddress> parse(std::string_view text) noexcept;

  bool is_ipv6() const noexcept { return ipv6_; }
  /// The first address of its block.
  SourceAddress block(const SourceBlocks& sizes) const noexcept;
  /// "10.0.0.1", "2001:db8::1"
  std::string text() const;

  friend auto operator<=>(const SourceAddress&, const SourceAddress&) = default;

 private:
  bool ipv6_ = false;
  std::array<std::uint8_t, 16> bytes_{};  // IPv4: the first four
};

/// Throws errc::bad_config for a prefix longer than an address.
void check_blocks(const SourceBlocks& sizes);

}  // namespace amiko
