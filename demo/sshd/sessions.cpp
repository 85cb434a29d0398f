// amiko - what runs for those who have logged in
#include "sessions.hpp"

#include "internal_sftp.hpp"
#include "login.hpp"

#include <amiko/base/error.hpp>
#include <amiko/server/local_process.hpp>

#include <algorithm>
#include <cstdlib>

#include <unistd.h>

namespace demo::sshd {
namespace {

constexpr auto passwd = "/usr/bin/passwd";
constexpr auto users_path = "/usr/local/bin:/usr/bin:/bin:/usr/games";
constexpr auto roots_path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

const Subsystem* find_subsystem(const Config& config, const std::string& name) {
  const auto found = std::ranges::find(config.subsystems, name, &Subsystem::name);
  return found == config.subsystems.end() ? nullptr : &*found;
}

std::string address_or_unknown(const std::string& address) {
  return address.empty() ? "UNKNOWN" : address;
}

std::string port_or_unknown(std::uint16_t port) {
  return std::to_string(port == 0 ? 65535 : port);
}

void add_connection(std::map<std::string, std::string>& env, const amiko::ServerConnection& connection) {
  const std::string peer = address_or_unknown(connection.peer_address());
  const std::string peer_port = port_or_unknown(connection.peer_port());
  const std::string port = port_or_unknown(connection.local_port());
  env["SSH_CLIENT"] = peer + " " + peer_port + " " + port;
  env["SSH_CONNECTION"] =
      peer + " " + peer_port + " " + address_or_unknown(connection.local_address()) + " " + port;
}

// What the client wants comes first, so that it cannot replace what the server says.
std::map<std::string, std::string> environment(const Config& config, const amiko::LocalAccount& account,
                                               amiko::ServerProcess& process) {
  std::map<std::string, std::string> env = process.env();
  env["USER"] = env["LOGNAME"] = account.name;
  env["HOME"] = account.home;
  env["SHELL"] = shell_of(account);
  env["MAIL"] = "/var/mail/" + account.name;
  env["PATH"] = account.uid == 0 ? roots_path : users_path;
  if (const char* zone = std::getenv("TZ"); zone != nullptr) env["TZ"] = zone;
  if (config.permit_user_environment.value_or(false))
    for (const auto& [name, value] : process.connection().key_options().environment)
      env[name] = value;
  for (const auto& [name, value] : config.set_env)
    env[name] = value;
  add_connection(env, process.connection());
  const auto& original = process.original_command();
  if (original && !original->empty()) env["SSH_ORIGINAL_COMMAND"] = *original;
  return env;
}

// A shell learns from the dash before its name that it is a login shell.
std::vector<std::string> arguments(const std::string& shell, const std::string& command, bool login) {
  const std::string name = shell.substr(shell.rfind('/') + 1);
  if (login) return {"-" + name};
  return {name, "-c", command};
}

// One who came in by a password that has expired may only change it, as with an sshd without PAM.
bool must_change_password(const Site& site, const amiko::ServerConnection& connection,
                          const amiko::LocalAccount& account) {
  const auto by_password = [](const std::string& method) {
    return method == "password" || method == "keyboard-interactive";
  };
  return std::ranges::any_of(connection.identity().methods, by_password) &&
         site.passwords.must_be_changed(account);
}

bool change_password_instead(amiko::ServerProcess& process, amiko::LocalProgram& program) {
  if (!process.pty()) {
    process.channel().sendall_stderr("Password change required but no TTY available.\n");
    process.exit(1);
    return false;
  }
  process.channel().sendall(
      "WARNING: Your password has expired.\r\n"
      "You must change your password now and log in again!\r\n");
  program.file = passwd;
  program.argv = {"passwd"};
  return true;
}

std::string what_starts(const amiko::ServerProcess& process) {
  switch (process.kind()) {
    case amiko::SessionStart::Kind::shell:
      return "shell";
    case amiko::SessionStart::Kind::subsystem:
      return "subsystem '" + process.subsystem() + "'";
    case amiko::SessionStart::Kind::exec:
      break;
  }
  return process.original_command() ? "forced-command '" + process.command() + "'" : "command";
}

}  // namespace

bool may_run(const Site& site, const amiko::ServerConnection& connection, const amiko::SessionStart& start) {
  std::string command = start.command;
  const auto config = site.config_for(connection, connection.identity().user);
  if (start.kind == amiko::SessionStart::Kind::subsystem) {
    const Subsystem* subsystem = find_subsystem(*config, start.command);
    if (subsystem == nullptr) {
      site.log.info("subsystem request for " + start.command + " by user " + connection.identity().user +
                    " failed, subsystem not found");
      return false;
    }
    command = subsystem->command;
  }
  const bool confined = !config->chroot_directory.value_or("").empty();
  if (!confined || (is_internal_sftp(command) && ::geteuid() == 0)) return true;
  site.log.error(is_internal_sftp(command) ? "ChrootDirectory needs root's rights"
                                           : "with ChrootDirectory nothing but internal-sftp is run");
  return false;
}

void run_session(const Site& site, amiko::ServerProcess& process) {
  const amiko::ServerConnection& connection = process.connection();
  const auto config = site.config_for(connection, process.user());
  const auto account = AccountRules(*config, site.log).admit(process.user(), connection.peer_address(), true);
  if (!account) {  // the account was closed since the login
    process.exit(254);
    return;
  }
  const bool shell_only = process.kind() == amiko::SessionStart::Kind::shell;
  const bool subsystem = process.kind() == amiko::SessionStart::Kind::subsystem;
  const Subsystem* entry = subsystem ? find_subsystem(*config, process.subsystem()) : nullptr;
  const std::string command = entry != nullptr ? entry->command : process.command();
  site.log.say(Verbosity::verbose, "Starting session: " + what_starts(process) + " for " + account->name +
                                       " from " + peer_of(connection) + " id " +
                                       std::to_string(process.channel().get_id()));
  try {
    amiko::LocalProgram program;
    program.env = environment(*config, *account, process);
    program.directory = account->home;
    if (::geteuid() == 0) program.account = *account;
    program.signals = !subsystem && !process.original_command();
    if (must_change_password(site, connection, *account)) {
      if (!change_password_instead(process, program)) return;
    } else if (is_internal_sftp(command)) {
      set_internal_sftp(program, *config, *account, command);
    } else {
      program.file = shell_of(*account);
      program.argv = arguments(program.file, command, shell_only);
    }
    amiko::run_local_program(process, program);
  } catch (const amiko::Disconnected&) {
    throw;
  } catch (const amiko::ChannelError&) {
    throw;
  } catch (const std::runtime_error& e) {  // amiko::Error, OptionError
    site.log.error(e.what());
    process.channel().sendall_stderr(std::string("amiko-sshd: ") + e.what() + "\r\n");
    process.exit(255);
  }
}

}  // namespace demo::sshd
