// amiko - example: as simple_client, under another user name
#include "common.hpp"

#include <iostream>

int main(int argc, char** argv) try {
  const Server server = first_server(argc, argv);
  amiko::ConnectOptions options = server.options;
  options.user = "user123";
  amiko::Connection conn = amiko::connect(server.host, options);
  std::cout << conn.run("ls abc", {.check = true}).out;
  return 0;
} catch (const amiko::AuthError& e) {
  std::cerr << e.what() << '\n';
  return 2;
} catch (const std::exception& e) {
  std::cerr << e.what() << '\n';
  return 1;
}
