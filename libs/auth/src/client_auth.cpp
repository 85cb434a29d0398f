// amiko - authentication in the caller's thread
#include <amiko/auth/client_auth.hpp>

#include <amiko/base/error.hpp>
#include <amiko/base/printable.hpp>
#include <amiko/keys/algorithm_table.hpp>

#include <cstdint>
#include <utility>

namespace amiko::auth {
namespace {

using protocol::AuthClient;

// What a server may send before it lets anybody in.
constexpr std::size_t max_banner = 64 * 1024;
constexpr unsigned max_rounds = 64;

class WipedBytes {
 public:
  explicit WipedBytes(Bytes bytes) noexcept : bytes_(std::move(bytes)) {}
  ~WipedBytes() { wipe(bytes_.data(), bytes_.size()); }
  WipedBytes(const WipedBytes&) = delete;
  WipedBytes& operator=(const WipedBytes&) = delete;
  ByteView view() const noexcept { return bytes_; }

 private:
  Bytes bytes_;
};

// Texts of several lines come with CR LF (RFC 4252 section 5.4, RFC 4256 section 3.2).
std::string lines(std::string text, std::size_t limit = SIZE_MAX) {
  std::erase(text, '\r');
  return printable(text, true, limit);
}

[[noreturn]] void unexpected() {
  throw_error(errc::protocol_error, "an authentication message that answers nothing");
}

}  // namespace

// One attempt at a time; waits for the one under way.
class ClientAuth::Turn {
 public:
  Turn(ClientAuth& auth, Deadline deadline) : auth_(auth) {
    support::Lock lock(auth_.mutex_);
    if (!auth_.changed_.wait(lock, deadline, [this] { return !auth_.busy_; }))
      throw_error(errc::timed_out, "another thread is authenticating on this connection");
    auth_.busy_ = true;
  }
  ~Turn() {
    {
      const support::Guard guard(auth_.mutex_);
      auth_.busy_ = false;
    }
    auth_.changed_.notify_one();
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

 private:
  ClientAuth& auth_;
};

ClientAuth::ClientAuth(transport::Link& link, std::vector<std::string> pubkey_algorithms,
                       unsigned min_rsa_bits)
    : link_(link), min_rsa_bits_(min_rsa_bits), pubkey_algorithms_(std::move(pubkey_algorithms)) {}

void ClientAuth::set_timeout(Timeout timeout) {
  const support::Guard guard(mutex_);
  timeout_ = timeout;
}

void ClientAuth::set_pubkey_algorithms(std::vector<std::string> algorithms) {
  const support::Guard guard(mutex_);
  pubkey_algorithms_ = std::move(algorithms);
  others_too_ = false;
}

Deadline ClientAuth::deadline() const {
  const support::Guard guard(mutex_);
  return Deadline::after(timeout_);
}

bool ClientAuth::authenticated() const {
  const support::Guard guard(mutex_);
  return authenticated_;
}

std::string ClientAuth::banner() const {
  const support::Guard guard(mutex_);
  return banner_;
}

void ClientAuth::add_banner(const std::string& text) {
  const std::string shown = lines(text, max_banner);
  const support::Guard guard(mutex_);
  if (banner_.size() + shown.size() <= max_banner) banner_ += shown;
}

void ClientAuth::send(Bytes payload, bool expects_success, Deadline deadline) {
  const WipedBytes wiped(std::move(payload));
  link_.send_auth(wiped.view(), expects_success, deadline);
}

ClientAuth::Event ClientAuth::receive(Deadline deadline) {
  for (;;) {
    const auto payload = link_.receive_auth(deadline);
    if (!payload) {
      // A late answer would be taken for the answer to the next request: after this nothing can follow.
      link_.fail(
          {.code = errc::timed_out, .text = "the server did not answer", .phase = Phase::authentication});
      link_.throw_failure_or(errc::timed_out);
    }
    try {
      Event event = machine_.receive(*payload);
      const auto* banner = std::get_if<AuthClient::Banner>(&event);
      if (banner == nullptr) return event;
      add_banner(banner->text);
    } catch (const Error& e) {
      link_.fail(e.failure());
      link_.throw_failure_or(errc::protocol_error);
    }
  }
}

ClientAuth::Event ClientAuth::exchange(Bytes payload, bool expects_success, Deadline deadline) {
  send(std::move(payload), expects_success, deadline);
  return receive(deadline);
}

void ClientAuth::begin(Deadline deadline) {
  if (link_.failed()) link_.throw_failure_or(errc::closed);
  if (!link_.info().exchanges)
    throw_failure(
        {.code = errc::no_state, .text = "no key exchange yet: start_client() first", .peer = link_.peer()});
  if (machine_.service_accepted()) return;
  const Event event = exchange(machine_.request_service(), false, deadline);
  if (!std::holds_alternative<AuthClient::ServiceAccepted>(event)) unexpected();
}

AuthResult ClientAuth::conclude(const Event& event) {
  if (std::holds_alternative<AuthClient::Success>(event)) {
    const support::Guard guard(mutex_);
    authenticated_ = true;
    return {.authenticated = true};
  }
  const auto* failure = std::get_if<AuthClient::Failure>(&event);
  if (failure == nullptr) unexpected();
  return {.partial_success = failure->partial_success, .methods_left = failure->methods};
}

AuthResult ClientAuth::none(std::string_view user) {
  const Deadline limit = deadline();
  const Turn turn(*this, limit);
  begin(limit);
  return conclude(exchange(machine_.none(user), true, limit));
}

AuthResult ClientAuth::password(std::string_view user, const Secret& password,
                                const NewPasswordHandler& new_password) {
  Deadline limit = deadline();
  const Turn turn(*this, limit);
  begin(limit);
  Event event = exchange(machine_.password(user, password), true, limit);
  for (unsigned round = 0; const auto* change = std::get_if<AuthClient::PasswordChange>(&event); ++round) {
    const std::string prompt = lines(change->prompt);
    const Secret fresh = new_password && round < max_rounds ? new_password(prompt) : Secret();
    if (fresh.empty())
      throw_failure({.code = errc::password_expired,
                     .text = prompt,
                     .phase = Phase::authentication,
                     .peer = link_.peer()});
    limit = deadline();
    event = exchange(machine_.change_password(user, password, fresh), true, limit);
  }
  return conclude(event);
}

std::vector<std::string> ClientAuth::usable(const std::vector<std::string>& algorithms) const {
  const support::Guard guard(mutex_);
  std::vector<std::string> result;
  for (const std::string& name : algorithms) {
    const bool is_other = others_too_ && find_signature(name) == nullptr;
    if (is_other || wire::contains(pubkey_algorithms_, name)) result.push_back(name);
  }
  return result;
}

// What to try, best first.  A server that has said what it takes gets one of those; one that has not may be
// so old that it takes nothing but SHA-1, which is tried last, and only where it was named.
std::vector<std::string> ClientAuth::algorithms_for(const std::vector<std::string>& algorithms) const {
  const std::vector<std::string> all = usable(algorithms);
  const auto best = protocol::choose_signature_algorithm(all, link_.info().server_sig_algs);
  if (!best) return {};
  std::vector<std::string> result{*best};
  const SignatureInfo* info = find_signature(all.back());
  if (!link_.info().server_sig_algs && info != nullptr && info->legacy && all.back() != *best)
    result.push_back(all.back());
  return result;
}

bool ClientAuth::probe(std::string_view user, const PublicKey& key,
                       const std::vector<std::string>& algorithms) {
  const Deadline limit = deadline();
  const Turn turn(*this, limit);
  begin(limit);
  Event last;
  return welcome_algorithm(user, key, algorithms.empty() ? key.signature_algorithms(true) : algorithms, limit,
                           last)
      .has_value();
}

// The first algorithm with which the server would take a signature; `last` is its last answer.
std::optional<std::string> ClientAuth::welcome_algorithm(std::string_view user, const PublicKey& key,
                                                         const std::vector<std::string>& algorithms,
                                                         Deadline limit, Event& last) {
  for (const std::string& name : algorithms_for(algorithms)) {
    last = exchange(machine_.probe(user, key, name), false, limit);
    if (std::holds_alternative<AuthClient::KeyAccepted>(last)) return name;
  }
  return std::nullopt;
}

AuthResult ClientAuth::publickey(std::string_view user, const Signer& key) {
  Deadline limit = deadline();
  const Turn turn(*this, limit);
  begin(limit);
  const PublicKey& public_key = key.public_key();
  const auto refuse = [&](std::string text, const char* hint) {
    throw_failure({.code = errc::auth_failed,
                   .text = std::move(text),
                   .phase = Phase::authentication,
                   .peer = link_.peer(),
                   .hint = hint});
  };
  if (public_key.type() == "ssh-rsa" && public_key.bits() < min_rsa_bits_)
    refuse("the RSA key " + key.label() + " has " + std::to_string(public_key.bits()) +
               " bits and min_rsa_bits asks for " + std::to_string(min_rsa_bits_),
           "use a larger key");
  if (algorithms_for(key.algorithms()).empty())
    refuse("the server takes no signature algorithm of the " + public_key.type() + " key " + key.label(),
           "use a key of another type");
  Event probed;
  const auto algorithm = welcome_algorithm(user, public_key, key.algorithms(), limit, probed);
  if (!algorithm) return conclude(probed);
  const Bytes data = machine_.data_to_sign(link_.info().session_id, user, public_key, *algorithm);
  const Bytes signature = key.sign(*algorithm, data);
  limit = deadline();  // a token or an agent may have asked its user
  return conclude(exchange(machine_.signed_request(user, public_key, *algorithm, signature), true, limit));
}

AuthResult ClientAuth::interactive(std::string_view user, const InteractiveHandler& handler,
                                   std::string_view submethods) {
  Deadline limit = deadline();
  const Turn turn(*this, limit);
  begin(limit);
  Event event = exchange(machine_.keyboard_interactive(user, submethods), true, limit);
  for (unsigned round = 0; const auto* request = std::get_if<AuthClient::InfoRequest>(&event); ++round) {
    if (round == max_rounds) throw_error(errc::protocol_error, "the server asks without end");
    std::vector<Prompt> prompts;
    for (const AuthClient::Prompt& prompt : request->prompts)
      prompts.push_back({lines(prompt.text), prompt.echo});
    support::assert_no_lock_held();
    const Answers answers = handler(printable(request->name), lines(request->instruction), prompts);
    limit = deadline();
    event = exchange(machine_.info_response(answers), true, limit);
  }
  return conclude(event);
}

}  // namespace amiko::auth
