// amiko - reaching a host
#pragma once

#include <amiko/base/time.hpp>
#include <amiko/support/fd.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace amiko::transport {

enum class AddressFamily { any, inet, inet6 };

/// A connected socket and the numeric address that it is connected to.
struct Connected {
  support::UniqueFd socket;
  std::string address;
};

/// Looks `host` up and connects to its addresses, the families in turn, a new attempt every 250 ms while none
/// has succeeded (RFC 8305).  Blocks at most until `deadline`, name lookup included.  Throws ConnectError:
/// errc::name_not_found, connection_refused, unreachable, connect_failed, each naming what was tried, or
/// TimeoutError.
Connected connect_tcp(const std::string& host, std::uint16_t port, Deadline deadline,
                      AddressFamily family = AddressFamily::any);

/// Connects to a socket in the file system.  Throws ConnectError.
support::UniqueFd connect_unix(const std::string& path);

/// The numeric address and port of a socket's other end, or "" when it has none.
std::string peer_address(int socket);

}  // namespace amiko::transport
