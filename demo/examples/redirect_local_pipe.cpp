// amiko - example: the output of a local process into a remote one
#include "common.hpp"

#include <cstdio>
#include <iostream>
#include <memory>

int main(int argc, char** argv) try {
  const Server server = first_server(argc, argv);
  amiko::Connection conn = amiko::connect(server.host, server.options);
  const auto close = [](std::FILE* file) { ::pclose(file); };
  const std::unique_ptr<std::FILE, decltype(close)> local(::popen("echo local; echo process", "re"), close);
  if (!local) throw std::runtime_error("cannot start the local process");
  std::cout << conn.run("tr a-z A-Z", {.input = amiko::Input::fd(::fileno(local.get())), .check = true}).out;
  return 0;
} catch (const std::exception& e) {
  std::cerr << e.what() << '\n';
  return 1;
}
