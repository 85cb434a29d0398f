// amiko - the primitives behind the bulk ciphers, each from the library that has the fastest
#pragma once

#include <amiko/base/bytes.hpp>
#include <amiko/crypto/cipher_table.hpp>

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

namespace amiko::crypto {

/// AES-GCM (NIST SP 800-38D) with nonces of 12 bytes and tags of 16, one direction.  Texts are whole blocks
/// of 16 bytes, as SSH's packets are.
class AesGcm {
 public:
  static constexpr std::size_t nonce_size = 12;
  static constexpr std::size_t tag_size = 16;

  virtual ~AesGcm() = default;
  /// Encrypts `text` in place and fills in `tag`.
  virtual void seal(ByteView nonce, ByteView associated, MutableBytes text, MutableBytes tag) = 0;
  /// Decrypts `text` in place; false when the tag is wrong: then nothing of the text may be used.
  virtual bool open(ByteView nonce, ByteView associated, MutableBytes text, ByteView tag) = 0;
};

/// ChaCha20 as its author defined it: a nonce of 8 bytes, blocks counted by 64 bits.
class Chacha20 {
 public:
  static constexpr std::size_t key_size = 32;
  static constexpr std::size_t nonce_size = 8;
  static constexpr std::size_t block_size = 64;

  virtual ~Chacha20() = default;
  /// Goes to block 0 of this nonce's key stream.
  virtual void start(ByteView nonce) = 0;
  /// Goes on with the key stream, in place.
  virtual void cipher(MutableBytes text) = 0;
};

/// Poly1305 (RFC 8439 section 2.5).
class Poly1305 {
 public:
  static constexpr std::size_t key_size = 32;
  static constexpr std::size_t tag_size = 16;

  virtual ~Poly1305() = default;
  /// The key is for one message only.
  virtual void compute(ByteView key, ByteView message, MutableBytes tag) = 0;
};

/// Where one primitive can come from.  `make` returns null where the library refuses, as in its FIPS mode.
template <class Primitive, class... Arguments>
struct Maker {
  std::string_view library;
  std::unique_ptr<Primitive> (*make)(Arguments...);
};

using AesGcmMaker = Maker<AesGcm, ByteView, Direction>;
using Chacha20Maker = Maker<Chacha20, ByteView>;
using Poly1305Maker = Maker<Poly1305>;

/// What this build has, the fastest first; Botan is always there.
std::span<const AesGcmMaker> aes_gcm_makers() noexcept;
std::span<const Chacha20Maker> chacha20_makers() noexcept;
std::span<const Poly1305Maker> poly1305_makers() noexcept;

/// Of the first library that has it for this key.
template <class Primitive, class... Arguments, class... Given>
std::unique_ptr<Primitive> make_fastest(std::span<const Maker<Primitive, Arguments...>> makers,
                                        const Given&... given) {
  for (const auto& maker : makers) {
    if (auto made = maker.make(given...)) return made;
  }
  return nullptr;
}

std::unique_ptr<AesGcm> botan_aes_gcm(ByteView key, Direction direction);
std::unique_ptr<Chacha20> botan_chacha20(ByteView key);
std::unique_ptr<Poly1305> botan_poly1305();

/// libgcrypt's, where it is built in.
std::unique_ptr<AesGcm> gcrypt_aes_gcm(ByteView key, Direction direction);

/// Those of OpenSSL's libcrypto, where it is built in.
std::unique_ptr<Chacha20> libcrypto_chacha20(ByteView key);
std::unique_ptr<Poly1305> libcrypto_poly1305();

}  // namespace amiko::crypto
