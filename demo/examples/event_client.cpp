// amiko - example: paramiko 0.1's way: start_client(event) and auth_key(event) return at once
#include "common.hpp"

#include <iostream>

using namespace std::chrono_literals;

namespace {

// Stands for what a program does meanwhile.
void wait_for(const amiko::Event& event) {
  while (!event.wait(100ms))
    std::cout << '.' << std::flush;
}

}  // namespace

int main(int argc, char** argv) try {
  const Server server = first_server(argc, argv);
  amiko::Transport t(server.host, server.options.port);

  amiko::Event negotiated;
  t.start_client(negotiated);
  wait_for(negotiated);
  if (!t.is_active()) throw std::runtime_error("*** SSH negotiation failed: " + t.get_exception()->message());
  server.options.host_key.check(server.host, server.options.port, t.peer_address(), t.remote_server_key());
  std::cout << "*** Host key OK.\n";

  amiko::Event authenticated;
  t.auth_key(server.options.user, identity(server), authenticated);
  wait_for(authenticated);
  if (!t.is_authenticated()) throw std::runtime_error("*** Authentication failed. :(");

  amiko::Channel chan = t.open_session();
  chan.exec_command("echo here we go");
  for (std::string data; !(data = chan.recv(1024)).empty();)
    std::cout << data;
  return 0;
} catch (const std::exception& e) {
  std::cerr << e.what() << '\n';
  return 1;
}
