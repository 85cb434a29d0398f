// amiko - UMAC (RFC 4418) on AES-128, for messages of up to 16 MiB
#pragma once

#include <amiko/base/bytes.hpp>

#include <botan/secmem.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace Botan {
class BlockCipher;
}

namespace amiko::crypto {

/// One key.  No branch and no index depends on key, message or tag.  Not synchronised.
class Umac {
 public:
  static constexpr std::size_t key_size = 16;
  /// Longer messages need the second polynomial of RFC 4418 section 5.3; no SSH packet is that long.
  static constexpr std::size_t max_message_size = std::size_t{1} << 24;

  /// `tag_size` is 8 or 16.
  Umac(ByteView key, std::size_t tag_size);
  ~Umac();

  /// Fills the first tag_size bytes of `out`.  The nonce is the big-endian form of `nonce`, 8 bytes; none may
  /// be used for two messages.  Throws errc::internal_error for a message that is too long.
  void tag(std::uint64_t nonce, ByteView message, MutableBytes out);

 private:
  static constexpr std::size_t block_size = 1024;  // of the first layer
  static constexpr std::size_t block_words = block_size / 4;
  static constexpr std::size_t max_streams = 4;
  using Sums = std::array<std::uint64_t, max_streams>;

  /// The hash function of one stream: 32 bits of the tag.
  struct Stream {
    std::uint64_t polynomial_key = 0;
    std::array<std::uint64_t, 4> inner_key{};  // the other half multiplies zeros
    std::uint32_t last_key = 0;
  };

  void derive_hash_keys(ByteView key);
  Sums compress(ByteView block) const;
  void pad(std::uint64_t nonce, MutableBytes out);

  std::size_t tag_size_;
  std::size_t streams_;
  Botan::secure_vector<std::uint32_t> block_key_;  // the streams' keys overlap by all but 4 words
  std::array<Stream, max_streams> stream_keys_{};
  std::unique_ptr<Botan::BlockCipher> pad_cipher_;
};

}  // namespace amiko::crypto
