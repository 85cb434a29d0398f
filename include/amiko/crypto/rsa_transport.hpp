// amiko - a secret sent under an RSA key that was made for it (RFC 4432)
#pragma once

#include <amiko/base/bytes.hpp>
#include <amiko/base/secret.hpp>
#include <amiko/crypto/random.hpp>

#include <memory>
#include <string_view>

namespace amiko::crypto {

/// The server's transient key.  One exchange uses it: after that it is destroyed, so that nobody can read old
/// connections, and no answer to a forged ciphertext helps with another one.  Not synchronised.
class RsaTransportKey {
 public:
  /// Takes a tenth of a second for 2048 bits.  `hash` is Botan's, for OAEP.
  RsaTransportKey(unsigned bits, std::string_view hash, Random& random);
  ~RsaTransportKey();

  /// K_T: a public key of type ssh-rsa.
  const Bytes& public_blob() const noexcept { return blob_; }
  /// K as an mpint, its length included.  Throws errc::kex_failed for what is no ciphertext of this key,
  /// holds no mpint, or one that is out of range.
  Secret decrypt(ByteView ciphertext) const;

 private:
  struct Key;
  std::unique_ptr<Key> key_;
  std::string_view hash_;
  Bytes blob_;
};

/// What a client sends, and what it agreed to by that.
struct RsaTransport {
  Bytes ciphertext{};
  Secret secret{};  ///< K as an mpint
};
/// Draws K and encrypts it.  Throws errc::kex_failed for what is no RSA key, or one outside `min_bits` to
/// 8192.
RsaTransport rsa_transport(ByteView public_blob, unsigned min_bits, std::string_view hash, Random& random);

}  // namespace amiko::crypto
