// amiko - a server: listen(), its options, and the handle to stop it
#pragma once

#include <amiko/base/auth_decision.hpp>
#include <amiko/base/config.hpp>
#include <amiko/base/log.hpp>
#include <amiko/base/secret.hpp>
#include <amiko/base/time.hpp>
#include <amiko/config/authorized_keys.hpp>
#include <amiko/connection/server_handler.hpp>
#include <amiko/connection/transport.hpp>
#include <amiko/keys/private_key.hpp>
#include <amiko/keys/security_key.hpp>
#include <amiko/server/server_connection.hpp>
#include <amiko/server/server_process.hpp>
#include <amiko/sftp/sftp_server.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace amiko {

/// Those of the options that may differ from user to user.
struct UserOptions : UserSettings {
  bool pty = true;
  std::string force_command{};
  std::vector<std::string> accept_env{};
  bool user_environment = true;
  std::chrono::nanoseconds keepalive_interval{0};
  unsigned keepalive_count = 3;
};

/// What listen() serves, to whom, and how much of it.  All functions may be called from several threads at
/// once, each for another connection, and may block; the client waits meanwhile.
struct ServerOptions {
  // --- where
  /// Names or numeric addresses; "host:port" and "[address]:port" where it is not `port`.  Empty: every
  /// interface.
  std::vector<std::string> addresses{};
  std::uint16_t port = 22;  ///< 0: one that is free, the same for all addresses; Server::port()
  int family = 0;           ///< AF_INET or AF_INET6 only; 0: both
  int socket = -1;          ///< a listening socket to take over instead
  int backlog = 128;

  // --- as whom
  std::vector<PrivateKey> host_keys{};
  std::vector<std::shared_ptr<const Signer>> host_signers{};  ///< keys that others hold

  // --- to whom: what is set is offered.  Nothing set: nobody is let in.

  /// The authorized_keys of a user, for rules of its own about where they are and whose they must be.  Asked
  /// for each key that is shown; each entry's restrictions are enforced.
  std::function<std::vector<AuthorizedKeys>(const ServerConnection&, std::string_view user)> user_keys{};
  /// "/etc/keys/%u": the caller's name stands for %u, %% for a percent sign.  Read anew at each login.
  std::string authorized_keys{};
  /// What signatures by security keys in those files have to prove, whatever their options permit; without
  /// the option no-touch-required it is a touch in any case (PubkeyAuthOptions).
  SecurityKeyRules security_key_rules{.touch_required = false};
  std::function<Decision(std::string_view user, const Secret& password)> password{};
  /// For those whom `password` told that theirs has expired.
  std::function<Decision(std::string_view user, const Secret& before, const Secret& after)> change_password{};
  std::function<Decision(std::string_view user, const PublicKey& key)> public_key{};
  std::function<InteractiveStep(std::string_view user, std::string_view submethods)> interactive{};
  std::function<InteractiveStep(std::string_view user, const Answers& answers)> interactive_response{};
  std::string banner{};
  /// May change what is meant for one user only: asked when a name is first tried, and when it is tried after
  /// another one.  The options are the server's then.  An exception ends the connection.
  std::function<void(const ServerConnection&, std::string_view user, UserOptions&)> for_user{};
  /// Decides about everything that the functions above and `process` leave open; made once for each
  /// connection.  With it, only what it says is offered: get_allowed_auths().
  std::function<std::shared_ptr<ServerHandler>(const ServerConnection&)> handler{};

  // --- what
  /// Runs each shell, command and subsystem, in a thread of its own.  Without it the handler is asked.
  std::function<void(ServerProcess&)> process{};
  /// Asked before `process`: whether this is to be run.  Without it shells and commands are, subsystems only
  /// where they are listed.
  std::function<bool(const ServerConnection&, const SessionStart&)> permit{};
  std::vector<std::string> subsystems{};
  bool pty = true;              ///< whether pseudo terminals are granted
  std::string force_command{};  ///< runs in place of whatever is asked for (ForceCommand)
  /// Patterns (AcceptEnv).  No pattern lets a client set PATH, HOME, SHELL, USER, LOGNAME, ENV, BASH_ENV,
  /// IFS, or what begins with LD_ or SSH_.
  std::vector<std::string> accept_env{"LANG", "LC_*"};
  bool user_environment = true;  ///< whether authorized_keys may set variables (PermitUserEnvironment)

