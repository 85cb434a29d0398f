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
  /// `pubkey_algorithms`: signature algorithms of the library's that may be used; others that a Signer brings
  /// may be too.  RSA keys of fewer bits are refused.
  ClientAuth(transport::Link& link, std::vector<std::string> pubkey_algorithms, unsigned min_rsa_bits);

  void set_timeout(Timeout timeout);
  /// These and no others may be used from now on.
  void set_pubkey_algorithms(std::vector<std::string> algorithms);

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
  std::vector<std::string> algorithms_for(const std::vector<std::string>& algorithms) const;
  std::optional<std::string> welcome_algorithm(std::string_view user, const PublicKey& key,
                                               const std::vector<std::string>& algorithms, Deadline limit,
                                               Event& last);
  Deadline deadline() const;
  void add_banner(const std::string& text);

  transport::Link& link_;
  const unsigned min_rsa_bits_;
  protocol::AuthClient machine_;  // by the thread whose turn it is

  mutable support::Mutex mutex_;
  support::Condition changed_;
  bool busy_ = false;
  bool authenticated_ = false;
  Timeout timeout_ = std::chrono::seconds(30);
  std::string banner_;
  std::vector<std::string> pubkey_algorithms_;
  bool others_too_ = true;  // algorithms that the library does not have
};

}  // namespace amiko::auth
