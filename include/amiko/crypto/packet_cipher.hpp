// amiko - how one direction's packets are protected
#pragma once

#include <amiko/base/bytes.hpp>

#include <cstdint>
#include <memory>

namespace amiko::crypto {

/// Cipher and MAC of one direction, as SSH frames them: none, AES-GCM (RFC 5647 as OpenSSH does it),
/// chacha20-poly1305@openssh.com, or a stream or block cipher with a MAC, encrypt-and-MAC (RFC 4253 section
/// 6) or encrypt-then-MAC (OpenSSH PROTOCOL 1.5). A packet lies contiguously: 4 bytes length, 1 byte padding
/// length, payload, padding, then tag_size() bytes.  Everything works in place. One object serves one
/// direction only, sealing or opening.  Not synchronised.
class PacketCipher {
 public:
  virtual ~PacketCipher() = default;

  /// What the padded length must be a multiple of: the cipher's block, at least 8.
  std::size_t block_size() const noexcept { return block_size_; }
  /// Bytes of MAC or tag after the padding.
  std::size_t tag_size() const noexcept { return tag_size_; }
  /// Whether the 4 bytes of length count toward the multiple of block_size(): they do not for ETM and AEAD.
  bool length_is_padded() const noexcept { return length_is_padded_; }
  /// How many of a packet's first bytes open_length() needs: 4, or a block where the length is encrypted with
  /// the rest.
  std::size_t header_size() const noexcept { return header_size_; }

  /// Whether a bad length or tag must not show before the largest packet's bytes have come, because the
  /// moment of the failure would tell what the length field decrypted to (CBC without encrypt-then-MAC).
  bool fails_late() const noexcept { return fails_late_; }

  /// Encrypts a whole packet with room for the tag at its end, and fills in the tag.
  virtual void seal(std::uint32_t sequence, MutableBytes packet) = 0;

  /// Returns the packet_length field of the packet whose first header_size() bytes these are.  May decrypt
  /// them in place, so it must be called exactly once for each packet, before open().  The value is not yet
  /// authentic and must be checked against limits.
  virtual std::uint32_t open_length(std::uint32_t sequence, MutableBytes header) = 0;

  /// Decrypts and authenticates a whole packet (4 + packet_length + tag_size() bytes) whose header went
  /// through open_length().  False when the tag is wrong: then nothing of the packet may be used.  The 4
  /// length bytes are unspecified afterwards.
  virtual bool open(std::uint32_t sequence, MutableBytes packet) = 0;

 protected:
  struct Shape {
    std::size_t block_size = 8;
    std::size_t tag_size = 0;
    bool length_is_padded = true;
    std::size_t header_size = 4;
    bool fails_late = false;
  };
  explicit PacketCipher(Shape shape) noexcept
      : block_size_(shape.block_size),
        tag_size_(shape.tag_size),
        header_size_(shape.header_size),
        length_is_padded_(shape.length_is_padded),
        fails_late_(shape.fails_late) {}
  PacketCipher(const PacketCipher&) = delete;
  PacketCipher& operator=(const PacketCipher&) = delete;

 private:
  std::size_t block_size_, tag_size_, header_size_;
  bool length_is_padded_;
  bool fails_late_;
};

/// Before the first NEWKEYS: no encryption, no MAC.
std::unique_ptr<PacketCipher> make_null_cipher();

}  // namespace amiko::crypto
