// amiko - example: text of ours into a remote command, its output into a file of ours
#include "common.hpp"

#include <fstream>
#include <iostream>

int main(int argc, char** argv) try {
  const Server server = first_server(argc, argv);
  amiko::Connection conn = amiko::connect(server.host, server.options);
  conn.run("sort -r", {.input = "1\n2\n3\n", .out = amiko::Redirect::file("sorted.txt"), .check = true});
  std::cout << std::ifstream("sorted.txt").rdbuf();
  return 0;
} catch (const std::exception& e) {
  std::cerr << e.what() << '\n';
  return 1;
}
