// amiko - the signature algorithms
#include <amiko/keys/algorithm_table.hpp>

#include <algorithm>

namespace amiko {
namespace {

constexpr std::string_view sk_ed25519 = "sk-ssh-ed25519@openssh.com";
constexpr std::string_view sk_ecdsa = "sk-ecdsa-sha2-nistp256@openssh.com";

constexpr SignatureInfo on(std::string_view name, std::string_view key_type, std::string_view hash) {
  return {name, key_type, hash};
}

constexpr SignatureInfo on_for_users(std::string_view name, std::string_view key_type,
                                     std::string_view hash) {
  return {.name = name, .key_type = key_type, .hash = hash, .for_hosts = false};
}

constexpr SignatureInfo off(std::string_view name, std::string_view key_type, std::string_view hash) {
  return {.name = name, .key_type = key_type, .hash = hash, .by_default = false};
}

constexpr SignatureInfo legacy(std::string_view name, std::string_view key_type, std::string_view hash) {
  return {.name = name, .key_type = key_type, .hash = hash, .by_default = false, .legacy = true};
}

constexpr SignatureInfo table[] = {
    on("ssh-ed25519", "ssh-ed25519", ""),
    on("ssh-ed448", "ssh-ed448", ""),
    on("ecdsa-sha2-nistp256", "ecdsa-sha2-nistp256", "SHA-256"),
    on("ecdsa-sha2-nistp384", "ecdsa-sha2-nistp384", "SHA-384"),
    on("ecdsa-sha2-nistp521", "ecdsa-sha2-nistp521", "SHA-512"),
    on("ecdsa-sha2-1.3.132.0.10", "ecdsa-sha2-1.3.132.0.10", "SHA-256"),
    on(sk_ed25519, sk_ed25519, ""),
    on(sk_ecdsa, sk_ecdsa, "SHA-256"),
    on_for_users("webauthn-sk-ecdsa-sha2-nistp256@openssh.com", sk_ecdsa, "SHA-256"),
    on("rsa-sha2-512", "ssh-rsa", "SHA-512"),
    on("rsa-sha2-256", "ssh-rsa", "SHA-256"),
    off("ssh-rsa-sha512@ssh.com", "ssh-rsa", "SHA-512"),
    off("ssh-rsa-sha384@ssh.com", "ssh-rsa", "SHA-384"),
    off("ssh-rsa-sha256@ssh.com", "ssh-rsa", "SHA-256"),
    off("ssh-rsa-sha224@ssh.com", "ssh-rsa", "SHA-224"),
    legacy("ssh-rsa", "ssh-rsa", "SHA-1"),
    legacy("ssh-dss", "ssh-dss", "SHA-1"),
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
