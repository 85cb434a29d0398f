// amiko - authorized_keys files: which keys may log in, and what each of them is allowed
#pragma once

#include <amiko/base/config.hpp>
#include <amiko/keys/public_key.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace amiko {

/// All options of one authorized_keys line with what they permit (sshd(8), AUTHORIZED_KEYS FILE FORMAT).  As
/// it is made it stands for a line without options: everything is permitted.  A value.
struct AMIKO_DECL KeyOptions {
  /// What permitopen and permitlisten name.
  struct Endpoint {
    std::string host;        ///< without the brackets of an IPv6 literal
    std::uint16_t port = 0;  ///< 0 stands for '*', any port

    friend bool operator==(const Endpoint&, const Endpoint&) = default;
  };

  /// command="...": runs in place of whatever is asked for; an empty one too.
  std::optional<std::string> command{};
  /// environment="NAME=value", each name once, the first value; names are letters, digits and '_'.  Whether
  /// they are used at all is the server's decision: LD_PRELOAD is a name like any other.
  std::vector<std::pair<std::string, std::string>> environment{};
  /// from="...": a list of patterns and CIDR blocks.
  std::optional<std::string> from{};
  /// permitopen="host:port": where direct-tcpip may go; without the option, anywhere.
  std::optional<std::vector<Endpoint>> permit_open{};
  /// permitlisten="[host:]port": where tcpip-forward may listen; the host is a pattern.
  std::optional<std::vector<Endpoint>> permit_listen{};
  bool pty = true;
  bool port_forwarding = true;  ///< TCP, Unix sockets and tunnels, in both directions
  bool agent_forwarding = true;
  bool x11_forwarding = true;
  bool user_rc = true;
  /// expiry-time="...": the last second in which the key is good.
  std::optional<std::chrono::system_clock::time_point> expiry_time{};
  bool cert_authority = false;            ///< the key signs certificates and is itself no user's key
  std::vector<std::string> principals{};  ///< with cert_authority; empty: no such option
  bool no_touch_required = false;         ///< security keys need not be touched
  bool verify_required = false;           ///< security keys must check a PIN or a fingerprint
  std::optional<std::uint32_t> tunnel{};  ///< tunnel="n": the tun(4) device to be used

  /// Whether the key may be used by a client at the numeric `address`, called `host_name` (empty: not known,
  /// and then no name pattern matches it), at the time `now`: from and expiry-time.  In a from list a negated
  /// match wins.  If not, `why`, where it is not null, tells the server's log the reason.
  bool applies(std::string_view address, std::string_view host_name,
               std::chrono::system_clock::time_point now, std::string* why = nullptr) const;
  /// Whether a direct-tcpip channel may go there: port_forwarding and permit_open.  Names are compared
  /// literally but for case, nothing is looked up; "*" in the file stands for any host.
  bool permits_open(std::string_view host, std::uint16_t port) const;
  /// Whether tcpip-forward may listen there, `host` as the client sent it: port_forwarding and permit_listen.
  /// Port 0, "any that is free", needs the port '*'.
  bool permits_listen(std::string_view host, std::uint16_t port) const;

  friend bool operator==(const KeyOptions&, const KeyOptions&) = default;
};

/// The content of an authorized_keys file, read once.  A value; copies share immutable data; any thread.
///
/// A line that cannot be used is left out and listed by diagnostics(): one with an unknown option or a bad
/// value among them, since an option that is not understood may be a restriction.  It never spoils the other
/// lines and never permits anything.  Keys of types that the library does not have are such lines.
class AMIKO_DECL AuthorizedKeys {
 public:
  /// One usable line.
  struct Entry {
    PublicKey key;
    KeyOptions options{};
    std::string file{};
    std::size_t line = 0;  ///< from 1

    /// "file:line"
    std::string where() const;
  };

  /// One line that is not used, or with line 0 a whole file or what is said of all lines that follow.
  struct Diagnostic {
    std::string file;
    std::size_t line = 0;
    std::string what;
  };

  /// Permits nobody.
  AuthorizedKeys();

  /// Reads a file.  One that does not exist is empty; one that cannot be read, is larger than 16 MiB or is no
  /// regular file permits nobody, with a diagnostic, and makes complete() false.  Who owns the file and who
  /// may write it is not looked at.  Blocks for as long as the file system does; never for a FIFO.
  static AuthorizedKeys load(const std::filesystem::path& file);
  /// `text` is a file's content, `name` what it is called in results.
  static AuthorizedKeys parse(std::string_view text, std::string name);

  /// The entries for `key` in the file's order, without those of certificate authorities: the first one that
  /// applies() is the one that counts.  Throws errc::no_state for an empty key.
  std::vector<Entry> find(const PublicKey& key) const;
  /// All usable lines in the file's order.
  std::vector<Entry> entries() const;
  /// What could not be used, in the file's order; after 1000 lines, how many more there are.
  std::vector<Diagnostic> diagnostics() const;
  /// False when a file exists that could not be read.
  bool complete() const noexcept;

 private:
  class Impl;

  explicit AuthorizedKeys(std::shared_ptr<const Impl> impl);

  std::shared_ptr<const Impl> impl_;
};

}  // namespace amiko
