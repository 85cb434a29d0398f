// amiko - from a host name to an authenticated connection in one call
#include <amiko/client/connect.hpp>

#include "auth_plan.hpp"

#include <amiko/support/account.hpp>
#include <amiko/support/fd.hpp>

#include <algorithm>
#include <utility>

namespace amiko {
namespace {

struct Target {
  std::string user;
  std::string host;
};

Target parse_target(std::string_view text, const ConnectOptions& options) {
  Target target;
  const std::size_t at = text.rfind('@');
  target.host = at == std::string_view::npos ? text : text.substr(at + 1);
  target.user = at == std::string_view::npos ? options.user : text.substr(0, at);
  if (!options.user.empty()) target.user = options.user;
  if (target.user.empty()) target.user = support::local_user();
  if (target.host.empty()) throw_error(errc::invalid_argument, "no host name");
  // "[::1]" as it is written beside a port
  if (target.host.size() > 2 && target.host.front() == '[' && target.host.back() == ']')
    target.host = target.host.substr(1, target.host.size() - 2);
  return target;
}

std::string address(const std::string& host, std::uint16_t port) {
  const bool numeric6 = host.find(':') != std::string::npos;
  return (numeric6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

Timeout shorter(Timeout timeout, Deadline deadline) {
  const Deadline other = Deadline::after(timeout);
  return earlier(other, deadline).left();
}

TransportOptions transport_options(const std::string& host, const ConnectOptions& options,
                                   Deadline deadline) {
  TransportOptions result = options.transport;
  if (result.peer_name.empty()) result.peer_name = address(host, options.port);
  result.connect_timeout = shorter(options.connect_timeout, deadline);
  if (result.algorithms.host_keys.empty() && result.preferred_host_keys.empty())
    result.preferred_host_keys = options.host_key.preferred_key_types(host, options.port);
  return result;
}

Transport dial(const std::string& host, const ConnectOptions& options, support::UniqueFd socket,
               Deadline deadline) {
  const int ways = !options.proxy_command.empty() + (options.tunnel != nullptr) +
                   !options.unix_socket.empty() + static_cast<bool>(socket);
  if (ways > 1)
    throw_error(errc::invalid_argument, "more than one of proxy_command, tunnel, unix_socket and socket");
  const TransportOptions transport = transport_options(host, options, deadline);
  if (!options.proxy_command.empty()) return Transport::from_command(options.proxy_command, transport);
  if (options.tunnel != nullptr)
    return Transport(options.tunnel->transport().open_direct_tcpip(host, options.port, "127.0.0.1", 0,
                                                                   transport.connect_timeout),
                     transport);
  if (!options.unix_socket.empty()) return Transport::from_unix_socket(options.unix_socket, transport);
  if (socket) return Transport(socket.release(), transport);
  return Transport(host, options.port, transport);
}

// A refused key is the connection's end; the exception that tells why must get through.
void check_host_key(Transport& transport, const std::string& host, const ConnectOptions& options) {
  try {
    options.host_key.check(host, options.port, transport.peer_address(), transport.remote_server_key());
  } catch (const HostKeyError& e) {
    transport.close();
    Failure failure = e.failure();
    if (failure.peer.empty()) failure.peer = transport.peer_name();
    failure.phase = Phase::host_key;
    throw_failure(std::move(failure));
  }
}

}  // namespace

Connection connect(std::string_view host, const ConnectOptions& options) {
  support::UniqueFd socket(options.socket);  // taken over, whatever fails
  const Deadline deadline = Deadline::after(options.timeout);
  const Target target = parse_target(host, options);
  Transport transport = dial(target.host, options, std::move(socket), deadline);
  transport.start_client(shorter(options.handshake_timeout, deadline));
  check_host_key(transport, target.host, options);
  if (!options.pubkey_algorithms.empty()) transport.set_pubkey_algorithms(options.pubkey_algorithms);
  AuthPlan(transport, options, target.user, deadline).run();
  return Connection(std::move(transport));
}

PublicKey get_server_host_key(std::string_view host, const ConnectOptions& options) {
  support::UniqueFd socket(options.socket);  // taken over, whatever fails
  const Deadline deadline = Deadline::after(options.timeout);
  const Target target = parse_target(host, options);
  Transport transport = dial(target.host, options, std::move(socket), deadline);
  transport.start_client(shorter(options.handshake_timeout, deadline));
  return transport.remote_server_key();
}

}  // namespace amiko
