// amiko - who is let in
#pragma once

#include "bbs.hpp"

#include <amiko/connection/server_handler.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace bbs {

/// One connection's logins: "new" without a password, robey with his, everybody else by password or key.
class Door : public amiko::ServerHandler {
 public:
  explicit Door(std::shared_ptr<Bbs> board) : bbs_(std::move(board)) {}

  std::vector<std::string> get_allowed_auths(std::string_view user) override;
  amiko::Decision check_auth_none(std::string_view user) override;
  amiko::Decision check_auth_password(std::string_view user, const amiko::Secret& password) override;
  amiko::KeyOffer check_key_offer(std::string_view user, const amiko::PublicKey& key) override;
  amiko::Decision check_auth_publickey(std::string_view user, const amiko::PublicKey& key) override;
  amiko::InteractiveStep check_auth_interactive(std::string_view user, std::string_view submethods) override;
  amiko::InteractiveStep check_auth_interactive_response(std::string_view user,
                                                         const amiko::Answers& answers) override;

 private:
  const std::shared_ptr<Bbs> bbs_;
};

}  // namespace bbs
