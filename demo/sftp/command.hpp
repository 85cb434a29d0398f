// amiko - what a line asks for
#pragma once

#include "words.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace demo {

enum class Verb {
  quit,
  cd,
  chgrp,
  chmod,
  chown,
  copy,
  df,
  get,
  help,
  lcd,
  lls,
  lmkdir,
  ln,
  lpwd,
  ls,
  lumask,
  mkdir,
  progress,
  put,
  pwd,
  rename,
  rm,
  rmdir,
  shell,
  symlink,
  version,
};

/// Whose names an argument is made of.
enum class Side { none, remote, local };

/// How a command is written.
struct Syntax {
  std::string_view name;
  Verb verb;
  std::string_view flags{};  ///< letters that it takes
  bool number = false;       ///< a number comes before the paths
  unsigned least = 0;        ///< paths that it needs
  unsigned most = 0;         ///< paths that it takes
  Side first = Side::none;   ///< what the paths are
  Side second = Side::none;
  std::string_view usage{};  ///< for help; empty: another name of a command that is there
  std::string_view purpose{};
};

/// All commands, in alphabetical order.
std::span<const Syntax> all_commands();
/// Upper and lower case are the same.  Null: no such command.
const Syntax* find_command(std::string_view name);

/// A command, ready to be done.
struct Command {
  Verb verb = Verb::help;
  std::string flags{};  ///< letters that were given
  std::vector<Word> paths{};
  std::uint32_t number = 0;  ///< mode, owner, group or umask
  std::string rest{};        ///< of `!` and `lls`: what the local shell is given

  bool has(char flag) const { return flags.find(flag) != std::string::npos; }
};

/// A line, before its command is understood: "-" and "@" may stand before it.
struct Line {
  bool ignore_errors = false;
  bool silent = false;      ///< not echoed
  std::string_view text{};  ///< the command; empty for a comment
};
Line read_prefix(std::string_view line);

/// The command in Line::text.  Throws CommandError.
Command parse_command(std::string_view text);

/// What `help` prints.
std::string help_text();

}  // namespace demo
