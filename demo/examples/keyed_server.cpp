// amiko - example: a server that lets in who has a key in authorized_keys/USER
#include "server_common.hpp"

int main(int argc, char** argv) try {
  amiko::ServerOptions options = server_arguments(argc, argv);  // authorized_keys is set there
  options.process = [](amiko::ServerProcess& process) {
    const amiko::PublicKey key = process.connection().identity().key();
    process.out().write("Welcome to my SSH server, " + process.user() + "!\r\nYour key is " + key.type() +
                        " " + key.fingerprint() + ".\r\n");
  };
  amiko::Server server = amiko::listen(options);
  return run_until_stopped(server);
} catch (const std::exception& e) {
  std::cerr << e.what() << '\n';
  return 1;
}
