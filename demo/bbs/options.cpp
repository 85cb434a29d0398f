// amiko - what amiko-bbs was told on its command line
#include "options.hpp"

#include <charconv>
#include <cstdlib>
#include <string_view>

namespace bbs {
namespace {

constexpr std::chrono::seconds shortest_idle{5};
constexpr std::chrono::hours longest_idle{24 * 7};

unsigned long parse_number(std::string_view what, std::string_view text, unsigned long limit) {
  unsigned long number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number > limit)
    throw OptionError("bad " + std::string(what) + " \"" + std::string(text) + "\"");
  return number;
}

std::chrono::seconds parse_idle(std::string_view text) {
  const std::chrono::seconds most = longest_idle;
  const std::chrono::seconds idle(parse_number("idle time", text, static_cast<unsigned long>(most.count())));
  if (idle < shortest_idle) throw OptionError("an idle time of less than 5 seconds is too short");
  return idle;
}

class CommandLine {
 public:
  explicit CommandLine(const std::vector<std::string>& arguments) : arguments_(arguments) {}

  Options parse() {
    while (next_ < arguments_.size()) {
      const std::string& argument = arguments_[next_++];
      if (argument.starts_with("--"))
        long_option(argument);
      else if (argument.size() > 1 && argument[0] == '-')
        letters(argument);
      else
        throw OptionError("what is \"" + argument + "\"?\n" + usage());
    }
    return std::move(options_);
  }

 private:
  // The value in the same word, or the next word.
  std::string value(const std::string& option, const std::string& rest) {
    if (!rest.empty()) return rest;
    if (next_ == arguments_.size()) throw OptionError("option " + option + " needs an argument\n" + usage());
    return arguments_[next_++];
  }

  void long_option(const std::string& argument) {
    const std::size_t equals = argument.find('=');
    const std::string name = argument.substr(0, equals);
    const std::string rest = equals == std::string::npos ? std::string() : argument.substr(equals + 1);
    if (name == "--sysop")
      options_.sysop = value(name, rest);
    else if (name == "--idle")
      options_.idle = parse_idle(value(name, rest));
    else if (name == "--help")
      options_.show_help = true;
    else if (name == "--version")
      options_.show_version = true;
    else
      throw OptionError("unknown option " + name + "\n" + usage());
  }

  void letters(const std::string& argument) {
    for (std::size_t i = 1; i < argument.size(); ++i) {
      const std::string option{'-', argument[i]};
      switch (argument[i]) {
        case 'v':
          ++options_.verbosity;
          break;
        case 'V':
          options_.show_version = true;
          break;
        case 'p':
        case 'h':
        case 'd':
        case 'b':
          return apply(argument[i], value(option, argument.substr(i + 1)));
        default:
          throw OptionError("unknown option " + option + "\n" + usage());
      }
    }
  }

  void apply(char letter, const std::string& text) {
    if (letter == 'p') options_.port = static_cast<std::uint16_t>(parse_number("port", text, 65535));
    if (letter == 'h') options_.host_key = text;
    if (letter == 'd') options_.data_directory = text;
    if (letter == 'b') options_.addresses.push_back(text);
  }

  const std::vector<std::string>& arguments_;
  std::size_t next_ = 0;
  Options options_;
};

}  // namespace

Options parse_command_line(const std::vector<std::string>& arguments) {
  return CommandLine(arguments).parse();
}

std::filesystem::path default_data_directory() {
  if (const char* data = std::getenv("XDG_DATA_HOME"); data && data[0] == '/')
    return std::filesystem::path(data) / "amiko-bbs";
  const char* home = std::getenv("HOME");
  if (!home || home[0] != '/')
    throw OptionError("there is no HOME; say where the data are to be: -d DATADIR");
  return std::filesystem::path(home) / ".local/share/amiko-bbs";
}

std::string usage() {
  return "usage: amiko-bbs [-p PORT] [-h HOSTKEY] [-d DATADIR] [-b ADDRESS] [-v]\n"
         "                 [--sysop NAME] [--idle SECONDS]\n"
         "  -p PORT         where to listen (2200; 0: any port that is free)\n"
         "  -b ADDRESS      listen on this address only; may be repeated\n"
         "  -d DATADIR      accounts and messages (~/.local/share/amiko-bbs)\n"
         "  -h HOSTKEY      the server's private key (DATADIR/host_key; made when missing)\n"
         "  -v              tell who comes and goes; more of them tell more\n"
         "  --sysop NAME    who runs the board; otherwise whoever signs up first\n"
         "  --idle SECONDS  how long a caller may do nothing (1800)";
}

}  // namespace bbs
