// amiko - AsyncSSH and paramiko servers
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/peer_keys.hpp"
#include "common/peer_server.hpp"

namespace amiko::test {

/// The interpreter whose modules the distribution installs; another python3 may come first in PATH.
inline constexpr const char* python_program = "/usr/bin/python3";

enum class PythonPeer { asyncssh, paramiko };

struct KbdintPrompt {
  std::string text;
  bool echo = false;
  std::string answer;  ///< the one that is right
};

/// One keyboard-interactive information request; it may have no prompts.
struct KbdintRound {
  std::string name, instruction;
  std::vector<KbdintPrompt> prompts;
};

struct PythonServerOptions {
  PythonPeer peer = PythonPeer::asyncssh;
  std::vector<std::string> host_key_types = PeerKeys::types();
  bool publickey = true;                         ///< all client keys of PeerKeys
  bool password = true;                          ///< a random one: password()
  std::optional<std::string> new_password = {};  ///< a change to it is demanded (AsyncSSH only)
  std::vector<KbdintRound> kbdint = {};          ///< keyboard-interactive when there is any
  std::vector<std::string> methods = {};         ///< all of these must succeed, in this order (paramiko only)
  std::optional<std::string> banner = {};
  /// What is offered; empty: the defaults.
  std::vector<std::string> kex = {}, ciphers = {}, macs = {}, host_key_algorithms = {}, compression = {};
  std::uint64_t rekey_bytes = 0;  ///< it begins a key exchange after so many that it has sent; 0: by itself
};

/// Serves, to the user "tester":
///   exec        /bin/sh -c COMMAND, as the invoking user, or as the test account where that is root; "env"
///   is honoured
///   shell       says "ready\n", then each line back; "exit N" ends it
///   subsystems  "echo", "sftp"
///   forwarding  with AsyncSSH, of TCP and local sockets
class PythonServer : public PeerServer {
 public:
  /// Returns when it accepts connections.  Throws std::runtime_error with the log.
  explicit PythonServer(const PythonServerOptions& options = {});

  std::filesystem::path client_key(const std::string& type) const { return PeerKeys::get().client_key(type); }
};

}  // namespace amiko::test
