// amiko - private keys
#pragma once

#include <amiko/base/secret.hpp>
#include <amiko/keys/public_key.hpp>
#include <amiko/keys/signer.hpp>

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace amiko {

/// Settings of PrivateKey::generate().
struct GenerateOptions {
  unsigned bits = 0;  ///< RSA: modulus, default 3072; DSA: 1024 only; otherwise ignored
  std::string comment = {};
};

/// A private key: ed25519, ed448, ecdsa, rsa or dsa.  A value; copies share immutable data, which is wiped
/// with the last of them; any thread.
class AMIKO_DECL PrivateKey : public Signer {
 public:
  /// An empty key; every other member throws errc::no_state on it.
  PrivateKey() = default;
  PrivateKey(const PrivateKey&) = default;
  PrivateKey(PrivateKey&&) noexcept = default;
  PrivateKey& operator=(const PrivateKey&) = default;
  PrivateKey& operator=(PrivateKey&&) noexcept = default;
  ~PrivateKey() override;

  /// Asked for a passphrase when one is needed; empty result: give up.
  using PassphraseSource = std::function<std::optional<Secret>(const std::string& what)>;

  /// From a file: openssh-key-v1 (plain or bcrypt), PKCS#1 "RSA PRIVATE KEY", SEC1 "EC PRIVATE KEY" and
  /// OpenSSL's "DSA PRIVATE KEY" (plain or with DEK-Info), PKCS#8 "PRIVATE KEY" and "ENCRYPTED PRIVATE KEY".
  /// The format is found by looking. Throws KeyError: errc::file_not_found, file_unreadable, unknown_format
  /// (says what it looks like: a public key, a PuTTY key, ...), passphrase_needed, wrong_passphrase,
  /// unsupported_key, malformed_key; the text names the file, the format found and what is wrong.  Decrypting
  /// takes as long as the file's work factor asks.
  static PrivateKey load(const std::filesystem::path& file, const Secret& passphrase = Secret());
  static PrivateKey load(const std::filesystem::path& file, const PassphraseSource& passphrase);
  /// The same from memory; `label` names it in errors.
  static PrivateKey parse(ByteView text, const Secret& passphrase = Secret(),
                          std::string_view label = "private key");

  /// A new key: "ssh-ed25519", "ssh-ed448", "ecdsa-sha2-nistp256/384/521", "ecdsa-sha2-1.3.132.0.10",
  /// "ssh-rsa" or "ssh-dss" (also "ed25519", "ed448", "ecdsa", "rsa", "dsa").  Takes up to seconds for RSA
  /// and DSA.  Throws KeyError (errc::unsupported_key).
  static PrivateKey generate(std::string_view type, const GenerateOptions& options = {});

  /// The openssh-key-v1 text; with a passphrase, aes256-ctr and bcrypt with 24 rounds.
  Secret to_openssh(const Secret& passphrase = Secret()) const;
  /// Writes to_openssh() to `file` (mode 0600, atomically).  Throws errc::file_unwritable.
  void save(const std::filesystem::path& file, const Secret& passphrase = Secret()) const;

  explicit operator bool() const noexcept { return impl_ != nullptr; }
  const PublicKey& public_key() const override;
  std::vector<std::string> algorithms() const override;
  Bytes sign(std::string_view algorithm, ByteView data) const override;
  std::string label() const override;

  class Impl;

 private:
  explicit PrivateKey(std::shared_ptr<const Impl> impl);

  std::shared_ptr<const Impl> impl_;
};

/// PrivateKey::load under the name that programs read best.
AMIKO_DECL PrivateKey load_key(const std::filesystem::path& file, const Secret& passphrase = Secret());

}  // namespace amiko
