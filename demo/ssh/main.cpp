// amiko - amiko-ssh: a command-line client that takes ssh's options
#include "descriptors.hpp"
#include "dial.hpp"
#include "messages.hpp"
#include "options.hpp"
#include "prompt.hpp"
#include "query.hpp"
#include "session.hpp"
#include "signals.hpp"
#include "terminal.hpp"

#include <amiko/base/error.hpp>
#include <amiko/base/version.hpp>

#include <csignal>
#include <exception>
#include <string>
#include <vector>

#include <unistd.h>

namespace {

using namespace std::string_literals;

constexpr int own_failure = 255;

std::string joined(const std::vector<std::string>& list) {
  std::string text;
  for (const std::string& item : list)
    text += (text.empty() ? "" : ",") + item;
  return text;
}

int print_query(const std::string& query) {
  std::string text;
  for (const std::string& name : demo::answer_query(query))
    text += name + "\n";
  return demo::write_all(STDOUT_FILENO, text) ? 0 : own_failure;
}

void report(const amiko::AuthError& error, const demo::Options& options, const demo::Messages& messages) {
  messages.debug(error.what());
  messages.error(options.target_user() + "@" + options.host + ": Permission denied (" +
                 joined(error.detail().methods_left) + ").");
}

int connect_and_run(const demo::Options& options, const demo::Messages& messages, demo::Terminal& terminal,
                    demo::SignalWatcher& signals) {
  for (const std::string& note : options.notes)
    messages.debug(note);
  try {
    demo::Prompter prompter(terminal, options.batch_mode.value_or(false));
    demo::Session session(options, messages, terminal, signals);
    session.choose_terminal();
    amiko::Connection connection = demo::Dialer(options, messages, prompter).dial();
    const int status = session.run(connection);
    connection.close();
    return status;
  } catch (const amiko::AuthError& e) {
    report(e, options, messages);
  } catch (const amiko::HostKeyError& e) {
    messages.error("amiko-ssh: "s + e.what() + "\nHost key verification failed.");
  } catch (const std::exception& e) {
    messages.error("amiko-ssh: "s + e.what());
  }
  return own_failure;
}

int run(const std::vector<std::string>& arguments) {
  demo::open_standard_descriptors();
  std::signal(SIGPIPE, SIG_IGN);
  const demo::Options options = demo::parse_command_line(arguments);
  if (options.show_version) {
    demo::write_all(STDERR_FILENO, "amiko-ssh "s + std::string(amiko::version()) + "\n");
    return 0;
  }
  if (!options.query.empty()) return print_query(options.query);
  const demo::Messages messages(options.verbosity_or_default(), options.log_file);
  demo::Terminal terminal;
  demo::SignalWatcher signals([&](int signal) {
    terminal.restore();
    messages.say(demo::Verbosity::verbose, "Killed by signal " + std::to_string(signal) + ".");
  });
  return connect_and_run(options, messages, terminal, signals);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run({argv + std::min(argc, 1), argv + argc});
  } catch (const std::exception& e) {
    demo::write_all(STDERR_FILENO, e.what() + "\n"s);
    return own_failure;
  }
}
