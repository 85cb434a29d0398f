// amiko - example: choosing algorithms in OpenSSH's list syntax, and what was agreed on
#include "common.hpp"

#include <iostream>

int main(int argc, char** argv) try {
  const Server server = first_server(argc, argv);
  std::cout << "ciphers there are:";
  for (const std::string& name : amiko::supported_algorithms("cipher"))
    std::cout << ' ' << name;
  std::cout << '\n';

  amiko::ConnectOptions options = server.options;
  options.transport.algorithms.kex = "^curve25519-sha256";  // to the front of the default list
  options.transport.algorithms.ciphers = "aes256-ctr,aes128-ctr";
  options.transport.algorithms.macs = "-*md5*,*sha1*";  // without these
  options.transport.algorithms.compression = "yes";
  amiko::Connection conn = amiko::connect(server.host, options);

  const amiko::NegotiatedAlgorithms agreed = conn.transport().negotiated();
  std::cout << "key exchange " << agreed.kex << ", host key " << agreed.host_key << ", cipher "
            << agreed.cipher_out << ", MAC " << agreed.mac_out << ", compression " << agreed.compression_out
            << '\n';
  std::cout << conn.run("echo it works", {.check = true}).out;
  return 0;
} catch (const std::exception& e) {
  std::cerr << e.what() << '\n';
  return 1;
}
