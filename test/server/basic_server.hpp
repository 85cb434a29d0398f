// amiko - a server with a password, and callers who know it
#pragma once

#include <amiko/client/connect.hpp>
#include <amiko/server/server.hpp>

#include <chrono>

#include "common/joined.hpp"

namespace amiko::test {

inline ServerOptions basic() {
  ServerOptions options;
  options.addresses = {"127.0.0.1"};
  options.port = 0;
  options.host_keys = {joined_host_key()};
  options.password = [](std::string_view user, const Secret& password) {
    return user == "robey" && password == Secret(std::string_view("foo")) ? Decision::accept
                                                                          : Decision::reject;
  };
  options.per_source_penalties = "no";
  options.transport.server.failure_delay = std::chrono::milliseconds(1);
  options.process = [](ServerProcess& process) {
    process.out().write(process.command());
    process.exit(0);
  };
  return options;
}

inline ConnectOptions caller(const Server& server) {
  ConnectOptions options;
  options.port = server.port();
  options.user = "robey";
  options.password = Secret(std::string_view("foo"));
  options.default_keys = false;
  options.host_key = HostKeyPolicy::none();
  return options;
}

inline Connection call(const Server& server) {
  return connect("127.0.0.1", caller(server));
}

}  // namespace amiko::test
