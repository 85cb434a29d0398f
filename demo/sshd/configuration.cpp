// amiko - sshd_config(5) files: what stands in them for everybody, and for some
#include "configuration.hpp"

#include "values.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <set>

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

// Those whose lines add up: where a Match block has one, those outside do not count.
std::string list_of(const Directive& directive) {
  static constexpr std::array<std::string_view, 5> lists{"acceptenv", "allowgroups", "allowusers",
                                                         "denygroups", "denyusers"};
  if (std::ranges::find(lists, directive.keyword) != lists.end()) return directive.keyword;
  if (directive.keyword == "subsystem" && !directive.words.empty())
    return "subsystem " + directive.words.front();
  return {};
}

}  // namespace

Configuration::Configuration(const std::vector<std::string>& options, const std::string& file) {
  for (const std::string& option : options)
    add({option, "command-line", 0});
  if (!file.empty())
    for (const ConfigLine& line : read_lines(file))
      add(line);
  Config base = merged({});
  for (const Config& config : with_each_block())
    for (const std::string& note : config.notes)
      if (std::ranges::find(base.notes, note) == base.notes.end()) base.notes.push_back(note);
  base_ = std::make_shared<const Config>(std::move(base));
}

void Configuration::add(const ConfigLine& line) {
  const Directive directive = parse_directive(line);
  if (directive.keyword.empty()) return;
  if (directive.keyword == "match") {
    if (line.line == 0) directive.fail("not on the command line");
    blocks_.push_back({MatchCriteria(directive)});
  } else if (blocks_.empty()) {
    global_.push_back(directive);
  } else {
    check_in_match(directive);
    blocks_.back().directives.push_back(directive);
  }
}

Config Configuration::merged(const std::vector<const Block*>& blocks) const {
  Config config;
  std::set<std::string> settled;
  for (const Block* block : blocks)
    for (const Directive& directive : block->directives) {
      apply_directive(config, directive);
      settled.insert(list_of(directive));
    }
  settled.erase("");
  for (const Directive& directive : global_)
    if (!settled.contains(list_of(directive))) apply_directive(config, directive);
  return config;
}

std::shared_ptr<const Config> Configuration::for_subject(const MatchSubject& subject) const {
  std::vector<const Block*> matching;
  for (const Block& block : blocks_)
    if (block.criteria.hold_for(subject)) matching.push_back(&block);
  return matching.empty() ? base_ : std::make_shared<const Config>(merged(matching));
}

std::vector<Config> Configuration::with_each_block() const {
  std::vector<Config> all;
  for (const Block& block : blocks_)
    all.push_back(merged({&block}));
  return all;
}

}  // namespace demo::sshd
