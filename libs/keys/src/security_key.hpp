// amiko - public keys of security keys (OpenSSH PROTOCOL.u2f)
#pragma once

#include "key_codec.hpp"

namespace amiko::keys {

VerifyingKeyPtr read_public_sk_ed25519(std::string_view type, wire::Reader& in);
VerifyingKeyPtr read_public_sk_ecdsa(std::string_view type, wire::Reader& in);

/// What a file calls the private half is a handle that only its token can use.  Throw errc::unsupported_key.
[[noreturn]] SigningKeyPtr refuse_private_sk(std::string_view type, wire::Reader& in);
[[noreturn]] SigningKeyPtr refuse_generated_sk(std::string_view type, unsigned bits);

}  // namespace amiko::keys
