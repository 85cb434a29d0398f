// amiko - a packet's MAC (RFC 4253 section 6.4)
#pragma once

#include <amiko/base/bytes.hpp>
#include <amiko/crypto/cipher_table.hpp>

#include <cstdint>
#include <memory>

namespace Botan {
class MessageAuthenticationCode;
}

namespace amiko::crypto {

/// HMAC over the packet's sequence number and bytes, cut to the tag's size.
class Mac {
 public:
  /// Throws errc::invalid_argument for a key of the wrong size.
  Mac(const MacInfo& info, ByteView key);
  ~Mac();

  void sign(std::uint32_t sequence, ByteView data, MutableBytes tag);
  /// In the same time wherever the first wrong byte is.
  bool verify(std::uint32_t sequence, ByteView data, ByteView tag);

 private:
  static constexpr std::size_t max_digest_size = 64;

  /// Returns the digest in `room`.
  ByteView digest(std::uint32_t sequence, ByteView data, MutableBytes room);

  std::unique_ptr<Botan::MessageAuthenticationCode> hmac_;
  std::size_t tag_size_;
};

}  // namespace amiko::crypto
