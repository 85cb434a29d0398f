// amiko - reading sshd_config(5) files
#include "config.hpp"

#include "keywords.hpp"
#include "values.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>

#include <fcntl.h>
#include <sys/stat.h>

namespace demo::sshd {
namespace {

std::vector<ConfigLine> read_lines(const std::string& file) {
  struct stat info {};
  if (::stat(file.c_str(), &info) == 0 && S_ISDIR(info.st_mode)) throw OptionError(file + ": Is a directory");
  std::ifstream stream(file);
  if (!stream) throw OptionError(file + ": " + std::strerror(errno));
  std::vector<ConfigLine> lines;
  std::string text;
  while (std::getline(stream, text))
    lines.push_back({text, file, lines.size() + 1});
  if (stream.bad()) throw OptionError(file + ": " + std::strerror(errno));
  return lines;
}

// A Match block for all: what stands there goes before what stands outside.
class Blocks {
 public:
  void add(ConfigLine line) {
    const Directive directive = parse_directive(line);
    if (directive.keyword == "match") {
      const bool all = directive.words.size() == 1 && lower_case(directive.words.front()) == "all";
      if (!all)
        directive.fail("only \"Match all\" is supported; this server has the same rules for everybody");
      in_match_ = true;
    } else if (!directive.keyword.empty()) {
      (in_match_ ? matched_ : global_).push_back(directive);
    }
  }
  void apply(Config& config) const {
    for (const auto* block : {&matched_, &global_})
      for (const Directive& directive : *block)
        apply_directive(config, directive);
  }

 private:
  std::vector<Directive> global_, matched_;
  bool in_match_ = false;
};

}  // namespace

Config load_config(const std::vector<std::string>& options, const std::string& file) {
  Blocks blocks;
  for (const std::string& option : options)
    blocks.add({option, "command-line", 0});
  if (!file.empty())
    for (ConfigLine& line : read_lines(file))
      blocks.add(std::move(line));
  Config config;
  blocks.apply(config);
  return config;
}

}  // namespace demo::sshd
