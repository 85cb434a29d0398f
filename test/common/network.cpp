// amiko - loopback sockets, and places where nobody answers
#include "common/network.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <system_error>

namespace amiko::test {

namespace {

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

sockaddr_in loopback_address(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

UniqueFd bound_socket(std::uint16_t port) {
  UniqueFd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!socket) fail("socket");
  const int on = 1;
  ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  const auto address = loopback_address(port);
  if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) fail("bind");
  return socket;
}

int start_connecting(int socket, std::uint16_t port) {
  const auto address = loopback_address(port);
  return ::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address);
}

}  // namespace

UniqueFd listen_on_loopback(std::uint16_t port, int backlog) {
  UniqueFd socket = bound_socket(port);
  if (::listen(socket.get(), backlog) != 0) fail("listen");
  return socket;
}

UniqueFd connect_to_loopback(std::uint16_t port) {
  UniqueFd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!socket) fail("socket");
  if (start_connecting(socket.get(), port) != 0) fail("connect");
  const int on = 1;
  ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return socket;
}

std::uint16_t local_port(int socket) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  if (::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) != 0) fail("getsockname");
  return ntohs(address.sin_port);
}

std::uint16_t free_port() {
  return local_port(bound_socket(0).get());
}

RefusedPort::RefusedPort() : socket_(bound_socket(0)) {}

FullPort::FullPort() : listener_(listen_on_loopback(0, 0)) {
  // A backlog of 0 holds one or two connections, depending on the kernel; the others stay in SYN_SENT.
  for (int i = 0; i < 8; ++i) {
    waiting_.emplace_back(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!waiting_.back()) fail("socket");
    if (start_connecting(waiting_.back().get(), port()) != 0 && errno != EINPROGRESS) fail("connect");
  }
}

}  // namespace amiko::test
