// amiko - what listen()'s options decide, as a handler: logins
#include "session_handler.hpp"

#include <amiko/base/printable.hpp>

#include <algorithm>
#include <chrono>
#include <utility>

namespace amiko {
namespace {

// A name that goes into a path must stay one component of it.
bool is_safe_in_a_path(std::string_view user) {
  return !user.empty() && user.front() != '.' && user.front() != '-' &&
         user.find('/') == std::string_view::npos && user.find('\0') == std::string_view::npos;
}

std::string expand(const std::string& pattern, std::string_view user) {
  std::string path;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] != '%' || i + 1 == pattern.size()) {
      path += pattern[i];
      continue;
    }
    const char token = pattern[++i];
    if (token == 'u')
      path += user;
    else if (token == '%')
      path += '%';
    else
      throw_error(errc::bad_config, std::string("authorized_keys: there is no %") + token);
  }
  return path;
}

UserOptions rules_of(const ServerOptions& options) {
  UserOptions rules;
  rules.pty = options.pty;
  rules.force_command = options.force_command;
  rules.accept_env = options.accept_env;
  rules.user_environment = options.user_environment;
  rules.keepalive_interval = options.transport.keepalive_interval;
  rules.keepalive_count = options.transport.keepalive_count;
  return rules;
}

using Endpoints = std::optional<std::vector<KeyOptions::Endpoint>>;

// To what stands in both lists; no list is no limit.
void narrow(Endpoints& all, const Endpoints& one) {
  if (!one) return;
  if (!all) {
    all = one;
    return;
  }
  std::erase_if(*all, [&](const auto& endpoint) { return std::ranges::find(*one, endpoint) == one->end(); });
}

// What two keys of one login permit together: what each of them does.
void restrict_to(KeyOptions& all, const KeyOptions& one) {
  all.pty = all.pty && one.pty;
  all.port_forwarding = all.port_forwarding && one.port_forwarding;
  all.agent_forwarding = all.agent_forwarding && one.agent_forwarding;
  all.x11_forwarding = all.x11_forwarding && one.x11_forwarding;
  all.user_rc = all.user_rc && one.user_rc;
  all.verify_required = all.verify_required || one.verify_required;
  all.no_touch_required = all.no_touch_required && one.no_touch_required;
  if (all.command && one.command && *all.command != *one.command)
    throw_error(errc::bad_config, "two keys of one login have different forced commands");
  if (all.tunnel && one.tunnel && *all.tunnel != *one.tunnel)
    throw_error(errc::bad_config, "two keys of one login have different tunnels");
  if (!all.command) all.command = one.command;
  if (!all.tunnel) all.tunnel = one.tunnel;
  narrow(all.permit_open, one.permit_open);
  narrow(all.permit_listen, one.permit_listen);
  all.environment.insert(all.environment.end(), one.environment.begin(), one.environment.end());
}

}  // namespace

void SessionHandler::adjust_settings(std::string_view user, UserSettings& settings) {
  rules_ = rules_of(options());
  static_cast<UserSettings&>(rules_) = settings;
  if (options().for_user) options().for_user(ServerConnection(connection_), user, rules_);
  settings = rules_;
}

std::string SessionHandler::get_banner(std::string_view user) {
  if (!options().banner.empty() || !user_) return options().banner;
  return user_->get_banner(user);
}

std::vector<std::string> SessionHandler::get_allowed_auths(std::string_view user) {
  if (user_) return user_->get_allowed_auths(user);
  std::vector<std::string> methods;
  if (!options().authorized_keys.empty() || options().user_keys || options().public_key)
    methods.emplace_back("publickey");
  if (options().password) methods.emplace_back("password");
  if (options().interactive) methods.emplace_back("keyboard-interactive");
  return methods;
}

Decision SessionHandler::check_auth_none(std::string_view user) {
  return user_ ? user_->check_auth_none(user) : Decision::reject;
}

Decision SessionHandler::check_auth_password(std::string_view user, const Secret& password) {
  connection_->attempted = true;
  if (options().password) return options().password(user, password);
  return user_ ? user_->check_auth_password(user, password) : Decision::reject;
}

Decision SessionHandler::change_password(std::string_view user, const Secret& before, const Secret& after) {
  connection_->attempted = true;
  if (options().change_password) return options().change_password(user, before, after);
  return user_ ? user_->change_password(user, before, after) : Decision::reject;
}

