// amiko - what a user asked amiko-ssh to do
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace demo {

/// How much is said.  Each level includes those before it.
enum class Verbosity { quiet, fatal, error, info, verbose, debug1, debug2, debug3 };

enum class HostKeyChecking { ask, yes, accept_new, no };
enum class RequestTty { automatic, no, yes, force };
enum class SessionType { shell_or_command, subsystem, none };

/// An option that makes no sense; the text is for the user.
class OptionError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// ssh's options, as far as they are known here.  What was not given stays empty: the first value wins, and
/// the defaults are those of the library.
struct Options {
  // --- where to, as whom
  std::string host{};  ///< as it was given
  std::optional<std::string> host_name{};
  std::optional<std::string> user{};
  std::optional<std::uint16_t> port{};
  std::optional<std::string> proxy_command{};
  std::optional<std::chrono::seconds> connect_timeout{};
  std::optional<std::chrono::seconds> server_alive_interval{};
  std::optional<unsigned> server_alive_count_max{};

  // --- who the host is
  std::optional<HostKeyChecking> strict_host_key_checking{};
  std::optional<std::vector<std::string>> user_known_hosts{};
  std::optional<std::vector<std::string>> global_known_hosts{};
  std::optional<std::string> host_key_alias{};
  std::optional<bool> hash_known_hosts{};

  // --- credentials
  std::vector<std::string> identity_files{};
  std::optional<bool> identities_only{};
  std::optional<bool> batch_mode{};
  std::optional<std::vector<std::string>> preferred_authentications{};
  std::optional<bool> password_authentication{};
  std::optional<bool> pubkey_authentication{};
  std::optional<bool> kbdint_authentication{};
  std::optional<std::string> pubkey_algorithms{};
  std::optional<unsigned> required_rsa_size{};
  std::optional<unsigned> password_prompts{};

  // --- algorithms
  std::optional<std::string> kex{};
  std::optional<std::string> host_key_algorithms{};
  std::optional<std::string> ciphers{};
  std::optional<std::string> macs{};
  std::optional<bool> compression{};
  std::optional<std::uint64_t> rekey_bytes{};  ///< 0: the default
  std::optional<std::chrono::seconds> rekey_time{};

  // --- what to run there
  std::string command{};
  std::optional<SessionType> session_type{};
  std::optional<RequestTty> request_tty{};
  std::optional<bool> stdin_null{};
  std::vector<std::string> send_env{};
  std::vector<std::pair<std::string, std::string>> set_env{};

  // --- this program
  std::optional<Verbosity> verbosity{};
  std::string log_file{};
  bool show_version = false;
  std::string query{};               ///< -Q
  std::vector<std::string> notes{};  ///< on what was passed over, for -v

  std::string target_name() const { return host_name.value_or(host); }
  std::uint16_t target_port() const { return port.value_or(std::uint16_t{22}); }
  std::string target_user() const;
  Verbosity verbosity_or_default() const { return verbosity.value_or(Verbosity::info); }
};

/// Reads a command line without the program's name: options, destination, options, command.  Throws
/// OptionError.
Options parse_command_line(const std::vector<std::string>& arguments);

/// "[user@]host" or "ssh://[user@]host[:port]".  Throws OptionError.
void parse_destination(Options& options, std::string_view text);

std::string usage();

}  // namespace demo
