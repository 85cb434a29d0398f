// amiko - a server: the thread that accepts, and the table of connections
#pragma once

#include "server_connection_impl.hpp"
#include "session_counter.hpp"
#include "source_penalties.hpp"
#include "startup_limits.hpp"

#include <amiko/server/server.hpp>
#include <amiko/support/fd.hpp>
#include <amiko/support/mutex.hpp>

#include <boost/thread/thread.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace amiko {

/// The acceptor thread accepts, turns away, and buries connections that have ended.  It never waits for a
/// client: a connection is joined only after its own thread has said that it is at its end.
class Server::Impl : public std::enable_shared_from_this<Server::Impl> {
 public:
  /// Throws ConfigError, ConnectError.
  explicit Impl(ServerOptions options);
  ~Impl();

  /// Starts the acceptor thread.  Throws errc::resource_shortage.
  void run(std::vector<support::UniqueFd> sockets);
  /// One connection that is there already.
  void serve(int in, int out);

  std::vector<std::string> addresses() const;
  std::uint16_t port() const;
  void stop_accepting();
  void update(ServerOptions options);
  bool wait(Deadline deadline);
  void close() noexcept;
  bool wait_sessions(Deadline deadline) { return sessions_->wait(deadline); }
  std::vector<ServerConnection> connections() const;
  Server::Statistics statistics() const;

 private:
  using Connection = std::shared_ptr<ServerConnectionImpl>;
  using Clock = std::chrono::steady_clock;

  struct Entry {
    Connection connection;
    bool counted = false;  // among those that have not logged in
    bool started = false;  // others may have a hand on it
  };
  enum class Refusal { none, full, startups, source, penalty };

  void wake() noexcept;
  void accept_all();
  void accept_one(int listener);
  void out_of_descriptors(int listener);
  Refusal admit(const std::string& address);
  void take(support::UniqueFd socket);
  void start(Transport transport, Endpoints ends, bool counted);
  void logged_in(std::uint64_t id);
  static void lost(const Connection& connection, const Failure& failure);
  void ended(std::uint64_t id);
  void penalise(const ServerConnectionImpl& connection);
  void bury();
  bool at_end() const;
  void turn_away(int socket, Refusal why, const std::string& address);
  void log(LogLevel level, const std::string& line) const;

  const std::shared_ptr<SessionCounter> sessions_ = std::make_shared<SessionCounter>();
  boost::thread thread_;
  support::UniqueFd wake_;

  mutable support::Mutex mutex_;
  support::Condition changed_;
  std::shared_ptr<const ServerOptions> options_;
  StartupLimits startups_;
  SourcePenalties penalties_;
  std::vector<std::string> addresses_;
  std::uint16_t port_ = 0;
  std::unordered_map<std::uint64_t, Entry> table_;
  std::vector<std::uint64_t> ended_;
  std::uint64_t next_id_ = 1;
  std::uint64_t accepted_ = 0, refused_ = 0;
  bool stopping_ = false;  // accept no more
  bool closing_ = false;   // and end what is there

  // Acceptor thread only.
  std::vector<support::UniqueFd> sockets_;
  support::UniqueFd spare_;  // given up for a moment to turn a caller away when descriptors have run out
  Clock::time_point pause_until_{};
  Clock::time_point complained_{};
};

}  // namespace amiko
