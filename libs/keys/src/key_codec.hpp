// amiko - what each key type implements
#pragma once

#include <amiko/keys/algorithm_table.hpp>
#include <amiko/keys/security_key.hpp>
#include <amiko/wire/reader.hpp>
#include <amiko/wire/writer.hpp>

#include <memory>
#include <string_view>

namespace amiko::keys {

/// The public half of a key.  Immutable; any thread.
class VerifyingKey {
 public:
  virtual ~VerifyingKey() = default;

  virtual unsigned bits() const = 0;
  /// `signature` is what stands in the wire form after the algorithm's name.  Bad ones are false, or throw
  /// Error or Botan::Exception.
  virtual bool verify(const SignatureInfo& algorithm, ByteView data, ByteView signature) const = 0;

  /// Signatures carry flags and a counter, and rules apply.
  virtual bool is_security_key() const { return false; }
  /// The whole of the wire form: `trailer` is what follows `signature`, which only security keys have.
  virtual bool verify_wire(const SignatureInfo& algorithm, ByteView data, ByteView signature,
                           ByteView trailer, const SecurityKeyRules&) const {
    return trailer.empty() && verify(algorithm, data, signature);
  }
};

/// The private half of a key, consistent with its public half.  Immutable; any thread.
class SigningKey {
 public:
  virtual ~SigningKey() = default;

  virtual std::string_view type() const = 0;
  /// The fields that follow the type's name in a key blob.
  virtual void write_public(wire::Writer& out) const = 0;
  /// The fields that follow the type's name in openssh-key-v1.
  virtual void write_private(wire::Writer& out) const = 0;
  /// What stands in the wire form after the algorithm's name.
  virtual Bytes sign(const SignatureInfo& algorithm, ByteView data) const = 0;
};

using VerifyingKeyPtr = std::shared_ptr<const VerifyingKey>;
using SigningKeyPtr = std::shared_ptr<const SigningKey>;

/// A key type and its functions.  The readers start after the type's name and throw Error or Botan::Exception
/// for bad content.
struct KeyCodec {
  std::string_view type;
  VerifyingKeyPtr (*read_public)(std::string_view type, wire::Reader& in);
  SigningKeyPtr (*read_private)(std::string_view type, wire::Reader& in);
  SigningKeyPtr (*generate)(std::string_view type, unsigned bits);
};

/// Throws errc::unsupported_key, with what is known of the type.
const KeyCodec& find_codec(std::string_view type);
bool has_codec(std::string_view type) noexcept;

}  // namespace amiko::keys
