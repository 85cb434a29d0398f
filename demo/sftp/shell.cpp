// amiko - reads commands and has them done, until there are no more
#include "shell.hpp"

#include "output.hpp"
#include "paths.hpp"
#include "reasons.hpp"

#include <amiko/base/error.hpp>

#include <boost/thread/exceptions.hpp>

#include <cerrno>
#include <system_error>

#include <unistd.h>

namespace demo {
namespace {

constexpr std::size_t longest_line = std::size_t{1} << 20;

std::FILE* open_input(const std::optional<std::string>& file) {
  if (!file || *file == "-") return stdin;
  std::FILE* input = std::fopen(file->c_str(), "re");
  if (input == nullptr) throw CommandError(std::generic_category().message(errno) + " (" + *file + ").");
  return input;
}

}  // namespace

Shell::Shell(const Arguments& arguments, Peer& peer, Interrupts& interrupts)
    : arguments_(arguments),
      peer_(peer),
      interrupts_(interrupts),
      input_(open_input(arguments.batch_file)),
      interactive_(!arguments.batch_file && ::isatty(STDIN_FILENO) == 1),
      commands_(arguments, peer.client(), interrupts) {}

Shell::~Shell() {
  if (input_ != stdin) std::fclose(input_);
}

int Shell::run() {
  constexpr int failure = 1;
  constexpr int connection_lost = 255;
  const bool batch = arguments_.batch_file.has_value();
  if (!arguments_.path.empty()) {
    const Outcome outcome = fetch_path();
    if (outcome == Outcome::lost) return connection_lost;
    if (outcome != Outcome::done) return outcome == Outcome::quit ? 0 : failure;
  }
  std::string line;
  while (next_line(line)) {
    switch (do_line(line)) {
      case Outcome::quit:
        return 0;
      case Outcome::lost:
        return connection_lost;
      case Outcome::failed:
        if (batch) return failure;
        break;
      case Outcome::interrupted:
        if (!interactive_) return failure;
        break;
      case Outcome::done:
        break;
    }
  }
  return peer_is_lost_ ? connection_lost : 0;
}

// --- lines

bool Shell::next_line(std::string& line) {
  if (interactive_) return typed_line(line);
  const auto read = read_line();
  if (!read) return false;
  line = *read;
  if (!read_prefix(line).silent) print("sftp> " + printable(line) + "\n");
  return true;
}

bool Shell::typed_line(std::string& line) {
  if (!editor_)
    editor_ = std::make_unique<LineEditor>(LineEditor::Callbacks{
        [this](const std::string& before) { return complete(before); }, [this] { return peer_.alive(); }});
  for (;;) {
    interrupts_.tell([this] { editor_->interrupt(); }, [this] { editor_->terminal_changed(); });
    switch (editor_->read("sftp> ", line)) {
      case LineEditor::Result::line:
        return true;
      case LineEditor::Result::interrupted:
        continue;
      case LineEditor::Result::not_wanted:
        complain("Connection closed.");
        peer_is_lost_ = true;
        return false;
      case LineEditor::Result::end:
        return false;
    }
  }
}

// Nothing at the end.
std::optional<std::string> Shell::read_line() {
  interrupts_.ends_process();
  std::string line;
  for (int c = std::getc(input_); c != '\n'; c = std::getc(input_)) {
    if (c == EOF) {
      if (std::ferror(input_) != 0) throw CommandError("Couldn't read the commands");
      return line.empty() ? std::nullopt : std::optional(line);
    }
    if (line.size() == longest_line) throw CommandError("A command of more than 1 MiB");
    line += static_cast<char>(c);
  }
  if (line.ends_with('\r')) line.pop_back();
  return line;
}

// --- commands

Shell::Outcome Shell::do_line(const std::string& text) {
  const Line line = read_prefix(text);
  if (line.text.empty()) return Outcome::done;
  const Outcome outcome = do_command(std::string(line.text));
  return outcome == Outcome::failed && line.ignore_errors ? Outcome::done : outcome;
}

Shell::Outcome Shell::do_command(const std::string& text) {
  bool quit = false;
  const Outcome outcome = guarded([&] {
    const Command command = parse_command(text);
    quit = command.verb == Verb::quit;
    return commands_.run(command);
  });
  return quit && outcome == Outcome::done ? Outcome::quit : outcome;
}

Shell::Outcome Shell::fetch_path() {
  bool fetched = false;
  const Outcome outcome = guarded([&] {
    const Commands::Arrival arrival = commands_.arrive(arguments_.path, arguments_.target);
    fetched = arrival == Commands::Arrival::fetched;
    return arrival != Commands::Arrival::failed;
  });
  return fetched && outcome == Outcome::done ? Outcome::quit : outcome;
}

// Does it, with ^C and whatever is thrown.
Shell::Outcome Shell::guarded(const std::function<bool()>& action) {
  Outcome outcome = Outcome::failed;
  interrupts_.command_begins(std::nullopt);
  try {
    outcome = action() ? Outcome::done : Outcome::failed;
  } catch (const boost::thread_interrupted&) {
  } catch (const amiko::SftpError& e) {
    complain((e.path().empty() ? "" : "\"" + printable(e.path()) + "\": ") + reason_of(e));
  } catch (const amiko::Error& e) {
    if (e.code() != amiko::errc::cancelled) outcome = after_error(e.what());
  } catch (const std::system_error& e) {
    complain(e.what());
  } catch (const CommandError& e) {
    complain(e.what());
  }
  if (interrupts_.command_ends()) {
    complain("Interrupt");
    if (outcome != Outcome::lost) outcome = Outcome::interrupted;
  }
  if (!peer_.client().is_open() && outcome != Outcome::lost) outcome = after_error("Connection closed.");
  return outcome;
}

Shell::Outcome Shell::after_error(const std::string& text) {
  complain(text);
  return peer_.client().is_open() ? Outcome::failed : Outcome::lost;
}

// What the server does meanwhile can be interrupted, too.
Completion Shell::complete(const std::string& before_cursor) {
  Completion completion;
  interrupts_.command_begins(std::nullopt);
  try {
    completion =
        demo::complete(before_cursor, commands_.remote_tree(), commands_.directory(), commands_.local_tree());
  } catch (const boost::thread_interrupted&) {
  }
  interrupts_.command_ends();
  interrupts_.tell([this] { editor_->interrupt(); }, [this] { editor_->terminal_changed(); });
  return completion;
}

}  // namespace demo
