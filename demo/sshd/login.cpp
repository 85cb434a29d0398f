// amiko - letting people in
#include "login.hpp"

#include "user_keys.hpp"

#include <fstream>
#include <iterator>
#include <stdexcept>
#include <utility>

namespace demo::sshd {
namespace {

constexpr std::size_t longest_banner = 1024 * 1024;

std::string described(const amiko::PublicKey& key) {
  return key.type() + " " + key.fingerprint();
}

std::string joined(const std::vector<std::string>& list) {
  std::string text;
  for (const std::string& item : list)
    text += (text.empty() ? "" : ",") + item;
  return text;
}

std::string read_banner(const Config& config, const ServerLog& log) {
  const std::string file = config.banner.value_or("");
  if (file.empty()) return {};
  std::ifstream stream(file, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(stream), {}};
  if (stream && text.size() <= longest_banner) return text;
  log.error("cannot use the banner file " + file);
  return {};
}

}  // namespace

std::string peer_of(const amiko::ServerConnection& connection) {
  if (connection.peer_address().empty()) return "UNKNOWN port 65535";
  return connection.peer_address() + " port " + std::to_string(connection.peer_port());
}

std::vector<amiko::AuthorizedKeys> keys_for(const Site& site, const amiko::ServerConnection& connection,
                                            std::string_view user) {
  const auto config = site.config_for(connection, user);
  if (!config->pubkey_authentication.value_or(true)) return {};
  const auto account = AccountRules(*config, site.log).admit(user, connection.peer_address(), false);
  return account ? load_user_keys(*config, site.log, *account) : std::vector<amiko::AuthorizedKeys>();
}

LoginHandler::LoginHandler(std::shared_ptr<const Site> site, amiko::ServerConnection connection)
    : site_(std::move(site)),
      connection_(std::move(connection)),
      config_(std::make_shared<const Config>(site_->config())) {}

std::string LoginHandler::get_banner(std::string_view) {
  return read_banner(*config_, site_->log);
}

// The same for those who exist and those who do not, so that nobody learns who does.
std::vector<std::string> LoginHandler::get_allowed_auths(std::string_view user) {
  if (std::exchange(user_, std::string(user)) != user) {
    config_ = site_->config_for(connection_, user);
    account_ = AccountRules(*config_, site_->log).admit(user, connection_.peer_address(), true);
  }
  const Config& config = *config_;
  std::vector<std::string> methods;
  if (config.pubkey_authentication.value_or(true)) methods.emplace_back("publickey");
  if (!site_->passwords.available()) return methods;
  if (config.password_authentication.value_or(true)) methods.emplace_back("password");
  if (config.kbdint_authentication.value_or(true)) methods.emplace_back("keyboard-interactive");
  return methods;
}

amiko::Decision LoginHandler::decide(std::string_view method, std::string_view user,
                                     const amiko::Secret& password) {
  const bool right = site_->passwords.check(account_, password);
  if (right && account_ && AccountRules(*config_, site_->log).password_is_enough(*account_))
    return amiko::Decision::accept;
  failed(method, user);
  return amiko::Decision::reject;
}

void LoginHandler::failed(std::string_view method, std::string_view user, const std::string& key) const {
  site_->log.info("Failed " + std::string(method) + " for " + (account_ ? "" : "invalid user ") +
                  std::string(user) + " from " + peer_of(connection_) + " ssh2" +
                  (key.empty() ? "" : ": " + key));
}

amiko::Decision LoginHandler::check_auth_password(std::string_view user, const amiko::Secret& password) {
  return decide("password", user, password);
}

amiko::InteractiveStep LoginHandler::check_auth_interactive(std::string_view, std::string_view) {
  return amiko::InteractiveQuery{.prompts = {{"Password: ", false}}};
}

amiko::InteractiveStep LoginHandler::check_auth_interactive_response(std::string_view user,
                                                                     const amiko::Answers& answers) {
  if (answers.size() != 1) return amiko::Decision::reject;
  return decide("keyboard-interactive", user, answers.front());
}

// Keys that are welcome come from keys_for() and are not asked about here.
amiko::KeyOffer LoginHandler::check_key_offer(std::string_view user, const amiko::PublicKey& key) {
  if (site_->log.says(Verbosity::verbose)) failed("publickey", user, described(key));
  return amiko::KeyOffer::unwelcome;
}

amiko::Decision LoginHandler::check_auth_publickey(std::string_view user, const amiko::PublicKey& key) {
  failed("publickey", user, described(key));
  return amiko::Decision::reject;
}

void LoginHandler::auth_completed(const amiko::Identity& identity) {
  const Config& config = *config_;
  if (!account_) throw std::runtime_error("a login without an account");
  if (account_->uid == 0 && config.permit_root_login == RootLogin::forced_commands_only &&
      !connection_.key_options().command && config.force_command.value_or("").empty()) {
    site_->log.info("ROOT LOGIN REFUSED FROM " + peer_of(connection_));
    throw std::runtime_error("root may run forced commands only");
  }
  site_->log.info("Accepted " + joined(identity.methods) + " for " + identity.user + " from " +
                  peer_of(connection_) + " ssh2" +
                  (identity.keys.empty() ? "" : ": " + described(identity.key())));
}

}  // namespace demo::sshd
