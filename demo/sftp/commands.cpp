// amiko - the commands of amiko-sftp that are a request or two
#include "commands.hpp"

#include "child.hpp"
#include "output.hpp"
#include "paths.hpp"
#include "reasons.hpp"
#include "values.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <system_error>

#include <sys/stat.h>
#include <unistd.h>

namespace demo {
namespace {

std::string quoted(const std::string& path) {
  return "\"" + printable(path) + "\"";
}

std::string octal(std::uint32_t value) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "%03o", static_cast<unsigned>(value));
  return text.data();
}

std::string local_directory() {
  char* path = ::getcwd(nullptr, 0);
  if (path == nullptr)
    throw CommandError("Couldn't get local directory: " + std::generic_category().message(errno));
  std::string result(path);
  std::free(path);
  return result;
}

// Does it; an error is thrown on with what was being done before the reason.
template <class Action>
void attempt(const std::string& what, const Action& action) {
  try {
    action();
  } catch (const amiko::SftpError& e) {
    throw CommandError(what + ": " + reason_of(e));
  }
}

}  // namespace

Commands::Commands(const Arguments& arguments, amiko::SftpClient& client, Interrupts& interrupts)
    : arguments_(arguments),
      client_(client),
      interrupts_(interrupts),
      remote_(client),
      start_(client.realpath(".")),
      directory_(start_),
      show_progress_(!arguments.quiet && ::isatty(STDOUT_FILENO) == 1) {}

bool Commands::run(const Command& command) {
  const auto path = [&](std::size_t i) { return remote_path(command.paths.at(i)); };
  switch (command.verb) {
    case Verb::quit:
      break;
    case Verb::cd:
      change_directory(command);
      break;
    case Verb::chgrp:
    case Verb::chown:
      return change_owner(command);
    case Verb::chmod:
      return change_mode(command);
    case Verb::copy:
      copy(command);
      break;
    case Verb::df:
      show_disk(command);
      break;
    case Verb::get:
      return get(command);
    case Verb::help:
      print(help_text());
      break;
    case Verb::lcd:
      change_local_directory(command);
      break;
    case Verb::lls:
      return shell("ls" + (command.rest.empty() ? "" : " " + command.rest));
    case Verb::lmkdir:
      make_local_directory(command);
      break;
    case Verb::ln:
    case Verb::symlink:
      link(command);
      break;
    case Verb::lpwd:
      print("Local working directory: " + printable(local_directory()) + "\n");
      break;
    case Verb::ls:
      list(command);
      break;
    case Verb::lumask:
      change_umask(command);
      break;
    case Verb::mkdir:
      attempt("remote mkdir " + quoted(path(0)), [&] { client_.mkdir(path(0)); });
      break;
    case Verb::progress:
      toggle_progress();
      break;
    case Verb::put:
      return put(command);
    case Verb::pwd:
      print("Remote working directory: " + printable(directory_) + "\n");
      break;
    case Verb::rename:
      rename(command);
      break;
    case Verb::rm:
      return remove(command);
    case Verb::rmdir:
      attempt("remote rmdir " + quoted(path(0)), [&] { client_.rmdir(path(0)); });
      break;
    case Verb::shell:
      return shell(command.rest);
    case Verb::version:
      print("SFTP protocol version " + std::to_string(client_.version()) + "\n");
      break;
  }
  return true;
}

// --- helpers

std::string Commands::remote_path(const Word& word) const {
  return absolute(word.text(), directory_);
}

std::string Commands::remote_pattern(const Word& word) const {
  return absolute(word.pattern, escaped(directory_));
}

void Commands::tell(const std::string& text) const {
  if (!arguments_.quiet) print(text + "\n");
}

// What matches nothing is taken as it stands, so that the server says what is wrong with it.  A failure does
// not keep the others from being done.
bool Commands::for_each_match(const Word& word, const std::function<void(const std::string&)>& action) {
  const std::string pattern = remote_pattern(word);
  std::vector<Entry> matches{{unescaped(pattern), {}}};
  if (has_wildcards(pattern)) matches = expand(pattern, remote_);
  if (matches.empty()) matches.push_back({unescaped(pattern), {}});
  bool all = true;
  for (const Entry& match : matches) {
    boost::this_thread::interruption_point();
    try {
      action(match.name);
    } catch (const CommandError& e) {
      complain(e.what());
      all = false;
    }
  }
  return all;
}

