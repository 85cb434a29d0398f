// amiko - the client's side of authentication without I/O (RFC 4252, RFC 4256, RFC 8332)
#pragma once

#include <amiko/base/bytes.hpp>
#include <amiko/base/secret.hpp>
#include <amiko/keys/public_key.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace amiko::protocol {

/// Builds requests and judges answers.  One request is under way at a time: another one before the answer
/// throws errc::invalid_argument, except that a new one may cut short a keyboard-interactive dialogue that
/// waits for info_response().  A message that fits nothing under way throws ProtocolError
/// (errc::protocol_error, or malformed_packet).  Secrets in returned payloads are the caller's to wipe; there
/// are no other copies. Not synchronised.
class AuthClient {
 public:
  struct ServiceAccepted {};
  struct Success {};
  struct Failure {
    std::vector<std::string> methods{};
    bool partial_success = false;
  };
  /// The probed key would be accepted.
  struct KeyAccepted {};
  /// The password has expired: change_password(), or any other request, may follow.
  struct PasswordChange {
    std::string prompt{};  ///< as sent; make it printable before showing
  };
  struct Prompt {
    std::string text{};
    bool echo = false;
  };
  /// To be answered with info_response(), also when there are no prompts.  All texts as sent.
  struct InfoRequest {
    std::string name{};
    std::string instruction{};
    std::vector<Prompt> prompts{};
  };
  struct Banner {
    std::string text{};  ///< as sent
  };
  using Event =
      std::variant<ServiceAccepted, Success, Failure, KeyAccepted, PasswordChange, InfoRequest, Banner>;

  /// SERVICE_REQUEST for ssh-userauth: once, before everything else.
  Bytes request_service();
  Bytes none(std::string_view user);
  Bytes password(std::string_view user, const Secret& password);
  Bytes change_password(std::string_view user, const Secret& old_password, const Secret& new_password);
  /// Asks whether the key would do; `algorithm` is the signature algorithm.
  Bytes probe(std::string_view user, const PublicKey& key, std::string_view algorithm);
  /// What has to be signed for signed_request().
  Bytes data_to_sign(ByteView session_id, std::string_view user, const PublicKey& key,
                     std::string_view algorithm) const;
  Bytes signed_request(std::string_view user, const PublicKey& key, std::string_view algorithm,
                       ByteView signature);
  Bytes keyboard_interactive(std::string_view user, std::string_view submethods = {});
  /// Exactly as many as the InfoRequest had prompts, else errc::invalid_argument.
  Bytes info_response(const std::vector<Secret>& answers);

  /// A packet with number 6, 51-53 or 60-79.  SUCCESS in answer to a probe, or while the server's questions
  /// are open, is refused.
  Event receive(ByteView payload);

  bool authenticated() const noexcept { return state_ == State::authenticated; }
  bool service_accepted() const noexcept {
    return state_ != State::idle && state_ != State::service_requested;
  }

 private:
  enum class State {
    idle,
    service_requested,
    ready,
    none,
    password,
    probe,
    signed_request,
    keyboard_interactive,
    info_response_due,
    authenticated
  };
  void begin(State next);
  bool request_under_way() const noexcept;
  Event service_accept(ByteView payload);
  Event failure(ByteView payload);
  Event success(ByteView payload);
  Event banner(ByteView payload) const;
  Event method_message(ByteView payload);
  Event key_accepted(ByteView payload);
  Event password_change(ByteView payload);
  Event info_request(ByteView payload);

  State state_ = State::idle;
  std::size_t prompts_ = 0;
  std::string probed_algorithm_;
  Bytes probed_blob_;
};

/// The signature algorithm for a key: the first of `available` (best first) that is in `server_sig_algs` (RFC
/// 8308 section 3.1); without that list the first that is in `available`.  Nothing when none fits.
std::optional<std::string> choose_signature_algorithm(
    const std::vector<std::string>& available,
    const std::optional<std::vector<std::string>>& server_sig_algs);

}  // namespace amiko::protocol
