// amiko - the options of amiko-sftp-server, which are sftp-server's
#include "options.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <sstream>
#include <string_view>
#include <utility>

#include <syslog.h>
#include <unistd.h>

namespace demo::sftp_server {
namespace {

using amiko::LogLevel;

constexpr std::array<std::pair<std::string_view, LogLevel>, 9> levels{{{"QUIET", LogLevel::off},
                                                                       {"FATAL", LogLevel::error},
                                                                       {"ERROR", LogLevel::error},
                                                                       {"INFO", LogLevel::info},
                                                                       {"VERBOSE", LogLevel::debug},
                                                                       {"DEBUG", LogLevel::packet},
                                                                       {"DEBUG1", LogLevel::packet},
                                                                       {"DEBUG2", LogLevel::packet},
                                                                       {"DEBUG3", LogLevel::packet}}};
constexpr std::array<std::pair<std::string_view, int>, 11> facilities{{{"DAEMON", LOG_DAEMON},
                                                                       {"USER", LOG_USER},
                                                                       {"AUTH", LOG_AUTH},
                                                                       {"LOCAL0", LOG_LOCAL0},
                                                                       {"LOCAL1", LOG_LOCAL1},
                                                                       {"LOCAL2", LOG_LOCAL2},
                                                                       {"LOCAL3", LOG_LOCAL3},
                                                                       {"LOCAL4", LOG_LOCAL4},
                                                                       {"LOCAL5", LOG_LOCAL5},
                                                                       {"LOCAL6", LOG_LOCAL6},
                                                                       {"LOCAL7", LOG_LOCAL7}}};

template <class Table>
auto looked_up(const Table& table, std::string name, const char* what) {
  std::ranges::transform(name, name.begin(),
                         [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  for (const auto& [key, value] : table)
    if (key == name) return value;
  throw OptionError(std::string("unknown log ") + what + " \"" + name + "\"");
}

mode_t parse_umask(std::string_view text) {
  unsigned value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value, 8);
  if (error != std::errc() || stop != text.data() + text.size() || value > 0777)
    throw OptionError("invalid umask \"" + std::string(text) + "\"");
  return static_cast<mode_t>(value);
}

std::vector<std::string> parse_list(const std::string& text) {
  std::vector<std::string> names;
  std::istringstream stream(text);
  for (std::string name; std::getline(stream, name, ',');)
    if (!name.empty()) names.push_back(name);
  // An empty list would permit everything; this permits nothing.
  if (names.empty()) names.emplace_back();
  return names;
}

std::string expanded(const std::string& text, const std::string& home, const std::string& user) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      result += text[i];
      continue;
    }
    const char token = ++i < text.size() ? text[i] : '\0';
    if (token == 'd')
      result += home;
    else if (token == 'u')
      result += user;
    else if (token == '%')
      result += '%';
    else
      throw OptionError("unknown token in start directory \"" + text + "\"");
  }
  return result;
}

}  // namespace

const std::vector<std::string>& request_names() {
  static const std::vector<std::string> names = {"open",
                                                 "close",
                                                 "read",
                                                 "write",
                                                 "lstat",
                                                 "fstat",
                                                 "setstat",
                                                 "fsetstat",
                                                 "opendir",
                                                 "readdir",
                                                 "remove",
                                                 "mkdir",
                                                 "rmdir",
                                                 "realpath",
                                                 "stat",
                                                 "rename",
                                                 "readlink",
                                                 "symlink",
                                                 "posix-rename",
                                                 "statvfs",
                                                 "fstatvfs",
                                                 "hardlink",
                                                 "fsync",
                                                 "lsetstat",
                                                 "limits",
                                                 "expand-path",
                                                 "copy-data",
                                                 "home-directory",
                                                 "users-groups-by-id"};
  return names;
}

std::string usage() {
  return "usage: amiko-sftp-server [-ehR] [-d start_directory] [-f log_facility] [-l log_level]\n"
         "\t[-P denied_requests] [-p allowed_requests] [-u umask]\n"
         "       amiko-sftp-server -Q protocol_feature\n";
}

Options parse_options(int argc, char** argv, const std::string& home, const std::string& user) {
  Options options;
  options.facility = LOG_AUTH;
  ::opterr = 0;
  ::optind = 1;
  for (int c; (c = ::getopt(argc, argv, "d:f:l:P:p:Q:u:cehR")) != -1;) {
    const std::string argument = ::optarg != nullptr ? ::optarg : "";
    switch (c) {
      case 'c':  // does nothing in sftp-server either
        break;
      case 'd':
        options.directory = expanded(argument, home, user);
        break;
      case 'e':
        options.log_to_stderr = true;
        break;
      case 'f':
        options.facility = looked_up(facilities, argument, "facility");
        break;
      case 'l':
        options.log_level = looked_up(levels, argument, "level");
        break;
      case 'P':
        options.denied = parse_list(argument);
        break;
      case 'p':
        options.allowed = parse_list(argument);
        break;
      case 'Q':
        if (argument != "requests") throw OptionError("invalid query type \"" + argument + "\"");
        options.action = Options::Action::query;
        return options;
      case 'R':
        options.read_only = true;
        break;
      case 'u':
        options.umask = parse_umask(argument);
        break;
      default:
        options.action = Options::Action::help;
        return options;
    }
  }
  return options;
}

}  // namespace demo::sftp_server
