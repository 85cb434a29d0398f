// amiko - what a server decides: who may log in, and what they may do then
#pragma once

#include <amiko/base/auth_decision.hpp>
#include <amiko/base/bytes.hpp>
#include <amiko/base/config.hpp>
#include <amiko/base/errc.hpp>
#include <amiko/base/error.hpp>
#include <amiko/base/secret.hpp>
#include <amiko/connection/algorithm_options.hpp>
#include <amiko/connection/channel.hpp>
#include <amiko/connection/pty.hpp>
#include <amiko/keys/identity.hpp>
#include <amiko/keys/public_key.hpp>
#include <amiko/keys/security_key.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace amiko {

/// A CHANNEL_OPEN of the client (RFC 4254 section 5.1), not answered yet.
struct ChannelOpenRequest {
  std::string kind{};  ///< "session", "direct-tcpip", ...
  Bytes body{};        ///< what follows the packet size, as it came
};

/// Why a channel is refused.
struct OpenRefusal {
  OpenFailureReason reason = OpenFailureReason::administratively_prohibited;
  std::string text{};
};

/// What a session channel was told to do: once, at its start (RFC 4254 section 6.5).
struct SessionStart {
  enum class Kind { shell, exec, subsystem };
  Kind kind = Kind::shell;
  std::string command{};  ///< exec: the command; subsystem: its name.  Bytes as they came
};

/// What a server may ask of one user in another way than of others; ServerSettings explains each.
struct UserSettings {
  unsigned max_auth_tries = 6;
  std::string authentication_methods{};
  AlgorithmList user_key_algorithms{};
  unsigned max_sessions = 10;
};

/// The application's side of a server connection (paramiko's ServerInterface): derive from it and override
/// what is to be allowed; whatever is left alone refuses.  Given to Transport::start_server() or made for
/// each connection by listen().
///
/// All members are called by the connection's handler thread, one after the other, in the order in which the
/// client asked, with no lock held.  They may block and may use the connection and its channels; the client
/// waits meanwhile, nobody else does.  An exception is logged and counts as a refusal.  Text is as the client
/// sent it: printable() before it is shown.
class AMIKO_DECL ServerHandler {
 public:
  virtual ~ServerHandler();

  // --- authentication (RFC 4252).  The user's name is a claim until auth_completed().

  /// What is meant for one user only; asked when a name is first tried, and when it is tried after another
  /// one.  `settings` are the server's.  An exception ends the connection.
  virtual void adjust_settings(std::string_view user, UserSettings& settings);

  /// Text to be shown before authentication; asked once, for the first user name.
  virtual std::string get_banner(std::string_view user);
  /// The methods to offer: "none", "password", "publickey", "keyboard-interactive".  Others are never asked
  /// for.  By default "password".
  virtual std::vector<std::string> get_allowed_auths(std::string_view user);
  virtual Decision check_auth_none(std::string_view user);
  /// Decision::password_expired: the password is right and change_password() has to come first.
  virtual Decision check_auth_password(std::string_view user, const Secret& password);
  /// Whether the old password is right, and the new one set now.  password_expired asks once more.
  virtual Decision change_password(std::string_view user, const Secret& old_password,
                                   const Secret& new_password);
  /// What a client shows when it asks for the new password.
  virtual std::string get_password_change_prompt(std::string_view user);
  /// Whether a signature by `key` would be of use.  Nobody has proven anything here.  By default welcome.
  virtual KeyOffer check_key_offer(std::string_view user, const PublicKey& key);
  /// What a signature by `key`, which is a security key, has to prove beyond being right; asked before it is
  /// verified.  By default that the key was touched.
  virtual SecurityKeyRules get_security_key_rules(std::string_view user, const PublicKey& key);
  /// The owner of `key` has signed this login: may they be `user`?
  virtual Decision check_auth_publickey(std::string_view user, const PublicKey& key);
  virtual InteractiveStep check_auth_interactive(std::string_view user, std::string_view submethods);
  /// As many answers as the last query had prompts.
  virtual InteractiveStep check_auth_interactive_response(std::string_view user, const Answers& answers);
  /// The login is complete; the client learns of it when this returns.  An exception ends the connection.
  virtual void auth_completed(const Identity& identity);

  // --- channels

  /// Whether a channel of this kind may be opened.
  virtual bool check_channel_open(std::string_view kind);
  /// The same with all that there is to know, and a reason; asks check_channel_open() by default.
  virtual std::optional<OpenRefusal> check_channel_request(const ChannelOpenRequest& request);
  /// The channel is open.  A handler that wants it moves it away and returns true; otherwise
  /// Transport::accept() hands it out.
  virtual bool take_channel(Channel& channel);

  /// The client has closed the channel, of its own accord or in answer to our close().  Not called when the
  /// connection ends.
  virtual void channel_closed(Channel& channel);

  // --- requests on a session channel (RFC 4254 section 6).  False is answered by failure.

  virtual bool check_pty_request(Channel& channel, const PtyRequest& request);
  virtual bool check_env_request(Channel& channel, std::string_view name, std::string_view value);
  virtual bool check_shell_request(Channel& channel);
  virtual bool check_exec_request(Channel& channel, std::string_view command);
  virtual bool check_subsystem_request(Channel& channel, std::string_view name);
  /// After the answer to one of those three went out: what runs may write and end now.
  virtual void session_started(Channel& channel, const SessionStart& start);
  virtual bool check_window_change_request(Channel& channel, const WindowSize& size);
  /// `name` without "SIG".
  virtual bool check_signal_request(Channel& channel, std::string_view name);
  virtual bool check_break_request(Channel& channel, std::uint32_t milliseconds);
  /// Any other request.
  virtual bool check_other_request(Channel& channel, std::string_view type, ByteView body);

  // --- the connection

  /// A global request (RFC 4254 section 4): the answer's body, or nothing to refuse.
  virtual std::optional<Bytes> check_global_request(std::string_view type, ByteView body);
  /// The connection has ended, in whatever way; the last call of all.
  virtual void connection_lost(const Failure& failure);
};

}  // namespace amiko
