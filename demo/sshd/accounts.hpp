// amiko - who may log in at all, whatever they prove
#pragma once

#include "config.hpp"
#include "server_log.hpp"

#include <amiko/server/local_account.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace demo::sshd {

/// What is asked before any password or key counts: that the account exists, is not locked, has a shell, and
/// that AllowUsers, DenyUsers, AllowGroups, DenyGroups and PermitRootLogin let it in.  Not as root: that it
/// is the account that runs this server.  Thread-safe.
class AccountRules {
 public:
  /// Both outlive it.
  AccountRules(const Config& config, const ServerLog& log) : config_(config), log_(log) {}

  /// `user` as the client sent it; a ":style" at the end is left out.  Nothing if they may not log in; the
  /// reason is logged if `tell`.  Blocks on the user database.
  std::optional<amiko::LocalAccount> admit(std::string_view user, const std::string& address,
                                           bool tell) const;
  /// Whether the account may come in by a password.
  bool password_is_enough(const amiko::LocalAccount& account) const;

 private:
  std::string reason_against(const amiko::LocalAccount& account, const std::string& address) const;
  std::string reason_by_lists(const amiko::LocalAccount& account, const std::string& address) const;

  const Config& config_;
  const ServerLog& log_;
};

/// A user's name as the client sent it, without a ":style" at its end.
std::string account_name(std::string_view user);
std::vector<std::string> group_names(const amiko::LocalAccount& account);
/// "/bin/sh" where the user database has none.
std::string shell_of(const amiko::LocalAccount& account);

}  // namespace demo::sshd
