// amiko - sshd_config(5) files: what stands in them for everybody, and for some
#pragma once

#include "keywords.hpp"
#include "match.hpp"

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace demo::sshd {

/// All that the configuration says.  What a Match block says goes before what stands outside.  A value that
/// does not change.
class Configuration {
 public:
  /// Reads the options of the command line, then the file (none if it is empty).  Throws OptionError with
  /// file and line.
  Configuration(const std::vector<std::string>& options, const std::string& file);
  /// For everybody.
  explicit Configuration(Config config) : base_(std::make_shared<const Config>(std::move(config))) {}

  /// Without any Match block.
  const Config& base() const noexcept { return *base_; }
  std::shared_ptr<const Config> for_subject(const MatchSubject& subject) const;
  bool is_the_same_for_all() const noexcept { return blocks_.empty(); }
  /// With each Match block alone, to see whether it makes sense.
  std::vector<Config> with_each_block() const;

 private:
  struct Block {
    MatchCriteria criteria;
    std::vector<Directive> directives{};
  };
  void add(const ConfigLine& line);
  Config merged(const std::vector<const Block*>& blocks) const;

  std::vector<Directive> global_{};
  std::vector<Block> blocks_{};
  std::shared_ptr<const Config> base_{};
};

}  // namespace demo::sshd
