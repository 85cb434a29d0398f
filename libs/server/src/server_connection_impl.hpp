// amiko - a server's connection: what its handle, its sessions and the server share
#pragma once

#include <amiko/server/server.hpp>
#include <amiko/support/mutex.hpp>

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

namespace amiko {

/// Where a connection came from and where it came in.
struct Endpoints {
  std::string peer_address{};
  std::uint16_t peer_port = 0;
  std::string local_address{};
  std::uint16_t local_port = 0;
};

class ServerConnectionImpl {
 public:
  ServerConnectionImpl(std::uint64_t number, Endpoints ends, std::shared_ptr<const ServerOptions> what,
                       Transport connection)
      : id(number), endpoints(std::move(ends)), options(std::move(what)), transport(std::move(connection)) {}

  const std::uint64_t id;
  const Endpoints endpoints;
  const std::shared_ptr<const ServerOptions> options;
  Transport transport;

  void permit(KeyOptions permissions) {
    const support::Guard guard(mutex_);
    permissions_ = std::move(permissions);
  }
  KeyOptions permissions() const {
    const support::Guard guard(mutex_);
    return permissions_;
  }

  std::atomic<bool> attempted{false};  ///< somebody has tried to log in
  std::atomic<bool> logged_in{false};

 private:
  mutable support::Mutex mutex_;
  KeyOptions permissions_;
};

}  // namespace amiko
