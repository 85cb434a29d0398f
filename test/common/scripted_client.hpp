// amiko - an SSH client of the library's own parts that does what a test tells it
#pragma once

#include <amiko/keys/private_key.hpp>
#include <amiko/wire/auth_messages.hpp>
#include <amiko/wire/connection_messages.hpp>

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "common/scripted_end.hpp"

namespace amiko::test {

struct ScriptedClientOptions : ScriptedAlgorithms {
  std::string version = "SSH-2.0-scripted_1.0";
  bool ext_info = true;
};

/// The client's end of one connection, for the test's own thread.  What it says in its key exchanges is
/// right, unless tamper_kex makes it wrong; everything else is the test's business.
class ScriptedClient : public ScriptedEnd {
 public:
  explicit ScriptedClient(support::UniqueFd socket, ScriptedClientOptions options = {});
  ~ScriptedClient() override;

  /// Versions and the first keys.
  void connect();
  /// SERVICE_REQUEST and its answer.
  void request_service(std::string_view service = "ssh-userauth");
  /// Everything up to SUCCESS, by password.
  void log_in(std::string_view user = "robey", std::string_view password = "foo");
  /// The answer to a request, SUCCESS, FAILURE or another; banners are left out.
  Bytes ask(ByteView request);
  /// Whether it is SUCCESS, from which on compression may be in use.
  bool lets_in(ByteView request);

  /// What a signature proves (RFC 4252 section 7): the session, and the request up to the signature.
  Bytes signed_data(std::string_view user, std::string_view algorithm, ByteView blob) const;

  // --- channels
  struct Opened {
    std::uint32_t id = 0;  ///< ours
    std::uint32_t server_id = 0;
    std::uint32_t window = 0;  ///< what we may send
    std::uint32_t max_packet = 0;
  };
  /// A session channel; what comes before the answer is dropped.
  Opened open_session(std::uint32_t window = 2 * 1024 * 1024, std::uint32_t max_packet = 32 * 1024);
  /// Sends a request that wants an answer: whether it is SUCCESS.  What comes before is dropped.
  bool request(const Opened& channel, std::string_view type, ByteView body = {});
  /// The next message with one of these numbers; others are dropped.
  Bytes wait_for(std::initializer_list<wire::MessageNumber> numbers);
  /// Whether the server still answers: its answer to a global request comes after all others.
  bool alive();

 private:
  protocol::KexSettings kex_settings() const override { return settings_of(options_); }
  bool sends_ext_info() const override { return options_.ext_info; }

  const ScriptedClientOptions options_;
  std::uint32_t next_id_ = 0;
};

/// Authentication requests, as payloads.
namespace requests {

/// The head and, behind it, what the method adds.
Bytes userauth(std::string_view user, std::string_view method, ByteView body,
               std::string_view service = "ssh-connection");
Bytes none(std::string_view user);
Bytes password(std::string_view user, std::string_view password);
Bytes password_change(std::string_view user, std::string_view before, std::string_view after);
Bytes probe(std::string_view user, std::string_view algorithm, ByteView blob);
/// Up to where a signature may follow.
Bytes publickey_head(std::string_view user, bool is_signed, std::string_view algorithm, ByteView blob);
/// With a signature, whatever it is.
Bytes publickey(std::string_view user, std::string_view algorithm, ByteView blob, ByteView signature);
Bytes interactive(std::string_view user);
Bytes answers(const std::vector<std::string>& texts);

}  // namespace requests

/// What bodies of requests are made of: strings with their length, in a row.
Bytes strings(std::initializer_list<std::string_view> texts);

}  // namespace amiko::test
