// amiko - example: a new key (file name, type), and its public half as a line for authorized_keys
#include <amiko/amiko.hpp>

#include <iostream>

int main(int argc, char** argv) try {
  const char* file = argc > 1 ? argv[1] : "my_ssh_key";
  const amiko::PrivateKey key = amiko::PrivateKey::generate(argc > 2 ? argv[2] : "ed25519");
  key.save(file);
  std::cout << key.public_key().to_line() << '\n';
  return 0;
} catch (const std::exception& e) {
  std::cerr << e.what() << '\n';
  return 1;
}
