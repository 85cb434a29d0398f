// amiko - what a user asked amiko-sftp to do
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace demo {

/// sftp's options.
struct Arguments {
  // --- where to
  std::string host{};
  std::string path{};                       ///< there; empty: none was named
  std::optional<std::string> target{};      ///< the local name for what `path` is
  std::vector<std::string> ssh{};           ///< options for ssh, which amiko-ssh's parser understands too
  std::string program{};                    ///< -S
  std::string subsystem = "sftp";           ///< with a "/" a command
  std::vector<std::string> local_server{};  ///< -D, in words

  // --- how files are copied
  bool resume = false;
  bool fsync = false;
  bool preserve = false;
  bool recurse = false;
  std::size_t block_size = 0;   ///< 0: what suits
  std::size_t requests = 0;     ///< 0: what suits
  std::uint64_t bandwidth = 0;  ///< bytes a second; 0: no limit

  // --- this program
  std::optional<std::string> batch_file{};  ///< "-": standard input
  bool quiet = false;                       ///< neither the progress meter nor what is being done
  bool show_version = false;

  bool is_subsystem() const { return subsystem.find('/') == std::string::npos; }
  /// All arguments for a program that takes ssh's, without its name.
  std::vector<std::string> ssh_command_line() const;
};

/// Reads a command line without the program's name.  Throws OptionError.
Arguments parse_sftp_arguments(const std::vector<std::string>& words);

/// "[user@]host[:path]" or "sftp://[user@]host[:port][/path]".
struct Destination {
  std::string user{};
  std::string host{};
  std::string port{};
  std::string path{};
};
/// Throws OptionError.
Destination parse_sftp_destination(const std::string& text);

}  // namespace demo
