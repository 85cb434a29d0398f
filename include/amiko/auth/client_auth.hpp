// amiko - authentication in the caller's thread
#pragma once

#include <amiko/base/auth_result.hpp>
#include <amiko/base/time.hpp>
#include <amiko/keys/signer.hpp>
#include <amiko/protocol/auth_client.hpp>
#include <amiko/support/mutex.hpp>
#include <amiko/transport/link.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace amiko::auth {

/// Runs one method at a time: sends requests, takes answers out of the link's mailbox, calls the user's
/// handlers.  All of it in the thread that calls.  Any thread may call; a second one waits its turn within
/// the timeout.
class ClientAuth {
 public:
  explicit ClientAuth(transport::Link& link);

  void set_timeout(Timeout timeout);
  void set_pubkey_algorithms(std::string_view spec);

  AuthResult none(std::string_view user);
  AuthResult password(std::string_view user, const Secret& password, const NewPasswordHandler& new_password);
  AuthResult publickey(std::string_view user, const Signer& key);
  bool probe(std::string_view user, const PublicKey& key, const std::vector<std::string>& algorithms);
  AuthResult interactive(std::string_view user, const InteractiveHandler& handler,
                         std::string_view submethods);

  bool authenticated() const;
  std::string banner() const;

 private:
  class Turn;
  using Event = protocol::AuthClient::Event;

  void begin(Deadline deadline);
  void send(Bytes payload, bool expects_success, Deadline deadline);
  Event receive(Deadline deadline);
  Event exchange(Bytes payload, bool expects_success, Deadline deadline);
  AuthResult conclude(const Event& event);
  std::vector<std::string> usable(const std::vector<std::string>& algorithms) const;
  std::optional<std::string> algorithm_for(const std::vector<std::string>& algorithms) const;
  Deadline deadline() const;
  void add_banner(const std::string& text);

  transport::Link& link_;
  protocol::AuthClient machine_;  // by the thread whose turn it is

  mutable support::Mutex mutex_;
  support::Condition changed_;
  bool busy_ = false;
  bool authenticated_ = false;
  Timeout timeout_ = std::chrono::seconds(30);
  std::string banner_;
  std::optional<std::vector<std::string>> pubkey_algorithms_;
};

}  // namespace amiko::auth
