// amiko - what sshd_config(5) says, as far as amiko-sshd knows it
#pragma once

#include "options.hpp"

#include <amiko/keys/security_key.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace demo::sshd {

enum class RootLogin { no, yes, prohibit_password, forced_commands_only };

/// A subsystem and the command that is run for it.
struct Subsystem {
  std::string name;
  std::string command;
};

/// Values as they were given; the first one wins.  What was not given stays empty and has sshd's default.
struct Config {
  // --- where
  std::vector<std::uint16_t> ports{};
  std::vector<std::string> listen_addresses{};
  std::optional<int> address_family{};  ///< 0: any
  std::optional<std::string> pid_file{};
  std::optional<bool> tcp_keepalive{};

  // --- as whom
  std::vector<std::string> host_keys{};
  std::optional<std::string> moduli_file{};

  // --- to whom
  std::optional<std::vector<std::string>> authorized_keys_files{};
  std::optional<bool> password_authentication{};
  std::optional<bool> pubkey_authentication{};
  std::optional<bool> kbdint_authentication{};
  std::optional<std::string> authentication_methods{};
  std::optional<std::string> password_file{};  ///< of Argon2 hashes; instead of the shadow database
  std::optional<RootLogin> permit_root_login{};
  std::optional<bool> strict_modes{};
  std::vector<std::string> allow_users{}, deny_users{}, allow_groups{}, deny_groups{};
  std::optional<std::string> banner{};
  std::optional<unsigned> required_rsa_size{};
  std::optional<amiko::SecurityKeyRules> security_key_rules{};  ///< PubkeyAuthOptions

  // --- algorithms
  std::optional<std::string> ciphers{}, macs{}, kex{}, host_key_algorithms{}, pubkey_algorithms{};
  std::optional<bool> compression{};
  std::optional<std::uint64_t> rekey_bytes{};  ///< 0: the default
  std::optional<std::chrono::seconds> rekey_time{};

  // --- how much
  std::optional<std::chrono::seconds> login_grace_time{};
  std::optional<unsigned> max_auth_tries{};
  std::optional<unsigned> max_sessions{};
  std::optional<std::string> max_startups{};
  std::optional<unsigned> per_source_max_startups{};
  std::optional<std::string> per_source_penalties{};
  std::optional<std::string> penalty_exempt{};
  std::optional<std::chrono::seconds> client_alive_interval{};
  std::optional<unsigned> client_alive_count_max{};

  // --- what
  std::vector<std::string> accept_env{};
  std::vector<std::pair<std::string, std::string>> set_env{};
  std::optional<bool> permit_tty{};
  std::optional<bool> permit_user_environment{};
  std::optional<std::string> force_command{};
  std::optional<std::string> chroot_directory{};  ///< of internal-sftp; nothing else runs with it
  std::vector<Subsystem> subsystems{};

  std::optional<Verbosity> log_level{};
  std::vector<std::string> notes{};  ///< keywords that were passed over, with file and line
};

/// One line of a configuration, and where it stands: a file and its line, or "command-line" and 0.
struct ConfigLine {
  std::string text;
  std::string file;
  std::size_t line = 0;
};

/// Everything with its value, a line for each keyword, as "sshd -T" shows it.
std::string show_config(const Config& config);

}  // namespace demo::sshd
