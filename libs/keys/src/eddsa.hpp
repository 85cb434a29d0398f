// amiko - Ed25519 keys (RFC 8709)
#pragma once

#include "key_codec.hpp"

namespace amiko::keys {

VerifyingKeyPtr read_public_ed25519(std::string_view type, wire::Reader& in);
SigningKeyPtr read_private_ed25519(std::string_view type, wire::Reader& in);
SigningKeyPtr generate_ed25519(std::string_view type, unsigned bits);

/// From the 32 bytes of RFC 8032 section 5.1.5.  Throws errc::malformed_key for another size.
SigningKeyPtr make_ed25519(ByteView seed);

}  // namespace amiko::keys
