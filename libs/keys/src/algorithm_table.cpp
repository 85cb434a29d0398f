// amiko - the signature algorithms
#include <amiko/keys/algorithm_table.hpp>

#include <algorithm>

namespace amiko {
namespace {

constexpr SignatureInfo table[] = {
    {"ssh-ed25519", "ssh-ed25519", ""},
    {"ecdsa-sha2-nistp256", "ecdsa-sha2-nistp256", "SHA-256"},
    {"ecdsa-sha2-nistp384", "ecdsa-sha2-nistp384", "SHA-384"},
    {"ecdsa-sha2-nistp521", "ecdsa-sha2-nistp521", "SHA-512"},
    {"rsa-sha2-512", "ssh-rsa", "SHA-512"},
    {"rsa-sha2-256", "ssh-rsa", "SHA-256"},
    {.name = "ssh-rsa", .key_type = "ssh-rsa", .hash = "SHA-1", .by_default = false, .legacy = true},
};

}  // namespace

std::span<const SignatureInfo> signature_table() noexcept {
  return table;
}

const SignatureInfo* find_signature(std::string_view name) noexcept {
  const auto* found = std::ranges::find(table, name, &SignatureInfo::name);
  return found != std::end(table) ? found : nullptr;
}

}  // namespace amiko
