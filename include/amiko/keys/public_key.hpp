// amiko - public keys
#pragma once

#include <amiko/base/bytes.hpp>
#include <amiko/base/config.hpp>

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace amiko {

/// A public key: ssh-ed25519, ecdsa-sha2-nistp256/384/521 or ssh-rsa.  A value; copies share immutable data;
/// any thread. Formats: RFC 4253 section 6.6, RFC 5656 section 3.1, RFC 8709, RFC 8332.
class AMIKO_DECL PublicKey {
 public:
  /// An empty key; every other member throws errc::no_state on it, except operator bool and ==.
  PublicKey() = default;

  /// From the wire form ("key blob").  Throws KeyError: errc::unsupported_key for an unknown type,
  /// errc::malformed_key for bad content (point off its curve, RSA below 1024 or above 16384 bits, bytes left
  /// over).
  static PublicKey from_blob(ByteView blob);
  /// From one line, "type base64 [comment]", as in id_*.pub and authorized_keys without options.  Throws
  /// KeyError.
  static PublicKey from_line(std::string_view line);
  /// From a file that holds one such line.  Throws KeyError; reads the file, which may block on slow file
  /// systems.
  static PublicKey load(const std::filesystem::path& file);

  explicit operator bool() const noexcept { return impl_ != nullptr; }
  /// "ssh-ed25519", "ecdsa-sha2-nistp256", "ssh-rsa".
  const std::string& type() const;
  /// 256 for ed25519; the curve's or modulus' size otherwise.
  unsigned bits() const;
  /// The wire form.
  const Bytes& blob() const;
  const std::string& comment() const;
  PublicKey with_comment(std::string comment) const;

  /// "SHA256:" and unpadded base64, as ssh-keygen -l prints; `hash` may also be "MD5" ("MD5:aa:bb:...").
  std::string fingerprint(std::string_view hash = "SHA256") const;
  /// "type base64 comment" without a newline.
  std::string to_line() const;

  /// The signature algorithms that fit the key, best first: for RSA rsa-sha2-512, rsa-sha2-256 and, off by
  /// default, ssh-rsa.
  std::vector<std::string> signature_algorithms(bool with_legacy = false) const;

  /// True when `signature` (wire form, algorithm name included) by this key over `data` is right and its
  /// algorithm is `algorithm`. Never throws for bad signatures; they are just false.
  bool verify(std::string_view algorithm, ByteView data, ByteView signature) const;

  friend AMIKO_DECL bool operator==(const PublicKey& a, const PublicKey& b) noexcept;

  class Impl;

 private:
  explicit PublicKey(std::shared_ptr<const Impl> impl, std::string comment = {});
  friend class PrivateKey;

  std::shared_ptr<const Impl> impl_;
  std::string comment_;
};

}  // namespace amiko
