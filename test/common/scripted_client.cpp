// amiko - an SSH client of the library's own parts that does what a test tells it
#include "common/scripted_client.hpp"

#include <algorithm>
#include <utility>

namespace amiko::test {

using wire::MessageNumber;

ScriptedClient::ScriptedClient(support::UniqueFd socket, ScriptedClientOptions options)
    : ScriptedEnd(std::move(socket), protocol::Role::client, options.version), options_(std::move(options)) {}

ScriptedClient::~ScriptedClient() = default;

void ScriptedClient::connect() {
  exchange_versions();
  first_kex();
}

void ScriptedClient::request_service(std::string_view service) {
  send(wire::ServiceRequest{.service = service});
  expect<wire::ServiceAccept>();
}

void ScriptedClient::log_in(std::string_view user, std::string_view password) {
  connect();
  request_service();
  if (!lets_in(requests::password(user, password))) fail("not let in");
}

Bytes ScriptedClient::ask(ByteView request) {
  send(request);
  for (;;) {
    Bytes answer = next();
    if (answer[0] != to_byte(MessageNumber::userauth_banner)) return answer;
  }
}

bool ScriptedClient::lets_in(ByteView request) {
  if (ask(request)[0] != to_byte(MessageNumber::userauth_success)) return false;
  login_done();
  return true;
}

Bytes ScriptedClient::signed_data(std::string_view user, std::string_view algorithm, ByteView blob) const {
  Bytes data;
  wire::Writer writer(data);
  writer.string(machine().session_id());
  writer.raw(requests::publickey_head(user, true, algorithm, blob));
  return data;
}

// --- channels

ScriptedClient::Opened ScriptedClient::open_session(std::uint32_t window, std::uint32_t max_packet) {
  const std::uint32_t id = next_id_++;
  send(wire::ChannelOpen{.type = "session", .sender = id, .window = window, .max_packet = max_packet});
  const Bytes answer =
      wait_for({MessageNumber::channel_open_confirmation, MessageNumber::channel_open_failure});
  if (answer[0] == to_byte(MessageNumber::channel_open_failure)) fail("no channel");
  const auto message = wire::decode<wire::ChannelOpenConfirmation>(answer);
  return {id, message.sender, message.window, message.max_packet};
}

bool ScriptedClient::request(const Opened& channel, std::string_view type, ByteView body) {
  send(
      wire::ChannelRequest{.recipient = channel.server_id, .type = type, .want_reply = true, .body = {body}});
  return wait_for({MessageNumber::channel_success, MessageNumber::channel_failure})[0] ==
         to_byte(MessageNumber::channel_success);
}

Bytes ScriptedClient::wait_for(std::initializer_list<MessageNumber> numbers) {
  for (;;) {
    Bytes message = next();
    if (std::ranges::find(numbers, static_cast<MessageNumber>(message[0])) != numbers.end()) return message;
  }
}

bool ScriptedClient::alive() {
  try {
    send(wire::GlobalRequest{.type = "are-you-there@example.com", .want_reply = true});
    wait_for({MessageNumber::request_failure});
    return true;
  } catch (const PeerGone&) {
    return false;
  }
}

// --- requests

namespace requests {

Bytes userauth(std::string_view user, std::string_view method, ByteView body, std::string_view service) {
  return wire::encoded(
      wire::UserauthRequest{.user = user, .service = service, .method = method, .body = {body}});
}

Bytes none(std::string_view user) {
  return userauth(user, "none", {});
}

Bytes password(std::string_view user, std::string_view password) {
  Bytes body{0};
  append(body, strings({password}));
  return userauth(user, "password", body);
}

Bytes password_change(std::string_view user, std::string_view before, std::string_view after) {
  Bytes body{1};
  append(body, strings({before, after}));
  return userauth(user, "password", body);
}

Bytes publickey_head(std::string_view user, bool is_signed, std::string_view algorithm, ByteView blob) {
  Bytes body{is_signed ? std::uint8_t{1} : std::uint8_t{0}};
  append(body, strings({algorithm, blob.text()}));
  return userauth(user, "publickey", body);
}

Bytes probe(std::string_view user, std::string_view algorithm, ByteView blob) {
  return publickey_head(user, false, algorithm, blob);
}

Bytes publickey(std::string_view user, std::string_view algorithm, ByteView blob, ByteView signature) {
  Bytes request = publickey_head(user, true, algorithm, blob);
  append(request, strings({signature.text()}));
  return request;
}

Bytes interactive(std::string_view user) {
  return userauth(user, "keyboard-interactive", strings({"", ""}));
}

Bytes answers(const std::vector<std::string>& texts) {
  Bytes payload{to_byte(MessageNumber::userauth_info_response)};
  wire::Writer writer(payload);
  writer.uint32(static_cast<std::uint32_t>(texts.size()));
  for (const std::string& text : texts)
    writer.string(text);
  return payload;
}

}  // namespace requests

Bytes strings(std::initializer_list<std::string_view> texts) {
  Bytes all;
  wire::Writer writer(all);
  for (const std::string_view text : texts)
    writer.string(text);
  return all;
}

}  // namespace amiko::test
