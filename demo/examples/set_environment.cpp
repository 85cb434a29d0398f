// amiko - example: environment variables for a command; the server takes those that its AcceptEnv names
#include "common.hpp"

#include <iostream>

int main(int argc, char** argv) try {
  const Server server = first_server(argc, argv);
  amiko::Connection conn = amiko::connect(server.host, server.options);
  std::cout << conn.run("env", {.env = {{"LANG", "en_GB"}, {"LC_COLLATE", "C"}}, .check = true}).out;
  return 0;
} catch (const std::exception& e) {
  std::cerr << e.what() << '\n';
  return 1;
}
