// amiko - the command line, read as sftp reads it
#include "arguments.hpp"

#include "options.hpp"
#include "values.hpp"
#include "words.hpp"

#include <charconv>

namespace demo {
namespace {

constexpr std::string_view takes_argument = "BDFJPRSXbcilos";
constexpr std::string_view takes_none = "46ACNVafpqrv";

std::string usage() {
  return "usage: amiko-sftp [-46AaCfNpqrVv] [-B buffer_size] [-b batch_file] [-c cipher]\n"
         "                  [-D sftp_server_command] [-F ssh_config] [-i identity_file]\n"
         "                  [-J destination] [-l limit] [-o ssh_option] [-P port]\n"
         "                  [-R num_requests] [-S program] [-s subsystem | sftp_server]\n"
         "                  [-X sftp_option] destination";
}

class CommandLine {
 public:
  explicit CommandLine(const std::vector<std::string>& words) : words_(words) {}

  Arguments parse() {
    options();
    if (arguments_.show_version) return std::move(arguments_);
    if (arguments_.local_server.empty()) destination();
    if (arguments_.batch_file) arguments_.ssh.push_back("-obatchmode yes");
    if (loud_) arguments_.quiet = false;
    return std::move(arguments_);
  }

 private:
  bool at_end() const { return next_ == words_.size(); }

  void options() {
    while (!at_end() && words_[next_].size() > 1 && words_[next_][0] == '-') {
      const std::string& word = words_[next_++];
      if (word == "--") return;
      letters(word);
    }
  }

  void letters(const std::string& word) {
    for (std::size_t i = 1; i < word.size(); ++i) {
      const char letter = word[i];
      if (takes_none.find(letter) != std::string_view::npos) {
        apply(letter);
      } else if (takes_argument.find(letter) != std::string_view::npos) {
        if (i + 1 == word.size() && at_end())
          throw OptionError("option requires an argument -- " + std::string(1, letter) + "\n" + usage());
        return apply(letter, i + 1 < word.size() ? word.substr(i + 1) : words_[next_++]);
      } else {
        throw OptionError("unknown option -- " + std::string(1, letter) + "\n" + usage());
      }
    }
  }

  void apply(char letter);
  void apply(char letter, const std::string& value);
  void transfer_option(const std::string& text);
  void destination();

  void pass_on(char letter) { arguments_.ssh.push_back(std::string("-") + letter); }
  void pass_on(char letter, const std::string& value) {
    pass_on(letter);
    arguments_.ssh.push_back(value);
  }

  std::size_t number(const std::string& what, const std::string& text, std::size_t limit) {
    std::size_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value == 0 || value > limit)
      throw OptionError("Invalid " + what + " \"" + text + "\"");
    return value;
  }
  void block_size(const std::string& text) {
    arguments_.block_size = number("buffer size", text, std::size_t{1} << 30);
  }
  void requests(const std::string& text) {
    arguments_.requests = number("number of requests", text, std::size_t{1} << 20);
  }

  const std::vector<std::string>& words_;
  std::size_t next_ = 0;
  bool loud_ = false;  // -N
  Arguments arguments_;
};

void CommandLine::apply(char letter) {
  switch (letter) {
    case 'N':
      loud_ = true;
      break;
    case 'V':
      arguments_.show_version = true;
      break;
    case 'a':
      arguments_.resume = true;
      break;
    case 'f':
      arguments_.fsync = true;
      break;
    case 'p':
      arguments_.preserve = true;
      break;
    case 'q':
      arguments_.quiet = true;
      pass_on(letter);
      break;
    case 'r':
      arguments_.recurse = true;
      break;
    default:
      pass_on(letter);
  }
}

void CommandLine::apply(char letter, const std::string& value) {
  switch (letter) {
    case 'B':
      block_size(value);
      break;
    case 'D':
      for (const Word& word : split_words_of(value).list)
        arguments_.local_server.push_back(word.text());
      if (arguments_.local_server.empty()) throw OptionError("-D: no command");
      break;
    case 'P':
      parse_port(value);
      arguments_.ssh.push_back("-oPort " + value);
      break;
    case 'R':
      requests(value);
      break;
    case 'S':
      arguments_.program = value;
      break;
    case 'X':
      transfer_option(value);
      break;
    case 'b':
      if (arguments_.batch_file) throw OptionError("Batch file already specified.");
      arguments_.batch_file = value;
      arguments_.quiet = true;
      break;
    case 'l':
      arguments_.bandwidth = number("bandwidth limit", value, std::size_t{100} << 20) * 1024 / 8;
      break;
    case 's':
      arguments_.subsystem = value;
      break;
    default:
      pass_on(letter, value);
  }
}

void CommandLine::transfer_option(const std::string& text) {
  const std::size_t equals = text.find('=');
  const std::string name = text.substr(0, equals);
  const std::string value = equals == std::string::npos ? "" : text.substr(equals + 1);
  if (name == "buffer")
    block_size(value);
  else if (name == "nrequests")
    requests(value);
  else
    throw OptionError("Invalid -X option \"" + text + "\"");
}

void CommandLine::destination() {
  if (at_end()) throw OptionError(usage());
  const Destination to = parse_sftp_destination(words_[next_++]);
  arguments_.host = to.host;
  arguments_.path = to.path;
  // Before that of -P: the first one counts.
  if (!to.port.empty()) arguments_.ssh.insert(arguments_.ssh.begin(), "-oPort " + to.port);
  if (!to.user.empty()) pass_on('l', to.user);
  if (at_end()) return;
  if (to.path.empty()) throw OptionError(usage());
  arguments_.target = words_[next_++];
  if (!at_end()) throw OptionError(usage());
}

}  // namespace

std::vector<std::string> Arguments::ssh_command_line() const {
  std::vector<std::string> all{"-oForwardX11 no", "-oPermitLocalCommand no", "-oClearAllForwardings yes",
                               "-oControlMaster no"};
  all.insert(all.end(), ssh.begin(), ssh.end());
  // Only -A forwards the agent.
  all.emplace_back("-oForwardAgent no");
  if (is_subsystem()) all.emplace_back("-s");
  all.insert(all.end(), {"--", host, subsystem});
  return all;
}

Arguments parse_sftp_arguments(const std::vector<std::string>& words) {
  return CommandLine(words).parse();
}

}  // namespace demo
