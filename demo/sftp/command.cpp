// amiko - what a line asks for
#include "command.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>

#include <strings.h>

namespace demo {
namespace {

using enum Side;

constexpr std::array commands{
    Syntax{"!", Verb::shell},
    Syntax{"?", Verb::help, "", false, 0, 0, none, none, "?", "The same as help"},
    Syntax{"bye", Verb::quit, "", false, 0, 0, none, none, "bye", "Leave the program"},
    Syntax{"cd", Verb::cd, "", false, 0, 1, remote, none, "cd [path]",
           "Change the remote directory; without a path to the one at the start"},
    Syntax{"chdir", Verb::cd, "", false, 0, 1, remote},
    Syntax{"chgrp", Verb::chgrp, "h", true, 1, 1, remote, none, "chgrp [-h] gid path",
           "Change the group (a number); -h: of a symbolic link itself"},
    Syntax{"chmod", Verb::chmod, "h", true, 1, 1, remote, none, "chmod [-h] mode path",
           "Change the permissions (octal)"},
    Syntax{"chown", Verb::chown, "h", true, 1, 1, remote, none, "chown [-h] uid path",
           "Change the owner (a number)"},
    Syntax{"copy", Verb::copy, "", false, 2, 2, remote, remote, "copy from to",
           "Copy a remote file to another place there"},
    Syntax{"cp", Verb::copy, "", false, 2, 2, remote, remote, "cp from to", "The same as copy"},
    Syntax{"df", Verb::df, "hi", false, 0, 1, remote, none, "df [-hi] [path]",
           "Show how full the remote disk is; -i: in files"},
    Syntax{"dir", Verb::ls, "1afhlnrSt", false, 0, 1, remote},
    Syntax{"exit", Verb::quit, "", false, 0, 0, none, none, "exit", "Leave the program"},
    Syntax{"get", Verb::get, "afpPrR", false, 1, 2, remote, local, "get [-afpR] remote [local]",
           "Fetch files; -a: go on with partial ones, -f: sync, -p: keep times, -R: recurse"},
    Syntax{"help", Verb::help, "", false, 0, 0, none, none, "help", "Show this text"},
    Syntax{"lcd", Verb::lcd, "", false, 0, 1, local, none, "lcd [path]", "Change the local directory"},
    Syntax{"lchdir", Verb::lcd, "", false, 0, 1, local},
    Syntax{"lls", Verb::lls, "", false, 0, 0, local, none, "lls [options] [path]",
           "List a local directory with ls"},
    Syntax{"lmkdir", Verb::lmkdir, "", false, 1, 1, local, none, "lmkdir path", "Make a local directory"},
    Syntax{"ln", Verb::ln, "s", false, 2, 2, remote, remote, "ln [-s] existing path",
           "Make a link; -s: a symbolic one"},
    Syntax{"lpwd", Verb::lpwd, "", false, 0, 0, none, none, "lpwd", "Show the local directory"},
    Syntax{"ls", Verb::ls, "1afhlnrSt", false, 0, 1, remote, none, "ls [-1afhlnrSt] [path]",
           "List a remote directory"},
    Syntax{"lumask", Verb::lumask, "", true, 0, 0, none, none, "lumask mask", "Set the local umask (octal)"},
    Syntax{"mget", Verb::get, "afpPrR", false, 1, 2, remote, local},
    Syntax{"mkdir", Verb::mkdir, "", false, 1, 1, remote, none, "mkdir path", "Make a remote directory"},
    Syntax{"mput", Verb::put, "afpPrR", false, 1, 2, local, remote},
    Syntax{"progress", Verb::progress, "", false, 0, 0, none, none, "progress",
           "Switch the progress meter on or off"},
    Syntax{"put", Verb::put, "afpPrR", false, 1, 2, local, remote, "put [-afpR] local [remote]",
           "Send files; flags as for get"},
    Syntax{"pwd", Verb::pwd, "", false, 0, 0, none, none, "pwd", "Show the remote directory"},
    Syntax{"quit", Verb::quit, "", false, 0, 0, none, none, "quit", "Leave the program"},
    Syntax{"reget", Verb::get, "afpPrR", false, 1, 2, remote, local, "reget [-fpR] remote [local]",
           "The same as get -a"},
    Syntax{"rename", Verb::rename, "l", false, 2, 2, remote, remote, "rename [-l] from to",
           "Rename a remote file; -l: never over another one"},
    Syntax{"reput", Verb::put, "afpPrR", false, 1, 2, local, remote, "reput [-fpR] local [remote]",
           "The same as put -a"},
    Syntax{"rm", Verb::rm, "", false, 1, 1, remote, none, "rm path", "Remove remote files"},
    Syntax{"rmdir", Verb::rmdir, "", false, 1, 1, remote, none, "rmdir path",
           "Remove an empty remote directory"},
    Syntax{"symlink", Verb::symlink, "", false, 2, 2, remote, remote, "symlink target path",
           "Make a remote symbolic link"},
    Syntax{"version", Verb::version, "", false, 0, 0, none, none, "version",
           "Show the version of the protocol"},
};

std::string in_words(unsigned paths) {
  return paths == 1 ? "one path" : "two paths";
}

// "mode", "uid": numbers in octal where permissions are meant.
std::uint32_t parse_number_of(const Syntax& syntax, const std::string& text) {
  const bool octal = syntax.verb == Verb::chmod || syntax.verb == Verb::lumask;
  const std::uint32_t limit = syntax.verb == Verb::chmod    ? 07777
                              : syntax.verb == Verb::lumask ? 0777
                                                            : 0xffffffff;
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, octal ? 8 : 10);
  if (error != std::errc() || end != text.data() + text.size() || text.empty() || value > limit)
    throw CommandError(std::string(syntax.name) + ": \"" + text + "\" is no " + (octal ? "octal " : "") +
                       "number" + (octal ? " up to " + std::string(limit == 0777 ? "777" : "7777") : ""));
  return value;
}

// Takes the flags off the front of `words`.
std::string take_flags(const Syntax& syntax, std::vector<Word>& words) {
  std::string flags;
  while (!words.empty()) {
    const std::string text = words.front().text();
    if (text.size() < 2 || text[0] != '-') break;
    words.erase(words.begin());
    if (text == "--") break;
    for (const char flag : text.substr(1)) {
      if (syntax.flags.find(flag) == std::string_view::npos)
        throw CommandError(std::string(syntax.name) + ": Invalid flag -" + flag);
      flags += flag == 'P' ? 'p' : flag == 'r' && syntax.verb != Verb::ls ? 'R' : flag;
    }
  }
  return flags;
}

void check_paths(const Syntax& syntax, const std::vector<Word>& paths) {
  const std::string name(syntax.name);
  const bool some_empty = std::ranges::any_of(paths, [](const Word& w) { return w.pattern.empty(); });
  if (paths.size() < syntax.least)
    throw CommandError("You must specify " + std::string(syntax.least < syntax.most ? "at least " : "") +
                       in_words(syntax.least) + " after " + name);
  if (paths.size() > syntax.most)
    throw CommandError(name + ": too many arguments, at \"" + paths[syntax.most].text() +
                       "\" (a path with spaces must be quoted)");
  if (some_empty && syntax.least > 0) throw CommandError(name + ": an empty path");
}

std::string_view without_leading_space(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
  return text;
}

}  // namespace

