// amiko - what listen()'s options decide, as a handler
#pragma once

#include "server_process_impl.hpp"
#include "session_counter.hpp"

#include <amiko/config/authorized_keys.hpp>
#include <amiko/connection/server_handler.hpp>
#include <amiko/server/server.hpp>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace amiko {

/// One for each connection.  Logins and sessions are decided by the options; what they leave open goes to the
/// user's handler, if there is one.  Restrictions are enforced here, at the one point that all requests pass.
class SessionHandler final : public ServerHandler {
 public:
  /// Told once, on the handler thread.
  struct Hooks {
    std::function<void()> logged_in{};
    std::function<void(const std::shared_ptr<ServerConnectionImpl>&, const Failure&)> lost{};
  };

  SessionHandler(std::shared_ptr<ServerConnectionImpl> connection, std::shared_ptr<SessionCounter> sessions,
                 Hooks hooks);
  ~SessionHandler() override;

  void adjust_settings(std::string_view user, UserSettings& settings) override;
  std::string get_banner(std::string_view user) override;
  std::vector<std::string> get_allowed_auths(std::string_view user) override;
  Decision check_auth_none(std::string_view user) override;
  Decision check_auth_password(std::string_view user, const Secret& password) override;
  Decision change_password(std::string_view user, const Secret& old_password,
                           const Secret& new_password) override;
  std::string get_password_change_prompt(std::string_view user) override;
  KeyOffer check_key_offer(std::string_view user, const PublicKey& key) override;
  SecurityKeyRules get_security_key_rules(std::string_view user, const PublicKey& key) override;
  Decision check_auth_publickey(std::string_view user, const PublicKey& key) override;
  InteractiveStep check_auth_interactive(std::string_view user, std::string_view submethods) override;
  InteractiveStep check_auth_interactive_response(std::string_view user, const Answers& answers) override;
  void auth_completed(const Identity& identity) override;

  std::optional<OpenRefusal> check_channel_request(const ChannelOpenRequest& request) override;
  bool take_channel(Channel& channel) override;
  void channel_closed(Channel& channel) override;
  bool check_pty_request(Channel& channel, const PtyRequest& request) override;
  bool check_env_request(Channel& channel, std::string_view name, std::string_view value) override;
  bool check_shell_request(Channel& channel) override;
  bool check_exec_request(Channel& channel, std::string_view command) override;
  bool check_subsystem_request(Channel& channel, std::string_view name) override;
  void session_started(Channel& channel, const SessionStart& start) override;
  bool check_window_change_request(Channel& channel, const WindowSize& size) override;
  bool check_signal_request(Channel& channel, std::string_view name) override;
  bool check_break_request(Channel& channel, std::uint32_t milliseconds) override;
  bool check_other_request(Channel& channel, std::string_view type, ByteView body) override;
  std::optional<Bytes> check_global_request(std::string_view type, ByteView body) override;
  void connection_lost(const Failure& failure) override;

 private:
  using Session = std::shared_ptr<ServerProcess::Impl>;

  const ServerOptions& options() const noexcept { return *connection_->options; }
  std::optional<KeyOptions> key_on_file(std::string_view user, const PublicKey& key);
  std::optional<KeyOptions> permissions_for(const PublicKey& key, const AuthorizedKeys& keys,
                                            const Log& log) const;
  bool may_start(const SessionStart& start) const;
  SessionStart effective(const SessionStart& start) const;
  bool serves_sessions() const noexcept { return options().process || options().sftp; }
  bool is_sftp(const SessionStart& wanted, const SessionStart& asked) const;
  Session session(const Channel& channel) const;

  const std::shared_ptr<ServerConnectionImpl> connection_;
  const std::shared_ptr<SessionCounter> counter_;
  const Hooks hooks_;
  std::shared_ptr<ServerHandler> user_;  // or null
  /// Options of the keys that have signed, by user and key.
  std::map<std::pair<std::string, Bytes>, KeyOptions> proven_;
  std::map<std::uint32_t, Session> sessions_;
  UserOptions rules_;         // of the user who logs in or has done so
  bool faults_told_ = false;  // of authorized_keys: reading all of it takes time
};

}  // namespace amiko
