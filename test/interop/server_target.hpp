// amiko - a server that clients of others are pointed at: where it is, how to get in, what it understands
#pragma once

#include <amiko/server/server.hpp>

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "common/peer_keys.hpp"
#include "common/temp_dir.hpp"

namespace amiko::test {

/// Anything that serves SSH on a port, in this process or not.  User keys are those of PeerKeys.
struct Target {
  std::string name = "the library";
  std::string host = "127.0.0.1";
  std::uint16_t port = 0;
  std::string user{}, password{};
  /// Answers of keyboard-interactive, each with a part of the prompt that it answers; empty: not offered.
  std::vector<std::pair<std::string, std::string>> answers{};
  std::vector<std::string> host_key_lines{};  ///< "ssh-ed25519 AAAA..."

  /// Commands that do these things.
  std::string echo = "cat";
  std::string both_streams = "stderr";  ///< "out\n" to stdout, "err\n" to stderr
  std::string exit_7 = "exit 7";
  std::string killed = "signal TERM";        ///< ends by SIGTERM, with nothing on stdout
  std::string environment = "env LC_AMIKO";  ///< the variable's value and a newline

  /// Conversations with a shell on a terminal in the steps of test/demo/on_terminal.py, by what they show.
  /// Each ends the shell.
  std::map<std::string, std::string> conversations{};
  int shell_status = 0;
};

/// amiko's server in this process, which understands the commands above and
///
///   zero N       N MiB of zeros            sink      reads all and writes how many bytes it were
///   algorithms   "kex=... key=... cipher=... mac=... compression=..." of this connection
///   rekey N M    that, then all that it reads; when the client has begun M key exchanges, N more and
///                "exchanges=..."
///   (shell)      a Terminal that repeats lines; "exit N"; "size" says "ready", then the next size
///
/// robey/foo, all keys of PeerKeys, keyboard-interactive in two rounds, host keys of every type.
class TestServer {
 public:
  /// `change` may alter the options.
  explicit TestServer(const std::function<void(ServerOptions&)>& change = {});

  Target target() const;
  Server& server() noexcept { return server_; }
  /// How many key exchanges the connection had which ran "cat" last.
  std::uint64_t key_exchanges() const;

 private:
  struct Notes;
  std::shared_ptr<Notes> notes_;
  Server server_;
};

}  // namespace amiko::test
