// amiko - the key types
#include "key_codec.hpp"

#include "ecdsa.hpp"
#include "eddsa.hpp"
#include "rsa.hpp"

#include <amiko/base/error.hpp>
#include <amiko/base/printable.hpp>

#include <algorithm>
#include <string>

namespace amiko::keys {
namespace {

constexpr KeyCodec table[] = {
    {"ssh-ed25519", read_public_ed25519, read_private_ed25519, generate_ed25519},
    {"ecdsa-sha2-nistp256", read_public_ecdsa, read_private_ecdsa, generate_ecdsa},
    {"ecdsa-sha2-nistp384", read_public_ecdsa, read_private_ecdsa, generate_ecdsa},
    {"ecdsa-sha2-nistp521", read_public_ecdsa, read_private_ecdsa, generate_ecdsa},
    {"ssh-rsa", read_public_rsa, read_private_rsa, generate_rsa},
};

const KeyCodec* find(std::string_view type) noexcept {
  const auto* found = std::ranges::find(table, type, &KeyCodec::type);
  return found != std::end(table) ? found : nullptr;
}

std::string describe_unsupported(std::string_view type) {
  if (type.find("-cert-v0") != type.npos) return "OpenSSH certificates are not supported";
  if (type == "ssh-dss") return "DSA keys are not supported";
  if (type.starts_with("sk-")) return "security keys (FIDO) are not supported";
  return "the key type is unknown";
}

}  // namespace

const KeyCodec& find_codec(std::string_view type) {
  if (const KeyCodec* codec = find(type)) return *codec;
  throw_error(errc::unsupported_key, describe_unsupported(type) + ": \"" + printable(type, false, 64) + "\"");
}

bool has_codec(std::string_view type) noexcept {
  return find(type) != nullptr;
}

}  // namespace amiko::keys
