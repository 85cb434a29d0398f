// amiko - the makers behind the cipher table
#pragma once

#include <amiko/crypto/cipher_table.hpp>
#include <amiko/crypto/packet_cipher.hpp>

#include <memory>

namespace amiko::crypto {

/// AES-GCM as OpenSSH does it.  The MAC is not used.
std::unique_ptr<PacketCipher> make_gcm(const CipherInfo& info, const MacInfo* mac, const DirectionKeys& keys,
                                       Direction direction);

/// chacha20-poly1305@openssh.com.  The MAC is not used.
std::unique_ptr<PacketCipher> make_chachapoly(const CipherInfo& info, const MacInfo* mac,
                                              const DirectionKeys& keys, Direction direction);

/// A key stream with a MAC of either kind.
std::unique_ptr<PacketCipher> make_stream(const CipherInfo& info, const MacInfo* mac,
                                          const DirectionKeys& keys, Direction direction);

/// A block cipher in CBC mode with a MAC of either kind.
std::unique_ptr<PacketCipher> make_cbc(const CipherInfo& info, const MacInfo* mac, const DirectionKeys& keys,
                                       Direction direction);

}  // namespace amiko::crypto
