// amiko - the key types
#include "key_codec.hpp"

#include "dsa.hpp"
#include "ecdsa.hpp"
#include "eddsa.hpp"
#include "rsa.hpp"
#include "security_key.hpp"

#include <amiko/base/error.hpp>
#include <amiko/base/printable.hpp>

#include <algorithm>
#include <string>

namespace amiko::keys {
namespace {

constexpr KeyCodec table[] = {
    {"ssh-ed25519", read_public_ed25519, read_private_ed25519, generate_ed25519},
    {"ssh-ed448", read_public_ed448, read_private_ed448, generate_ed448},
    {"ecdsa-sha2-nistp256", read_public_ecdsa, read_private_ecdsa, generate_ecdsa},
    {"ecdsa-sha2-nistp384", read_public_ecdsa, read_private_ecdsa, generate_ecdsa},
    {"ecdsa-sha2-nistp521", read_public_ecdsa, read_private_ecdsa, generate_ecdsa},
    {"ecdsa-sha2-1.3.132.0.10", read_public_ecdsa, read_private_ecdsa, generate_ecdsa},
    {"sk-ssh-ed25519@openssh.com", read_public_sk_ed25519, refuse_private_sk, refuse_generated_sk},
    {"sk-ecdsa-sha2-nistp256@openssh.com", read_public_sk_ecdsa, refuse_private_sk, refuse_generated_sk},
    {"ssh-rsa", read_public_rsa, read_private_rsa, generate_rsa},
    {"ssh-dss", read_public_dsa, read_private_dsa, generate_dsa},
};

const KeyCodec* find(std::string_view type) noexcept {
  const auto* found = std::ranges::find(table, type, &KeyCodec::type);
  return found != std::end(table) ? found : nullptr;
}

std::string describe_unsupported(std::string_view type) {
  if (type.find("-cert-v0") != type.npos) return "OpenSSH certificates are not supported";
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
