// amiko - a client and a server of the library, joined by a socketpair
#pragma once

#include <amiko/base/error.hpp>
#include <amiko/connection/transport.hpp>

#include <sys/socket.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <map>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "common/deadline.hpp"

namespace amiko::test {

/// A host key that is made once; ed25519 is quick.
inline const PrivateKey& joined_host_key() {
  static const PrivateKey key = PrivateKey::generate("ed25519");
  return key;
}

/// Lets robey in with the password foo, grants everything on session channels, and keeps what it was asked.
class OpenHandler : public ServerHandler {
 public:
  std::vector<std::string> get_allowed_auths(std::string_view) override { return methods; }
  Decision check_auth_password(std::string_view user, const Secret& password) override {
    ++asked;
    return user == "robey" && password == Secret(std::string("foo")) ? Decision::accept : Decision::reject;
  }
  Decision check_auth_none(std::string_view) override { return none ? Decision::accept : Decision::reject; }
  void auth_completed(const Identity& identity) override { who = identity; }
  bool check_channel_open(std::string_view kind) override { return kind == "session"; }
  bool check_pty_request(Channel&, const PtyRequest& request) override {
    pty = request;
    return true;
  }
  bool check_env_request(Channel&, std::string_view name, std::string_view value) override {
    env[std::string(name)] = std::string(value);
    return true;
  }
  bool check_shell_request(Channel&) override { return true; }
  bool check_exec_request(Channel&, std::string_view command) override {
    last_command = std::string(command);
    return true;
  }
  void connection_lost(const Failure& failure) override {
    lost = failure.code;
    ++losses;
  }

  std::vector<std::string> methods{"password"};
  bool none = false;
  Identity who;
  PtyRequest pty;
  std::map<std::string, std::string> env;
  std::string last_command;
  error_code lost;
  std::atomic<int> asked{0}, losses{0};
};

inline std::array<int, 2> stream_pair() {
  std::array<int, 2> fds{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds.data()) != 0)
    throw std::system_error(errno, std::generic_category(), "socketpair");
  return fds;
}

/// Both ends, with the first key exchange behind them.  The handler must outlive it.
struct Joined {
  explicit Joined(ServerHandler& handler, const TransportOptions& server_options = {},
                  const TransportOptions& client_options = {})
      : Joined(handler, stream_pair(), server_options, client_options) {}

  /// Logs in as robey.
  Joined& log_in() {
    if (!client.auth_password("robey", Secret(std::string("foo")))) throw std::runtime_error("not let in");
    return *this;
  }
  /// A session channel, its server's end taken by accept().
  std::pair<Channel, Channel> session() {
    Channel mine = client.open_session();
    auto theirs = server.accept(scaled(milliseconds(20'000)));
    if (!theirs) throw std::runtime_error("no channel arrived");
    return {std::move(mine), std::move(*theirs)};
  }

  Transport server;
  Transport client;

 private:
  Joined(ServerHandler& handler, std::array<int, 2> fds, const TransportOptions& server_options,
         const TransportOptions& client_options)
      : server(fds[0], server_options), client(fds[1], client_options) {
    server.add_server_key(joined_host_key());
    Event ready;
    server.start_server(handler, ready);
    client.start_client(scaled(milliseconds(20'000)));
    ready.wait(scaled(milliseconds(20'000)));
  }
};

}  // namespace amiko::test
