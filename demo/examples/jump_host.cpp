// amiko - example: through the first host of the list to the last one (ProxyJump)
#include "common.hpp"

#include <iostream>

int main(int argc, char** argv) try {
  const auto servers = all_servers(argc, argv);
  amiko::Connection jump = amiko::connect(servers.front().host, servers.front().options);
  amiko::ConnectOptions options = servers.back().options;
  options.tunnel = &jump;
  amiko::Connection conn = amiko::connect(servers.back().host, options);
  std::cout << conn.run("echo hello from behind", {.check = true}).out;
  return 0;
} catch (const std::exception& e) {
  std::cerr << e.what() << '\n';
  return 1;
}
