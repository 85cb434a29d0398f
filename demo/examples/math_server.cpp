// amiko - example: a server that adds up numbers, one a line, until the end of the input or a break
#include "server_common.hpp"

#include <charconv>

namespace {

void add_up(amiko::ServerProcess& process) {
  amiko::Terminal terminal(process);
  const auto complain = [&](const std::string& line) {
    if (terminal.interactive()) return terminal.write(line);  // which knows that a line ends with CR LF there
    process.err().write(line);
    process.err().flush();
  };
  terminal.write("Enter numbers one per line, or EOF when done:\n");
  long total = 0;
  // Anything but a line - the end of the input, Ctrl-C, a break - ends the loop.
  while (const auto line = terminal.readline()) {
    if (line->empty()) continue;
    long number = 0;
    long sum = 0;
    const char* end = line->data() + line->size();
    if (std::from_chars(line->data(), end, number).ptr == end && !__builtin_add_overflow(total, number, &sum))
      total = sum;
    else
      complain("Invalid number: " + amiko::printable(*line) + "\n");
  }
  terminal.write("Total = " + std::to_string(total) + "\n");
}

}  // namespace

int main(int argc, char** argv) try {
  amiko::ServerOptions options = server_arguments(argc, argv);
  options.process = add_up;
  amiko::Server server = amiko::listen(options);
  return run_until_stopped(server);
} catch (const std::exception& e) {
  std::cerr << e.what() << '\n';
  return 1;
}
