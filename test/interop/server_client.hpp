// amiko - SSH clients that others wrote, all driven in the same way
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "common/peer_process.hpp"
#include "common/temp_dir.hpp"
#include "interop/server_target.hpp"

namespace amiko::test {

struct Login {
  enum class Method { password, key, interactive };
  Method method = Method::key;
  std::string key_type = "ed25519";
  std::string password{};  ///< in place of the target's
};

/// What a client is to do.
struct ClientJob {
  Login login{};
  std::string command{};
  std::string_view input{};
  std::string env{};     ///< LC_AMIKO is to have that value
  bool refused = false;  ///< give up when the questions come once more
  bool compression = false;
  std::uint64_t rekey_bytes = 0;  ///< the client is to start a re-key each so many bytes; 0: by itself
  /// The only names to offer: "kex", "key", "cipher", "mac", "compression".  Those kinds that the client does
  /// not choose itself are left alone.
  std::map<std::string, std::string> algorithms{};
};

struct ClientResult {
  int status = -1;       ///< the client program's, or the exit status that a library shows
  std::string signal{};  ///< that a library shows
  std::string out{}, err{};
};

/// What is known about a client.
struct ClientAbilities {
  std::vector<std::string> key_types = PeerKeys::types();
  bool rekey = true;             ///< can be told to re-key soon
  bool env = true;               ///< sends variables
  int status_after_signal = -1;  ///< how it shows that the command was killed
  std::string signal_text{};     ///< part of its messages then, or the signal it shows
  std::vector<std::string> chooses{"kex", "key", "cipher", "mac", "compression"};  ///< can be told by name
  bool lists_itself = true;  ///< names() asks the client; else they are written down here
};

/// One client program or library.  For one thread at a time.
class ForeignClient {
 public:
  virtual ~ForeignClient() = default;
  ForeignClient(const ForeignClient&) = delete;
  ForeignClient& operator=(const ForeignClient&) = delete;

  /// As in client_names().
  const std::string& name() const noexcept { return name_; }
  void set_name(std::string name) { name_ = std::move(name); }
  virtual const ClientAbilities& abilities() const = 0;
  /// The algorithms it has: "kex", "key", "cipher", "mac", "compression".
  virtual std::vector<std::string> names(const std::string& kind) = 0;
  virtual ClientResult run(const Target& target, const ClientJob& job) = 0;
  /// A shell on a terminal of 24 rows and 80 columns ("xterm"), with steps in the language of
  /// test/demo/on_terminal.py.  Of the job the command and the input do not count.
  virtual ClientResult talk(const Target& target, const ClientJob& job, const std::string& steps) = 0;

 protected:
  ForeignClient() = default;

 private:
  std::string name_;
};

/// "ssh", "openssh10", "plink", "dbclient", "paramiko", "asyncssh", "libssh".
const std::vector<std::string>& client_names();
/// Nothing where there is no such client here, after a line that says so; with AMIKO_REQUIRE_PEERS that is a
/// failure.  Made once for each program; not thread-safe.
ForeignClient* find_client(const std::string& name);

/// What the clients are made by.
std::unique_ptr<ForeignClient> make_openssh(const std::filesystem::path& program);
std::unique_ptr<ForeignClient> make_plink();
std::unique_ptr<ForeignClient> make_dbclient();
std::unique_ptr<ForeignClient> make_library(const std::string& name);

/// How the programs are run: with nothing of the invoking user's, and to their end.
class ProgramRunner {
 public:
  const TempDir& home() const noexcept { return home_; }
  /// The known_hosts file of the target, each host key for "[host]:port".
  std::filesystem::path known_hosts(const Target& target) const;
  ClientResult run(std::vector<std::string> argv, std::string_view input,
                   std::vector<std::string> environment) const;
  /// On a terminal of its own (on_terminal.py).
  ClientResult talk(const std::vector<std::string>& argv, const std::string& steps,
                    std::vector<std::string> environment) const;

 private:
  TempDir home_;
};

/// The steps that answer the target's questions, if that is the login; with `refused`, those that end the
/// program when it asks again.
std::string answering_steps(const Target& target, const Login& login, bool refused = false);
/// What amiko has of a kind of algorithms, without `lacking` (which may name others, too).
std::vector<std::string> all_names_but(const std::string& kind, const std::vector<std::string>& lacking);
/// Those of `names` that amiko has of a kind of algorithms.
std::vector<std::string> names_among(const std::string& kind, const std::vector<std::string>& names);
/// "a,b c\nd" to a, b, c, d.
std::vector<std::string> split_names(const std::string& text);
/// Of a file in the source tree.
std::filesystem::path source_file(const std::string& name);

}  // namespace amiko::test
