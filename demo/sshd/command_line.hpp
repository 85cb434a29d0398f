// amiko - amiko-sshd's command line
#pragma once

#include <string>
#include <vector>

namespace demo::sshd {

struct CommandLine {
  std::string config_file{};           ///< -f
  std::vector<std::string> options{};  ///< -o, -p and -h as lines of a configuration
  std::vector<std::string> subject{};  ///< -C: for whom -T shows it
  std::string log_file{};              ///< -E
  bool inetd = false;                  ///< -i: one connection, on standard input and output
  bool foreground = false;             ///< -D
  bool log_to_stderr = false;          ///< -e
  bool quiet = false;                  ///< -q
  unsigned debug = 0;                  ///< -d: in the foreground, one connection, debug messages
  bool test = false;                   ///< -t: check the configuration
  bool show = false;                   ///< -T: check and show it
  bool version = false;                ///< -V
  bool hash_password = false;          ///< --hash-password
};

/// Without the program's name.  Throws OptionError.
CommandLine parse_command_line(const std::vector<std::string>& arguments);

std::string usage();

}  // namespace demo::sshd
