// amiko - from a host name to an authenticated connection in one call
#pragma once

#include <amiko/base/auth_result.hpp>
#include <amiko/base/config.hpp>
#include <amiko/base/secret.hpp>
#include <amiko/base/time.hpp>
#include <amiko/client/connection.hpp>
#include <amiko/client/host_key_policy.hpp>
#include <amiko/connection/transport.hpp>
#include <amiko/keys/private_key.hpp>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace amiko {

/// Who to be, how to prove it, whom to trust, how to get there.  All callbacks run in the thread that calls
/// connect().
struct ConnectOptions {
  std::uint16_t port = 22;
  std::string user{};  ///< empty: the local user's name

  // --- credentials, in the order of auth_methods
  std::optional<Secret> password{};  ///< for "password", and for a keyboard-interactive round with one hidden
                                     ///< prompt when kbdint is not set
  std::vector<PrivateKey> keys{};    ///< tried first
  std::vector<std::shared_ptr<const Signer>> signers{};  ///< keys held elsewhere, tried next
  std::vector<std::filesystem::path> key_files{};  ///< tried next; a file that does not load is an error
  bool default_keys =
      true;  ///< without any of those: ~/.ssh/id_ed25519, id_ecdsa, id_rsa, as far as they exist and load
  PrivateKey::PassphraseSource passphrase{};  ///< asked for an encrypted key that the server would take
  std::function<std::optional<Secret>(const std::string& prompt)>
      ask_password{};             ///< when password is not set; nothing: give up
  unsigned password_prompts = 3;  ///< how often ask_password is asked
  InteractiveHandler kbdint{};
  NewPasswordHandler new_password{};
  /// Methods to use, in this order ("none" is asked first in any case).
  std::vector<std::string> auth_methods{"publickey", "keyboard-interactive", "password"};
  AlgorithmList pubkey_algorithms{};  ///< PubkeyAcceptedAlgorithms
  /// A server that lets us in without a key, a password or an answer is refused: behind such a login it could
  /// imitate the prompt for one (CVE-2021-36367).
  bool refuse_trivial_auth = false;

  HostKeyPolicy host_key{};  ///< strict: the host must be in known_hosts

  // --- how to get there; at most one of these
  std::string proxy_command{};  ///< run by /bin/sh; its standard input and output are the connection
  Connection* tunnel =
      nullptr;  ///< a jump host: the server connects us on; it must outlive the new connection's use
  std::string unix_socket{};  ///< a socket in the file system
  int socket = -1;            ///< connected already; taken over

  Timeout timeout = forever;                             ///< for all of connect()
  Timeout connect_timeout = std::chrono::seconds(30);    ///< name lookup and TCP
  Timeout handshake_timeout = std::chrono::seconds(30);  ///< version exchange and first key exchange
  Timeout auth_timeout =
      std::chrono::seconds(30);  ///< for each answer of the server to an authentication request

  TransportOptions transport{};                      ///< algorithms, re-keying, keepalive, windows, log
  std::function<void(const std::string&)> banner{};  ///< given the server's banner, when it comes
};

/// Dials, exchanges keys, checks the host key, authenticates: in that order, nothing secret before the check.
/// Throws ConnectError, TimeoutError, ProtocolError, NegotiationError, HostKeyError, AuthError (with the
/// methods left and all that was tried), KeyError for a key file in options.key_files, Disconnected.  `host`
/// may be "user@host".
AMIKO_DECL Connection connect(std::string_view host, const ConnectOptions& options = {});

/// The host key of a server, without authentication and without trust.
AMIKO_DECL PublicKey get_server_host_key(std::string_view host, const ConnectOptions& options = {});

}  // namespace amiko
