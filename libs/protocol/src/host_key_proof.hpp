// amiko - a server's proof that it owns its host key
#pragma once

#include <amiko/base/bytes.hpp>
#include <amiko/keys/public_key.hpp>

#include <string>

namespace amiko::protocol {

/// Client: the server's key, once its signature over `h` was found right and made with the negotiated
/// `algorithm`.  Throws HostKeyError (errc::bad_host_signature) when the signature proves nothing;
/// ProtocolError (errc::kex_failed) for a key that is broken, does not fit the algorithm, or is an RSA key
/// below `min_rsa_bits`.
PublicKey proven_host_key(ByteView blob, ByteView signature, const std::string& algorithm, ByteView h,
                          unsigned min_rsa_bits);

/// Throws HostKeyError (errc::host_key_changed) when a later exchange brings another key than the first.
void check_same_host_key(const PublicKey& first, const PublicKey& now);

/// The algorithm's name that a signature bears; empty when the signature does not parse.
std::string signature_algorithm(ByteView signature);

}  // namespace amiko::protocol
