// amiko - the client's side of authentication without I/O (RFC 4252, RFC 4256, RFC 8332)
#include <amiko/protocol/auth_client.hpp>

#include <amiko/base/error.hpp>
#include <amiko/base/printable.hpp>
#include <amiko/wire/auth_messages.hpp>
#include <amiko/wire/transport_messages.hpp>

#include <algorithm>

namespace amiko::protocol {
namespace {

using wire::MessageNumber;
using wire::to_byte;

constexpr std::string_view auth_service = "ssh-userauth";
constexpr std::string_view connection_service = "ssh-connection";
constexpr std::size_t string_head = 4;

[[noreturn]] void refuse(const char* what) {
  throw_failure(Failure{.code = errc::protocol_error, .text = what, .phase = Phase::authentication});
}

[[noreturn]] void misuse(const char* what) {
  throw_failure(Failure{.code = errc::invalid_argument, .text = what, .phase = Phase::authentication});
}

/// The head of a USERAUTH_REQUEST, with room for `rest` more bytes: growing later would leave copies of
/// secrets behind.
Bytes request_head(std::string_view user, std::string_view method, std::size_t rest) {
  Bytes out;
  out.reserve(1 + 3 * string_head + user.size() + connection_service.size() + method.size() + rest);
  wire::encode(out, wire::UserauthRequest{.user = user, .service = connection_service, .method = method});
  return out;
}

Bytes publickey_request(std::string_view user, const PublicKey& key, std::string_view algorithm,
                        bool with_signature, std::size_t rest = 0) {
  const Bytes& blob = key.blob();
  Bytes out = request_head(user, "publickey", 1 + 2 * string_head + algorithm.size() + blob.size() + rest);
  wire::Writer write(out);
  write.boolean(with_signature);
  write.string(algorithm);
  write.string(blob);
  return out;
}

}  // namespace

Bytes AuthClient::request_service() {
  if (state_ != State::idle) misuse("the authentication service has been asked for already");
  state_ = State::service_requested;
  return wire::encoded(wire::ServiceRequest{.service = auth_service});
}

// A new request while the server waits for our answers ends that dialogue, and the server says nothing about
// it (RFC 4252 section 5.1).
void AuthClient::begin(State next) {
  if (state_ == State::authenticated) misuse("already authenticated");
  if (!service_accepted()) misuse("the authentication service is not there yet");
  if (state_ != State::ready && state_ != State::info_response_due)
    misuse("an authentication request is under way");
  state_ = next;
}

Bytes AuthClient::none(std::string_view user) {
  begin(State::none);
  return request_head(user, "none", 0);
}

Bytes AuthClient::password(std::string_view user, const Secret& password) {
  begin(State::password);
  Bytes out = request_head(user, "password", 1 + string_head + password.size());
  wire::Writer write(out);
  write.boolean(false);
  write.string(password.view());
  return out;
}

Bytes AuthClient::change_password(std::string_view user, const Secret& old_password,
                                  const Secret& new_password) {
  begin(State::password);
  Bytes out = request_head(user, "password", 1 + 2 * string_head + old_password.size() + new_password.size());
  wire::Writer write(out);
  write.boolean(true);
  write.string(old_password.view());
  write.string(new_password.view());
  return out;
}

Bytes AuthClient::probe(std::string_view user, const PublicKey& key, std::string_view algorithm) {
  Bytes out = publickey_request(user, key, algorithm, false);
  begin(State::probe);
  probed_algorithm_ = algorithm;
  probed_blob_ = key.blob();
  return out;
}

Bytes AuthClient::data_to_sign(ByteView session_id, std::string_view user, const PublicKey& key,
                               std::string_view algorithm) const {
  Bytes out;
  wire::Writer write(out);
  write.string(session_id);
  write.raw(publickey_request(user, key, algorithm, true));
  return out;
}

Bytes AuthClient::signed_request(std::string_view user, const PublicKey& key, std::string_view algorithm,
                                 ByteView signature) {
  Bytes out = publickey_request(user, key, algorithm, true, string_head + signature.size());
  begin(State::signed_request);
  wire::Writer(out).string(signature);
  return out;
}

Bytes AuthClient::keyboard_interactive(std::string_view user, std::string_view submethods) {
  begin(State::keyboard_interactive);
  Bytes out = request_head(user, "keyboard-interactive", 2 * string_head + submethods.size());
  wire::Writer write(out);
  write.string(std::string_view());  // the language tag, deprecated
  write.string(submethods);
  return out;
}

Bytes AuthClient::info_response(const std::vector<Secret>& answers) {
  if (state_ != State::info_response_due) misuse("the server has asked nothing");
  if (answers.size() != prompts_) misuse("there must be one answer for each prompt");
  state_ = State::keyboard_interactive;
  return wire::encode_info_response(answers);
}

AuthClient::Event AuthClient::receive(ByteView payload) {
  if (payload.empty()) refuse("an empty message");
  switch (static_cast<MessageNumber>(payload[0])) {
    case MessageNumber::service_accept:
      return service_accept(payload);
    case MessageNumber::userauth_failure:
      return failure(payload);
    case MessageNumber::userauth_success:
      return success(payload);
    case MessageNumber::userauth_banner:
      return banner(payload);
    case MessageNumber::userauth_pk_ok:
      return method_message(payload);
    default:
      refuse("a message that has no place in authentication");
  }
}

AuthClient::Event AuthClient::service_accept(ByteView payload) {
  if (state_ != State::service_requested) refuse("SERVICE_ACCEPT that nobody asked for");
  if (wire::decode<wire::ServiceAccept>(payload).service != auth_service)
    refuse("SERVICE_ACCEPT for another service");
  state_ = State::ready;
  return ServiceAccepted{};
}

bool AuthClient::request_under_way() const noexcept {
  switch (state_) {
    case State::none:
    case State::password:
    case State::probe:
    case State::signed_request:
    case State::keyboard_interactive:
      return true;
    default:
      return false;
  }
}

AuthClient::Event AuthClient::failure(ByteView payload) {
  if (!request_under_way()) refuse("USERAUTH_FAILURE without a request");
  auto message = wire::decode<wire::UserauthFailure>(payload);
  state_ = State::ready;
  return Failure{.methods = std::move(message.methods), .partial_success = message.partial_success};
}

// A server that lets somebody in without having seen a signature, or without the answers that it asked for,
// has not checked what it seemed to check: it is broken, or somebody wants to pass off another session as the
// user's (CVE-2021-36367, CVE-2021-36368). Nothing is lost by refusing: RFC 4252 section 7 allows PK_OK and
// FAILURE only, RFC 4256 section 3.2 wants the answers first.
AuthClient::Event AuthClient::success(ByteView payload) {
  if (state_ == State::probe) refuse("USERAUTH_SUCCESS for a key that has signed nothing");
  if (state_ == State::info_response_due)
    refuse("USERAUTH_SUCCESS before the server's questions were answered");
  if (!request_under_way()) refuse("USERAUTH_SUCCESS without a request");
  wire::decode<wire::UserauthSuccess>(payload);
  state_ = State::authenticated;
  return Success{};
}

AuthClient::Event AuthClient::banner(ByteView payload) const {
  if (!service_accepted()) refuse("a banner before authentication has begun");
  if (state_ == State::authenticated) refuse("a banner after USERAUTH_SUCCESS");
  return Banner{.text = std::string(wire::decode<wire::UserauthBanner>(payload).message)};
}

// What 60 means depends on the method alone (RFC 4250 section 4.1.1).
AuthClient::Event AuthClient::method_message(ByteView payload) {
  switch (state_) {
    case State::probe:
      return key_accepted(payload);
    case State::password:
      return password_change(payload);
    case State::keyboard_interactive:
      return info_request(payload);
    default:
      refuse("a message 60 that answers nothing");
  }
}

AuthClient::Event AuthClient::key_accepted(ByteView payload) {
  const auto message = wire::decode<wire::UserauthPkOk>(payload);
  if (message.algorithm != probed_algorithm_ || message.blob != ByteView(probed_blob_))
    refuse("PK_OK for another key than the one in question");
  state_ = State::ready;
  return KeyAccepted{};
}

AuthClient::Event AuthClient::password_change(ByteView payload) {
  const auto message = wire::decode<wire::UserauthPasswdChangereq>(payload);
  state_ = State::ready;
  return PasswordChange{.prompt = std::string(message.prompt)};
}

AuthClient::Event AuthClient::info_request(ByteView payload) {
  const auto message = wire::decode_info_request(payload);
  InfoRequest request{.name = std::string(message.name), .instruction = std::string(message.instruction)};
  for (const wire::InfoPrompt& prompt : message.prompts)
    request.prompts.push_back({.text = std::string(prompt.prompt), .echo = prompt.echo});
  prompts_ = request.prompts.size();
  state_ = State::info_response_due;
  return request;
}

std::optional<std::string> choose_signature_algorithm(
    const std::vector<std::string>& available,
    const std::optional<std::vector<std::string>>& server_sig_algs) {
  for (const std::string& name : available)
    if (!server_sig_algs || wire::contains(*server_sig_algs, name)) return name;
  return std::nullopt;
}

}  // namespace amiko::protocol
