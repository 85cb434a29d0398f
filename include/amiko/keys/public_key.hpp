// amiko - public keys
#pragma once

#include <amiko/base/bytes.hpp>
#include <amiko/base/config.hpp>
#include <amiko/keys/security_key.hpp>

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace amiko {

/// A public key: ssh-ed25519, ssh-ed448, ecdsa-sha2-nistp256/384/521, ecdsa-sha2-1.3.132.0.10 (secp256k1),
/// ssh-rsa, ssh-dss, and those of security keys, sk-ssh-ed25519@openssh.com and
/// sk-ecdsa-sha2-nistp256@openssh.com.  A value; copies share immutable data; any thread.  Formats: RFC 4253
/// section 6.6, RFC 5656 section 3.1, RFC 8709, RFC 8332, OpenSSH PROTOCOL.u2f.
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
  /// From a file that holds one such line, or a key in the form of RFC 4716 ("---- BEGIN SSH2 PUBLIC KEY
  /// ----").  Throws KeyError; reads the file, which may block on slow file systems.
  static PublicKey load(const std::filesystem::path& file);

  explicit operator bool() const noexcept { return impl_ != nullptr; }
  /// "ssh-ed25519", "ecdsa-sha2-nistp256", "ssh-rsa".
  const std::string& type() const;
  /// 256 for ed25519, 448 for ed448; the curve's or modulus' size otherwise.
  unsigned bits() const;
  /// The wire form.
  const Bytes& blob() const;
  const std::string& comment() const;
  PublicKey with_comment(std::string comment) const;

  /// "SHA256:" and unpadded base64, as ssh-keygen -l prints; `hash` may also be "MD5" ("MD5:aa:bb:...").
  std::string fingerprint(std::string_view hash = "SHA256") const;
  /// "type base64 comment" without a newline.
  std::string to_line() const;

  /// The form of RFC 4716, which ssh.com's and Tectia's programs read.
  std::string to_rfc4716() const;

  /// The signature algorithms that fit the key, best first: for RSA rsa-sha2-512 and rsa-sha2-256; with those
  /// that are off by default also the forms of ssh.com and, last, ssh-rsa.
  std::vector<std::string> signature_algorithms(bool with_disabled = false) const;

  /// Signatures are made by a FIDO token; `rules` of verify() apply.
  bool is_security_key() const;

  /// True when `signature` (wire form, algorithm name included) by this key over `data` is right and its
  /// algorithm is `algorithm`; for security keys it must also prove what `rules` ask for.  Never throws for
  /// bad signatures; they are just false.
  bool verify(std::string_view algorithm, ByteView data, ByteView signature,
              const SecurityKeyRules& rules = {}) const;

  friend AMIKO_DECL bool operator==(const PublicKey& a, const PublicKey& b) noexcept;

  class Impl;

 private:
  explicit PublicKey(std::shared_ptr<const Impl> impl, std::string comment = {});
  friend class PrivateKey;

  std::shared_ptr<const Impl> impl_;
  std::string comment_;
};

}  // namespace amiko
