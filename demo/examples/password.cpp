// amiko - example: as simple_client, with a password, which is read from the standard input
#include "common.hpp"

#include <iostream>

int main(int argc, char** argv) try {
  const Server server = first_server(argc, argv);
  amiko::ConnectOptions options = server.options;
  std::string password;
  std::getline(std::cin, password);
  options.password = amiko::Secret(password);
  amiko::wipe(password.data(), password.size());
  options.default_keys = false;
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
