// amiko - the sessions that are recorded: what amiko is told to do in each
#pragma once

#include <amiko/connection/algorithm_options.hpp>

#include <ostream>
#include <string>
#include <vector>

#include "recorded/recording.hpp"

namespace amiko::test {

struct Session {
  const char* name;     ///< of the file
  const char* peer;     ///< "sshd", "openssh10", "dropbear", "asyncssh", "paramiko"; or "ssh", "dbclient" ...
  bool server = false;  ///< amiko's role
  const char* kex = "curve25519-sha256";
  const char* host_key = "ssh-ed25519";
  const char* cipher = "aes128-ctr";
  const char* mac = "hmac-sha2-256";
  const char* compression = "none";
  const char* key_type = "ed25519";  ///< of PeerKeys: what amiko signs with
  bool password = false;             ///< else the login is by key
  enum class Rekey { none, ours, theirs } rekey = Rekey::none;

  friend std::ostream& operator<<(std::ostream& out, const Session& session) { return out << session.name; }
};

const std::vector<Session>& sessions();

/// Does it over `socket`, which is taken over: logs in and runs `cat` for two lines, new keys in between if
/// there are to be any; or serves a client that does something like that.  Nothing that goes out depends on
/// when something comes in.  Throws whatever goes wrong.
void play(const Session& session, const Recording& facts, int socket);

/// What a client runs and sends.
inline constexpr const char* recorded_command = "cat; echo problems >&2; exit 7";
inline constexpr const char* recorded_input = "two\n";

}  // namespace amiko::test
