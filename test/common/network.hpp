// amiko - loopback sockets, and places where nobody answers
#pragma once

#include <cstdint>
#include <vector>

#include "amiko/support/fd.hpp"

namespace amiko::test {

using support::UniqueFd;

inline constexpr const char* loopback = "127.0.0.1";

/// A name that no resolver knows (RFC 6761 section 6.4).
inline constexpr const char* unknown_host = "no-such-host.invalid";

/// An address that TCP cannot reach from anywhere: connect() fails at once with ENETUNREACH, because it is
/// multicast. (Addresses set aside for documentation are no good for this: some networks answer for all of
/// them.)
inline constexpr const char* unreachable_address = "224.0.0.1";

/// A listening socket on 127.0.0.1, on `port` or on one that the kernel chooses.  Throws std::system_error.
UniqueFd listen_on_loopback(std::uint16_t port = 0, int backlog = 128);

/// A blocking connection to 127.0.0.1, with TCP_NODELAY.  Throws std::system_error.
UniqueFd connect_to_loopback(std::uint16_t port);

/// The port that a socket is bound to.
std::uint16_t local_port(int socket);

/// A port that was free a moment ago.
std::uint16_t free_port();

/// A port of 127.0.0.1 that refuses connections: bound, so that nobody else gets it, but not listening.
class RefusedPort {
 public:
  RefusedPort();
  std::uint16_t port() const { return local_port(socket_.get()); }

 private:
  UniqueFd socket_;
};

/// A port of 127.0.0.1 on which connect() neither succeeds nor fails: a listener whose queue is full.
class FullPort {
 public:
  FullPort();
  std::uint16_t port() const { return local_port(listener_.get()); }

 private:
  UniqueFd listener_;
  std::vector<UniqueFd> waiting_;
};

}  // namespace amiko::test
