// amiko - known_hosts files: which keys belong to which host
#pragma once

#include <amiko/base/config.hpp>
#include <amiko/keys/public_key.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace amiko {

/// What known_hosts says about a host and the key that it showed.
enum class HostKeyStatus {
  match,    ///< the key is on record for the host
  unknown,  ///< no key is on record for the host
  changed,  ///< keys are on record for the host, and this one is not among them
  revoked,  ///< the key is marked @revoked for the host, whatever else is on record
};

/// The content of known_hosts files (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT), read once.  A value; copies share
/// immutable data; any thread.
///
/// A host is looked up as "name" when its port is 22 (or 0), else as "[name]:port"; see known_hosts_name().
/// Lines may name hosts plainly, with '*' and '?', negated with '!', in comma lists of those, or hashed
/// ("|1|salt|hash").  Upper and lower case are the same.  A CIDR block ("10.0.0.0/8", "192.0.2.7/32") is
/// compared with the host's numeric address, whatever the port; an address without a mask is a name like any
/// other and stands only for hosts that are called so, because what answers at an address says nothing about
/// a name that merely resolves to it.
///
/// A line that cannot be used is left out and listed by diagnostics(); it never spoils the rest.  Key types
/// that the library does not have are such lines: they make a host neither known nor changed.
class AMIKO_DECL KnownHosts {
 public:
  enum class Marker { none, cert_authority, revoked };

  /// One usable line.
  struct Entry {
    Marker marker = Marker::none;
    std::string names;  ///< as it stands in the file: a comma list, or one hashed name
    PublicKey key;
    std::string file;
    std::size_t line = 0;  ///< from 1
  };

  /// One line that is not used, or with line 0 a whole file.
  struct Diagnostic {
    std::string file;
    std::size_t line = 0;
    std::string what;
  };

  /// The answer of check().
  struct Result {
    HostKeyStatus status = HostKeyStatus::unknown;
    std::string file;      ///< of the line that decided; empty when the status is unknown
    std::size_t line = 0;  ///< from 1
    /// For `changed`: whether a key of the type shown is on record, and not only keys of other types.
    bool same_type_known = false;
    /// "ssh-ed25519 SHA256:...": the host's keys of record.
    std::vector<std::string> known_fingerprints;

    /// "file:line", or empty.
    std::string where() const;
  };

  /// Knows nobody.
  KnownHosts();

  /// Reads `files` in this order.  One that does not exist is empty; one that cannot be read, is larger than
  /// 64 MiB or is a directory, FIFO or socket is left out, with a diagnostic, and makes complete() false.
  /// Blocks for as long as the file system does.
  static KnownHosts load(const std::vector<std::filesystem::path>& files);
  /// `text` is a file's content, `name` what it is called in results.
  static KnownHosts parse(std::string_view text, std::string name);

  /// What is on record about `key` for `host`, which may be a name or an address, with or without the
  /// brackets of an IPv6 literal. `address` is the numeric address that was connected to, or empty when it is
  /// not known.
  ///
  /// `changed` means any other key, of whatever type: a peer that is not the host could show a type that the
  /// host's record lacks, and must not pass for a host never seen.  known_key_types() lets the host be asked
  /// for a type that is on record. Throws errc::invalid_argument for an empty host, errc::no_state for an
  /// empty key.
  Result check(std::string_view host, std::uint16_t port, std::string_view address,
               const PublicKey& key) const;

  /// The lines for a host, those with markers included, in the files' order.  Throws errc::invalid_argument
  /// for an empty host.
  std::vector<Entry> find(std::string_view host, std::uint16_t port, std::string_view address = {}) const;
  /// The lines without marker that hold `key`, whatever host they are for.
  std::vector<Entry> find_key(const PublicKey& key) const;

  /// The types ("ssh-ed25519") of the keys on record for a host, each once, in the files' order, so that the
  /// host can be asked for one of these first.
  std::vector<std::string> known_key_types(std::string_view host, std::uint16_t port,
                                           std::string_view address = {}) const;

  /// What could not be used, in the files' order.  Decodes every key of the files, which check() does only
  /// for the host's own.
  std::vector<Diagnostic> diagnostics() const;
  /// False when a file exists that could not be read.
  bool complete() const noexcept;

 private:
  class Impl;

  explicit KnownHosts(std::shared_ptr<const Impl> impl);

  std::shared_ptr<const Impl> impl_;
};

/// The name under which a host stands in known_hosts: in lower case, without a dot at the end; "[name]:port"
/// unless the port is 22 or 0.  IPv6 literals lose their brackets and are written as RFC 5952 says.  Pure;
/// any thread. Throws errc::invalid_argument for an empty host.
AMIKO_DECL std::string known_hosts_name(std::string_view host, std::uint16_t port);

/// When add_known_host() adds a key.
enum class AddKnownHost {
  any_key,        ///< also to a host that has other keys
  first_key_only  ///< only to a host that has none: what "trust on first use" needs
};

/// Adds a line for `host` to a known_hosts file and returns true; false, and no change, when the file has the
/// key for that host already.  The name is hashed with `hash_names`.
///
/// The file is replaced in one step and keeps its other lines byte for byte, its permissions and, if it is a
/// symbolic link, its place; a new one gets permissions 0600, and a missing directory that is to hold it is
/// made with 0700.  Other threads and processes that use these functions wait for each other, at most 10 s,
/// so no line is lost. Throws errc::invalid_argument for a host name that cannot stand in the file,
/// HostKeyError when the file says that the key is revoked or, with first_key_only, that the host has another
/// one, errc::file_unreadable, errc::file_unwritable, TimeoutError.
AMIKO_DECL bool add_known_host(const std::filesystem::path& file, std::string_view host, std::uint16_t port,
                               const PublicKey& key, bool hash_names = false,
                               AddKnownHost when = AddKnownHost::any_key);

/// Removes the lines for `host`, as ssh-keygen -R does: lines that name the host, by a pattern or along with
/// others too, but none with a marker.  Returns how many went.  Otherwise as add_known_host(); a missing file
/// is no error.
AMIKO_DECL std::size_t remove_known_host(const std::filesystem::path& file, std::string_view host,
                                         std::uint16_t port);

}  // namespace amiko
