// amiko - example: one command; key, user name and known_hosts are the usual ones
#include "common.hpp"

#include <iostream>

int main(int argc, char** argv) try {
  const Server server = first_server(argc, argv);
  amiko::Connection conn = amiko::connect(server.host, server.options);
  const amiko::CompletedProcess result = conn.run("ls abc");
  if (result.ok()) {
    std::cout << result.out;
    return 0;
  }
  std::cerr << result.err << "Process exited with status " << result.status.code.value_or(-1) << '\n';
  return 1;
} catch (const std::exception& e) {
  std::cerr << e.what() << '\n';
  return 1;
}
