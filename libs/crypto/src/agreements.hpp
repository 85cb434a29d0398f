// amiko - the makers behind the table of key exchange methods
#pragma once

#include <amiko/crypto/key_agreement.hpp>

#include <memory>
#include <string_view>

namespace amiko::crypto {

/// ECDH on a NIST curve by Botan's name ("secp256r1"), uncompressed points only (RFC 5656).
std::unique_ptr<KeyAgreement> make_ecdh(std::string_view curve);

/// X25519 alone (RFC 8731).
std::unique_ptr<KeyAgreement> make_x25519();

/// ML-KEM-768 with X25519 (draft-ietf-sshm-mlkem-hybrid-kex).
std::unique_ptr<KeyAgreement> make_mlkem768_x25519();

}  // namespace amiko::crypto
