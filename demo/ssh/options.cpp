// amiko - the command line, read as ssh reads it
#include "options.hpp"

#include "keywords.hpp"
#include "values.hpp"

#include <algorithm>

#include <unistd.h>

namespace demo {
namespace {

constexpr std::string_view takes_argument = "BDEFIJLOPQRSWbceilmopw";
constexpr std::string_view takes_none = "46ACGKMNTVXYafgknqstvxy";
// What these ask for is not there, and doing without would not be what was asked.
constexpr std::string_view not_supported = "DGJLORSWfw";

class CommandLine {
 public:
  explicit CommandLine(const std::vector<std::string>& arguments) : arguments_(arguments) {}
  Options parse();

 private:
  bool at_end() const { return next_ == arguments_.size(); }
  void options_up_to_a_word();
  void letters(const std::string& argument);
  void apply(char letter);
  void apply(char letter, const std::string& value);
  void verbose();

  const std::vector<std::string>& arguments_;
  std::size_t next_ = 0;
  bool options_ended_ = false;  // by "--"
  Options options_;
};

Options CommandLine::parse() {
  options_up_to_a_word();
  if (options_.show_version || !options_.query.empty()) return std::move(options_);
  if (at_end()) throw OptionError(usage());
  parse_destination(options_, arguments_[next_++]);
  // Options may follow the destination too; what comes after them is the command.
  if (!options_ended_) options_up_to_a_word();
  while (!at_end())
    options_.command += (options_.command.empty() ? "" : " ") + arguments_[next_++];
  if (options_.session_type == SessionType::subsystem && options_.command.empty())
    throw OptionError("You must specify a subsystem to invoke.");
  return std::move(options_);
}

void CommandLine::options_up_to_a_word() {
  while (!at_end() && !options_ended_) {
    const std::string& argument = arguments_[next_];
    if (argument.size() < 2 || argument[0] != '-') return;
    ++next_;
    if (argument == "--")
      options_ended_ = true;
    else
      letters(argument);
  }
}

// "-vNp22": letters together, the value of the last one in the same word or the next.
void CommandLine::letters(const std::string& argument) {
  for (std::size_t i = 1; i < argument.size(); ++i) {
    const char letter = argument[i];
    if (takes_none.find(letter) != std::string_view::npos) {
      apply(letter);
    } else if (takes_argument.find(letter) != std::string_view::npos) {
      if (i + 1 == argument.size() && at_end())
        throw OptionError("option requires an argument -- " + std::string(1, letter) + "\n" + usage());
      return apply(letter, i + 1 < argument.size() ? argument.substr(i + 1) : arguments_[next_++]);
    } else {
      throw OptionError("unknown option -- " + std::string(1, letter) + "\n" + usage());
    }
  }
}

void CommandLine::verbose() {
  const Verbosity now = options_.verbosity.value_or(Verbosity::info);
  if (now < Verbosity::debug1)
    options_.verbosity = Verbosity::debug1;
  else if (now < Verbosity::debug3)
    options_.verbosity = static_cast<Verbosity>(static_cast<int>(now) + 1);
}

void CommandLine::apply(char letter) {
  switch (letter) {
    case 'C':
      options_.compression = true;
      break;
    case 'N':
      options_.session_type = SessionType::none;
      break;
    case 'T':
      options_.request_tty = RequestTty::no;
      break;
    case 'V':
      options_.show_version = true;
      break;
    case 'n':
      options_.stdin_null = true;
      break;
    case 'q':
      options_.verbosity = Verbosity::quiet;
      break;
    case 's':
      options_.session_type = SessionType::subsystem;
      break;
    case 't':
      options_.request_tty = options_.request_tty >= RequestTty::yes ? RequestTty::force : RequestTty::yes;
      break;
    case 'v':
      verbose();
      break;
    case 'a':
    case 'x':
      break;  // neither agents nor displays are forwarded
    default:
      if (not_supported.find(letter) != std::string_view::npos)
        throw OptionError("option -" + std::string(1, letter) + " is not supported yet");
      options_.notes.push_back("option -" + std::string(1, letter) + " is not supported yet and passed over");
  }
}

void CommandLine::apply(char letter, const std::string& value) {
  switch (letter) {
    case 'E':
      options_.log_file = value;
      break;
    case 'F':
      if (value == "none") break;
      if (::access(value.c_str(), R_OK) != 0) throw OptionError("Can't open user config file " + value);
      options_.notes.push_back("configuration files are not read yet: " + value);
      break;
    case 'Q':
      options_.query = value;
      break;
    case 'c':
      options_.ciphers = value;
      break;
    case 'i':
      if (std::ranges::find(options_.identity_files, value) == options_.identity_files.end())
        options_.identity_files.push_back(value);
      break;
    case 'l':
      if (!options_.user) options_.user = value;
      break;
    case 'm':
      options_.macs = value;
      break;
    case 'o':
      apply_keyword(options_, value);
      break;
    case 'p':
      if (!options_.port) options_.port = parse_port(value);
      break;
    default:
      if (not_supported.find(letter) != std::string_view::npos)
        throw OptionError("option -" + std::string(1, letter) + " is not supported yet");
      options_.notes.push_back("option -" + std::string(1, letter) + " is not supported yet and passed over");
  }
}

}  // namespace

std::string Options::target_user() const {
  return user.value_or(local_user());
}

Options parse_command_line(const std::vector<std::string>& arguments) {
  return CommandLine(arguments).parse();
}

void parse_destination(Options& options, std::string_view text) {
  const std::string whole(text);
  const bool is_url = text.starts_with("ssh://");
  if (is_url) {
    text.remove_prefix(6);
    if (text.ends_with('/')) text.remove_suffix(1);
  }
  if (const std::size_t at = text.rfind('@'); at != std::string_view::npos) {
    if (at == 0) throw OptionError("no user name in \"" + whole + "\"");
    if (!options.user) options.user = std::string(text.substr(0, at));
    text.remove_prefix(at + 1);
  }
  if (is_url) {
    const std::size_t bracket = text.rfind(']');
    const std::size_t colon = text.rfind(':');
    if (colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket)) {
      const std::string_view port = text.substr(colon + 1);
      if (!port.empty() && !options.port) options.port = parse_port(port);
      text = text.substr(0, colon);
    }
  }
  if (text.starts_with('[') && text.ends_with(']')) text = text.substr(1, text.size() - 2);
  if (text.empty() || text.starts_with('-')) throw OptionError("no host name in \"" + whole + "\"");
  options.host = std::string(text);
}

std::string usage() {
  return "usage: amiko-ssh [-46aCNnqsTtVvx] [-c cipher_spec] [-E log_file] [-F configfile]\n"
         "                 [-i identity_file] [-l login_name] [-m mac_spec] [-o option] [-p port]\n"
         "                 destination [command [argument ...]]\n"
         "       amiko-ssh [-Q query_option]";
}

}  // namespace demo
