// amiko - the algorithms that one connection offers, in order
#pragma once

#include <amiko/crypto/cipher_table.hpp>
#include <amiko/crypto/compression.hpp>
#include <amiko/crypto/kex_table.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace amiko::protocol {

enum class AlgorithmKind { kex, host_key, cipher, mac, compression };

/// "key exchange", "host key", "cipher", "MAC", "compression".
std::string_view name_of(AlgorithmKind kind) noexcept;
/// The ssh option that sets the kind: "KexAlgorithms", "HostKeyAlgorithms", "Ciphers", "MACs", "Compression".
std::string_view option_of(AlgorithmKind kind) noexcept;

/// A connection's preferences: copies of table entries, so that a user can add one of their own to one
/// connection.  A value.
struct AlgorithmSet {
  std::vector<crypto::KexInfo> kex{};
  std::vector<std::string> host_keys{};  ///< signature algorithms, as in KEXINIT
  std::vector<crypto::CipherInfo> ciphers{};
  std::vector<crypto::MacInfo> macs{};
  std::vector<crypto::CompressionInfo> compressions{};

  /// What is offered unless told otherwise.
  static AlgorithmSet defaults();

  /// Changes one list with OpenSSH's syntax: "a,b" replaces it, "+a,b" appends, "-a*,b" removes (wildcards),
  /// "^a,b" puts in front.  Throws ConfigError (errc::bad_config) for an unknown name, naming it and the
  /// known ones, and for an empty result.
  void edit(AlgorithmKind kind, std::string_view spec);
  /// "yes" offers zlib@openssh.com first, "no" only none; beyond those edit() applies.
  void set_compression(bool on);

  std::vector<std::string> names(AlgorithmKind kind) const;
};

/// Every name of a kind that this build has, legacy ones included, in table order.
std::vector<std::string> all_names(AlgorithmKind kind);

}  // namespace amiko::protocol
