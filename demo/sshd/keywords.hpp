// amiko - the keywords of sshd_config(5)
#pragma once

#include "config.hpp"

#include <string>
#include <vector>

namespace demo::sshd {

/// One line taken apart.
struct Directive {
  std::string keyword{};             ///< in lower case; empty for a blank line or a comment
  std::string rest{};                ///< what follows the keyword, as it stands
  std::vector<std::string> words{};  ///< the same as words, without quotes and comment
  std::string name{};                ///< the keyword as it was written
  std::string where{};               ///< "FILE line N"

  /// Throws OptionError with file and line.
  [[noreturn]] void fail(const std::string& what) const;
  /// The only word.
  const std::string& word() const;
};

/// "Keyword value", "Keyword=value", quotes of both kinds, '#' before a comment.  Throws OptionError.
Directive parse_directive(const ConfigLine& line);

/// Throws OptionError for an unknown keyword and for a value that makes no sense.
void apply_directive(Config& config, const Directive& directive);

/// Throws OptionError for a keyword that counts for the whole server, or from before the user's name is
/// known.
void check_in_match(const Directive& directive);

}  // namespace demo::sshd
