// amiko - from K and H to the ciphers of both directions
#pragma once

#include <amiko/base/bytes.hpp>
#include <amiko/crypto/packet_cipher.hpp>
#include <amiko/protocol/negotiation.hpp>
#include <amiko/protocol/role.hpp>

#include <memory>

namespace amiko::protocol {

struct CipherPair {
  std::unique_ptr<crypto::PacketCipher> send{};
  std::unique_ptr<crypto::PacketCipher> receive{};
};

/// RFC 4253 section 7.2.  `secret` is K as encoded for the hash.
CipherPair derive_ciphers(Role role, const Negotiated& negotiated, ByteView secret, ByteView h,
                          ByteView session_id);

}  // namespace amiko::protocol
