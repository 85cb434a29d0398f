// amiko - whatever can sign for a public key
#pragma once

#include <amiko/keys/public_key.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace amiko {

/// What authentication and host keys need of a key: its public half and signatures.  A PrivateKey is one;
/// agents and tokens are others.  sign() runs in the caller's thread and may block as long as the holder of
/// the key takes.
class AMIKO_DECL Signer {
 public:
  virtual ~Signer();

  virtual const PublicKey& public_key() const = 0;
  /// The algorithms that it can sign with, best first, those among them that are off by default.
  virtual std::vector<std::string> algorithms() const = 0;
  /// The signature's wire form (string algorithm, string signature).  Throws KeyError.  Thread-safe.
  virtual Bytes sign(std::string_view algorithm, ByteView data) const = 0;
  /// For messages: a file name or comment.
  virtual std::string label() const = 0;
};

}  // namespace amiko
