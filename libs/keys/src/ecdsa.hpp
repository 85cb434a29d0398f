// amiko - ECDSA keys (RFC 5656)
#pragma once

#include "key_codec.hpp"

namespace amiko::keys {

VerifyingKeyPtr read_public_ecdsa(std::string_view type, wire::Reader& in);
SigningKeyPtr read_private_ecdsa(std::string_view type, wire::Reader& in);
SigningKeyPtr generate_ecdsa(std::string_view type, unsigned bits);

/// "ecdsa-sha2-nistp256" for "1.2.840.10045.3.1.7".  Throws errc::unsupported_key for other curves.
std::string_view ecdsa_type_of_curve(std::string_view object_identifier);

/// `scalar`: big-endian; `point`: the uncompressed public point, or empty when it is not known.  Throws
/// errc::malformed_key when the scalar is out of range or the two do not belong together.
SigningKeyPtr make_ecdsa(std::string_view type, ByteView scalar, ByteView point);

}  // namespace amiko::keys
