// amiko - the command line that the examples share: [user@]host[:port][,...] [identity file [known_hosts
// file]]
#pragma once

#include <amiko/amiko.hpp>

#include <pwd.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

/// A host to connect to, and how.
struct Server {
  std::string name{};  ///< as it was given
  std::string host{};
  amiko::ConnectOptions options{};
};

inline Server parse_server(const std::string& text) {
  Server server{.name = text, .host = text};
  if (const auto at = text.rfind('@'); at != text.npos) {
    server.options.user = text.substr(0, at);
    server.host = text.substr(at + 1);
  } else if (const passwd* account = ::getpwuid(::getuid())) {
    server.options.user = account->pw_name;
  }
  const auto colon = server.host.rfind(':');
  if (colon == server.host.npos || server.host.find(']', colon) != server.host.npos) return server;
  const unsigned long port = std::strtoul(server.host.c_str() + colon + 1, nullptr, 10);
  if (port == 0 || port > 65535) throw std::invalid_argument("no port: " + text);
  server.options.port = static_cast<std::uint16_t>(port);
  server.host.resize(colon);
  return server;
}

/// Every host of the comma-separated list; without arguments, localhost.
inline std::vector<Server> all_servers(int argc, char** argv) {
  std::string list = argc > 1 ? argv[1] : "localhost";
  std::vector<Server> servers;
  for (std::size_t begin = 0, end = 0; end != list.npos; begin = end + 1) {
    end = list.find(',', begin);
    Server& server = servers.emplace_back(parse_server(list.substr(begin, end - begin)));
    if (argc > 2) server.options.key_files = {argv[2]};
    if (argc > 3) server.options.host_key.user_files({argv[3]});
  }
  return servers;
}

inline Server first_server(int argc, char** argv) {
  return all_servers(argc, argv).front();
}

/// The key of the command line, or the usual one.
inline amiko::PrivateKey identity(const Server& server) {
  if (!server.options.key_files.empty()) return amiko::load_key(server.options.key_files.front());
  const char* home = std::getenv("HOME");
  return amiko::load_key(std::filesystem::path(home != nullptr ? home : "") / ".ssh/id_ed25519");
}
