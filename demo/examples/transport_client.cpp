// amiko - example: paramiko's way, step by step: Transport, host key, authentication, Channel
#include "common.hpp"

#include <iostream>

using namespace std::chrono_literals;

int main(int argc, char** argv) try {
  const Server server = first_server(argc, argv);
  const std::string& user = server.options.user;

  amiko::Transport t(server.host, server.options.port);
  t.start_client(15s);

  // A Transport trusts everybody: who is there is the caller's business.
  const amiko::PublicKey key = t.remote_server_key();
  std::cout << "host key " << key.type() << ' ' << key.fingerprint() << '\n';
  server.options.host_key.check(server.host, server.options.port, t.peer_address(), key);

  if (const amiko::AuthResult result = t.auth_publickey(user, identity(server)); !result) {
    std::cerr << "key refused; the server takes:";
    for (const std::string& method : result.methods_left)
      std::cerr << ' ' << method;
    std::cerr << '\n';
    return 1;
  }

  amiko::Channel chan = t.open_session();
  chan.exec_command("echo to stdout; echo to stderr >&2; exit 5");
  for (std::string data; !(data = chan.recv(4096)).empty();)
    std::cout << data;
  for (std::string data; !(data = chan.recv_stderr(4096)).empty();)
    std::cout << data;
  std::cout << chan.recv_exit_status().to_string() << '\n';
  return 0;
} catch (const std::exception& e) {
  std::cerr << e.what() << '\n';
  return 1;
}
