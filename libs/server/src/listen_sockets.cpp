// amiko - the sockets that a server listens on
#include "listen_sockets.hpp"

#include <amiko/base/error.hpp>
#include <amiko/support/text.hpp>

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>

namespace amiko {
namespace {

using AddressList = std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)>;

struct Address {
  std::string host;
  std::uint16_t port = 0;
};

Address numeric(const sockaddr_storage& address, socklen_t size) {
  char host[NI_MAXHOST];
  char port[NI_MAXSERV];
  const auto* raw = reinterpret_cast<const sockaddr*>(&address);
  if ((address.ss_family != AF_INET && address.ss_family != AF_INET6) ||
      ::getnameinfo(raw, size, host, sizeof host, port, sizeof port, NI_NUMERICHOST | NI_NUMERICSERV) != 0)
    return {};
  std::string name = host;
  // A client that came by IPv4 to a socket for both is known by its IPv4 address.
  if (name.starts_with("::ffff:") && name.find('.') != std::string::npos) name.erase(0, 7);
  return {std::move(name), static_cast<std::uint16_t>(std::stoul(port))};
}

template <int (*Ask)(int, sockaddr*, socklen_t*)>
Address end_of(int socket) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (Ask(socket, reinterpret_cast<sockaddr*>(&address), &size) != 0) return {};
  return numeric(address, size);
}

AddressList look_up(const std::string& host, std::uint16_t port, int family) {
  addrinfo hints{};
  hints.ai_family = family;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int error =
      ::getaddrinfo(host.empty() ? nullptr : host.c_str(), std::to_string(port).c_str(), &hints, &found);
  if (error != 0) throw_failure({.code = errc::name_not_found, .text = host + ": " + ::gai_strerror(error)});
  return {found, &::freeaddrinfo};
}

[[noreturn]] void throw_listen(int error, const addrinfo& where) {
  sockaddr_storage address{};
  std::memcpy(&address, where.ai_addr, where.ai_addrlen);
  const Address end = numeric(address, where.ai_addrlen);
  Failure failure{.code = error == EADDRINUSE ? errc::address_in_use : errc::listen_failed};
  failure.text = end.host + " port " + std::to_string(end.port) + ": " + std::strerror(error);
  if (error == EACCES) failure.hint = "ports below 1024 are root's";
  throw_failure(std::move(failure));
}

support::UniqueFd listen_on(const addrinfo& where, int backlog) {
  support::UniqueFd fd(
      ::socket(where.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, where.ai_protocol));
  const int on = 1;
  if (!fd) throw_listen(errno, where);
  ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  // "::" and "0.0.0.0" stand side by side.
  if (where.ai_family == AF_INET6) ::setsockopt(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
  if (::bind(fd.get(), where.ai_addr, where.ai_addrlen) != 0 || ::listen(fd.get(), backlog) != 0)
    throw_listen(errno, where);
  return fd;
}

// "host", "host:port", "[address]:port"; an IPv6 address may stand without brackets when it has no port.
Address split_address(const std::string& text) {
  const bool bracketed = text.starts_with('[');
  const std::size_t end = bracketed ? text.find(']') : text.find(':');
  if (end == std::string::npos) {
    if (bracketed) throw_error(errc::bad_config, "no closing bracket in the address " + text);
    return {text};
  }
  if (!bracketed && text.find(':', end + 1) != std::string::npos) return {text};
  const std::string host = bracketed ? text.substr(1, end - 1) : text.substr(0, end);
  const std::string rest = text.substr(bracketed ? end + 1 : end);
  if (rest.empty()) return {host};
  const auto number = support::parse_number<std::uint16_t>(std::string_view(rest).substr(1));
  if (rest.front() != ':' || !number) throw_error(errc::bad_config, "a bad port in the address " + text);
  return {host, *number};
}

void set_port(const addrinfo& where, std::uint16_t port) {
  if (where.ai_family == AF_INET) reinterpret_cast<sockaddr_in*>(where.ai_addr)->sin_port = htons(port);
  if (where.ai_family == AF_INET6) reinterpret_cast<sockaddr_in6*>(where.ai_addr)->sin6_port = htons(port);
}

std::vector<support::UniqueFd> open_all(const ServerOptions& options) {
  std::vector<support::UniqueFd> sockets;
  std::uint16_t port = options.port;
  const auto texts = options.addresses.empty() ? std::vector<std::string>{""} : options.addresses;
  for (const std::string& text : texts) {
    const Address wanted = split_address(text);
    const AddressList found = look_up(wanted.host, wanted.port, options.family);
    for (const addrinfo* a = found.get(); a != nullptr; a = a->ai_next) {
      // A port that the kernel has chosen for the first is for all.
      set_port(*a, wanted.port != 0 ? wanted.port : port);
      try {
        sockets.push_back(listen_on(*a, options.backlog));
      } catch (const Error& e) {
        // "Every interface" is looked up as "::" too, even where the kernel has no IPv6.
        if (!wanted.host.empty() || a->ai_family != AF_INET6 || e.code() == errc::address_in_use) throw;
        continue;
      }
      if (port == 0 && wanted.port == 0) port = local_port(sockets.back().get());
    }
  }
  if (sockets.empty()) throw_error(errc::listen_failed, "no address to listen on");
  return sockets;
}

}  // namespace

support::UniqueFd take_listening_socket(int socket) {
  support::UniqueFd fd(socket);
  int listens = 0;
  socklen_t size = sizeof listens;
  if (::getsockopt(socket, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) != 0 || listens == 0)
    throw_error(errc::invalid_argument, "descriptor " + std::to_string(socket) + " is no listening socket");
  // Several accept() in a row: the last one, for which nobody is there, must not wait.
  ::fcntl(socket, F_SETFL, ::fcntl(socket, F_GETFL) | O_NONBLOCK);
  ::fcntl(socket, F_SETFD, FD_CLOEXEC);
  return fd;
}

std::uint16_t local_port(int socket) {
  return end_of<::getsockname>(socket).port;
}

std::string local_name(int socket) {
  const Address end = end_of<::getsockname>(socket);
  if (end.host.empty()) return "socket " + std::to_string(socket);
  const bool v6 = end.host.find(':') != std::string::npos;
  return (v6 ? "[" + end.host + "]" : end.host) + ":" + std::to_string(end.port);
}

Endpoints endpoints_of(int socket) {
  const Address peer = end_of<::getpeername>(socket);
  const Address local = end_of<::getsockname>(socket);
  return {peer.host, peer.port, local.host, local.port};
}

// Another program may have the port that the kernel chose for the first address on the second: try others.
std::vector<support::UniqueFd> open_listening_sockets(const ServerOptions& options) {
  constexpr int attempts = 16;
  for (int attempt = 1;; ++attempt) {
    try {
      return open_all(options);
    } catch (const Error& e) {
      if (options.port != 0 || e.code() != errc::address_in_use || attempt == attempts) throw;
    }
  }
}

}  // namespace amiko
