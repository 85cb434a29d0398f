// amiko - letting people in
#pragma once

#include "site.hpp"

#include <amiko/connection/server_handler.hpp>
#include <amiko/server/server_connection.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace demo::sshd {

/// A connection's peer as it is logged: "192.0.2.1 port 40022"; "UNKNOWN port 65535" without a socket.
std::string peer_of(const amiko::ServerConnection& connection);

/// The keys that may log in as `user`: none if the account may not at all.
std::vector<amiko::AuthorizedKeys> keys_for(const Site& site, const amiko::ServerConnection& connection,
                                            std::string_view user);

/// Passwords and keyboard-interactive, and the log of all logins.  One for each connection.
class LoginHandler final : public amiko::ServerHandler {
 public:
  LoginHandler(std::shared_ptr<const Site> site, amiko::ServerConnection connection);

  std::string get_banner(std::string_view user) override;
  std::vector<std::string> get_allowed_auths(std::string_view user) override;
  amiko::Decision check_auth_password(std::string_view user, const amiko::Secret& password) override;
  amiko::InteractiveStep check_auth_interactive(std::string_view user, std::string_view submethods) override;
  amiko::InteractiveStep check_auth_interactive_response(std::string_view user,
                                                         const amiko::Answers& answers) override;
  amiko::KeyOffer check_key_offer(std::string_view user, const amiko::PublicKey& key) override;
  amiko::Decision check_auth_publickey(std::string_view user, const amiko::PublicKey& key) override;
  void auth_completed(const amiko::Identity& identity) override;

 private:
  amiko::Decision decide(std::string_view method, std::string_view user, const amiko::Secret& password);
  void failed(std::string_view method, std::string_view user, const std::string& key = {}) const;

  const std::shared_ptr<const Site> site_;
  amiko::ServerConnection connection_;
  std::string user_{};  // that the next two were looked up for
  std::shared_ptr<const Config> config_;
  std::optional<amiko::LocalAccount> account_{};
};

}  // namespace demo::sshd
