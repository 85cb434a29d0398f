// amiko - tests of the client's side of authentication
#include <amiko/base/error.hpp>
#include <amiko/keys/private_key.hpp>
#include <amiko/protocol/auth_client.hpp>
#include <amiko/wire/auth_messages.hpp>
#include <amiko/wire/transport_messages.hpp>

#include <boost/test/unit_test.hpp>

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace amiko::protocol {
namespace {

using namespace std::string_literals;

/// Bytes written out by hand, independent of the library's writer.
Bytes raw(const std::string& text) {
  return ByteView(text).bytes();
}
std::string str(const std::string& text) {
  const auto size = static_cast<unsigned>(text.size());
  std::string out;
  for (int shift = 24; shift >= 0; shift -= 8)
    out += static_cast<char>(size >> shift & 0xff);
  return out + text;
}

std::string text_of(const Bytes& bytes) {
  return ByteView(bytes).str();
}

/// The public key of RFC 8032 section 7.1, test 1.
const std::string ed25519_blob =
    str("ssh-ed25519") + str("\xd7\x5a\x98\x01\x82\xb1\x0a\xb7\xd5\x4b\xfe\xd3\xc9\x64\x07\x3a"
                             "\x0e\xe1\x72\xf3\xda\xa6\x23\x25\xaf\x02\x1a\x68\xf7\x07\x51\x1a");
PublicKey ed25519_key() {
  return PublicKey::from_blob(ed25519_blob);
}

const Bytes service_accept = raw("\x06" + str("ssh-userauth"));
const Bytes success = raw("\x34");
const Bytes failure = raw("\x33" + str("publickey,password") + "\0"s);
const Bytes banner = raw("\x35" + str("Hello") + str(""));
const Bytes change_request = raw("\x3c" + str("Expired") + str(""));
const Bytes pk_ok = raw("\x3c" + str("ssh-ed25519") + str(ed25519_blob));
const Bytes no_prompts = raw("\x3c" + str("") + str("") + str("") + "\0\0\0\0"s);
const Bytes two_prompts = raw("\x3c" + str("Name") + str("Do it") + str("") + "\0\0\0\2"s +
                              str("Password: ") + "\0"s + str("Colour? ") + "\2"s);

const std::vector<std::pair<const char*, Bytes>> all_answers = {
    {"SERVICE_ACCEPT", service_accept},
    {"SUCCESS", success},
    {"FAILURE", failure},
    {"BANNER", banner},
    {"CHANGEREQ", change_request},
    {"PK_OK", pk_ok},
    {"INFO_REQUEST", two_prompts},
};

AuthClient ready() {
  AuthClient client;
  client.request_service();
  client.receive(service_accept);
  return client;
}

AuthClient after(const std::function<void(AuthClient&)>& steps) {
  AuthClient client = ready();
  steps(client);
  return client;
}

/// Whether the client takes the answer; if it does not, it must say why with a protocol error.
bool takes(AuthClient client, const Bytes& answer) {
  try {
    client.receive(answer);
    return true;
  } catch (const ProtocolError& error) {
    BOOST_TEST((error.code() == errc::protocol_error || error.code() == errc::malformed_packet));
    BOOST_TEST((error.phase() == Phase::authentication || error.code() == errc::malformed_packet));
    return false;
  }
}

template <class Event>
Event take(AuthClient& client, const Bytes& answer) {
  const AuthClient::Event event = client.receive(answer);
  BOOST_REQUIRE(std::holds_alternative<Event>(event));
  return std::get<Event>(event);
}

bool is_misuse(const Error& error) {
  return error.code() == errc::invalid_argument;
}

const Secret hunter2("hunter2");

void start_none(AuthClient& client) {
  client.none("ron");
}
void start_password(AuthClient& client) {
  client.password("ron", hunter2);
}
void start_probe(AuthClient& client) {
  client.probe("ron", ed25519_key(), "ssh-ed25519");
}
void start_signed(AuthClient& client) {
  client.signed_request("ron", ed25519_key(), "ssh-ed25519", "signature");
}
void start_interactive(AuthClient& client) {
  client.keyboard_interactive("ron");
}
void wait_for_answers(AuthClient& client) {
  start_interactive(client);
  client.receive(two_prompts);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(auth_client)

BOOST_AUTO_TEST_CASE(requests_are_encoded_as_the_rfcs_say) {
  const std::string head = "\x32" + str("ron") + str("ssh-connection");
  AuthClient client;
  BOOST_TEST(text_of(client.request_service()) == "\x05" + str("ssh-userauth"));
  BOOST_TEST(text_of(ready().none("ron")) == head + str("none"));
  BOOST_TEST(text_of(ready().password("ron", hunter2)) == head + str("password") + "\0"s + str("hunter2"));
  BOOST_TEST(text_of(ready().change_password("ron", hunter2, Secret("new"))) ==
             head + str("password") + "\1" + str("hunter2") + str("new"));
  BOOST_TEST(text_of(ready().probe("ron", ed25519_key(), "ssh-ed25519")) ==
             head + str("publickey") + "\0"s + str("ssh-ed25519") + str(ed25519_blob));
  BOOST_TEST(text_of(ready().signed_request("ron", ed25519_key(), "ssh-ed25519", "the signature")) ==
             head + str("publickey") + "\1" + str("ssh-ed25519") + str(ed25519_blob) + str("the signature"));
  BOOST_TEST(text_of(ready().keyboard_interactive("ron", "pam,bsdauth")) ==
             head + str("keyboard-interactive") + str("") + str("pam,bsdauth"));
  AuthClient asked = after(wait_for_answers);
  BOOST_TEST(text_of(asked.info_response({hunter2, Secret("blue")})) ==
             "\x3d\0\0\0\2"s + str("hunter2") + str("blue"));
}

BOOST_AUTO_TEST_CASE(empty_names_and_secrets_are_sent_as_they_are) {
  BOOST_TEST(text_of(ready().password("", Secret())) ==
             "\x32" + str("") + str("ssh-connection") + str("password") + "\0"s + str(""));
}

BOOST_AUTO_TEST_CASE(secrets_are_written_into_memory_that_never_moved) {
  const Secret longest(std::string(100000, 'p'));
  for (const Bytes& request :
       {ready().password("ron", longest), ready().change_password("ron", longest, longest)})
    BOOST_TEST(request.capacity() == request.size());
}

BOOST_AUTO_TEST_CASE(what_is_signed_is_the_session_id_and_the_request) {
  const std::string request = "\x32" + str("ron") + str("ssh-connection") + str("publickey") + "\1" +
                              str("ssh-ed25519") + str(ed25519_blob);
  BOOST_TEST(text_of(AuthClient().data_to_sign("\1\2\3", "ron", ed25519_key(), "ssh-ed25519")) ==
             str("\1\2\3") + request);
}

BOOST_AUTO_TEST_CASE(a_server_can_verify_what_is_sent) {
  const PrivateKey key = PrivateKey::generate("ed25519");
  AuthClient client = ready();
  const Bytes data = client.data_to_sign("session", "ron", key.public_key(), "ssh-ed25519");
  const Bytes request =
      client.signed_request("ron", key.public_key(), "ssh-ed25519", key.sign("ssh-ed25519", data));

  wire::Reader body(wire::decode<wire::UserauthRequest>(request).body.bytes);
  BOOST_TEST(body.boolean());
  BOOST_TEST(body.text() == "ssh-ed25519");
  const PublicKey sent = PublicKey::from_blob(body.string());
  const std::size_t signed_size = request.size() - body.remaining();
  const ByteView signature = body.string();
  BOOST_TEST(body.at_end());
  const Bytes covered = raw(str("session") + ByteView(request).first(signed_size).str());
  BOOST_TEST(sent.verify("ssh-ed25519", covered, signature));
}

BOOST_AUTO_TEST_CASE(the_service_comes_first) {
  AuthClient client;
  BOOST_TEST(!client.service_accepted());
  BOOST_CHECK_EXCEPTION(client.none("ron"), Error, is_misuse);
  client.request_service();
  BOOST_TEST(!client.service_accepted());
  BOOST_CHECK_EXCEPTION(client.none("ron"), Error, is_misuse);
  BOOST_CHECK_EXCEPTION(client.request_service(), Error, is_misuse);
  BOOST_TEST(!takes(client, raw("\x06" + str("ssh-connection"))));
  take<AuthClient::ServiceAccepted>(client, service_accept);
  BOOST_TEST(client.service_accepted());
  BOOST_TEST(!client.authenticated());
  BOOST_CHECK_EXCEPTION(client.request_service(), Error, is_misuse);
}

// Every answer in every state: what is not in the list is a protocol error.
BOOST_AUTO_TEST_CASE(answers_that_fit_nothing_are_refused) {
  struct Row {
    const char* state;
    AuthClient client;
    std::vector<std::string> taken;
  };
  const std::vector<Row> rows = {
      {"idle", AuthClient(), {}},
      {"service requested",
       [] {
         AuthClient c;
         c.request_service();
         return c;
       }(),
       {"SERVICE_ACCEPT"}},
      {"ready", ready(), {"BANNER"}},
      {"none", after(start_none), {"SUCCESS", "FAILURE", "BANNER"}},
      // PK_OK is made like CHANGEREQ and is taken for it: the method decides.
      {"password", after(start_password), {"SUCCESS", "FAILURE", "BANNER", "CHANGEREQ", "PK_OK"}},
      {"probe", after(start_probe), {"FAILURE", "BANNER", "PK_OK"}},
      {"signed", after(start_signed), {"SUCCESS", "FAILURE", "BANNER"}},
      {"interactive", after(start_interactive), {"SUCCESS", "FAILURE", "BANNER", "INFO_REQUEST"}},
      {"answers due", after(wait_for_answers), {"BANNER"}},
      {"authenticated",
       after([](AuthClient& c) {
         start_none(c);
         c.receive(success);
       }),
       {}},
  };
  for (const Row& row : rows)
    for (const auto& [name, answer] : all_answers) {
      const bool expected = std::find(row.taken.begin(), row.taken.end(), name) != row.taken.end();
      BOOST_TEST(takes(row.client, answer) == expected, name << " in state " << row.state);
    }
}

BOOST_AUTO_TEST_CASE(numbers_that_a_client_never_gets_are_refused) {
  for (const auto& start :
       {start_none, start_password, start_probe, start_signed, start_interactive, wait_for_answers})
    for (unsigned n = 0; n < 256; ++n) {
      if (n == 6 || (n >= 51 && n <= 53) || n == 60) continue;
      BOOST_TEST(!takes(after(start), Bytes{static_cast<std::uint8_t>(n)}), n);
    }
  BOOST_TEST(!takes(after(start_none), Bytes()));
}

BOOST_AUTO_TEST_CASE(success_ends_it) {
  for (const auto& start : {start_none, start_password, start_signed, start_interactive}) {
    AuthClient client = after(start);
    take<AuthClient::Success>(client, success);
    BOOST_TEST(client.authenticated());
    BOOST_CHECK_EXCEPTION(client.none("ron"), Error, is_misuse);
    BOOST_TEST(!takes(client, success));
  }
}

BOOST_AUTO_TEST_CASE(failure_tells_what_is_left) {
  AuthClient client = after(start_password);
  auto answer = take<AuthClient::Failure>(client, failure);
  BOOST_TEST(answer.methods == (std::vector<std::string>{"publickey", "password"}),
             boost::test_tools::per_element());
  BOOST_TEST(!answer.partial_success);
  start_none(client);
  answer = take<AuthClient::Failure>(client, raw("\x33" + str("") + "\5"));
  BOOST_TEST(answer.methods.empty());
  BOOST_TEST(answer.partial_success);
  BOOST_TEST(!client.authenticated());
}

BOOST_AUTO_TEST_CASE(only_one_request_is_under_way) {
  for (const auto& start : {start_none, start_password, start_probe, start_signed, start_interactive}) {
    AuthClient client = after(start);
    for (const auto& second : {start_none, start_password, start_probe, start_signed, start_interactive})
      BOOST_CHECK_EXCEPTION(second(client), Error, is_misuse);
    BOOST_CHECK_EXCEPTION(client.info_response({}), Error, is_misuse);
    BOOST_TEST(takes(client, failure));
  }
}

BOOST_AUTO_TEST_CASE(a_probe_then_a_signature) {
  AuthClient client = after(start_probe);
  take<AuthClient::KeyAccepted>(client, pk_ok);
  BOOST_TEST(!client.authenticated());
  start_signed(client);
  take<AuthClient::Success>(client, success);
}

BOOST_AUTO_TEST_CASE(pk_ok_must_name_the_key_in_question) {
  const AuthClient client = after(start_probe);
  std::string other_blob = ed25519_blob;
  other_blob.back() ^= 1;
  BOOST_TEST(!takes(client, raw("\x3c" + str("ssh-ed25519") + str(other_blob))));
  BOOST_TEST(!takes(client, raw("\x3c" + str("ssh-rsa") + str(ed25519_blob))));
  BOOST_TEST(!takes(client, raw("\x3c" + str("") + str(""))));
  BOOST_TEST(takes(client, pk_ok));
}

BOOST_AUTO_TEST_CASE(a_probe_is_no_login) {
  BOOST_CHECK_EXCEPTION(after(start_probe).receive(success), ProtocolError, [](const Error& error) {
    return std::string(error.what()).find("signed nothing") != std::string::npos;
  });
}

BOOST_AUTO_TEST_CASE(an_expired_password) {
  AuthClient client = after(start_password);
  BOOST_TEST(take<AuthClient::PasswordChange>(client, change_request).prompt == "Expired");
  client.change_password("ron", hunter2, Secret("hunter3"));
  BOOST_TEST(take<AuthClient::PasswordChange>(client, change_request).prompt ==
             "Expired");  // not good enough
  client.change_password("ron", hunter2, Secret("Hunter3!"));
  take<AuthClient::Success>(client, success);
}

BOOST_AUTO_TEST_CASE(an_expired_password_can_be_left_alone) {
  AuthClient client = after(start_password);
  take<AuthClient::PasswordChange>(client, change_request);
  start_probe(client);
  take<AuthClient::KeyAccepted>(client, pk_ok);
}

BOOST_AUTO_TEST_CASE(questions_and_answers) {
  AuthClient client = after(start_interactive);
  const auto first = take<AuthClient::InfoRequest>(client, two_prompts);
  BOOST_TEST(first.name == "Name");
  BOOST_TEST(first.instruction == "Do it");
  BOOST_REQUIRE(first.prompts.size() == 2u);
  BOOST_TEST(first.prompts[0].text == "Password: ");
  BOOST_TEST(!first.prompts[0].echo);
  BOOST_TEST(first.prompts[1].text == "Colour? ");
  BOOST_TEST(first.prompts[1].echo);
  client.info_response({hunter2, Secret("blue")});
  BOOST_TEST(take<AuthClient::InfoRequest>(client, no_prompts).prompts.empty());
  BOOST_TEST(text_of(client.info_response({})) == "\x3d\0\0\0\0"s);
  take<AuthClient::Success>(client, success);
}

BOOST_AUTO_TEST_CASE(as_many_answers_as_questions) {
  AuthClient client = after(wait_for_answers);
  BOOST_CHECK_EXCEPTION(client.info_response({}), Error, is_misuse);
  BOOST_CHECK_EXCEPTION(client.info_response({hunter2}), Error, is_misuse);
  BOOST_CHECK_EXCEPTION(client.info_response({hunter2, hunter2, hunter2}), Error, is_misuse);
  BOOST_CHECK_NO_THROW(client.info_response({hunter2, hunter2}));
}

BOOST_AUTO_TEST_CASE(a_dialogue_can_be_cut_short) {
  AuthClient client = after(wait_for_answers);
  start_password(client);
  BOOST_CHECK_EXCEPTION(client.info_response({hunter2, hunter2}), Error, is_misuse);
  take<AuthClient::Success>(client, success);
}

BOOST_AUTO_TEST_CASE(a_banner_changes_nothing) {
  AuthClient client = ready();
  BOOST_TEST(take<AuthClient::Banner>(client, banner).text == "Hello");
  start_password(client);
  BOOST_TEST(take<AuthClient::Banner>(client, raw("\x35" + str("\x1b[2J") + str("en"))).text == "\x1b[2J");
  take<AuthClient::Success>(client, success);
}

BOOST_AUTO_TEST_CASE(cut_or_padded_answers_are_malformed) {
  const std::vector<std::pair<void (*)(AuthClient&), Bytes>> cases = {
      {start_password, failure},        {start_none, success}, {start_none, banner},
      {start_password, change_request}, {start_probe, pk_ok},  {start_interactive, no_prompts},
      {start_interactive, two_prompts},
  };
  for (const auto& [start, answer] : cases) {
    for (std::size_t n = 0; n < answer.size(); ++n)
      BOOST_TEST(!takes(after(start), ByteView(answer).first(n).bytes()));
    Bytes longer = answer;
    longer.push_back(0);
    BOOST_TEST(!takes(after(start), longer));
    BOOST_TEST(takes(after(start), answer));
  }
}

BOOST_AUTO_TEST_CASE(the_signature_algorithm_is_the_first_that_the_server_knows) {
  const std::vector<std::string> rsa{"rsa-sha2-512", "rsa-sha2-256"};
  using Names = std::vector<std::string>;
  BOOST_TEST(choose_signature_algorithm(rsa, std::nullopt).value_or("none") == "rsa-sha2-512");
  BOOST_TEST(choose_signature_algorithm(rsa, Names{"ssh-ed25519", "rsa-sha2-256", "rsa-sha2-512"})
                 .value_or("none") == "rsa-sha2-512");
  BOOST_TEST(choose_signature_algorithm(rsa, Names{"rsa-sha2-256"}).value_or("none") == "rsa-sha2-256");
  BOOST_TEST(!choose_signature_algorithm(rsa, Names{"ssh-rsa"}).has_value());
  BOOST_TEST(!choose_signature_algorithm(rsa, Names{}).has_value());
  BOOST_TEST(!choose_signature_algorithm({}, std::nullopt).has_value());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::protocol
