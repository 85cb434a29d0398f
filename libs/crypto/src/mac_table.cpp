// amiko - the MACs
#include <amiko/crypto/cipher_table.hpp>

#include <algorithm>
#include <array>

namespace amiko::crypto {
namespace {

constexpr auto macs = std::to_array<MacInfo>({
    // name, Botan's hash, key and tag size, encrypt-then-MAC, by default, legacy
    {"hmac-sha2-256-etm@openssh.com", "SHA-256", 32, 32, true, true, false},
    {"hmac-sha2-512-etm@openssh.com", "SHA-512", 64, 64, true, true, false},
    {"hmac-sha2-256", "SHA-256", 32, 32, false, true, false},
    {"hmac-sha2-512", "SHA-512", 64, 64, false, true, false},
});

}  // namespace

std::span<const MacInfo> mac_table() noexcept {
  return macs;
}

const MacInfo* find_mac(std::string_view name) noexcept {
  const auto found = std::ranges::find(macs, name, &MacInfo::name);
  return found != macs.end() ? &*found : nullptr;
}

}  // namespace amiko::crypto
