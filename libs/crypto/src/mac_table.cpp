// amiko - the MACs in the order of preference
#include <amiko/crypto/cipher_table.hpp>

#include "macs.hpp"

#include <algorithm>
#include <array>

namespace amiko::crypto {
namespace {

// The size in the names of UMAC is the tag's.  "ssh.com" means Tectia; its hmac-sha256 has a key of 16 bytes.
constexpr auto macs = std::to_array<MacInfo>({
    // name, Botan's hash, key and tag size, encrypt-then-MAC, by default, legacy, maker
    {"umac-128-etm@openssh.com", "", 16, 16, true, true, false, make_umac},
    {"hmac-sha2-256-etm@openssh.com", "SHA-256", 32, 32, true, true, false},
    {"hmac-sha2-512-etm@openssh.com", "SHA-512", 64, 64, true, true, false},
    {"umac-128@openssh.com", "", 16, 16, false, true, false, make_umac},
    {"hmac-sha2-256", "SHA-256", 32, 32, false, true, false},
    {"hmac-sha2-512", "SHA-512", 64, 64, false, true, false},
    {"umac-64-etm@openssh.com", "", 16, 8, true, false, false, make_umac},
    {"umac-64@openssh.com", "", 16, 8, false, false, false, make_umac},
    {"hmac-sha256-2@ssh.com", "SHA-256", 32, 32, false, false, false},
    {"hmac-sha224@ssh.com", "SHA-224", 28, 28, false, false, false},
    {"hmac-sha256@ssh.com", "SHA-256", 16, 32, false, false, false},
    {"hmac-sha384@ssh.com", "SHA-384", 48, 48, false, false, false},
    {"hmac-sha512@ssh.com", "SHA-512", 64, 64, false, false, false},
    {"hmac-sha2-256-96-etm@openssh.com", "SHA-256", 32, 12, true, false, false},
    {"hmac-sha2-512-96-etm@openssh.com", "SHA-512", 64, 12, true, false, false},
    {"hmac-sha2-256-96", "SHA-256", 32, 12, false, false, false},
    {"hmac-sha2-512-96", "SHA-512", 64, 12, false, false, false},
    {"hmac-sha1-etm@openssh.com", "SHA-1", 20, 20, true, false, true},
    {"hmac-sha1", "SHA-1", 20, 20, false, false, true},
    {"hmac-sha1-96-etm@openssh.com", "SHA-1", 20, 12, true, false, true},
    {"hmac-sha1-96", "SHA-1", 20, 12, false, false, true},
    {"hmac-md5-etm@openssh.com", "MD5", 16, 16, true, false, true},
    {"hmac-md5", "MD5", 16, 16, false, false, true},
    {"hmac-md5-96-etm@openssh.com", "MD5", 16, 12, true, false, true},
    {"hmac-md5-96", "MD5", 16, 12, false, false, true},
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
