// amiko - example: a conversation with a running process, line by line
#include "common.hpp"

#include <iostream>

int main(int argc, char** argv) try {
  const Server server = first_server(argc, argv);
  amiko::Connection conn = amiko::connect(server.host, server.options);
  amiko::Process bc = conn.start("bc");
  for (const char* op : {"2+2", "1*2*3*4", "2^32"}) {
    bc.in().write(std::string(op) + "\n");
    std::cout << op << " = " << bc.out().readline().value_or("?") << '\n';
  }
  bc.close_in();
  return bc.wait(std::chrono::seconds(10)).ok() ? 0 : 1;
} catch (const std::exception& e) {
  std::cerr << e.what() << '\n';
  return 1;
}
