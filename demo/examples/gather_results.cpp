// amiko - example: the same command on several hosts at once; results and failures in the order of the list
#include "common.hpp"

#include <future>
#include <iostream>

int main(int argc, char** argv) try {
  const auto servers = all_servers(argc, argv);
  std::vector<std::future<amiko::CompletedProcess>> results;
  for (const Server& server : servers)
    results.push_back(std::async(std::launch::async, [&server] {
      return amiko::connect(server.host, server.options).run("echo hello from $0; ls abc");
    }));

  std::size_t failed = 0;
  for (std::size_t i = 0; i < servers.size(); ++i) {
    std::cout << "--- " << servers[i].name << '\n';
    try {
      const amiko::CompletedProcess result = results[i].get();
      std::cout << result.out << result.err << result.status.to_string() << '\n';
    } catch (const std::exception& e) {
      std::cout << "failed: " << e.what() << '\n';
      ++failed;
    }
  }
  return failed == 0 ? 0 : 1;
} catch (const std::exception& e) {
  std::cerr << e.what() << '\n';
  return 1;
}
