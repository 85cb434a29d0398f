// amiko - a connection: key exchange, authentication, channels
#pragma once

#include <amiko/base/auth_result.hpp>
#include <amiko/base/bytes.hpp>
#include <amiko/base/config.hpp>
#include <amiko/base/error.hpp>
#include <amiko/base/log.hpp>
#include <amiko/base/secret.hpp>
#include <amiko/base/time.hpp>
#include <amiko/connection/algorithm_options.hpp>
#include <amiko/connection/channel.hpp>
#include <amiko/connection/event.hpp>
#include <amiko/connection/server_handler.hpp>
#include <amiko/keys/identity.hpp>
#include <amiko/keys/private_key.hpp>
#include <amiko/keys/public_key.hpp>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace amiko {

class TransportImpl;

/// The groups of a moduli file, read once for all connections.
struct ModuliFile;
/// Reads a moduli(5) file; lines that cannot be used are left out.  Throws KeyError (errc::file_not_found,
/// file_unreadable).
AMIKO_DECL std::shared_ptr<const ModuliFile> load_moduli(const std::filesystem::path& file);

/// What a server asks of its clients and what it puts up with.  The defaults are fit for the internet.
struct ServerSettings {
  std::chrono::nanoseconds login_grace = std::chrono::seconds(120);  ///< 0: no limit (LoginGraceTime)
  unsigned max_auth_tries = 6;   ///< failed attempts; the last of them ends the connection (MaxAuthTries)
  unsigned max_key_offers = 60;  ///< keys that are only shown
  std::uint64_t login_bytes = 1024 * 1024;  ///< what a client may send before it has logged in
  /// How long a refusal takes at least, whatever its reason.
  std::chrono::nanoseconds failure_delay = std::chrono::milliseconds(300);
  /// What a login needs, in sshd's AuthenticationMethods syntax: "publickey,password
  /// publickey,keyboard-interactive"; empty: any one method.
  std::string authentication_methods{};
  AlgorithmList user_key_algorithms{};         ///< what users' keys may sign with (PubkeyAcceptedAlgorithms)
  unsigned min_rsa_bits = 1024;                ///< of users' keys (RequiredRSASize)
  unsigned max_sessions = 10;                  ///< session channels at a time (MaxSessions)
  unsigned max_channels = 256;                 ///< channels of all kinds at a time
  std::chrono::nanoseconds idle_timeout{0};    ///< 0: a logged-in client may be without a channel for ever
  std::shared_ptr<const ModuliFile> moduli{};  ///< for diffie-hellman-group-exchange; null: built-in groups
  std::string version{};                       ///< "SSH-2.0-..."; empty: the library's own
};

/// Settings of a Transport, all with sensible defaults.
struct TransportOptions {
  AlgorithmOptions algorithms{};
  /// Host key types to be asked for first, because one of them is on record for the host; moved to the front
  /// of the list.
  std::vector<std::string> preferred_host_keys{};
  /// RSA keys with fewer bits are not used: the server's, our own, and on a server its host keys
  /// (RequiredRSASize); below 1024 none is in any case.
  unsigned min_rsa_bits = 1024;
  std::string client_version{};  ///< "SSH-2.0-..."; empty: the library's own
  std::string peer_name{};       ///< for messages; empty: host and port, or the socket's address
  std::uint64_t rekey_bytes = std::uint64_t{1} << 30;
  std::uint64_t rekey_packets = std::uint64_t{1} << 31;
  std::chrono::nanoseconds rekey_time = std::chrono::hours(1);
  /// Of the groups of diffie-hellman-group-exchange: a client refuses smaller ones, a server gives out none;
  /// 1024 to 8192.
  unsigned min_group_bits = 2048;
  std::chrono::nanoseconds keepalive_interval{0};    ///< 0: no keepalive messages
  unsigned keepalive_count = 3;                      ///< so many unanswered ones end the connection
  std::uint32_t window_size = 2 * 1024 * 1024;       ///< a channel's receive window at first; bytes
  std::uint32_t max_window_size = 16 * 1024 * 1024;  ///< what it may grow to
  std::uint32_t max_packet_size = 32 * 1024;         ///< what we let the peer send in one message; bytes
  std::size_t window_budget = 64 * 1024 * 1024;      ///< what all channels' windows may grow by together
  Timeout connect_timeout =
      std::chrono::seconds(30);  ///< for the constructors that dial: name lookup and connecting
  ServerSettings server{};
  LogSink log{};
  LogLevel log_level = LogLevel::off;
};

