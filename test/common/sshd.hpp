// amiko - a real OpenSSH server
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "common/peer_keys.hpp"
#include "common/peer_server.hpp"
#include "common/test_account.hpp"

namespace amiko::test {

struct SshdOptions {
  /// More lines for sshd_config; they win over the fixture's own.  A Match block ends with the vector.
  std::vector<std::string> config = {};
  /// OpenSSH 10 from the folder that AMIKO_OPENSSH10 names.
  bool openssh10 = false;
  /// UsePAM and keyboard-interactive; needs root.  Without it passwords are checked against the shadow file.
  bool keyboard_interactive = false;
  std::vector<std::string> host_key_types = PeerKeys::types();
  std::string log_level = "VERBOSE";  ///< at least INFO: the fixture reads the log
};

/// sshd with its own configuration.  As root it lets in the account "amikotest" by key and password, else the
/// invoking user by key only (has_password() is false).  Kept from OpenSSH's defaults: MaxAuthTries 6,
/// LoginGraceTime 120.
class Sshd : public PeerServer {
 public:
  /// Returns when it accepts connections.  Throws std::runtime_error with the log.
  explicit Sshd(const SshdOptions& options = {});

  std::filesystem::path client_key(const std::string& type) const { return PeerKeys::get().client_key(type); }
  std::string host_key_line(const std::string& type) const { return PeerKeys::get().host_key_line(type); }
  /// The home directory of user().
  const std::filesystem::path& home() const { return TestAccount::get().home; }

 private:
  std::string config(const SshdOptions& options) const;
  bool start(const std::filesystem::path& program);
};

/// sshd's path, or empty.
std::filesystem::path sshd_program(bool openssh10);

}  // namespace amiko::test
