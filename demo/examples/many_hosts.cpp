// amiko - example: many hosts, a few at a time, each reported as it is done
#include "common.hpp"

#include <atomic>
#include <iostream>
#include <mutex>
#include <thread>

using namespace std::chrono_literals;

int main(int argc, char** argv) try {
  const auto servers = all_servers(argc, argv);
  std::atomic<std::size_t> next = 0;
  std::atomic<int> failures = 0;
  std::mutex output;

  const auto work = [&] {
    for (std::size_t i; (i = next++) < servers.size();) {
      std::string line;
      try {
        amiko::ConnectOptions options = servers[i].options;
        options.timeout = 20s;  // for name lookup, connecting, key exchange and authentication together
        line = amiko::connect(servers[i].host, options).run("uname -s", {.timeout = 10s, .check = true}).out;
      } catch (const amiko::Error& e) {
        ++failures;
        line = std::string(e.what()) + '\n';
      }
      const std::lock_guard lock(output);
      std::cout << servers[i].name << ": " << line;
    }
  };
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i)
      threads.emplace_back(work);
  }
  return failures == 0 ? 0 : 1;
} catch (const std::exception& e) {
  std::cerr << e.what() << '\n';
  return 1;
}