// --- directories

void Commands::change_directory(const Command& command) {
  const std::string wanted =
      command.paths.empty() || command.paths[0].pattern.empty() ? start_ : remote_path(command.paths[0]);
  attempt("Can't change directory to " + quoted(wanted), [&] {
    const std::string path = client_.realpath(wanted);
    if (!client_.stat(path).is_directory())
      throw CommandError("Can't change directory: " + quoted(path) + " is not a directory");
    directory_ = path;
  });
}

void Commands::change_local_directory(const Command& command) {
  const std::string text = command.paths.empty() ? "" : command.paths[0].text();
  const std::string path = expand_home(text.empty() ? "~" : text);
  if (::chdir(path.c_str()) != 0)
    throw CommandError("Couldn't change local directory to " + quoted(path) + ": " +
                       std::generic_category().message(errno));
}

void Commands::make_local_directory(const Command& command) {
  const std::string path = command.paths[0].text();
  if (::mkdir(path.c_str(), 0777) != 0)
    throw CommandError("Couldn't create local directory " + quoted(path) + ": " +
                       std::generic_category().message(errno));
}

void Commands::change_umask(const Command& command) {
  ::umask(static_cast<mode_t>(command.number));
  print("Local umask: " + octal(command.number) + "\n");
}

// --- attributes

bool Commands::change_mode(const Command& command) {
  return for_each_match(command.paths[0], [&](const std::string& path) {
    tell("Changing mode on " + printable(path));
    attempt("remote setstat " + quoted(path),
            [&] { client_.chmod(path, command.number, !command.has('h')); });
  });
}

bool Commands::change_owner(const Command& command) {
  const bool follow = !command.has('h');
  const bool owner = command.verb == Verb::chown;
  return for_each_match(command.paths[0], [&](const std::string& path) {
    attempt("remote setstat " + quoted(path), [&] {
      const amiko::SftpAttributes now = follow ? client_.stat(path) : client_.lstat(path);
      if (!now.uid || !now.gid)
        throw CommandError("Can't get current ownership of remote file " + quoted(path));
      tell(std::string("Changing ") + (owner ? "owner" : "group") + " on " + printable(path));
      client_.chown(path, owner ? command.number : *now.uid, owner ? *now.gid : command.number, follow);
    });
  });
}

// --- names

bool Commands::remove(const Command& command) {
  return for_each_match(command.paths[0], [&](const std::string& path) {
    tell("Removing " + printable(path));
    attempt("remote delete " + quoted(path), [&] { client_.remove(path); });
  });
}

void Commands::rename(const Command& command) {
  const std::string from = remote_path(command.paths[0]);
  const std::string to = remote_path(command.paths[1]);
  attempt("remote rename " + quoted(from) + " to " + quoted(to), [&] {
    if (!command.has('l') && client_.supports("posix-rename@openssh.com"))
      client_.posix_rename(from, to);
    else
      client_.rename(from, to);
  });
}

void Commands::link(const Command& command) {
  const bool symbolic = command.verb == Verb::symlink || command.has('s');
  const std::string target = symbolic ? command.paths[0].text() : remote_path(command.paths[0]);
  const std::string path = remote_path(command.paths[1]);
  attempt(
      std::string("remote ") + (symbolic ? "symlink" : "link") + " " + quoted(target) + " to " + quoted(path),
      [&] {
        if (symbolic)
          client_.symlink(target, path);
        else
          client_.link(target, path);
      });
}

// --- this side

bool Commands::shell(const std::string& command) {
  interrupts_.leave_to_others();
  const auto trouble = run_shell(command);
  if (trouble) complain(*trouble);
  return !trouble;
}

void Commands::toggle_progress() {
  show_progress_ = !show_progress_;
  print(std::string("Progress meter ") + (show_progress_ ? "enabled" : "disabled") + "\n");
}

}  // namespace demo
