// amiko - a server: the table of connections
#include "server_impl.hpp"

#include "listen_sockets.hpp"
#include "session_handler.hpp"

#include <amiko/base/error.hpp>

#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

namespace amiko {
namespace {

std::shared_ptr<const ServerOptions> checked(ServerOptions options) {
  if (options.host_keys.empty() && options.host_signers.empty())
    throw_error(errc::bad_config, "a server needs a host key: ServerOptions::host_keys");
  if (options.interactive && !options.interactive_response)
    throw_error(errc::bad_config, "interactive without interactive_response");
  return std::make_shared<const ServerOptions>(std::move(options));
}

}  // namespace

Server::Impl::Impl(ServerOptions options)
    : wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)), options_(checked(std::move(options))) {
  if (!wake_) throw_error(errc::resource_shortage, "no descriptor for a server");
  startups_ = StartupLimits::parse(options_->max_startups, options_->per_source_max_startups);
  penalties_ = SourcePenalties::parse(options_->per_source_penalties, options_->penalty_exempt);
}

Server::Impl::~Impl() = default;

void Server::Impl::log(LogLevel level, const std::string& line) const {
  std::shared_ptr<const ServerOptions> options;
  {
    const support::Guard guard(mutex_);
    options = options_;
  }
  Log(options->transport.log, options->transport.log_level, "server").write(level, line);
}

void Server::Impl::wake() noexcept {
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t n = ::write(wake_.get(), &one, sizeof one);
}

std::vector<std::string> Server::Impl::addresses() const {
  const support::Guard guard(mutex_);
  return addresses_;
}

std::uint16_t Server::Impl::port() const {
  const support::Guard guard(mutex_);
  return port_;
}

void Server::Impl::update(ServerOptions options) {
  auto checked_options = checked(std::move(options));
  auto startups =
      StartupLimits::parse(checked_options->max_startups, checked_options->per_source_max_startups);
  auto penalties =
      SourcePenalties::parse(checked_options->per_source_penalties, checked_options->penalty_exempt);
  const support::Guard guard(mutex_);
  options_ = std::move(checked_options);
  startups_.reconfigure(startups);
  penalties_.reconfigure(penalties);
}

// --- one connection

void Server::Impl::start(Transport transport, Endpoints ends, bool counted) {
  std::shared_ptr<const ServerOptions> options;
  std::uint64_t id = 0;
  {
    const support::Guard guard(mutex_);
    options = options_;
    id = next_id_++;
  }
  for (const PrivateKey& key : options->host_keys)
    transport.add_server_key(key);
  for (const auto& key : options->host_signers)
    transport.add_server_key(key);
  const auto connection =
      std::make_shared<ServerConnectionImpl>(id, std::move(ends), options, std::move(transport));
  const auto self = shared_from_this();
  auto handler = std::make_shared<SessionHandler>(
      connection, sessions_,
      SessionHandler::Hooks{.logged_in = [self, id] { self->logged_in(id); }, .lost = &Impl::lost});
  connection->transport.set_ended([self, id] { self->ended(id); });
  {
    const support::Guard guard(mutex_);
    table_.emplace(id, Entry{connection, counted});
    ++accepted_;
  }
  if (options->connected) options->connected(ServerConnection(connection));
  try {
    connection->transport.start_server(std::move(handler), Event());
  } catch (...) {
    connection->transport.close();  // or it and its handler keep each other alive
    const support::Guard guard(mutex_);
    table_.erase(id);
    throw;
  }
  bool too_late = false;
  {
    const support::Guard guard(mutex_);
    const auto found = table_.find(id);
    if (found != table_.end()) found->second.started = true;
    too_late = closing_;
  }
  if (too_late) connection->transport.disconnect("the server is closing");
}

void Server::Impl::logged_in(std::uint64_t id) {
  const support::Guard guard(mutex_);
  const auto found = table_.find(id);
  if (found == table_.end()) return;
  if (std::exchange(found->second.counted, false))
    startups_.release(found->second.connection->endpoints.peer_address);
}

// May come after the connection was buried.
void Server::Impl::lost(const Connection& connection, const Failure& failure) {
  const ServerOptions& options = *connection->options;
  if (!options.disconnected) return;
  const bool orderly = failure.code == errc::closed || failure.code == errc::disconnected ||
                       (failure.code == errc::connection_lost && connection->logged_in);
  options.disconnected(ServerConnection(connection), orderly ? Failure{} : failure);
}

// On the connection's own thread, which must not wait: the rest is the acceptor's work.
void Server::Impl::ended(std::uint64_t id) {
  Connection stranger;  // one that has not logged in
  {
    const support::Guard guard(mutex_);
    const auto found = table_.find(id);
    if (found != table_.end() && std::exchange(found->second.counted, false))
      stranger = found->second.connection;
  }
  if (stranger) penalise(*stranger);
  {
    const support::Guard guard(mutex_);
    ended_.push_back(id);
  }
  changed_.notify_all();
  wake();
}

void Server::Impl::penalise(const ServerConnectionImpl& connection) {
  using Kind = SourcePenalties::Kind;
  const auto failure = connection.transport.get_exception();
  Kind kind = connection.attempted ? Kind::authfail : Kind::noauth;
  if (failure && failure->code == errc::login_timeout) kind = Kind::grace_exceeded;
  const support::Guard guard(mutex_);
  startups_.release(connection.endpoints.peer_address);
  penalties_.record(connection.endpoints.peer_address, kind, Clock::now());
}

// Connections whose thread has ended.  Joining takes no time; the last handle may take the handler with it.
void Server::Impl::bury() {
  std::vector<Connection> dead;
  {
    const support::Guard guard(mutex_);
    for (const std::uint64_t id : std::exchange(ended_, {})) {
      const auto found = table_.find(id);
      if (found == table_.end()) continue;
      dead.push_back(std::move(found->second.connection));
      table_.erase(found);
    }
  }
  for (const Connection& connection : dead)
    connection->transport.close();
  if (!dead.empty()) changed_.notify_all();
}

// --- the end

bool Server::Impl::at_end() const {
  return stopping_ && table_.empty();
}

void Server::Impl::stop_accepting() {
  {
    const support::Guard guard(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  wake();
}

bool Server::Impl::wait(Deadline deadline) {
  support::Lock lock(mutex_);
  return changed_.wait(lock, deadline, [this] { return at_end(); });
}

void Server::Impl::close() noexcept {
  std::vector<Connection> open;
  {
    const support::Guard guard(mutex_);
    stopping_ = closing_ = true;
    for (const auto& [id, entry] : table_)
      if (entry.started) open.push_back(entry.connection);
  }
  wake();
  for (const Connection& connection : open)
    connection->transport.disconnect("the server is closing");
  const boost::this_thread::disable_interruption no_interruption;
  if (thread_.joinable() && thread_.get_id() != boost::this_thread::get_id()) thread_.join();
  changed_.notify_all();
}

std::vector<ServerConnection> Server::Impl::connections() const {
  std::vector<ServerConnection> all;
  const support::Guard guard(mutex_);
  for (const auto& [id, entry] : table_)
    if (entry.started) all.emplace_back(entry.connection);
  return all;
}

Server::Statistics Server::Impl::statistics() const {
  Server::Statistics statistics;
  {
    const support::Guard guard(mutex_);
    statistics = {.accepted = accepted_, .refused = refused_, .open = table_.size()};
    for (const auto& [id, entry] : table_)
      if (entry.connection->logged_in) ++statistics.logged_in;
  }
  statistics.sessions = sessions_->running();
  return statistics;
}

}  // namespace amiko
