// amiko - openssh-key-v1 (OpenSSH PROTOCOL.key)
#pragma once

#include "key_codec.hpp"

#include <string_view>

namespace amiko::keys {

constexpr std::string_view openssh_magic("openssh-key-v1\0", 15);
constexpr std::string_view openssh_pem_label = "OPENSSH PRIVATE KEY";

/// Type and public fields, as in a key blob.
Bytes public_blob(const SigningKey& key);

}  // namespace amiko::keys
