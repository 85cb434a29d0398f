// amiko - the algorithms that one connection offers, in order
#pragma once

#include <amiko/base/algorithm_profile.hpp>
#include <amiko/crypto/cipher_table.hpp>
#include <amiko/crypto/compression.hpp>
#include <amiko/crypto/kex_table.hpp>
#include <amiko/protocol/role.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace amiko::protocol {

enum class AlgorithmKind { kex, host_key, user_key, cipher, mac, compression };

/// "key exchange", "host key", "signature", "cipher", "MAC", "compression".
std::string_view name_of(AlgorithmKind kind) noexcept;
/// The ssh option that sets the kind: "KexAlgorithms", "HostKeyAlgorithms", "PubkeyAcceptedAlgorithms",
/// "Ciphers", "MACs", "Compression".
std::string_view option_of(AlgorithmKind kind) noexcept;

/// A connection's preferences: copies of table entries, so that a user can add one of their own to one
/// connection.  A value.
struct AlgorithmSet {
  std::vector<crypto::KexInfo> kex{};
  std::vector<std::string> host_keys{};  ///< signature algorithms, as in KEXINIT
  std::vector<std::string> user_keys{};  ///< signature algorithms of publickey requests
  std::vector<crypto::CipherInfo> ciphers{};
  std::vector<crypto::MacInfo> macs{};
  std::vector<crypto::CompressionInfo> compressions{};
  /// What entries that are in no table refer to.
  std::vector<std::shared_ptr<const void>> owners{};

  /// What is offered unless told otherwise: the profile modern.
  static AlgorithmSet defaults(Role role = Role::client);
  /// A server's modern list has no key exchange on the curves of NIST.  Whatever client has those has
  /// something better as well, and auditors count them against a server.
  static AlgorithmSet of(AlgorithmProfile profile, Role role = Role::client);

  /// Changes one list with OpenSSH's syntax: "a,b" replaces it, "+a,b" appends, "-a*,b" removes, "^a,b" puts
  /// in front; '*' and '?' are wildcards over all that there are, "default" is the list as it was.  Throws
  /// ConfigError (errc::bad_config) for an unknown name, naming it, the nearest and the known ones, and for
  /// an empty result.  Unknown names need not be removed.
  void edit(AlgorithmKind kind, std::string_view spec);
  /// "yes" offers zlib@openssh.com first, "no" only none; beyond those edit() applies.
  void set_compression(bool on);

  std::vector<std::string> names(AlgorithmKind kind) const;
};

/// Every name of a kind that this build has, legacy ones included, in table order.
std::vector<std::string> all_names(AlgorithmKind kind);

/// `text`, a list for edit(), without the names and patterns that fit nothing, which are added to `unknown`;
/// empty when none is left.  Throws ConfigError for a list that is malformed.
std::string without_unknown(AlgorithmKind kind, std::string_view text, std::vector<std::string>& unknown);

}  // namespace amiko::protocol
