// amiko - example: the line editor: a line with a history, a secret that is not shown, then any single key
#include "server_common.hpp"

namespace {

void edit(amiko::ServerProcess& process) {
  amiko::Terminal terminal(process);
  if (!terminal.interactive()) {
    process.err().write("This needs a terminal: try ssh -t.\n");
    return process.exit(1);
  }
  terminal.editor().add_history("robey");  // Up brings it back
  terminal.editor().register_key("\t", [](const std::string& line, std::size_t) {
    const std::string longer = line + " the friend";
    return amiko::KeyResult::replace(longer, longer.size());
  });
  const auto name = terminal.readline("Your name (Tab makes it longer): ");
  const auto secret = terminal.read_secret("Your secret: ");
  if (!name || !secret) return process.exit(1);
  terminal.write(*name + " has a secret of " + std::to_string(secret->size()) + " bytes.\n");
  terminal.write("Press any key to end ... ");
  const amiko::TerminalInput input = terminal.read_key();
  if (const auto* key = std::get_if<std::string>(&input))
    terminal.write("\nThat was " + amiko::printable(*key) + "\n");
}

}  // namespace

int main(int argc, char** argv) try {
  amiko::ServerOptions options = server_arguments(argc, argv);
  options.process = edit;
  amiko::Server server = amiko::listen(options);
  return run_until_stopped(server);
} catch (const std::exception& e) {
  std::cerr << e.what() << '\n';
  return 1;
}
