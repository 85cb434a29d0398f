// amiko - example: a server that prints the variables which the client has sent
#include "server_common.hpp"

#include <algorithm>

namespace {

void show(amiko::ServerProcess& process) {
  if (process.env().empty()) {
    process.err().write("No environment was sent.\r\n");
    return process.exit(1);
  }
  std::size_t width = 0;
  for (const auto& [name, value] : process.env())
    width = std::max(width, name.size());
  process.out().write("Environment:\r\n");
  for (const auto& [name, value] : process.env())
    process.out().write("  " + name + std::string(width - name.size(), ' ') + " = " + value + "\r\n");
}

}  // namespace

int main(int argc, char** argv) try {
  amiko::ServerOptions options = server_arguments(argc, argv);
  options.accept_env = {"*"};  // harmless here: nothing is run that would look at them
  options.process = show;
  amiko::Server server = amiko::listen(options);
  return run_until_stopped(server);
} catch (const std::exception& e) {
  std::cerr << e.what() << '\n';
  return 1;
}
