// amiko - example: a command on a pseudo terminal
#include "common.hpp"

#include <iostream>

int main(int argc, char** argv) try {
  const Server server = first_server(argc, argv);
  amiko::Connection conn = amiko::connect(server.host, server.options);
  const amiko::PtyRequest pty{.term = "xterm-color", .size = {.columns = 80, .rows = 24}};
  std::cout << conn.run("echo $TERM; stty size", {.check = true, .pty = pty}).out;
  return 0;
} catch (const std::exception& e) {
  std::cerr << e.what() << '\n';
  return 1;
}
