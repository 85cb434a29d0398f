// amiko - what all real servers under test have in common
#pragma once

#include <signal.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "common/network.hpp"
#include "common/peer_process.hpp"
#include "common/temp_dir.hpp"

namespace amiko::test {

/// A server program on a port of 127.0.0.1, gone with its object.  For one thread at a time.
class PeerServer {
 public:
  PeerServer(const PeerServer&) = delete;
  PeerServer& operator=(const PeerServer&) = delete;

  std::string host() const { return loopback; }
  std::uint16_t port() const noexcept { return port_; }
  const std::string& user() const noexcept { return user_; }
  const std::string& password() const noexcept { return password_; }
  bool has_password() const noexcept { return !password_.empty(); }

  /// The public host keys: "ssh-ed25519 AAAA...".
  const std::vector<std::string>& host_key_lines() const noexcept { return host_key_lines_; }
  /// Writes a known_hosts file that has them all.
  void write_known_hosts(const std::filesystem::path& file) const;

  /// What the server has printed so far; wait_for_log() waits until that contains `text`.
  std::string log() const { return read_file(log_file()); }
  bool wait_for_log(const std::string& text, milliseconds limit = milliseconds(10'000)) const;

  /// Stops it and its sessions with SIGSTOP, as if the machine hung, and lets them go on.
  void suspend() { process_->signal_all(SIGSTOP); }
  void resume() { process_->signal_all(SIGCONT); }
  /// Kills it and its sessions.
  void stop() { process_->stop(); }
  PeerProcess& process() { return *process_; }

 protected:
  PeerServer() = default;
  ~PeerServer() = default;

  std::filesystem::path log_file() const { return directory_ / "log"; }
  /// Throws std::runtime_error with the log.
  [[noreturn]] void fail(const std::string& what) const;

  TempDir directory_;
  std::uint16_t port_ = 0;
  std::string user_, password_;
  std::vector<std::string> host_key_lines_;
  std::unique_ptr<PeerProcess> process_;
};

}  // namespace amiko::test
