// amiko - amiko-sftp: a command-line client that takes sftp's options
#include "descriptors.hpp"
#include "dial.hpp"
#include "interrupts.hpp"
#include "output.hpp"
#include "shell.hpp"
#include "terminal.hpp"
#include "words.hpp"

#include <amiko/base/error.hpp>
#include <amiko/base/version.hpp>

#include <algorithm>
#include <clocale>
#include <csignal>
#include <cstring>
#include <exception>
#include <string>
#include <vector>

#include <langinfo.h>
#include <termios.h>
#include <unistd.h>

namespace {

using namespace std::string_literals;

constexpr int own_failure = 255;
constexpr int bad_usage = 1;

// Of standard input, as we found it: put back when a signal ends us while a line is being edited.
class InputSettings {
 public:
  InputSettings() : known_(::tcgetattr(STDIN_FILENO, &settings_) == 0) {}
  void restore() const noexcept {
    if (known_) ::tcsetattr(STDIN_FILENO, TCSADRAIN, &settings_);
  }

 private:
  termios settings_{};
  bool known_;
};

// Names are bytes, mostly of UTF-8, whatever the locale says.
void choose_characters() {
  std::setlocale(LC_CTYPE, "");
  if (std::strcmp(::nl_langinfo(CODESET), "UTF-8") != 0) std::setlocale(LC_CTYPE, "C.UTF-8");
}

demo::Options options_for_ssh(const demo::Arguments& arguments) {
  const bool connects = arguments.local_server.empty() && arguments.program.empty();
  return connects ? demo::parse_command_line(arguments.ssh_command_line()) : demo::Options();
}

int work(const demo::Arguments& arguments, const demo::Options& options, const demo::Messages& messages,
         demo::Terminal& terminal, demo::Interrupts& interrupts) {
  for (const std::string& note : options.notes)
    messages.debug(note);
  try {
    demo::Prompter prompter(terminal, options.batch_mode.value_or(false));
    demo::Peer peer(arguments, options, messages, prompter);
    if (!arguments.quiet) demo::complain(peer.greeting());
    return demo::Shell(arguments, peer, interrupts).run();
  } catch (const amiko::HostKeyError& e) {
    demo::complain("amiko-sftp: "s + e.what() + "\nHost key verification failed.");
  } catch (const std::exception& e) {
    demo::complain("amiko-sftp: "s + e.what());
  }
  demo::complain("Connection closed");
  return own_failure;
}

int run(const std::vector<std::string>& words) {
  demo::open_standard_descriptors();
  std::signal(SIGPIPE, SIG_IGN);
  choose_characters();
  const demo::Arguments arguments = demo::parse_sftp_arguments(words);
  if (arguments.show_version) {
    demo::print("amiko-sftp "s + std::string(amiko::version()) + "\n");
    return 0;
  }
  const demo::Options options = options_for_ssh(arguments);
  const demo::Messages messages(options.verbosity_or_default(), options.log_file);
  const InputSettings input;
  demo::Terminal terminal;
  demo::Interrupts interrupts;
  int status = own_failure;
  interrupts.run([&] { status = work(arguments, options, messages, terminal, interrupts); },
                 [&](int) {
                   terminal.restore();
                   input.restore();
                 });
  return status;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run({argv + std::min(argc, 1), argv + argc});
  } catch (const demo::OptionError& e) {
    demo::complain(e.what());
    return std::string(e.what()).find("usage:") != std::string::npos ? bad_usage : own_failure;
  } catch (const std::exception& e) {
    demo::complain("amiko-sftp: "s + e.what());
    return own_failure;
  }
}
