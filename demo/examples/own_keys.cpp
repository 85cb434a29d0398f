// amiko - example: as simple_client, with a key of one's own (second argument) that may be encrypted
#include "common.hpp"

#include <unistd.h>

#include <iostream>

int main(int argc, char** argv) try {
  const Server server = first_server(argc, argv);
  const std::string file = argc > 2 ? argv[2] : "my_ssh_key";
  amiko::ConnectOptions options = server.options;
  // Asked only when the key is encrypted.  getpass() shows nothing of what is typed.
  const amiko::PrivateKey::PassphraseSource ask =
      [](const std::string& what) -> std::optional<amiko::Secret> {
    char* typed = ::getpass(("Passphrase for " + what + ": ").c_str());
    if (typed == nullptr) return std::nullopt;
    amiko::Secret passphrase(typed);
    amiko::wipe(typed, passphrase.size());
    return passphrase;
  };
  options.key_files.clear();
  options.keys = {amiko::PrivateKey::load(file, ask)};
  amiko::Connection conn = amiko::connect(server.host, options);
  std::cout << conn.run("ls abc", {.check = true}).out;
  return 0;
} catch (const std::exception& e) {
  std::cerr << e.what() << '\n';
  return 1;
}
