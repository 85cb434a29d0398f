// amiko - the command line that the server examples share: [port [host key file [authorized_keys file]]]
#pragma once

#include <amiko/amiko.hpp>

#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <stdexcept>
#include <string>

inline std::uint16_t port_argument(int argc, char** argv) {
  char* end = nullptr;
  const unsigned long port = argc > 1 ? std::strtoul(argv[1], &end, 10) : 8022;
  if ((end != nullptr && *end != '\0') || port > 65535)
    throw std::invalid_argument(std::string("no port: ") + argv[1]);
  return static_cast<std::uint16_t>(port);
}

/// The host key of the command line or ./ssh_host_key; a new one if there is no such file.
inline amiko::PrivateKey host_key_argument(int argc, char** argv) {
  const std::filesystem::path file = argc > 2 ? argv[2] : "ssh_host_key";
  if (std::filesystem::exists(file)) return amiko::load_key(file);
  amiko::PrivateKey key = amiko::PrivateKey::generate("ed25519");
  key.save(file);
  return key;
}

inline sigset_t end_signals() {
  sigset_t signals;
  ::sigemptyset(&signals);
  ::sigaddset(&signals, SIGINT);
  ::sigaddset(&signals, SIGTERM);
  return signals;
}

/// Callers of this machine only, by the keys on file; the examples change what they are about.  To be called
/// before there are threads: they inherit what is done about signals here.
inline amiko::ServerOptions server_arguments(int argc, char** argv) {
  const sigset_t signals = end_signals();
  ::sigprocmask(SIG_BLOCK, &signals, nullptr);
  amiko::ServerOptions options;
  options.addresses = {"127.0.0.1"};
  options.port = port_argument(argc, argv);
  options.host_keys = {host_key_argument(argc, argv)};
  options.authorized_keys = argc > 3 ? argv[3] : "authorized_keys/%u";
  return options;
}

/// Until somebody presses Ctrl-C, or sends SIGTERM.
inline int run_until_stopped(amiko::Server& server) {
  std::cout << "listening on port " << server.port() << std::endl;
  const sigset_t signals = end_signals();
  int signal = 0;
  ::sigwait(&signals, &signal);
  server.close();
  server.wait_sessions(std::chrono::seconds(5));
  return 0;
}
