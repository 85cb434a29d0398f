// amiko - a login in memory: AuthServer with a decider that does as it is told, and AuthClient
#pragma once

#include <amiko/base/error.hpp>
#include <amiko/keys/private_key.hpp>
#include <amiko/protocol/auth_client.hpp>
#include <amiko/protocol/auth_server.hpp>
#include <amiko/wire/auth_messages.hpp>
#include <amiko/wire/transport_messages.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <deque>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "common/calls.hpp"

namespace amiko::protocol::test_login {

using Names = std::vector<std::string>;

/// Thrown by the decider when it is told to.
struct Broken : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Notes every question as "method user argument".  Right are the passwords "hunter2" and, to change it, the
/// new one "hunter3"; welcome are `keys`.
class FakeDecider final : public AuthDecider {
 public:
  Names methods{"password", "publickey", "keyboard-interactive"};
  Decision on_none = Decision::reject;
  Decision on_password = Decision::accept;
  Decision on_change = Decision::accept;
  Decision on_key = Decision::accept;
  SecurityKeyRules sk_rules{};
  std::vector<PublicKey> keys{};
  std::deque<InteractiveStep> steps{};  ///< what the dialogue brings, from its start; then rejection
  std::string breaks_at{};              ///< the question that throws
  std::function<void(std::string_view, AuthServerSettings&)> on_adjust{};
  Names asked{};

  void adjust(std::string_view user, AuthServerSettings& settings) override {
    if (on_adjust) on_adjust(user, settings);
  }
  std::vector<std::string> allowed_methods(std::string_view user) override {
    note("allowed_methods", user);
    return methods;
  }
  Decision none(std::string_view user) override {
    note("none", user);
    return on_none;
  }
  Decision password(std::string_view user, const Secret& password) override {
    note("password", user, password.view().str());
    return password == Secret("hunter2") ? on_password : Decision::reject;
  }
  Decision change_password(std::string_view user, const Secret& before, const Secret& after) override {
    note("change_password", user, before.view().str() + ">" + after.view().str());
    if (before != Secret("hunter2")) return Decision::reject;
    return after == Secret("hunter3") ? on_change : Decision::password_expired;
  }
  std::string change_prompt(std::string_view user) override {
    note("change_prompt", user);
    return "A new one, please";
  }
  KeyOffer offer(std::string_view user, const PublicKey& key) override {
    note("offer", user, key.fingerprint());
    return std::ranges::find(keys, key) != keys.end() ? KeyOffer::welcome : KeyOffer::unwelcome;
  }
  SecurityKeyRules security_key_rules(std::string_view user, const PublicKey& key) override {
    note("security_key_rules", user, key.fingerprint());
    return sk_rules;
  }
  Decision publickey(std::string_view user, const PublicKey& key) override {
    note("publickey", user, key.fingerprint());
    return on_key;
  }
  InteractiveStep interactive(std::string_view user, std::string_view submethods) override {
    note("interactive", user, std::string(submethods));
    return next_step();
  }
  InteractiveStep answers(std::string_view user, const Answers& answers) override {
    std::string all;
    for (const Secret& answer : answers)
      all += "<" + answer.view().str() + ">";
    note("answers", user, all);
    return next_step();
  }

  std::size_t times(std::string_view question) const {
    return static_cast<std::size_t>(std::ranges::count_if(
        asked, [&](const std::string& a) { return a.substr(0, a.find(' ')) == question; }));
  }

 private:
  void note(const std::string& question, std::string_view user, const std::string& argument = {}) {
    asked.push_back(question + " " + std::string(user) + (argument.empty() ? "" : " " + argument));
    if (question == breaks_at) throw Broken(question);
  }
  InteractiveStep next_step() {
    if (steps.empty()) return Decision::reject;
    InteractiveStep step = std::move(steps.front());
    steps.pop_front();
    return step;
  }
};

inline const Secret right_password("hunter2");
inline const Secret wrong_password("hunter1");

/// Settings with rules, otherwise the defaults.
inline AuthServerSettings with_rules(std::string_view rules) {
  return {.rules = AuthRules::parse(rules)};
}
inline AuthServerSettings with_tries(unsigned tries) {
  return {.max_tries = tries};
}

/// Both sides, joined.  The client is real, so that what passes between them is what the other side takes.
struct Login {
  explicit Login(AuthServerSettings settings = {}) : server(std::move(settings), session_id.bytes()) {
    client.request_service();
    client.receive(wire::encoded(wire::ServiceAccept{.service = "ssh-userauth"}));
  }

