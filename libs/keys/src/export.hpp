// amiko - writing openssh-key-v1 (OpenSSH PROTOCOL.key)
#pragma once

#include "key_codec.hpp"

#include <amiko/base/secret.hpp>

#include <string_view>

namespace amiko::keys {

/// The text with its armour; plain when `passphrase` is empty.
Secret export_openssh(const SigningKey& key, std::string_view comment, const Secret& passphrase);

}  // namespace amiko::keys
