// amiko - Ed25519 and Ed448 keys (RFC 8709)
#pragma once

#include "key_codec.hpp"

namespace amiko::keys {

VerifyingKeyPtr read_public_ed25519(std::string_view type, wire::Reader& in);
SigningKeyPtr read_private_ed25519(std::string_view type, wire::Reader& in);
SigningKeyPtr generate_ed25519(std::string_view type, unsigned bits);

VerifyingKeyPtr read_public_ed448(std::string_view type, wire::Reader& in);
SigningKeyPtr read_private_ed448(std::string_view type, wire::Reader& in);
SigningKeyPtr generate_ed448(std::string_view type, unsigned bits);

/// From the 32 or 57 bytes of RFC 8032 sections 5.1.5 and 5.2.5.  Throw errc::malformed_key for another size.
SigningKeyPtr make_ed25519(ByteView seed);
SigningKeyPtr make_ed448(ByteView seed);

}  // namespace amiko::keys
