// amiko - the smallest program that uses an installed amiko
#include <amiko/amiko.hpp>

#include <iostream>
#include <string_view>

int main() {
  const amiko::Secret secret(std::string_view("shh"));
  std::cout << amiko::version() << '\n';
  return amiko::version() == AMIKO_VERSION && secret.size() == 3 ? 0 : 1;
}