  /// Sends without the client's knowledge.
  AuthServer::Reply raw(ByteView request) {
    const AuthServer::Reply reply = server.receive(request, decider);
    BOOST_TEST(reply.authenticated == server.authenticated());
    BOOST_TEST((!reply.authenticated || !reply.failed));
    return reply;
  }
  AuthClient::Event pass(const Bytes& request) {
    last = raw(request);
    return client.receive(last.payload);
  }
  template <class Event>
  Event get(const Bytes& request) {
    const AuthClient::Event event = pass(request);
    BOOST_REQUIRE(std::holds_alternative<Event>(event));
    return std::get<Event>(event);
  }

  /// The request lets us in.
  void succeeds(const Bytes& request) {
    get<AuthClient::Success>(request);
    BOOST_TEST(last.authenticated);
    BOOST_TEST(server.authenticated());
  }
  /// It is refused, and counts; `left` is what the server offers.
  void fails(const Bytes& request, const Names& left = {"password", "publickey", "keyboard-interactive"}) {
    answer_is_failure(request, false, left);
    BOOST_TEST(last.failed);
  }
  /// It is refused without being counted.
  void is_let_pass(const Bytes& request,
                   const Names& left = {"password", "publickey", "keyboard-interactive"}) {
    answer_is_failure(request, false, left);
    BOOST_TEST(!last.failed);
  }
  /// The step is accepted and `left` are to follow.
  void is_partial(const Bytes& request, const Names& left) {
    answer_is_failure(request, true, left);
    BOOST_TEST(!last.failed);
  }
  /// It is the failure that ends the connection.
  void ends(const Bytes& request) {
    BOOST_CHECK_EXCEPTION(raw(request), AuthError,
                          test::says(errc::too_many_attempts, "too many authentication failures"));
    is_over();
  }
  /// The request breaks the protocol.
  void breaks(ByteView request, errc code = errc::protocol_error) {
    BOOST_CHECK_EXCEPTION(raw(request), ProtocolError, test::has_code(code));
    is_over();
  }
  /// Nothing is accepted any more, and nobody is in.
  void is_over() {
    decider.breaks_at.clear();
    const std::size_t asked = decider.asked.size();
    Login fresh;
    BOOST_CHECK_EXCEPTION(raw(fresh.client.password("ron", right_password)), Error,
                          test::has_code(errc::closed));
    BOOST_TEST(decider.asked.size() == asked);
    BOOST_TEST(!server.authenticated());
    BOOST_CHECK_EXCEPTION(server.identity(), Error, test::has_code(errc::no_state));
  }

  Bytes none(std::string_view user = "ron") { return client.none(user); }
  Bytes right(std::string_view user = "ron") { return client.password(user, right_password); }
  Bytes wrong(std::string_view user = "ron") { return client.password(user, wrong_password); }
  Bytes probe(const PublicKey& key, std::string_view user = "ron") {
    return client.probe(user, key, key.signature_algorithms().front());
  }
  Bytes sign(const Signer& key, std::string_view user = "ron", std::string_view algorithm = {}) {
    const std::string name =
        algorithm.empty() ? key.public_key().signature_algorithms().front() : std::string(algorithm);
    const Bytes data = client.data_to_sign(session_id, user, key.public_key(), name);
    return client.signed_request(user, key.public_key(), name, key.sign(name, data));
  }
  Bytes dialogue(std::string_view user = "ron") { return client.keyboard_interactive(user, "pam"); }

  static constexpr std::string_view session_text = "the session id, a hash";
  const ByteView session_id{session_text};
  FakeDecider decider{};
  AuthServer server;
  AuthClient client{};
  AuthServer::Reply last{};

 private:
  void answer_is_failure(const Bytes& request, bool partial, const Names& left) {
    const auto failure = get<AuthClient::Failure>(request);
    BOOST_TEST(failure.partial_success == partial);
    BOOST_TEST(failure.methods == left, boost::test_tools::per_element());
    BOOST_TEST(!server.authenticated());
  }
};

/// The list that an answer of FAILURE carries.
inline Names methods_in(const AuthServer::Reply& reply) {
  return wire::decode<wire::UserauthFailure>(reply.payload).methods;
}

/// Any request, well-formed or not.
inline Bytes request_for(std::string_view user, std::string_view service, std::string_view method,
                         ByteView body = {}) {
  return wire::encoded(
      wire::UserauthRequest{.user = user, .service = service, .method = method, .body = {body}});
}

/// One question, as the fake decider asks it.
inline InteractiveQuery question(const std::string& text = "Code: ") {
  return {.prompts = {{.text = text, .echo = false}}};
}

}  // namespace amiko::protocol::test_login