std::span<const Syntax> all_commands() {
  return commands;
}

const Syntax* find_command(std::string_view name) {
  const auto found = std::ranges::find_if(commands, [&](const Syntax& syntax) {
    return syntax.name.size() == name.size() &&
           ::strncasecmp(syntax.name.data(), name.data(), name.size()) == 0;
  });
  return found == commands.end() ? nullptr : &*found;
}

Line read_prefix(std::string_view text) {
  Line line;
  text = without_leading_space(text);
  while (text.starts_with('-') || text.starts_with('@')) {
    (text[0] == '-' ? line.ignore_errors : line.silent) = true;
    text.remove_prefix(1);
  }
  text = without_leading_space(text);
  if (!text.starts_with('#')) line.text = text;
  return line;
}

Command parse_command(std::string_view text) {
  if (text.find('\0') != std::string_view::npos) throw CommandError("A zero byte in the command");
  Command command;
  if (text.starts_with('!')) {
    command.verb = Verb::shell;
    command.rest = without_leading_space(text.substr(1));
    return command;
  }
  std::vector<Word> words = split_words_of(text).list;
  if (words.empty()) throw CommandError("Invalid command \"\" (try help)");
  const Syntax* syntax = find_command(words.front().text());
  if (syntax == nullptr) throw CommandError("Invalid command \"" + words.front().text() + "\" (try help)");
  command.verb = syntax->verb;
  if (syntax->verb == Verb::quit) return command;
  if (syntax->verb == Verb::lls) {
    command.rest = without_leading_space(text.substr(std::min(text.find_first_of(" \t"), text.size())));
    return command;
  }
  words.erase(words.begin());
  command.flags = take_flags(*syntax, words);
  if (syntax->name.starts_with("re") && syntax->verb != Verb::rename) command.flags += 'a';
  if (syntax->number) {
    if (words.empty()) throw CommandError("You must specify a number after " + std::string(syntax->name));
    command.number = parse_number_of(*syntax, words.front().text());
    words.erase(words.begin());
  }
  check_paths(*syntax, words);
  command.paths = std::move(words);
  return command;
}

std::string help_text() {
  constexpr std::size_t column = 32;
  std::string text = "Available commands:\n";
  const auto add = [&](std::string_view usage, std::string_view purpose) {
    std::string line(usage);
    line.resize(std::max(column, line.size() + 1), ' ');
    text += line + std::string(purpose) + "\n";
  };
  for (const Syntax& syntax : commands)
    if (!syntax.usage.empty()) add(syntax.usage, syntax.purpose);
  add("!command", "Run a command in the local shell");
  add("!", "Start a local shell");
  return text;
}

}  // namespace demo
