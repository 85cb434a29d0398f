// amiko - the sockets that a server listens on
#pragma once

#include "server_connection_impl.hpp"

#include <amiko/support/fd.hpp>

#include <string>
#include <vector>

namespace amiko {

/// Binds and listens as the options say: every address that the names stand for, all on one port.  Throws
/// ConnectError: errc::name_not_found, address_in_use, listen_failed.
std::vector<support::UniqueFd> open_listening_sockets(const ServerOptions& options);

/// A listening socket that somebody else has made, which is taken over.  Throws errc::invalid_argument for
/// what is none.
support::UniqueFd take_listening_socket(int socket);

/// "127.0.0.1:2200" or "[::1]:2200" of a socket's own end.
std::string local_name(int socket);
std::uint16_t local_port(int socket);
/// Both ends of a connected socket; empty where it has no such thing as an address.
Endpoints endpoints_of(int socket);

}  // namespace amiko