/// The names that were agreed on.
struct NegotiatedAlgorithms {
  std::string kex{};
  std::string host_key{};
  std::string cipher_out{}, cipher_in{};
  std::string mac_out{}, mac_in{};  ///< "<implicit>" for ciphers that bring their own
  std::string compression_out{}, compression_in{};
};

/// One SSH connection over any stream, with a thread of its own.  As in 2003 it does NOT check who the server
/// is: compare remote_server_key() with what you know before you authenticate (amiko::connect() does that for
/// you).
///
/// Construct it, start_client(), check the key, auth_*(), open channels.  Every public member may be called
/// from any thread; close() wakes every call that blocks.  What ends the connection is stored and thrown by
/// each later call that needs it.  A move-only handle; the destructor is close().
class AMIKO_DECL Transport {
 public:
  /// Connects: looks the name up, tries its addresses (RFC 8305), at most options.connect_timeout.  Throws
  /// ConnectError, TimeoutError.
  explicit Transport(std::string_view host, std::uint16_t port = 22, const TransportOptions& options = {});
  /// Over a connected stream socket (TCP, UNIX, socketpair), which is taken over.
  explicit Transport(int socket, const TransportOptions& options = {});
  /// Over a channel of another connection, which stays alive as long as this one.
  explicit Transport(Channel channel, const TransportOptions& options = {});
  /// Over the standard input and output of "/bin/sh -c 'exec command'" (ProxyCommand).  Throws ConnectError
  /// (errc::proxy_failed).
  static Transport from_command(const std::string& command, const TransportOptions& options = {});
  /// Over two descriptors, which are taken over: pipes, sockets or terminals.  They may be the same.
  static Transport from_descriptors(int in, int out, const TransportOptions& options = {});
  /// Over a UNIX socket in the file system.
  static Transport from_unix_socket(const std::string& path, const TransportOptions& options = {});

  Transport(Transport&& other) noexcept;
  Transport& operator=(Transport&& other) noexcept;
  ~Transport();

  // --- life

  /// Version exchange and first key exchange; blocks at most `timeout`.  Throws what went wrong and leaves
  /// the connection closed.
  void start_client(Timeout timeout = std::chrono::seconds(30));
  /// The same without waiting: `event` is set when the first key exchange has ended, well or badly; then ask
  /// is_active().
  void start_client(Event event);
  /// A host key for start_server(); several of different types may be added.  A Signer other than a
  /// PrivateKey signs on the handler thread and may take its time.
  void add_server_key(const PrivateKey& key);
  void add_server_key(std::shared_ptr<const Signer> key);
  /// Server: version exchange and first key exchange, at most `timeout`; then `handler` is asked about all
  /// that the client wants.  close() waits until a call of the handler that is under way has returned, unless
  /// that call itself closes.  Throws as start_client(), and ConfigError for settings that make no sense.
  void start_server(ServerHandler& handler, Timeout timeout = std::chrono::seconds(60));
  /// The same without waiting, as start_client(event).
  void start_server(ServerHandler& handler, Event event);
  /// The same with a handler that lives as long as it is needed; close() does not wait for it.
  void start_server(std::shared_ptr<ServerHandler> handler, Event event);
  /// Server: the next channel that the client has opened and no handler has taken; nothing when `timeout` has
  /// passed or the connection has ended.
  std::optional<Channel> accept(Timeout timeout = forever);
  /// Server: who has logged in.  Throws errc::no_state before that.
  Identity identity() const;
  bool is_active() const;
  bool is_authenticated() const;
  /// The first error of the connection, for is_active() == false.
  std::optional<Failure> get_exception() const;
  /// Says goodbye, wakes everybody, waits at most 250 ms for the last words to be written.  Channels become
  /// useless.
  void close() noexcept;
  /// Ends the connection and tells the peer why; wakes everybody, does not wait.
  void disconnect(const std::string& text = {},
                  DisconnectReason reason = DisconnectReason::by_application) noexcept;

  // --- who is there