std::string SessionHandler::get_password_change_prompt(std::string_view user) {
  return user_ ? user_->get_password_change_prompt(user) : ServerHandler::get_password_change_prompt(user);
}

std::optional<KeyOptions> SessionHandler::key_on_file(std::string_view user, const PublicKey& key) {
  std::vector<AuthorizedKeys> files;
  if (options().user_keys) files = options().user_keys(ServerConnection(connection_), user);
  if (!options().authorized_keys.empty() && is_safe_in_a_path(user))
    files.push_back(AuthorizedKeys::load(expand(options().authorized_keys, user)));
  const Log log(options().transport.log, options().transport.log_level, connection_->transport.peer_name());
  if (!std::exchange(faults_told_, true))
    for (const AuthorizedKeys& file : files)
      for (const auto& fault : file.diagnostics())
        log.write(LogLevel::warning, fault.file + ":" + std::to_string(fault.line) + ": " + fault.what);
  for (const AuthorizedKeys& file : files)
    if (auto permissions = permissions_for(key, file, log)) return permissions;
  return std::nullopt;
}

std::optional<KeyOptions> SessionHandler::permissions_for(const PublicKey& key, const AuthorizedKeys& keys,
                                                          const Log& log) const {
  const auto now = std::chrono::system_clock::now();
  for (const auto& entry : keys.find(key)) {
    std::string why;
    if (entry.options.applies(connection_->endpoints.peer_address, {}, now, &why)) return entry.options;
    log.write(LogLevel::info, entry.where() + ": " + why);
  }
  return std::nullopt;
}

KeyOffer SessionHandler::check_key_offer(std::string_view user, const PublicKey& key) {
  connection_->attempted = true;
  if (key_on_file(user, key)) return KeyOffer::welcome;
  if (options().public_key) return KeyOffer::welcome;
  return user_ ? user_->check_key_offer(user, key) : KeyOffer::unwelcome;
}

// A key on file goes by its options, and only another one by what the application says.
SecurityKeyRules SessionHandler::get_security_key_rules(std::string_view user, const PublicKey& key) {
  if (const auto permissions = key_on_file(user, key))
    return {.touch_required = !permissions->no_touch_required || options().security_key_rules.touch_required,
            .verify_required = permissions->verify_required || options().security_key_rules.verify_required};
  return user_ ? user_->get_security_key_rules(user, key) : SecurityKeyRules();
}

Decision SessionHandler::check_auth_publickey(std::string_view user, const PublicKey& key) {
  if (auto permissions = key_on_file(user, key)) {
    proven_[{std::string(user), key.blob()}] = std::move(*permissions);
    return Decision::accept;
  }
  if (options().public_key) return options().public_key(user, key);
  return user_ ? user_->check_auth_publickey(user, key) : Decision::reject;
}

InteractiveStep SessionHandler::check_auth_interactive(std::string_view user, std::string_view submethods) {
  connection_->attempted = true;
  if (options().interactive) return options().interactive(user, submethods);
  return user_ ? user_->check_auth_interactive(user, submethods) : Decision::reject;
}

InteractiveStep SessionHandler::check_auth_interactive_response(std::string_view user,
                                                                const Answers& answers) {
  if (options().interactive_response) return options().interactive_response(user, answers);
  return user_ ? user_->check_auth_interactive_response(user, answers) : Decision::reject;
}

// The permissions are those of the keys that made up this very login (CVE-2024-45337).
void SessionHandler::auth_completed(const Identity& identity) {
  bool first = true;
  KeyOptions permissions;
  for (const PublicKey& key : identity.keys) {
    const auto found = proven_.find({identity.user, key.blob()});
    if (found == proven_.end()) continue;
    if (std::exchange(first, false))
      permissions = found->second;
    else
      restrict_to(permissions, found->second);
  }
  proven_.clear();
  connection_->permit(std::move(permissions));
  const TransportOptions& transport = options().transport;
  if (rules_.keepalive_interval != transport.keepalive_interval ||
      rules_.keepalive_count != transport.keepalive_count)
    connection_->transport.set_keepalive(rules_.keepalive_interval, rules_.keepalive_count);
  if (user_) user_->auth_completed(identity);
  connection_->logged_in = true;
  if (hooks_.logged_in) hooks_.logged_in();
}

}  // namespace amiko
