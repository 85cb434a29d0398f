// amiko - a real Dropbear server
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "common/peer_keys.hpp"
#include "common/peer_server.hpp"

namespace amiko::test {

struct DropbearOptions {
  std::vector<std::string> arguments = {};  ///< more of them, "-W" "65536" say
  std::vector<std::string> host_key_types = {"ed25519", "ecdsa256", "rsa"};  ///< it takes four at most
};

/// dropbear for the test account.  It reads ~/.ssh/authorized_keys of the account and nothing else; the
/// client keys are in there as long as the object lives.  Needs root: the invoking user's own file is nothing
/// to write into.
class Dropbear : public PeerServer {
 public:
  /// Returns when it accepts connections.  Throws std::runtime_error with the log.
  explicit Dropbear(const DropbearOptions& options = {});
  ~Dropbear();

  std::filesystem::path client_key(const std::string& type) const { return PeerKeys::get().client_key(type); }

 private:
  class Authorization;
  std::vector<std::string> make_host_keys(const std::vector<std::string>& types);
  bool start(const std::vector<std::string>& arguments);

  std::unique_ptr<Authorization> authorization_;
};

}  // namespace amiko::test