  /// The host key that the server proved to own.  Throws errc::no_state before the first key exchange.
  PublicKey remote_server_key() const;
  /// Its type name and wire form.
  std::pair<std::string, Bytes> get_remote_server_key() const;
  /// Server: the one of its own keys that was used.
  PublicKey get_server_key() const { return remote_server_key(); }
  const std::string& peer_name() const;
  /// The numeric address at the other end of the socket, without its port; empty when there is none (a
  /// command, a channel).
  const std::string& peer_address() const;
  std::string local_version() const;
  std::string remote_version() const;
  Bytes session_id() const;
  NegotiatedAlgorithms negotiated() const;
  /// How many key exchanges are complete, and a note on the latest one's size.
  std::uint64_t key_exchanges() const;
  /// The signature algorithms that the server takes (RFC 8308), if it said so.
  std::optional<std::vector<std::string>> server_sig_algs() const;

  // --- keys

  /// New keys now; waits for them.  False when the connection ended meanwhile or `timeout` passed.
  bool renegotiate_keys(Timeout timeout = forever);
  void set_keepalive(std::chrono::nanoseconds interval, unsigned count = 3);
  /// Sends an IGNORE message of `size` bytes.
  void send_ignore(std::size_t size = 32);

  // --- authentication: one at a time; each blocks at most auth timeout (set_auth_timeout(), 30 s at first),
  // user's callbacks not counted

  void set_auth_timeout(Timeout timeout);
  /// Asks what the server would accept (method "none").  Some servers let people in that way.
  AuthResult auth_none(std::string_view user);
  /// `new_password` is asked when the server says that the password has expired; without it that is AuthError
  /// (errc::password_expired).
  AuthResult auth_password(std::string_view user, const Secret& password,
                           const NewPasswordHandler& new_password = {});
  /// Asks whether the key would do, then signs.
  AuthResult auth_publickey(std::string_view user, const Signer& key);
  /// The first half: whether the server would accept a signature by the key.
  bool probe_publickey(std::string_view user, const PublicKey& key,
                       const std::vector<std::string>& algorithms = {});
  AuthResult auth_interactive(std::string_view user, const InteractiveHandler& handler,
                              std::string_view submethods = {});
  /// paramiko 0.1's form: returns at once; `event` is set when the attempt has ended; then ask
  /// is_authenticated().  On failure the connection is closed, as in 2003.
  void auth_password(std::string_view user, const Secret& password, Event event);
  void auth_key(std::string_view user, PrivateKey key, Event event);
  /// Text that the server wanted shown before authentication, made printable, newlines kept; empty when there
  /// was none.
  std::string get_banner() const;
  /// Signature algorithms that may be used for user keys (PubkeyAcceptedAlgorithms).  Throws ConfigError.
  void set_pubkey_algorithms(const AlgorithmList& list);

  // --- channels

  /// A session channel: for one shell, command or subsystem.  Blocks until the server has answered, at most
  /// `timeout`.  Throws ChannelOpenError with the server's reason.
  Channel open_session(Timeout timeout = std::chrono::seconds(60));
  /// Any type of channel, with its body already encoded.
  Channel open_channel(std::string_view kind, ByteView body = {}, Timeout timeout = std::chrono::seconds(60));
  /// A connection from the server to `host`:`port` ("direct-tcpip", RFC 4254 section 7.2).
  Channel open_direct_tcpip(std::string_view host, std::uint16_t port,
                            std::string_view origin_host = "127.0.0.1", std::uint16_t origin_port = 0,
                            Timeout timeout = std::chrono::seconds(60));
  /// A global request.  With `want_reply`, waits at most `timeout`: the answer's body, or nothing when it was
  /// refused.
  std::optional<Bytes> global_request(std::string_view type, ByteView body = {}, bool want_reply = true,
                                      Timeout timeout = std::chrono::seconds(60));

  /// Counters since the start.
  struct Statistics {
    std::uint64_t bytes_out = 0, bytes_in = 0;  ///< channel data
    std::uint64_t channels_opened = 0;
    std::size_t channels_open = 0;
  };
  Statistics statistics() const;

  /// For the library's own layers, before start_*(): called on the connection's thread as its last act; must
  /// not wait.  From then on close() does not wait either.
  void set_ended(std::function<void()> ended);
  /// The inner object, for the library's own layers.
  const std::shared_ptr<TransportImpl>& impl() const noexcept { return impl_; }

 private:
  explicit Transport(std::shared_ptr<TransportImpl> impl) noexcept;
  TransportImpl& get() const;
  std::shared_ptr<TransportImpl> impl_;
};

}  // namespace amiko
