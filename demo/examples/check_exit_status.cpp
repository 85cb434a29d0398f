// amiko - example: exit status, exit signal, and the form that throws
#include "common.hpp"

#include <iostream>

int main(int argc, char** argv) try {
  const Server server = first_server(argc, argv);
  amiko::Connection conn = amiko::connect(server.host, server.options);

  for (const char* command : {"true", "exit 7", "kill -TERM $$"}) {
    const amiko::ExitStatus status = conn.run(command).status;
    std::cout << command << ": " << status.code.value_or(-1);
    if (status.signal)
      std::cout << ", signal " << *status.signal << (status.core_dumped ? ", core dumped" : "");
    std::cout << '\n';
  }

  try {
    conn.run("echo some output; echo no good >&2; exit 3", {.check = true});
  } catch (const amiko::ProcessError& e) {
    std::cout << "thrown: " << e.result().status.to_string() << ", out: " << e.result().out
              << "err: " << e.result().err;
  }
  return 0;
} catch (const std::exception& e) {
  std::cerr << e.what() << '\n';
  return 1;
}
