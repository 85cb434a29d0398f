// amiko - from sshd's options to the library's
#include "serving.hpp"

#include "login.hpp"
#include "sessions.hpp"

#include <amiko/base/error.hpp>

#include <cerrno>
#include <cstring>
#include <utility>

#include <sys/socket.h>
#include <unistd.h>

namespace demo::sshd {
namespace {

// Each address with each port, as sshd takes them, unless the address brings a port of its own.
std::vector<std::string> addresses(const Config& config) {
  std::vector<std::string> all;
  const std::vector<std::string> hosts =
      config.listen_addresses.empty() ? std::vector<std::string>{""} : config.listen_addresses;
  const std::vector<std::uint16_t> ports =
      config.ports.empty() ? std::vector<std::uint16_t>{22} : config.ports;
  for (const std::string& host : hosts) {
    const bool bracketed = host.starts_with('[');
    const std::size_t colon = host.find(':', bracketed ? host.find(']') : 0);
    const bool has_port = colon != std::string::npos && host.find(':', colon + 1) == std::string::npos;
    if (has_port) {
      all.push_back(host);
      continue;
    }
    const bool bare_v6 = !bracketed && host.find(':') != std::string::npos;
    for (const std::uint16_t port : ports)
      all.push_back((bare_v6 ? "[" + host + "]" : host) + ":" + std::to_string(port));
  }
  return all;
}

void set_where(amiko::ServerOptions& options, const Config& config) {
  options.addresses = addresses(config);
  options.family = config.address_family.value_or(0);
  options.tcp_keepalive = config.tcp_keepalive.value_or(true);
}

void set_limits(amiko::ServerOptions& options, const Config& config) {
  amiko::ServerSettings& settings = options.transport.server;
  settings.login_grace = config.login_grace_time.value_or(std::chrono::seconds(120));
  settings.max_auth_tries = config.max_auth_tries.value_or(settings.max_auth_tries);
  settings.max_sessions = config.max_sessions.value_or(settings.max_sessions);
  settings.authentication_methods = config.authentication_methods.value_or("");
  settings.user_key_algorithms = config.pubkey_algorithms.value_or("");
  settings.min_rsa_bits = config.required_rsa_size.value_or(settings.min_rsa_bits);
  options.security_key_rules = config.security_key_rules.value_or(options.security_key_rules);
  options.max_startups = config.max_startups.value_or(options.max_startups);
  options.per_source_max_startups = config.per_source_max_startups.value_or(0);
  options.per_source_penalties = config.per_source_penalties.value_or(options.per_source_penalties);
  options.penalty_exempt = config.penalty_exempt.value_or("");
}

void set_transport(amiko::TransportOptions& transport, const Config& config) {
  transport.algorithms = {.kex = config.kex.value_or(""),
                          .host_keys = config.host_key_algorithms.value_or(""),
                          .ciphers = config.ciphers.value_or(""),
                          .macs = config.macs.value_or(""),
                          .compression = config.compression.value_or(true) ? "yes" : "no"};
  transport.min_rsa_bits = config.required_rsa_size.value_or(transport.min_rsa_bits);
  if (config.rekey_bytes.value_or(0) > 0) transport.rekey_bytes = *config.rekey_bytes;
  if (config.rekey_time.value_or(std::chrono::seconds(0)).count() > 0)
    transport.rekey_time = *config.rekey_time;
  transport.keepalive_interval = config.client_alive_interval.value_or(std::chrono::seconds(0));
  transport.keepalive_count = config.client_alive_count_max.value_or(3);
  const std::string moduli = config.moduli_file.value_or("/etc/ssh/moduli");
  if (config.moduli_file && moduli.empty()) return;
  if (config.moduli_file || ::access(moduli.c_str(), R_OK) == 0)
    transport.server.moduli = amiko::load_moduli(moduli);
}

// All that a Match block may change.
void set_for_user(amiko::UserOptions& options, const Config& config) {
  const amiko::UserSettings defaults;
  options.max_auth_tries = config.max_auth_tries.value_or(defaults.max_auth_tries);
  options.max_sessions = config.max_sessions.value_or(defaults.max_sessions);
  options.authentication_methods = config.authentication_methods.value_or("");
  options.user_key_algorithms = config.pubkey_algorithms.value_or("");
  options.pty = config.permit_tty.value_or(true);
  options.force_command = config.force_command.value_or("");
  options.accept_env = config.accept_env;
  options.keepalive_interval = config.client_alive_interval.value_or(std::chrono::seconds(0));
  options.keepalive_count = config.client_alive_count_max.value_or(3);
}

void set_sessions(amiko::ServerOptions& options, const std::shared_ptr<const Site>& site) {
  const Config& config = site->config();
  options.pty = config.permit_tty.value_or(true);
  options.force_command = config.force_command.value_or("");
  options.accept_env = config.accept_env;
  options.user_environment = config.permit_user_environment.value_or(false);
  options.permit = [site](const amiko::ServerConnection& connection, const amiko::SessionStart& start) {
    return may_run(*site, connection, start);
  };
  options.process = [site](amiko::ServerProcess& process) { run_session(*site, process); };
}

void log_end(const ServerLog& log, const amiko::ServerConnection& connection, const amiko::Failure& failure) {
  const std::string peer = peer_of(connection);
  if (failure.code == amiko::errc::login_timeout)
    log.info("Timeout before authentication for " + peer);
  else if (failure)
    log.info("Connection from " + peer + " ended: " + failure.message());
  else
    log.info("Disconnected from " + peer);
}

}  // namespace

amiko::ServerOptions server_options(std::shared_ptr<const Site> site,
                                    std::vector<amiko::PrivateKey> host_keys) {
  const Config& config = site->config();
  amiko::ServerOptions options;
  set_where(options, config);
  set_limits(options, config);
  set_transport(options.transport, config);
  set_sessions(options, site);
  options.transport.log = site->log.sink();
  options.transport.log_level = site->log.library_level();
  options.host_keys = std::move(host_keys);
  if (!site->configuration.is_the_same_for_all())
    options.for_user = [site](const amiko::ServerConnection& connection, std::string_view user,
                              amiko::UserOptions& wanted) {
      set_for_user(wanted, *site->config_for(connection, user));
    };
  options.user_keys = [site](const amiko::ServerConnection& connection, std::string_view user) {
    return keys_for(*site, connection, user);
  };
  options.handler = [site](const amiko::ServerConnection& connection) {
    return std::make_shared<LoginHandler>(site, connection);
  };
  options.connected = [site](const amiko::ServerConnection& connection) {
    site->log.say(Verbosity::verbose, "Connection from " + peer_of(connection));
  };
  options.disconnected = [site](const amiko::ServerConnection& connection, const amiko::Failure& failure) {
    log_end(site->log, connection, failure);
  };
  return options;
}

// One connection that nobody uses shows whether everything is understood.
void check_options(amiko::ServerOptions options) {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    throw OptionError(std::string("socketpair: ") + std::strerror(errno));
  ::close(ends[1]);
  options.connected = {};
  options.disconnected = {};
  options.transport.log = {};
  amiko::serve(ends[0], ends[0], std::move(options)).close();
}

}  // namespace demo::sshd
