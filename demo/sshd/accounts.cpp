// amiko - who may log in at all, whatever they prove
#include "accounts.hpp"

#include "patterns.hpp"
#include "shadow.hpp"

#include <algorithm>

#include <grp.h>
#include <sys/stat.h>
#include <unistd.h>

namespace demo::sshd {

std::string account_name(std::string_view user) {
  return std::string(user.substr(0, user.find(':')));
}

std::vector<std::string> group_names(const amiko::LocalAccount& account) {
  std::vector<std::string> names;
  std::vector<char> buffer(64 * 1024);
  for (const gid_t gid : account.groups) {
    group entry{};
    group* found = nullptr;
    if (::getgrgid_r(gid, &entry, buffer.data(), buffer.size(), &found) == 0 && found != nullptr)
      names.emplace_back(found->gr_name);
  }
  return names;
}

std::string shell_of(const amiko::LocalAccount& account) {
  return account.shell.empty() ? "/bin/sh" : account.shell;
}

std::string AccountRules::reason_by_lists(const amiko::LocalAccount& account,
                                          const std::string& address) const {
  if (matches_user(account.name, address, config_.deny_users)) return "listed in DenyUsers";
  if (!config_.allow_users.empty() && !matches_user(account.name, address, config_.allow_users))
    return "not listed in AllowUsers";
  if (config_.deny_groups.empty() && config_.allow_groups.empty()) return {};
  const std::vector<std::string> groups = group_names(account);
  if (any_matches(groups, config_.deny_groups)) return "a group is listed in DenyGroups";
  if (!config_.allow_groups.empty() && !any_matches(groups, config_.allow_groups))
    return "none of user's groups are listed in AllowGroups";
  return {};
}

std::string AccountRules::reason_against(const amiko::LocalAccount& account,
                                         const std::string& address) const {
  if (::geteuid() != 0 && account.uid != ::geteuid()) return "this server runs as another user";
  if (const std::string reason = reason_by_lists(account, address); !reason.empty()) return reason;
  if (const std::string reason = reason_by_shadow(account.name); !reason.empty()) return reason;
  struct stat info {};
  const std::string shell = shell_of(account);
  if (::stat(shell.c_str(), &info) != 0) return "shell " + shell + " does not exist";
  if (!S_ISREG(info.st_mode) || (info.st_mode & 0111) == 0) return "shell " + shell + " is not executable";
  if (account.uid == 0 && config_.permit_root_login == RootLogin::no) return "of PermitRootLogin";
  if (account.uid != 0 && ::access("/etc/nologin", F_OK) == 0) return "of /etc/nologin";
  return {};
}

std::optional<amiko::LocalAccount> AccountRules::admit(std::string_view user, const std::string& address,
                                                       bool tell) const {
  const std::string name = account_name(user);
  std::optional<amiko::LocalAccount> account = amiko::LocalAccount::find(name);
  const std::string from = address.empty() ? "UNKNOWN" : address;
  if (!account) {
    if (tell) log_.info("Invalid user " + name + " from " + from);
    return std::nullopt;
  }
  const std::string reason = reason_against(*account, address);
  if (reason.empty()) return account;
  if (tell) log_.info("User " + name + " from " + from + " not allowed because " + reason);
  return std::nullopt;
}

bool AccountRules::password_is_enough(const amiko::LocalAccount& account) const {
  return account.uid != 0 || config_.permit_root_login == RootLogin::yes;
}

}  // namespace demo::sshd
