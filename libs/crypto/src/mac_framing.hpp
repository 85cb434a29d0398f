// amiko - the two ways in which a packet is encrypted and given a MAC
#pragma once

#include <amiko/base/bytes.hpp>
#include <amiko/crypto/cipher_table.hpp>
#include <amiko/crypto/packet_cipher.hpp>

#include <memory>

namespace amiko::crypto {

/// Encrypts or decrypts one direction's bytes in place, running on from call to call.
class Transform {
 public:
  virtual ~Transform() = default;
  /// A whole number of the cipher's blocks.
  virtual void apply(MutableBytes bytes) = 0;

 protected:
  Transform() = default;
  Transform(const Transform&) = delete;
  Transform& operator=(const Transform&) = delete;
};

/// Encrypt-and-MAC (RFC 4253 section 6) or encrypt-then-MAC (OpenSSH PROTOCOL section 1.5), as `mac` says.
/// `chained`: a block's plain text depends on the block before, so that nobody may learn from a failure what
/// a length decrypted to.  Throws errc::invalid_argument without a MAC or for a MAC key of the wrong size.
std::unique_ptr<PacketCipher> frame_with_mac(const CipherInfo& info, const MacInfo* mac, ByteView mac_key,
                                             std::unique_ptr<Transform> transform, bool chained);

}  // namespace amiko::crypto
