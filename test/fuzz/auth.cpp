// amiko - fuzzing of logins, on both sides
#include <amiko/keys/private_key.hpp>
#include <amiko/protocol/auth_client.hpp>
#include <amiko/protocol/auth_server.hpp>
#include <amiko/wire/auth_messages.hpp>

#include <algorithm>
#include <string>

#include "common/scripted_client.hpp"
#include "fuzz/input.hpp"
#include "fuzz/target.hpp"

namespace amiko::fuzz {
namespace {

using protocol::AuthClient;
using protocol::AuthServer;

const PrivateKey& user_key() {
  static const PrivateKey key = PrivateKey::generate("ed25519");
  return key;
}

/// Lets in nobody, but goes along with everything up to then.
class Doorkeeper final : public protocol::AuthDecider {
 public:
  std::vector<std::string> allowed_methods(std::string_view user) override {
    check(user);
    return {"password", "publickey", "keyboard-interactive"};
  }
  Decision none(std::string_view user) override { return check(user); }
  Decision password(std::string_view user, const Secret& password) override {
    check(user);
    return password.view().size() % 2 == 0 ? Decision::password_expired : Decision::reject;
  }
  Decision change_password(std::string_view user, const Secret&, const Secret&) override {
    return check(user);
  }
  std::string change_prompt(std::string_view) override { return "new one?"; }
  KeyOffer offer(std::string_view user, const PublicKey&) override {
    check(user);
    return KeyOffer::welcome;
  }
  Decision publickey(std::string_view, const PublicKey&) override {
    promise(false, "a signature that nobody made has passed");
    return Decision::reject;
  }
  InteractiveStep interactive(std::string_view user, std::string_view) override {
    check(user);
    return InteractiveQuery{"", "", {{"Code? ", false}, {"Name? ", true}}};
  }
  InteractiveStep answers(std::string_view, const Answers& answers) override {
    promise(answers.size() == 2, "another number of answers than of questions");
    return Decision::reject;
  }

 private:
  static Decision check(std::string_view user) {
    promise(!user.empty() && user.size() <= 255, "a user name of an impossible size");
    promise(std::ranges::none_of(user, [](char c) { return static_cast<unsigned char>(c) < 32; }),
            "a user name with control characters");
    return Decision::reject;
  }
};

void run_auth_server(ByteView bytes) {
  Input input(bytes);
  AuthServer server({}, Bytes(32, 7));
  Doorkeeper doorkeeper;
  while (!input.empty()) {
    const ByteView payload = input.piece();
    if (payload.empty() || payload[0] < 50 || payload[0] > 79) continue;
    const AuthServer::Reply reply = server.receive(payload, doorkeeper);
    promise(!reply.authenticated && !server.authenticated(), "somebody was let in");
    promise(reply.payload.empty() || reply.payload[0] != 52, "SUCCESS was sent");
  }
}

std::vector<Bytes> auth_server_seeds() {
  namespace requests = test::requests;
  const PublicKey& key = user_key().public_key();
  const auto seed = [](std::initializer_list<Bytes> payloads) {
    Bytes bytes;
    for (const Bytes& payload : payloads)
      append_piece(bytes, payload);
    return plain(bytes);
  };
  return {seed({requests::none("robey"), requests::password("robey", "foo"),
                requests::password("robey", "even"), requests::password_change("robey", "even", "new")}),
          seed({requests::probe("robey", "ssh-ed25519", key.blob()),
                requests::publickey("robey", "ssh-ed25519", key.blob(),
                                    user_key().sign("ssh-ed25519", Bytes{1}))}),
          seed({requests::interactive("robey"), requests::answers({"42", "robey"}),
                requests::interactive("other"), requests::none("other")})};
}

enum Call { none, password, change, probe, signed_request, interactive, respond, calls };

Bytes request(AuthClient& client, Call call, std::size_t prompts) {
  const PublicKey& key = user_key().public_key();
  const Secret secret(std::string("secret"));
  switch (call) {
    case none:
      return client.none("robey");
    case password:
      return client.password("robey", secret);
    case change:
      return client.change_password("robey", secret, secret);
    case probe:
      return client.probe("robey", key, "ssh-ed25519");
    case signed_request:
      return client.signed_request("robey", key, "ssh-ed25519", Bytes(83, 1));
    case interactive:
      return client.keyboard_interactive("robey");
    default:
      return client.info_response(std::vector<Secret>(prompts, secret));
  }
}

// A request out of turn is the caller's mistake and an error of its own; the answers are the peer's.
void run_auth_client(ByteView bytes) {
  Input input(bytes);
  AuthClient client;
  promise(!client.request_service().empty(), "nothing to ask for");
  std::size_t prompts = 0;
  while (!input.empty()) {
    const std::uint8_t choice = input.byte();
    if (choice & 0x80) {
      try {
        request(client, static_cast<Call>(choice % calls), prompts);
      } catch (const Error& error) {
        promise(error.code() == errc::invalid_argument, error.what());
      }
      continue;
    }
    const ByteView payload = input.piece();
    if (payload.empty()) continue;
    const bool before = client.authenticated();
    const AuthClient::Event event = client.receive(payload);
    promise(client.authenticated() == before || payload[0] == 52, "a login without SUCCESS");
    if (const auto* const asked = std::get_if<AuthClient::InfoRequest>(&event))
      prompts = asked->prompts.size();
  }
}

std::vector<Bytes> auth_client_seeds() {
  const Bytes accept = [] {
    Bytes payload{6};
    append(payload, test::strings({"ssh-userauth"}));
    return payload;
  }();
  const auto seed = [&](std::initializer_list<std::pair<std::uint8_t, Bytes>> steps) {
    Bytes bytes{0};
    append_piece(bytes, accept);
    for (const auto& [call, answer] : steps) {
      bytes.push_back(static_cast<std::uint8_t>(0x80 + call));
      bytes.push_back(0);
      append_piece(bytes, answer);
    }
    return plain(bytes);
  };
  const Bytes failure = wire::encoded(wire::UserauthFailure{});
  const Bytes query = wire::encoded(wire::UserauthInfoRequest{});
  return {seed({{none, failure}, {password, Bytes{52}}}), seed({{interactive, query}, {respond, failure}}),
          seed({{probe, failure}, {signed_request, Bytes{52}}}),
          seed({{password, wire::encoded(wire::UserauthPasswdChangereq{})}, {change, failure}})};
}

}  // namespace

extern const Target auth_server, auth_client;
const Target auth_server{"auth_server", run_auth_server, auth_server_seeds};
const Target auth_client{"auth_client", run_auth_client, auth_client_seeds};

}  // namespace amiko::fuzz
