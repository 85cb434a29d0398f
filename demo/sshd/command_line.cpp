// amiko - amiko-sshd's command line
#include "command_line.hpp"

#include "options.hpp"

namespace demo::sshd {
namespace {

constexpr std::string_view takes_argument = "CEfhop";

bool apply(CommandLine& line, char letter) {
  switch (letter) {
    case 'D':
      line.foreground = true;
      return true;
    case 'T':
      line.show = true;
      return true;
    case 'V':
      line.version = true;
      return true;
    case 'd':
      ++line.debug;
      return true;
    case 'e':
      line.log_to_stderr = true;
      return true;
    case 'i':
      line.inetd = true;
      return true;
    case 'q':
      line.quiet = true;
      return true;
    case 't':
      line.test = true;
      return true;
    default:
      return false;
  }
}

void apply(CommandLine& line, char letter, const std::string& value) {
  switch (letter) {
    case 'C':
      line.subject.push_back(value);
      break;
    case 'E':
      line.log_file = value;
      break;
    case 'f':
      line.config_file = value == "none" ? "" : value;
      break;
    case 'h':
      line.options.push_back("HostKey \"" + value + "\"");
      break;
    case 'o':
      line.options.push_back(value);
      break;
    default:
      line.options.push_back("Port " + value);
  }
}

}  // namespace

CommandLine parse_command_line(const std::vector<std::string>& arguments) {
  CommandLine line;
  for (std::size_t next = 0; next < arguments.size();) {
    const std::string& argument = arguments[next++];
    if (argument == "--hash-password") {
      line.hash_password = true;
      continue;
    }
    if (argument.size() < 2 || argument[0] != '-')
      throw OptionError("Extra argument " + argument + ".\n" + usage());
    for (std::size_t i = 1; i < argument.size(); ++i) {
      const char letter = argument[i];
      if (takes_argument.find(letter) != std::string_view::npos) {
        if (i + 1 == argument.size() && next == arguments.size())
          throw OptionError("option requires an argument -- " + std::string(1, letter) + "\n" + usage());
        apply(line, letter, i + 1 < argument.size() ? argument.substr(i + 1) : arguments[next++]);
        break;
      }
      if (!apply(line, letter))
        throw OptionError("unknown option -- " + std::string(1, letter) + "\n" + usage());
    }
  }
  return line;
}

std::string usage() {
  return "usage: amiko-sshd [-DdeiqTtV] [-C user=name,addr=address,...] [-E log_file] [-f config_file]\n"
         "                  [-h host_key_file] [-o option] [-p port]\n"
         "       amiko-sshd --hash-password";
}

}  // namespace demo::sshd
