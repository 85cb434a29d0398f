// amiko - the server's side of authentication: attempts, their limits, and who is let in
#include <amiko/protocol/auth_server.hpp>

#include "auth_server_limits.hpp"

#include <amiko/base/error.hpp>
#include <amiko/base/printable.hpp>
#include <amiko/keys/algorithm_table.hpp>
#include <amiko/wire/auth_messages.hpp>

#include <algorithm>
#include <utility>

namespace amiko::protocol {
namespace {

using wire::MessageNumber;

constexpr std::size_t shown = 64;

[[noreturn]] void broken(const char* what) {
  throw_failure({.code = errc::protocol_error, .text = what, .phase = Phase::authentication});
}

// Names end up in log files, in file names and at terminals.
bool is_usable_name(std::string_view name) {
  return !name.empty() && name.size() <= limits::user_name && printable(name) == name;
}

// An empty password is what a client sends that has none; whoever wants to let such people in allows "none".
bool is_usable_password(ByteView password) {
  return !password.empty() && password.size() <= limits::password &&
         std::ranges::find(password, std::uint8_t{0}) == password.end();
}

std::vector<std::string> checked_algorithms(std::vector<std::string> names) {
  for (const std::string& name : names)
    if (find_signature(name) == nullptr)
      throw_error(errc::bad_config, "unknown signature algorithm \"" + printable(name, false, shown) + "\"");
  if (!names.empty()) return names;
  for (const SignatureInfo& info : signature_table())
    if (info.by_default) names.emplace_back(info.name);
  return names;
}

}  // namespace

AuthDecider::~AuthDecider() = default;

SecurityKeyRules AuthDecider::security_key_rules(std::string_view, const PublicKey&) {
  return {};
}

void AuthDecider::adjust(std::string_view, AuthServerSettings&) {}

AuthServer::AuthServer(AuthServerSettings settings, Bytes session_id)
    : server_settings_(std::move(settings)), settings_(server_settings_), session_id_(std::move(session_id)) {
  if (session_id_.empty()) throw_error(errc::invalid_argument, "authentication needs a session id");
  settings_.key_algorithms = checked_algorithms(std::move(settings_.key_algorithms));
}

AuthServer::Reply AuthServer::receive(ByteView payload, AuthDecider& decider) {
  if (state_ == State::authenticated) return {};
  if (state_ != State::open)
    throw_failure({.code = errc::closed, .text = "the login has failed", .phase = Phase::authentication});
  state_ = State::ended;  // and so it stays if something is thrown
  const unsigned failures = failures_;
  Reply reply{.payload = dispatch(payload, decider)};
  if (state_ == State::authenticated) {
    reply.authenticated = true;
  } else {
    state_ = State::open;
    reply.failed = failures_ != failures;
  }
  return reply;
}

Bytes AuthServer::dispatch(ByteView payload, AuthDecider& decider) {
  if (payload.empty()) broken("an empty message");
  switch (static_cast<MessageNumber>(payload[0])) {
    case MessageNumber::userauth_request:
      return request(payload, decider);
    case MessageNumber::userauth_info_response:
      return info_response(payload, decider);
    default:
      broken("a message that has no place in authentication");
  }
}

// RFC 4252 section 5: what was accepted for one name says nothing about another.  Section 5.1: a new request
// ends a dialogue, and no FAILURE is sent for that.
Bytes AuthServer::request(ByteView payload, AuthDecider& decider) {
  const auto request = wire::decode<wire::UserauthRequest>(payload);
  if (request.service != limits::service)
    throw_failure({.code = errc::service_unavailable,
                   .text = "\"" + printable(request.service, false, shown) + "\"",
                   .phase = Phase::authentication});
  const bool interrupts = std::exchange(dialogue_, std::nullopt).has_value();
  const bool changes_name = !user().empty() && request.user != user();
  if (changes_name) {
    identity_ = {};
    offered_.clear();
  }
  if (interrupts || changes_name) count_failure();
  if (!is_usable_name(request.user)) return refuse();
  if (user().empty()) take_user(request.user, decider);
  return attempt(request.method, request.body.bytes, decider);
}

void AuthServer::take_user(std::string_view name, AuthDecider& decider) {
  identity_.user = name;
  settings_ = server_settings_;
  decider.adjust(user(), settings_);
  settings_.key_algorithms = checked_algorithms(std::move(settings_.key_algorithms));
  ask_methods(decider);
}

void AuthServer::ask_methods(AuthDecider& decider) {
  const std::vector<std::string> allowed = decider.allowed_methods(user());
  offered_ = settings_.rules.next(identity_.methods);
  std::erase_if(offered_, [&](const std::string& method) { return !wire::contains(allowed, method); });
}

Bytes AuthServer::attempt(std::string_view method, ByteView body, AuthDecider& decider) {
  if (method == "none") return none(body, decider);
  if (!wire::contains(offered_, method)) return refuse();
  if (method == "password") return password(body, decider);
  if (method == "publickey") return publickey(body, decider);
  if (method == "keyboard-interactive") return interactive(body, decider);
  return refuse();
}

// Clients begin with "none" to learn the methods, which is no attempt to get in.
Bytes AuthServer::none(ByteView body, AuthDecider& decider) {
  wire::Reader(body).expect_end();
  const bool first = !std::exchange(none_tried_, true);
  const Decision decision = wire::contains(offered_, "none") ? decider.none(user()) : Decision::reject;
  if (first && decision == Decision::reject) return failure_message(false);
  return conclude("none", decision, decider);
}

Bytes AuthServer::password(ByteView body, AuthDecider& decider) {
  wire::Reader in(body);
  const bool changes = in.boolean();
  const ByteView given = in.string();
  const ByteView wanted = changes ? in.string() : ByteView();
  in.expect_end();
  if (!is_usable_password(given) || (changes && !is_usable_password(wanted))) return refuse();
  const Decision decision = changes ? decider.change_password(user(), Secret(given), Secret(wanted))
                                    : decider.password(user(), Secret(given));
  if (decision == Decision::password_expired) return password_expired(decider);
  return conclude("password", decision, decider);
}

// To have to set a new password is no failure; to be sent back time and again would be a way round the limit.
Bytes AuthServer::password_expired(AuthDecider& decider) {
  if (std::exchange(expiry_told_, true)) count_failure();
  const std::string prompt = decider.change_prompt(user());
  return encoded(wire::UserauthPasswdChangereq{.prompt = prompt});
}

// The only place that lets anybody in.
Bytes AuthServer::conclude(std::string_view method, Decision decision, AuthDecider& decider,
                           const PublicKey* key) {
  if (decision != Decision::accept && decision != Decision::partial) return refuse();
  if (identity_.methods.size() >= limits::steps) return refuse();
  identity_.methods.emplace_back(method);
  if (key != nullptr) identity_.keys.push_back(*key);
  if (decision == Decision::accept && settings_.rules.complete(identity_.methods)) {
    Bytes success = encoded(wire::UserauthSuccess{});
    state_ = State::authenticated;
    return success;
  }
  ask_methods(decider);
  return failure_message(true);
}

Bytes AuthServer::refuse() {
  count_failure();
  return failure_message(false);
}

void AuthServer::count_failure() {
  if (++failures_ < settings_.max_tries) return;
  throw_failure({.code = errc::too_many_attempts,
                 .text = user().empty() ? std::string() : "the last one as \"" + user() + "\"",
                 .phase = Phase::authentication});
}

// RFC 4252 section 5.2: "none" must not be listed.
Bytes AuthServer::failure_message(bool partial_success) const {
  wire::UserauthFailure message{.methods = offered_, .partial_success = partial_success};
  std::erase(message.methods, "none");
  return encoded(message);
}

const Identity& AuthServer::identity() const {
  if (state_ != State::authenticated) throw_error(errc::no_state, "nobody has logged in");
  return identity_;
}

}  // namespace amiko::protocol
