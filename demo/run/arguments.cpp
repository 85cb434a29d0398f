// amiko - what a user asked amiko-run to do
#include "arguments.hpp"

#include "keywords.hpp"
#include "values.hpp"

#include <algorithm>
#include <fstream>

namespace demo {
namespace {

constexpr std::string_view letters = "HPhilopt";

std::string usage_text() {
  return "usage: amiko-run [-l user] [-p port] [-i key] [-t seconds] [-P parallel] [-o option]\n"
         "                 -h host[,host...] | -H hostsfile  [--] command [argument ...]\n"
         "Runs the command on all hosts at once; ends with 0 if it succeeded on every one.";
}

// One host a line; what follows '#' is a comment.
std::vector<std::string> read_hosts(const std::string& file) {
  std::ifstream stream(file);
  if (!stream) throw OptionError("cannot read the hosts file " + file);
  std::vector<std::string> hosts;
  for (std::string line; std::getline(stream, line);) {
    const std::vector<std::string> words = split_words(line.substr(0, line.find('#')));
    hosts.insert(hosts.end(), words.begin(), words.end());
  }
  return hosts;
}

void apply(Arguments& arguments, char letter, const std::string& value) {
  Options& options = arguments.options;
  const auto add_hosts = [&](const std::vector<std::string>& more) {
    arguments.hosts.insert(arguments.hosts.end(), more.begin(), more.end());
  };
  switch (letter) {
    case 'H':
      return add_hosts(read_hosts(value));
    case 'P':
      arguments.parallel = std::max(1U, parse_number(value));
      return;
    case 'h':
      return add_hosts(split_list(value, ','));
    case 'i':
      options.identity_files.push_back(value);
      return;
    case 'l':
      options.user = value;
      return;
    case 'o':
      return apply_keyword(options, value);
    case 'p':
      options.port = parse_port(value);
      return;
    default:
      arguments.timeout = parse_seconds(value);
  }
}

}  // namespace

Arguments parse_arguments(const std::vector<std::string>& arguments) {
  Arguments result;
  std::size_t next = 0;
  for (; next < arguments.size(); ++next) {
    const std::string& word = arguments[next];
    if (word.size() < 2 || word[0] != '-') break;
    if (word == "--") {
      ++next;
      break;
    }
    if (letters.find(word[1]) == std::string_view::npos)
      throw OptionError("unknown option " + word + "\n" + usage_text());
    const bool separate = word.size() == 2;
    if (separate && ++next == arguments.size())
      throw OptionError("option " + word + " needs a value\n" + usage_text());
    apply(result, word[1], separate ? arguments[next] : word.substr(2));
  }
  for (; next < arguments.size(); ++next)
    result.command += (result.command.empty() ? "" : " ") + arguments[next];
  if (result.hosts.empty() || result.command.empty()) throw OptionError(usage_text());
  return result;
}

Options options_for(const Arguments& arguments, const std::string& host) {
  Options common = arguments.options;
  common.user.reset();
  common.port.reset();
  // "host:port", but not an IPv6 address
  const std::size_t colon = host.find(':');
  const bool has_port = colon != std::string::npos && colon == host.rfind(':') && !host.starts_with("ssh://");
  if (has_port) common.port = parse_port(host.substr(colon + 1));
  parse_destination(common, has_port ? host.substr(0, colon) : host);
  if (!common.user) common.user = arguments.options.user;
  if (!common.port) common.port = arguments.options.port;
  return common;
}

}  // namespace demo
