// amiko - what a client does about host keys
#pragma once

#include <amiko/base/config.hpp>
#include <amiko/keys/public_key.hpp>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace amiko {

/// An unknown host's key, for somebody to decide about.
struct HostKeyQuestion {
  std::string host;         ///< as it would be recorded: "example.org" or "[example.org]:2222"
  std::string address;      ///< the numeric address, where it is known
  std::string key_type;     ///< "ssh-ed25519"
  unsigned bits = 0;        ///< the key's size
  std::string fingerprint;  ///< "SHA256:..."
  /// Where the same key is on record for other names: "file:line: names".
  std::vector<std::string> known_as;
  /// All of this in a few lines of English, safe to print, ending with a newline; the question itself is left
  /// to the asker.
  std::string text;
};

enum class HostKeyAnswer {
  no,    ///< do not connect
  once,  ///< connect, and record nothing
  yes,   ///< connect, and record the key
};

/// What a client does about the key that a host shows.  A value: options hold one.  Different threads may use
/// one object as long as none changes it; the function given to ask() then runs in several threads at a time.
///
///   HostKeyPolicy::strict()                      // StrictHostKeyChecking=yes of ssh_config(5); what a new
///   object does HostKeyPolicy::accept_new().hash_names(true) HostKeyPolicy::pinned("SHA256:...")
///
/// Whatever the policy is, except none(): a key that a known_hosts file marks as @revoked for the host is
/// refused, and so is one that differs from the keys on record, of whatever type it is.
class AMIKO_DECL HostKeyPolicy {
 public:
  using Ask = std::function<HostKeyAnswer(const HostKeyQuestion&)>;

  /// strict().
  HostKeyPolicy() = default;

  /// Only keys that are on record.
  static HostKeyPolicy strict();
  /// Records the key of a host that is not on record (trust on first use).  A key that cannot be recorded is
  /// refused, and so is an unknown one while a known_hosts file exists that cannot be read: it might say that
  /// the key has changed.
  static HostKeyPolicy accept_new();
  /// Asks `ask` about a host that is not on record, in the thread that connects, which waits for the answer.
  /// What `ask` throws ends the connection attempt.  Throws errc::invalid_argument for an empty function.
  static HostKeyPolicy ask(Ask ask);
  /// Only this key.  Of known_hosts, only @revoked lines count.  Throws errc::no_state for an empty key.
  static HostKeyPolicy pinned(const PublicKey& key);
  /// Only the key with this fingerprint, "SHA256:" and base64.  Throws errc::invalid_argument for anything
  /// else.
  static HostKeyPolicy pinned(std::string_view fingerprint);
  /// Any key, even a revoked one.  The connection is open to whoever sits between: for tests and for links
  /// that are secure by other means.
  static HostKeyPolicy none();

  /// The user's known_hosts files, the first of which new keys are added to; "~" at the start is the home
  /// directory.  An empty list, or "/dev/null", stands for no file: nothing is recorded then. Unless set:
  /// ~/.ssh/known_hosts and ~/.ssh/known_hosts2.
  HostKeyPolicy& user_files(std::vector<std::filesystem::path> files);
  /// Files that are read only.  Unless set: /etc/ssh/ssh_known_hosts and /etc/ssh/ssh_known_hosts2.
  HostKeyPolicy& global_files(std::vector<std::filesystem::path> files);
  /// Whether new names are hashed (HashKnownHosts); false unless set.
  HostKeyPolicy& hash_names(bool hash);
  /// The name to look up and record in place of the host's and its port (HostKeyAlias); none when empty.
  HostKeyPolicy& alias(std::string name);

  /// Returns if the key may be trusted for the host.  `host` is the name or address as the user gave it,
  /// `address` the numeric address that was connected to, or empty when it is not known (behind a proxy).
  ///
  /// Throws HostKeyError, with all that is known and what to do about it: errc::host_key_unknown,
  /// errc::host_key_changed or errc::host_key_revoked.  Throws errc::invalid_argument for an empty host.
  /// Reads files, may write one, and blocks for as long as that takes: at most 10 s for other writers.  The
  /// proof that the host owns the key is not checked here.
  void check(const std::string& host, std::uint16_t port, std::string_view address,
             const PublicKey& key) const;

  /// The key types to ask the host for first, because a key of such a type is pinned or on record; often
  /// empty.  Reads files.
  std::vector<std::string> preferred_key_types(const std::string& host, std::uint16_t port,
                                               std::string_view address = {}) const;

 private:
  enum class Kind { strict, accept_new, ask, pinned, none };
  class Check;

  explicit HostKeyPolicy(Kind kind) : kind_(kind) {}
  std::vector<std::filesystem::path> files() const;

  Kind kind_ = Kind::strict;
  Ask ask_;
  std::string pinned_fingerprint_;
  std::string pinned_type_;  // empty when only a fingerprint is pinned
  std::vector<std::filesystem::path> user_files_{"~/.ssh/known_hosts", "~/.ssh/known_hosts2"};
  std::vector<std::filesystem::path> global_files_{"/etc/ssh/ssh_known_hosts", "/etc/ssh/ssh_known_hosts2"};
  bool hash_names_ = false;
  std::string alias_;
};

}  // namespace amiko
