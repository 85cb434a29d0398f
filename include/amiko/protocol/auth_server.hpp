// amiko - the server's side of authentication without I/O (RFC 4252, RFC 4256, RFC 8332)
#pragma once

#include <amiko/base/auth_decision.hpp>
#include <amiko/base/bytes.hpp>
#include <amiko/base/secret.hpp>
#include <amiko/keys/identity.hpp>
#include <amiko/keys/public_key.hpp>
#include <amiko/keys/security_key.hpp>
#include <amiko/protocol/auth_rules.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace amiko::protocol {

struct AuthServerSettings {
  /// Failed attempts; the one that reaches it ends the connection, as with sshd's MaxAuthTries (0 is like 1).
  /// Not counted: the first "none", the first expired password, and refused probes, so that a client with
  /// many keys still gets to the one that fits.
  unsigned max_tries = 6;
  /// Keys shown without a signature, whether welcome or not; one more ends the connection.  Apart from this
  /// cap it is inherent in the protocol that anybody can ask which keys a user has.
  unsigned max_probes = 60;
  /// A login needs what these ask for; "any" leaves it to the decider alone.
  AuthRules rules{};
  /// Signature algorithms taken from clients; empty: the defaults of signature_table().
  std::vector<std::string> key_algorithms{};
  unsigned min_rsa_bits = 1024;
};

/// What the application decides; called from AuthServer::receive(), in its thread.  User names are valid
/// UTF-8 of 1 to 255 bytes without control characters, and claims until the login is complete.  What a member
/// throws passes through receive() and ends the login.
class AuthDecider {
 public:
  virtual ~AuthDecider();

  /// Asked for a name before allowed_methods(): it may change `settings`, which are the server's, for the
  /// time that this name is tried.  What it throws ends the login.
  virtual void adjust(std::string_view user, AuthServerSettings& settings);

  /// Asked when a user name is first tried, when it is tried again after another one, and after each accepted
  /// step that does not complete the login.  Of the answer only server_auth_methods() count.
  virtual std::vector<std::string> allowed_methods(std::string_view user) = 0;

  // Below: asked only for methods that are allowed and may come next by the rules.
  virtual Decision none(std::string_view user) = 0;
  /// Passwords, here and below, have 1 to 1024 bytes and no NUL; they need not be UTF-8.
  virtual Decision password(std::string_view user, const Secret& password) = 0;
  virtual Decision change_password(std::string_view user, const Secret& old_password,
                                   const Secret& new_password) = 0;
  /// Text of PASSWD_CHANGEREQ, asked after Decision::password_expired.
  virtual std::string change_prompt(std::string_view user) = 0;
  /// Would a signature by `key` be of use?  Asked for probes and again before a signature is verified.
  /// Nobody has proven anything here.
  virtual KeyOffer offer(std::string_view user, const PublicKey& key) = 0;
  /// What a signature by `key`, a security key, has to prove.  By default a touch, but no verification.
  virtual SecurityKeyRules security_key_rules(std::string_view user, const PublicKey& key);
  /// The signature by `key` over this very request was right.
  virtual Decision publickey(std::string_view user, const PublicKey& key) = 0;
  virtual InteractiveStep interactive(std::string_view user, std::string_view submethods) = 0;
  /// As many as the last query had prompts; bytes as sent, possibly empty.
  virtual InteractiveStep answers(std::string_view user, const Answers& answers) = 0;
};

/// Judges requests and builds the answers.  It fails closed: only an accepted step that completes the rules
/// lets anybody in, and when anything is thrown from receive() the login is over for good.
///
/// A change of the user name forgets everything that was accepted before and counts as a failed attempt, and
/// so does a new request in the middle of a keyboard-interactive dialogue, which ends the dialogue.  The
/// counts are never reset.  A key is good for one step of a login only.  Decision::partial at a step that
/// ends every list of the rules leaves nothing to go on with.  Not synchronised.
class AuthServer {
 public:
  /// Throws ConfigError (errc::bad_config) for an unknown name in key_algorithms, and
  /// errc::invalid_argument for an empty session id, over which a signature would prove nothing.
  AuthServer(AuthServerSettings settings, Bytes session_id);

  struct Reply {
    Bytes payload{};             ///< to be sent; empty: nothing
    bool authenticated = false;  ///< the payload is SUCCESS, which no other reply carries
    bool failed = false;         ///< a counted failure that the client should wait for
  };

  /// A packet with a number of 50 to 79.  After SUCCESS all are ignored (RFC 4252 section 5.1).  Throws, and
  /// is at its end then: ProtocolError (errc::protocol_error, malformed_packet; errc::service_unavailable
  /// for a service other than ssh-connection), AuthError (errc::too_many_attempts), whatever the decider
  /// throws, errc::invalid_argument for a query of more than 256 prompts; and errc::closed once it is at its
  /// end.  The payload may hold secrets: the caller wipes it.
  [[nodiscard]] Reply receive(ByteView payload, AuthDecider& decider);

  /// Throws errc::no_state until authenticated.
  const Identity& identity() const;
  /// The name being tried, unproven; empty when there is none that could be one.
  const std::string& user() const noexcept { return identity_.user; }
  bool authenticated() const noexcept { return state_ == State::authenticated; }

 private:
  // Far apart from one another and from 0 and 1: no flipped bit and no forgotten value lets anybody in.
  enum class State : std::uint32_t { open = 0xa53c5ac3, authenticated = 0x5ac3a53c, ended = 0x33cc33cc };
  enum class Proof : std::uint32_t { wrong = 0xc35a3ca5, right = 0x3ca5c35a };
  struct Dialogue {
    std::size_t prompts = 0;
    unsigned rounds = 0;
  };

  // Each returns the payload of the answer.
  Bytes dispatch(ByteView payload, AuthDecider& decider);
  Bytes request(ByteView payload, AuthDecider& decider);
  Bytes attempt(std::string_view method, ByteView body, AuthDecider& decider);
  Bytes none(ByteView body, AuthDecider& decider);
  Bytes password(ByteView body, AuthDecider& decider);
  Bytes password_expired(AuthDecider& decider);
  Bytes publickey(ByteView body, AuthDecider& decider);
  Bytes probe(std::string_view algorithm, ByteView blob, AuthDecider& decider);
  Bytes interactive(ByteView body, AuthDecider& decider);
  Bytes info_response(ByteView payload, AuthDecider& decider);
  Bytes proceed(const InteractiveStep& step, unsigned rounds, AuthDecider& decider);
  Bytes ask(const InteractiveQuery& query, unsigned round);
  Bytes conclude(std::string_view method, Decision decision, AuthDecider& decider,
                 const PublicKey* key = nullptr);
  Bytes refuse();
  Bytes failure_message(bool partial_success) const;

  std::optional<PublicKey> usable_key(std::string_view algorithm, ByteView blob) const;
  [[nodiscard]] Proof check(const PublicKey& key, std::string_view algorithm, ByteView signature,
                            const SecurityKeyRules& rules) const;
  void take_user(std::string_view name, AuthDecider& decider);
  void ask_methods(AuthDecider& decider);
  void count_failure();

  const AuthServerSettings server_settings_;
  AuthServerSettings settings_;  // for the present name
  Bytes session_id_;
  State state_ = State::open;
  Identity identity_{};                 // so far: the name, and the steps accepted for it
  std::vector<std::string> offered_{};  // allowed for the name, and next by the rules
  std::optional<Dialogue> dialogue_{};  // the client owes us answers
  unsigned failures_ = 0;
  unsigned probes_ = 0;
  bool none_tried_ = false;
  bool expiry_told_ = false;
};

}  // namespace amiko::protocol