  // --- files
  /// Serves the subsystem "sftp", and a forced command "internal-sftp", in the session's thread.  `permit` is
  /// asked as for everything else; `process` is not.
  bool sftp = false;
  /// The directory that clients see as "/", with the rights of this process; empty: all files.
  std::string sftp_root{};
  /// In place of `sftp_root`: what this client is to see, made for each session.  Null: the session is
  /// refused.
  std::function<std::shared_ptr<SftpFilesystem>(const ServerConnection&)> sftp_filesystem{};
  SftpServerOptions sftp_options{};

  // --- how much
  std::string max_startups = "10:30:100";    ///< connections that have not logged in (MaxStartups)
  unsigned per_source_max_startups = 0;      ///< 0: no limit (PerSourceMaxStartups)
  std::string per_source_penalties = "yes";  ///< "no", or sshd's list (PerSourcePenalties)
  std::string penalty_exempt{};              ///< addresses and CIDR blocks without penalties
  unsigned max_connections = 0;              ///< all of them; 0: no limit
  /// Windows, keys, algorithms, keepalive, log; and in `transport.server` times and limits of one connection.
  TransportOptions transport{};
  bool tcp_keepalive = true;

  /// A connection has been accepted.  On the thread that accepts: it must not block.
  std::function<void(const ServerConnection&)> connected{};
  /// The connection has ended; with an empty Failure::code it was orderly.
  std::function<void(const ServerConnection&, const Failure&)> disconnected{};
};

/// A server that runs.  Move-only; the destructor is close().  Any thread.
class AMIKO_DECL Server {
 public:
  struct Statistics {
    std::uint64_t accepted = 0;  ///< connections since the start
    std::uint64_t refused = 0;   ///< by max_startups, penalties, max_connections or for want of resources
    std::size_t open = 0;
    std::size_t logged_in = 0;
    std::size_t sessions = 0;  ///< process functions that run
  };

  Server(Server&&) noexcept;
  Server& operator=(Server&&) noexcept;
  ~Server();

  /// "127.0.0.1:2200", "[::]:2200".
  std::vector<std::string> addresses() const;
  std::uint16_t port() const;
  /// Closes the listening sockets.  Connections that are there go on.
  void stop_accepting();
  /// For connections that come from now on; where to listen stays as it is.  Throws ConfigError, and nothing
  /// has changed then.
  void update(ServerOptions options);
  /// Blocks until stop_accepting() or close() has been called and every connection has ended, or `timeout`
  /// has passed; true for the former.
  bool wait(Timeout timeout = forever);
  /// Ends everything.  Waits at most a second for last words to be written; process functions end in their
  /// own time, see wait_sessions().
  void close() noexcept;
  /// Until no process function runs any more, or `timeout` has passed; true for the former.
  bool wait_sessions(Timeout timeout = forever);
  std::vector<ServerConnection> connections() const;
  Statistics statistics() const;

  class Impl;
  explicit Server(std::shared_ptr<Impl> impl) noexcept;

 private:
  Impl& get() const;
  std::shared_ptr<Impl> impl_;
};

/// Starts a server, with a thread that accepts and one for each connection.  Throws ConfigError for options
/// that make no sense, ConnectError (errc::address_in_use, listen_failed, name_not_found).
AMIKO_DECL Server listen(ServerOptions options);

/// Serves one connection that is there already, on a stream socket or a pair of descriptors (both are taken
/// over; they may be the same), with the same options; the limits that concern many connections do not apply.
/// Returns at once.
AMIKO_DECL Server serve(int in, int out, ServerOptions options);

}  // namespace amiko
