// amiko - a configuration as text, as "sshd -T" shows it
#include "config.hpp"

#include <amiko/connection/transport.hpp>

#include <array>

#include <sys/socket.h>

namespace demo::sshd {
namespace {

using namespace std::string_literals;

std::string yes_no(const std::optional<bool>& value, bool otherwise) {
  return value.value_or(otherwise) ? "yes" : "no";
}

std::string or_none(const std::optional<std::string>& value, const std::string& otherwise = {}) {
  const std::string text = value.value_or(otherwise);
  return text.empty() ? "none" : text;
}

std::string pubkey_auth_options(const Config& config) {
  const amiko::SecurityKeyRules rules =
      config.security_key_rules.value_or(amiko::SecurityKeyRules{false, false});
  if (!rules.touch_required && !rules.verify_required) return "none";
  if (!rules.verify_required) return "touch-required";
  return rules.touch_required ? "touch-required verify-required" : "verify-required";
}

std::string root_login(const Config& config) {
  switch (config.permit_root_login.value_or(RootLogin::prohibit_password)) {
    case RootLogin::no:
      return "no";
    case RootLogin::yes:
      return "yes";
    case RootLogin::prohibit_password:
      return "without-password";
    case RootLogin::forced_commands_only:
      return "forced-commands-only";
  }
  return {};
}

std::string log_level(const Config& config) {
  static constexpr std::array names{"QUIET",   "FATAL",  "ERROR",  "INFO",
                                    "VERBOSE", "DEBUG1", "DEBUG2", "DEBUG3"};
  return names.at(static_cast<std::size_t>(config.log_level.value_or(Verbosity::info)));
}

class Lines {
 public:
  void add(std::string_view keyword, const std::string& value) {
    text_ += std::string(keyword) + " " + value + "\n";
  }
  template <class T>
  void number(std::string_view keyword, const std::optional<T>& value, T otherwise) {
    add(keyword, std::to_string(value.value_or(otherwise)));
  }
  void seconds(std::string_view keyword, const std::optional<std::chrono::seconds>& value, int otherwise) {
    add(keyword, std::to_string(value.value_or(std::chrono::seconds(otherwise)).count()));
  }
  void each(std::string_view keyword, const std::vector<std::string>& values) {
    for (const std::string& value : values)
      add(keyword, value);
  }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

void show_where(const Config& c, Lines& lines) {
  for (const std::uint16_t port : c.ports.empty() ? std::vector<std::uint16_t>{22} : c.ports)
    lines.add("port", std::to_string(port));
  const int family = c.address_family.value_or(0);
  lines.add("addressfamily", family == 0 ? "any" : family == AF_INET ? "inet" : "inet6");
  lines.each("listenaddress", c.listen_addresses);
  lines.add("pidfile", or_none(c.pid_file));
  lines.add("tcpkeepalive", yes_no(c.tcp_keepalive, true));
  lines.each("hostkey", c.host_keys);
  lines.add("modulifile", or_none(c.moduli_file, "/etc/ssh/moduli"));
}

void show_who(const Config& c, Lines& lines) {
  std::string files;
  for (const std::string& file : c.authorized_keys_files.value_or(
           std::vector<std::string>{".ssh/authorized_keys", ".ssh/authorized_keys2"}))
    files += (files.empty() ? "" : " ") + file;
  lines.add("authorizedkeysfile", files.empty() ? "none" : files);
  lines.add("passwordauthentication", yes_no(c.password_authentication, true));
  lines.add("pubkeyauthentication", yes_no(c.pubkey_authentication, true));
  lines.add("kbdinteractiveauthentication", yes_no(c.kbdint_authentication, true));
  const std::string methods = c.authentication_methods.value_or("");
  lines.add("authenticationmethods", methods.empty() ? "any" : methods);
  lines.add("passwordfile", or_none(c.password_file));
  lines.add("permitrootlogin", root_login(c));
  lines.add("strictmodes", yes_no(c.strict_modes, true));
  lines.each("allowusers", c.allow_users);
  lines.each("denyusers", c.deny_users);
  lines.each("allowgroups", c.allow_groups);
  lines.each("denygroups", c.deny_groups);
  lines.add("banner", or_none(c.banner));
  lines.add("pubkeyauthoptions", pubkey_auth_options(c));
  lines.number("requiredrsasize", c.required_rsa_size, amiko::ServerSettings{}.min_rsa_bits);
}

void show_algorithms(const Config& c, Lines& lines) {
  for (const auto& [keyword, value] : {std::pair{"ciphers"s, c.ciphers},
                                       {"macs"s, c.macs},
                                       {"kexalgorithms"s, c.kex},
                                       {"hostkeyalgorithms"s, c.host_key_algorithms},
                                       {"pubkeyacceptedalgorithms"s, c.pubkey_algorithms}})
    if (value) lines.add(keyword, *value);
  lines.add("compression", yes_no(c.compression, true));
  lines.add("rekeylimit", std::to_string(c.rekey_bytes.value_or(0)) + " " +
                              std::to_string(c.rekey_time.value_or(std::chrono::seconds(0)).count()));
}

void show_limits(const Config& c, Lines& lines) {
  const amiko::ServerSettings defaults;
  lines.seconds("logingracetime", c.login_grace_time, 120);
  lines.number("maxauthtries", c.max_auth_tries, defaults.max_auth_tries);
  lines.number("maxsessions", c.max_sessions, defaults.max_sessions);
  lines.add("maxstartups", c.max_startups.value_or("10:30:100"));
  lines.add("persourcemaxstartups",
            c.per_source_max_startups ? std::to_string(*c.per_source_max_startups) : "none");
  lines.add("persourcepenalties", c.per_source_penalties.value_or("yes"));
  lines.add("persourcepenaltyexemptlist", or_none(c.penalty_exempt));
  lines.seconds("clientaliveinterval", c.client_alive_interval, 0);
  lines.number("clientalivecountmax", c.client_alive_count_max, 3U);
}

void show_sessions(const Config& c, Lines& lines) {
  lines.each("acceptenv", c.accept_env);
  for (const auto& [name, value] : c.set_env)
    lines.add("setenv", name + "=" + value);
  lines.add("permittty", yes_no(c.permit_tty, true));
  lines.add("permituserenvironment", yes_no(c.permit_user_environment, false));
  lines.add("chrootdirectory", or_none(c.chroot_directory));
  lines.add("forcecommand", or_none(c.force_command));
  for (const Subsystem& subsystem : c.subsystems)
    lines.add("subsystem", subsystem.name + " " + subsystem.command);
  lines.add("loglevel", log_level(c));
}

}  // namespace

std::string show_config(const Config& config) {
  Lines lines;
  show_where(config, lines);
  show_who(config, lines);
  show_algorithms(config, lines);
  show_limits(config, lines);
  show_sessions(config, lines);
  return lines.take();
}

}  // namespace demo::sshd
