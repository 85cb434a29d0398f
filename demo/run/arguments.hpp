// amiko - what a user asked amiko-run to do
#pragma once

#include "options.hpp"

#include <amiko/base/time.hpp>

#include <string>
#include <vector>

namespace demo {

struct Arguments {
  std::vector<std::string> hosts{};  ///< "[user@]host[:port]", in the order they were given
  std::string command{};
  unsigned parallel = 32;                   ///< hosts at a time
  amiko::Timeout timeout = amiko::forever;  ///< for each host, from connecting to the command's end
  Options options{};                        ///< -l, -p, -i and -o, for every host
};

/// Reads a command line without the program's name, and the file of hosts that it names.  Throws OptionError.
Arguments parse_arguments(const std::vector<std::string>& arguments);

/// The options for one of the hosts.  Throws OptionError.
Options options_for(const Arguments& arguments, const std::string& host);

}  // namespace demo
