// amiko - example: as simple_client, trusting the host keys of one file only (third argument)
#include "common.hpp"

#include <iostream>

int main(int argc, char** argv) try {
  const Server server = first_server(argc, argv);
  amiko::ConnectOptions options = server.options;
  options.host_key =
      amiko::HostKeyPolicy::strict().user_files({argc > 3 ? argv[3] : "my_known_hosts"}).global_files({});
  amiko::Connection conn = amiko::connect(server.host, options);
  std::cout << conn.run("ls abc", {.check = true}).out;
  return 0;
} catch (const amiko::HostKeyError& e) {
  std::cerr << e.what() << '\n';
  return 2;
} catch (const std::exception& e) {
  std::cerr << e.what() << '\n';
  return 1;
}
