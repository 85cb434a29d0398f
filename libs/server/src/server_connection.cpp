// amiko - one caller of a server
#include <amiko/server/server_connection.hpp>

#include "server_connection_impl.hpp"

#include <utility>

namespace amiko {

ServerConnection::ServerConnection(std::shared_ptr<ServerConnectionImpl> impl) noexcept
    : impl_(std::move(impl)) {}

std::uint64_t ServerConnection::id() const noexcept {
  return impl_->id;
}

const std::string& ServerConnection::peer_address() const noexcept {
  return impl_->endpoints.peer_address;
}

std::uint16_t ServerConnection::peer_port() const noexcept {
  return impl_->endpoints.peer_port;
}

const std::string& ServerConnection::local_address() const noexcept {
  return impl_->endpoints.local_address;
}

std::uint16_t ServerConnection::local_port() const noexcept {
  return impl_->endpoints.local_port;
}

bool ServerConnection::authenticated() const {
  return impl_->transport.is_authenticated();
}

Identity ServerConnection::identity() const {
  return impl_->transport.identity();
}

KeyOptions ServerConnection::key_options() const {
  return impl_->permissions();
}

Transport& ServerConnection::transport() noexcept {
  return impl_->transport;
}

void ServerConnection::disconnect(const std::string& text) noexcept {
  impl_->transport.disconnect(text);
}

bool ServerConnection::is_active() const {
  return impl_->transport.is_active();
}

}  // namespace amiko
