// amiko - example: the output of one remote process into another, on the same or on another host
#include "common.hpp"

#include <iostream>

int main(int argc, char** argv) try {
  const auto servers = all_servers(argc, argv);
  amiko::Connection from = amiko::connect(servers.front().host, servers.front().options);
  amiko::Connection to = amiko::connect(servers.back().host, servers.back().options);
  amiko::Process sort = to.start("sort -r");
  from.run("echo one; echo two; echo three", {.out = amiko::Redirect::process(sort), .check = true});
  std::cout << sort.communicate({.check = true}).out;
  return 0;
} catch (const std::exception& e) {
  std::cerr << e.what() << '\n';
  return 1;
}
