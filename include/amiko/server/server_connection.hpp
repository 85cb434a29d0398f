// amiko - one caller of a server
#pragma once

#include <amiko/base/config.hpp>
#include <amiko/base/error.hpp>
#include <amiko/config/authorized_keys.hpp>
#include <amiko/connection/transport.hpp>
#include <amiko/keys/identity.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace amiko {

class ServerConnectionImpl;

/// A connection that listen() has accepted.  Copies share it; the server keeps it open as long as the client
/// does.  Any thread.
class AMIKO_DECL ServerConnection {
 public:
  /// A number that no other connection of this server has.
  std::uint64_t id() const noexcept;
  /// The client's numeric address, without its port; empty for a connection that came by a descriptor.
  const std::string& peer_address() const noexcept;
  std::uint16_t peer_port() const noexcept;
  /// Where it came in.
  const std::string& local_address() const noexcept;
  std::uint16_t local_port() const noexcept;
  bool authenticated() const;
  /// Who has logged in.  Throws errc::no_state before that.
  Identity identity() const;
  /// What the line of authorized_keys that let the client in says; everything is permitted where another
  /// method did.
  KeyOptions key_options() const;
  Transport& transport() noexcept;
  /// Sends DISCONNECT and ends the connection; does not wait.
  void disconnect(const std::string& text = {}) noexcept;
  bool is_active() const;

  friend bool operator==(const ServerConnection&, const ServerConnection&) = default;

  explicit ServerConnection(std::shared_ptr<ServerConnectionImpl> impl) noexcept;
  const std::shared_ptr<ServerConnectionImpl>& impl() const noexcept { return impl_; }

 private:
  std::shared_ptr<ServerConnectionImpl> impl_;
};

}  // namespace amiko
