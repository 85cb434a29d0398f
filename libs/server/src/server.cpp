// amiko - a server: the handle
#include <amiko/server/server.hpp>

#include "listen_sockets.hpp"
#include "server_impl.hpp"

#include <amiko/base/error.hpp>

#include <utility>

namespace amiko {

Server::Server(std::shared_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}

Server::Server(Server&&) noexcept = default;

Server& Server::operator=(Server&& other) noexcept {
  if (this != &other) {
    close();
    impl_ = std::move(other.impl_);
  }
  return *this;
}

Server::~Server() {
  close();
}

Server::Impl& Server::get() const {
  if (!impl_) throw_error(errc::no_state, "server");
  return *impl_;
}

std::vector<std::string> Server::addresses() const {
  return get().addresses();
}

std::uint16_t Server::port() const {
  return get().port();
}

void Server::stop_accepting() {
  get().stop_accepting();
}

void Server::update(ServerOptions options) {
  get().update(std::move(options));
}

bool Server::wait(Timeout timeout) {
  return get().wait(Deadline::after(timeout));
}

void Server::close() noexcept {
  if (impl_) impl_->close();
}

bool Server::wait_sessions(Timeout timeout) {
  return get().wait_sessions(Deadline::after(timeout));
}

std::vector<ServerConnection> Server::connections() const {
  return get().connections();
}

Server::Statistics Server::statistics() const {
  return get().statistics();
}

Server listen(ServerOptions options) {
  std::vector<support::UniqueFd> sockets;
  if (options.socket >= 0)
    sockets.push_back(take_listening_socket(options.socket));
  else
    sockets = open_listening_sockets(options);
  auto impl = std::make_shared<Server::Impl>(std::move(options));
  impl->run(std::move(sockets));
  return Server(std::move(impl));
}

Server serve(int in, int out, ServerOptions options) {
  support::UniqueFd in_fd(in);
  support::UniqueFd out_fd(out == in ? -1 : out);
  auto impl = std::make_shared<Server::Impl>(std::move(options));
  impl->serve(in_fd.release(), out == in ? in : out_fd.release());
  impl->stop_accepting();
  impl->run({});
  return Server(std::move(impl));
}

}  // namespace amiko
