// amiko - what amiko-bbs was told on its command line
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

namespace bbs {

/// An option that makes no sense; the text is for the user.
class OptionError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct Options {
  std::uint16_t port = 2200;  ///< 0: one that is free
  std::vector<std::string> addresses{};
  std::filesystem::path data_directory{};  ///< empty: default_data_directory()
  std::filesystem::path host_key{};        ///< empty: host_key in the data directory
  std::string sysop{};                     ///< empty: whoever signs up first
  std::chrono::seconds idle{30 * 60};      ///< until a caller who does nothing is put out
  unsigned verbosity = 0;                  ///< 1: callers come and go; 2, 3: what the library does
  bool show_help = false;
  bool show_version = false;
};

/// Reads a command line without the program's name.  Throws OptionError.
Options parse_command_line(const std::vector<std::string>& arguments);

/// ~/.local/share/amiko-bbs, or where XDG_DATA_HOME says.  Throws OptionError without a home.
std::filesystem::path default_data_directory();

std::string usage();

}  // namespace bbs
