// amiko - tests of the server's side of authentication: attempts, limits, passwords, rules
#include <boost/test/unit_test.hpp>

#include "login.hpp"

namespace amiko::protocol {
namespace {

using namespace test_login;
using namespace std::string_literals;

/// The body of a password request, with whatever in it.
Bytes password_body(bool changes, std::string_view password, std::string_view new_password = {}) {
  Bytes body;
  wire::Writer write(body);
  write.boolean(changes);
  write.string(password);
  if (changes) write.string(new_password);
  return body;
}

Bytes password_request(std::string_view user, std::string_view password) {
  return request_for(user, "ssh-connection", "password", password_body(false, password));
}

void expect_asked(const FakeDecider& decider, const Names& expected) {
  BOOST_TEST(decider.asked == expected, boost::test_tools::per_element());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(auth_server)

BOOST_AUTO_TEST_CASE(settings_that_make_no_sense) {
  BOOST_CHECK_EXCEPTION(AuthServer({}, Bytes()), Error, test::has_code(errc::invalid_argument));
  const AuthServerSettings unknown{.key_algorithms = {"ssh-ed25519", "ssh-none"}};
  BOOST_CHECK_EXCEPTION(AuthServer(unknown, Bytes{1}), ConfigError, test::says(errc::bad_config, "ssh-none"));
}

BOOST_AUTO_TEST_CASE(a_password_lets_in) {
  Login login;
  BOOST_TEST(login.server.user() == "");
  BOOST_CHECK_EXCEPTION(login.server.identity(), Error, test::has_code(errc::no_state));
  login.is_let_pass(login.none());
  BOOST_TEST(login.server.user() == "ron");
  login.fails(login.wrong());
  BOOST_CHECK_EXCEPTION(login.server.identity(), Error, test::has_code(errc::no_state));
  login.succeeds(login.right());
  BOOST_TEST(login.server.identity().user == "ron");
  BOOST_TEST(login.server.identity().methods == Names{"password"}, boost::test_tools::per_element());
  BOOST_TEST(login.server.identity().keys.empty());
  expect_asked(login.decider, {"allowed_methods ron", "password ron hunter1", "password ron hunter2"});
}

BOOST_AUTO_TEST_CASE(settings_may_be_meant_for_one_name) {
  Login login;
  login.decider.on_adjust = [](std::string_view user, AuthServerSettings& settings) {
    BOOST_TEST(settings.max_tries == 6U);
    if (user == "ron") settings.rules = AuthRules::parse("publickey,password");
  };
  login.fails(login.right(), {"publickey"});  // it has to come first
  const AuthServer::Reply other = login.raw(password_request("rob", "hunter2"));
  BOOST_TEST(other.authenticated);
  BOOST_TEST(login.server.identity().user == "rob");

  Login strict(with_tries(3));
  strict.decider.on_adjust = [](std::string_view user, AuthServerSettings& settings) {
    if (user == "ron") settings.max_tries = 1;
  };
  BOOST_CHECK_EXCEPTION(strict.raw(password_request("ron", "hunter1")), AuthError,
                        test::has_code(errc::too_many_attempts));

  Login broken;
  broken.decider.on_adjust = [](std::string_view, AuthServerSettings&) { throw Broken("adjust"); };
  BOOST_CHECK_THROW(broken.raw(password_request("ron", "hunter2")), Broken);
  BOOST_CHECK_EXCEPTION(broken.raw(password_request("rob", "hunter2")), Error, test::has_code(errc::closed));

  Login unknown;
  unknown.decider.on_adjust = [](std::string_view, AuthServerSettings& settings) {
    settings.key_algorithms = {"ssh-xyz"};
  };
  BOOST_CHECK_EXCEPTION(unknown.raw(password_request("ron", "hunter2")), ConfigError,
                        test::says(errc::bad_config, "ssh-xyz"));
}

BOOST_AUTO_TEST_CASE(after_success_everything_is_ignored) {
  Login login;
  login.succeeds(login.right());
  const std::size_t asked = login.decider.asked.size();
  Login other;
  for (const Bytes& message :
       {other.right("root"), Bytes{61, 0, 0, 0, 0}, Bytes{50}, Bytes{52}, Bytes{79}, Bytes()}) {
    const AuthServer::Reply reply = login.server.receive(message, login.decider);
    BOOST_TEST(reply.payload.empty());
    BOOST_TEST(!reply.authenticated);
    BOOST_TEST(!reply.failed);
  }
  BOOST_TEST(login.decider.asked.size() == asked);
  BOOST_TEST(login.server.identity().user == "ron");
}

// --- "none"

BOOST_AUTO_TEST_CASE(the_first_none_is_free_and_the_others_count) {
  Login login(with_tries(3));
  login.is_let_pass(login.none());
  login.fails(login.none());
  login.fails(login.none());
  login.ends(login.none());
}

BOOST_AUTO_TEST_CASE(the_first_none_is_free_wherever_it_comes) {
  Login login(with_tries(2));
  login.fails(login.wrong());
  login.is_let_pass(login.none());
  login.ends(login.none());
}

BOOST_AUTO_TEST_CASE(none_takes_the_decider_and_the_allowed_methods) {
  Login refused;
  refused.decider.methods = {"none", "password"};
  refused.is_let_pass(refused.none(), {"password"});
  BOOST_TEST(refused.decider.times("none") == 1u);

  Login not_allowed;
  not_allowed.decider.on_none = Decision::accept;
  not_allowed.is_let_pass(not_allowed.none());
  BOOST_TEST(not_allowed.decider.times("none") == 0u);

  Login accepted;
  accepted.decider.methods = {"none"};
  accepted.decider.on_none = Decision::accept;
  accepted.succeeds(accepted.none());
  BOOST_TEST(accepted.server.identity().methods == Names{"none"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(none_may_be_one_step_of_several) {
  Login login(with_rules("none,password"));
  login.decider.methods = {"none", "password"};
  login.decider.on_none = Decision::accept;
  login.fails(login.right(), {});
  login.is_partial(login.none(), {"password"});
  login.succeeds(login.right());
}

// --- methods

BOOST_AUTO_TEST_CASE(only_allowed_methods_are_asked_for) {
  Login login(with_tries(100));
  login.decider.methods = {"publickey", "none", "hostbased", "gssapi-with-mic", "a,b", ""};
  login.decider.steps = {Decision::accept};
  login.fails(login.right(), {"publickey"});
  login.fails(login.dialogue(), {"publickey"});
  for (const std::string& method : {"hostbased"s, "gssapi-with-mic"s, ""s, "\0"s, "password\0"s, "passwor"s,
                                    "Password"s, "a,b"s, std::string(64, 'm'), std::string(70'000, 'm')}) {
    const auto reply =
        login.raw(request_for("ron", "ssh-connection", method, password_body(false, "hunter2")));
    BOOST_TEST(reply.failed, method);
    BOOST_TEST(methods_in(reply) == Names{"publickey"}, boost::test_tools::per_element());
  }
  expect_asked(login.decider, {"allowed_methods ron"});
}

BOOST_AUTO_TEST_CASE(nobody_gets_in_where_nothing_is_allowed) {
  Login login;
  login.decider.methods.clear();
  login.is_let_pass(login.none(), {});
  login.fails(login.right(), {});
  login.fails(login.dialogue(), {});
  expect_asked(login.decider, {"allowed_methods ron"});
}

// --- the service

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-22"))
BOOST_AUTO_TEST_CASE(only_one_service_is_there) {
  for (const std::string& service : {"ssh-userauth"s, "foo"s, ""s, "ssh-connectio"s, "ssh-connection2"s,
                                     "ssh-connection\0"s, "SSH-CONNECTION"s}) {
    Login login;
    login.decider.methods.push_back("none");
    login.decider.on_none = Decision::accept;
    const Bytes request = request_for("ron", service, "none");
    BOOST_CHECK_EXCEPTION(login.raw(request), ProtocolError, [&](const Error& error) {
      return error.code() == errc::service_unavailable &&
             reason_for(error.code()) == DisconnectReason::service_not_available;
    });
    expect_asked(login.decider, {});
    login.is_over();
  }
}

BOOST_AUTO_TEST_CASE(a_change_of_the_service_ends_it_after_a_step_too) {
  Login login(with_rules("password,publickey"));
  login.is_partial(login.right(), {"publickey"});
  login.breaks(request_for("ron", "other", "none"), errc::service_unavailable);
}

// --- numbers and form

BOOST_AUTO_TEST_CASE(numbers_that_a_server_never_gets) {
  for (unsigned n = 0; n < 256; ++n) {
    if (n == 50 || n == 61) continue;
    Login login;
    login.decider.methods.push_back("none");
    login.decider.on_none = Decision::accept;
    login.breaks(Bytes{static_cast<std::uint8_t>(n)});
    expect_asked(login.decider, {});
  }
  Login login;
  login.breaks(Bytes());
}

BOOST_AUTO_TEST_CASE(cut_or_padded_requests_are_malformed) {
  Login source;
  const Bytes none = request_for("ron", "ssh-connection", "none");
  const Bytes password = password_request("ron", "hunter2");
  const Bytes change =
      request_for("ron", "ssh-connection", "password", password_body(true, "hunter2", "hunter3"));
  for (const Bytes& request : {none, password, change}) {
    for (std::size_t n = 1; n < request.size(); ++n) {
      Login login;
      login.breaks(ByteView(request).first(n), errc::malformed_packet);
      BOOST_TEST(login.decider.times("password") == 0u);
    }
    Bytes longer = request;
    longer.push_back(0);
    Login login;
    login.breaks(longer, errc::malformed_packet);
  }
}

// --- user names

BOOST_AUTO_TEST_CASE(names_that_nobody_can_have) {
  for (const std::string& name :
       {""s, "\0"s, "ron\0"s, "ron\0root"s, "ro\nn"s, "\x1b[2J"s, "\x7f"s, "\xc2\x85"s, std::string(256, 'r'),
        std::string(100'000, 'r'), "\xff"s, "ron\xc3"s, "\xc0\xaf"s, "\xed\xa0\x80"s, "\xf4\x90\x80\x80"s,
        "\xe2\x80\xae"s}) {
    Login login;
    login.decider.methods.push_back("none");
    login.decider.on_none = Decision::accept;
    login.fails(login.none(name), {});
    login.fails(login.right(name), {});
    login.fails(login.dialogue(name), {});
    BOOST_TEST(login.server.user() == "");
    expect_asked(login.decider, {});
    login.succeeds(login.right("ron"));
  }
}

BOOST_AUTO_TEST_CASE(names_that_somebody_may_have) {
  for (const std::string& name : {"r"s, "ron weasley"s, "ron@example.org"s, "DOMAIN\\ron"s, "j\xc3\xbcrgen"s,
                                  "\xe6\x97\xa5\xe6\x9c\xac"s, std::string(255, 'r')}) {
    Login login;
    login.succeeds(login.right(name));
    BOOST_TEST(login.server.identity().user == name);
  }
}

BOOST_AUTO_TEST_CASE(unusable_names_end_at_the_limit) {
  Login login(with_tries(2));
  login.fails(login.right(""), {});
  login.ends(login.right(""));
}

// --- a change of the name (V-12)

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-12"))
BOOST_AUTO_TEST_CASE(what_one_name_has_proven_is_of_no_use_to_another) {
  Login login(with_rules("password,keyboard-interactive"));
  login.decider.steps = {Decision::accept};
  login.is_partial(login.right("ron"), {"keyboard-interactive"});
  login.fails(login.dialogue("hermione"), {"password"});
  BOOST_TEST(login.decider.times("interactive") == 0u);
  BOOST_TEST(login.server.user() == "hermione");
  // Nor is it there again for the first one.
  login.fails(login.dialogue("ron"), {"password"});
  BOOST_TEST(login.decider.times("interactive") == 0u);
  login.is_partial(login.right("ron"), {"keyboard-interactive"});
  login.succeeds(login.dialogue("ron"));
  BOOST_TEST(login.server.identity().methods == (Names{"password", "keyboard-interactive"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(an_unusable_name_forgets_as_well) {
  Login login(with_rules("password,keyboard-interactive"));
  login.decider.steps = {Decision::accept};
  login.is_partial(login.right(), {"keyboard-interactive"});
  login.fails(login.none("ron\0"s), {});
  BOOST_TEST(login.server.user() == "");
  login.fails(login.dialogue(), {"password"});
  BOOST_TEST(login.decider.times("interactive") == 0u);
}

BOOST_AUTO_TEST_CASE(the_methods_are_those_of_the_name) {
  Login login;
  login.is_let_pass(login.none("ron"));
  login.decider.methods = {"publickey"};
  login.fails(login.wrong("ron"));
  login.fails(login.right("hermione"), {"publickey"});
  expect_asked(login.decider, {"allowed_methods ron", "password ron hunter1", "allowed_methods hermione"});
}

BOOST_AUTO_TEST_CASE(changes_of_the_name_count) {
  Login login(with_tries(4));
  login.is_let_pass(login.none("a"));
  login.fails(login.wrong("b"));  // the change, and the password
  login.get<AuthClient::InfoRequest>([&] {
    login.decider.steps = {question()};
    return login.dialogue("a");  // the change alone
  }());
  BOOST_TEST(login.last.failed);
  login.ends(login.right("c"));
}

BOOST_AUTO_TEST_CASE(a_changed_name_can_still_log_in) {
  Login login;
  login.fails(login.wrong("root"));
  login.succeeds(login.right("ron"));
  BOOST_TEST(login.server.identity().user == "ron");
}

// --- the limit (V-15)

BOOST_AUTO_TEST_CASE(the_failure_that_reaches_the_limit_ends_it) {
  Login login;  // six, as with sshd
  for (int i = 0; i < 5; ++i)
    login.fails(login.wrong());
  try {
    login.raw(login.wrong());
    BOOST_ERROR("six failures are too many");
  } catch (const AuthError& error) {
    BOOST_TEST((error.code() == errc::too_many_attempts));
    BOOST_TEST((error.phase() == Phase::authentication));
    BOOST_TEST((reason_for(error.code()) == DisconnectReason::no_more_auth_methods_available));
    BOOST_TEST(std::string(error.what()).find("\"ron\"") != std::string::npos);
  }
  login.is_over();
}

BOOST_AUTO_TEST_CASE(the_last_try_may_be_the_right_one) {
  Login login;
  for (int i = 0; i < 5; ++i)
    login.fails(login.wrong());
  login.succeeds(login.right());
}

BOOST_AUTO_TEST_CASE(a_limit_of_one_or_none_takes_the_first_failure) {
  for (const unsigned tries : {0u, 1u}) {
    Login login(with_tries(tries));
    login.is_let_pass(login.none());
    login.ends(login.wrong());
  }
}

BOOST_AUTO_TEST_CASE(an_accepted_step_does_not_reset_the_count) {
  AuthServerSettings settings = with_rules("password,publickey");
  settings.max_tries = 2;
  Login login(settings);
  login.fails(login.wrong(), {"password"});
  login.is_partial(login.right(), {"publickey"});
  login.ends(login.right());
}

BOOST_AUTO_TEST_CASE(methods_that_are_not_there_count) {
  Login login(with_tries(2));
  const Bytes request = request_for("ron", "ssh-connection", "hostbased");
  BOOST_TEST(login.raw(request).failed);
  login.ends(request);
}

// --- passwords (V-13)

BOOST_AUTO_TEST_CASE(passwords_that_nobody_is_asked_about) {
  Login login(with_tries(100));
  for (const std::string& password : {""s, "\0"s, "hunter2\0"s, "\0hunter2"s, std::string(1025, 'p')}) {
    login.fails(login.client.password("ron", Secret(password)));
    login.fails(login.client.change_password("ron", Secret(password), Secret("hunter3")));
    login.fails(login.client.change_password("ron", right_password, Secret(password)));
  }
  expect_asked(login.decider, {"allowed_methods ron"});
}

BOOST_AUTO_TEST_CASE(passwords_are_handed_on_as_they_are) {
  Login login;
  const std::string longest(1024, 'p'), no_text = "\xff\x01 \n";
  login.fails(login.client.password("ron", Secret(longest)));
  login.fails(login.client.password("ron", Secret(no_text)));
  expect_asked(login.decider, {"allowed_methods ron", "password ron " + longest, "password ron " + no_text});
}

BOOST_AUTO_TEST_CASE(an_expired_password_is_changed) {
  Login login;
  login.decider.on_password = Decision::password_expired;
  const auto asked = login.get<AuthClient::PasswordChange>(login.right());
  BOOST_TEST(asked.prompt == "A new one, please");
  BOOST_TEST(!login.last.failed);
  BOOST_TEST(!login.server.authenticated());
  login.succeeds(login.client.change_password("ron", right_password, Secret("hunter3")));
  BOOST_TEST(login.server.identity().methods == Names{"password"}, boost::test_tools::per_element());
  expect_asked(login.decider, {"allowed_methods ron", "password ron hunter2", "change_prompt ron",
                               "change_password ron hunter2>hunter3"});
}

BOOST_AUTO_TEST_CASE(a_change_needs_the_old_password) {
  Login login;
  login.fails(login.client.change_password("ron", wrong_password, Secret("hunter3")));
  login.decider.on_change = Decision::reject;
  login.fails(login.client.change_password("ron", right_password, Secret("hunter3")));
}

BOOST_AUTO_TEST_CASE(a_change_needs_passwords_to_be_allowed) {
  Login login;
  login.decider.methods = {"publickey"};
  login.fails(login.client.change_password("ron", right_password, Secret("hunter3")), {"publickey"});
  expect_asked(login.decider, {"allowed_methods ron"});
}

BOOST_AUTO_TEST_CASE(a_changed_password_is_one_step) {
  Login login(with_rules("password,publickey"));
  login.is_partial(login.client.change_password("ron", right_password, Secret("hunter3")), {"publickey"});
}

BOOST_AUTO_TEST_CASE(to_be_sent_back_again_counts) {
  Login login(with_tries(2));
  const auto bad_change = [&] {
    return login.client.change_password("ron", right_password, Secret("short"));
  };
  login.decider.on_password = Decision::password_expired;
  login.get<AuthClient::PasswordChange>(login.right());
  BOOST_TEST(!login.last.failed);
  login.get<AuthClient::PasswordChange>(bad_change());
  BOOST_TEST(login.last.failed);
  login.ends(bad_change());
}

// --- several steps

BOOST_AUTO_TEST_CASE(rules_ask_for_steps_in_their_order) {
  Login login(with_rules("keyboard-interactive,password"));
  login.decider.steps = {Decision::accept};
  login.is_let_pass(login.none(), {"keyboard-interactive"});
  login.fails(login.right(), {"keyboard-interactive"});
  BOOST_TEST(login.decider.times("password") == 0u);
  login.is_partial(login.dialogue(), {"password"});
  login.fails(login.dialogue(), {"password"});
  login.fails(login.wrong(), {"password"});
  login.succeeds(login.right());
  BOOST_TEST(login.server.identity().methods == (Names{"keyboard-interactive", "password"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(partial_success_is_said_once) {
  Login login(with_rules("password,keyboard-interactive"));
  login.is_partial(login.right(), {"keyboard-interactive"});
  login.is_let_pass(login.none(), {"keyboard-interactive"});
}

BOOST_AUTO_TEST_CASE(the_methods_are_asked_again_after_a_step) {
  Login login(with_rules("password,publickey password,keyboard-interactive"));
  login.is_let_pass(login.none(), {"password"});
  login.decider.methods = {"keyboard-interactive"};
  login.is_partial(login.right(), {"keyboard-interactive"});
  BOOST_TEST(login.decider.times("allowed_methods") == 2u);
}

BOOST_AUTO_TEST_CASE(a_rule_whose_method_is_not_allowed_cannot_be_met) {
  Login login(with_rules("password,keyboard-interactive"));
  login.decider.methods = {"password"};
  login.is_partial(login.right(), {});
  login.fails(login.right(), {});
  login.fails(login.dialogue(), {});
}

BOOST_AUTO_TEST_CASE(a_decider_may_want_more_without_rules) {
  Login login;
  login.decider.on_password = Decision::partial;
  login.is_partial(login.right(), {"password", "publickey", "keyboard-interactive"});
  login.decider.steps = {Decision::accept};
  login.succeeds(login.dialogue());
  BOOST_TEST(login.server.identity().methods == (Names{"password", "keyboard-interactive"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(partial_is_no_success_even_where_the_rules_are_met) {
  Login login(with_rules("password"));
  login.decider.on_password = Decision::partial;
  login.is_partial(login.right(), {});
  login.fails(login.right(), {});
}

BOOST_AUTO_TEST_CASE(a_decider_that_always_wants_more_does_not_go_on_for_ever) {
  Login login;
  login.decider.on_password = Decision::partial;
  const Names all = login.decider.methods;
  for (int i = 0; i < 32; ++i)
    login.is_partial(login.right(), all);
  login.fails(login.right(), all);
}

BOOST_AUTO_TEST_CASE(only_passwords_expire) {
  Login login;
  login.decider.methods.push_back("none");
  login.decider.on_none = Decision::password_expired;
  login.decider.steps = {Decision::password_expired};
  login.fails(login.none());
  login.fails(login.dialogue());
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-23"))
BOOST_AUTO_TEST_CASE(a_decision_out_of_range_is_no_acceptance) {
  for (const int value : {-1, 4, 255, 0x7fffffff}) {
    Login login;
    login.decider.on_password = static_cast<Decision>(value);
    login.fails(login.right());
  }
}

// --- exceptions of the decider

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-23"))
BOOST_AUTO_TEST_CASE(what_the_decider_throws_passes_through_and_ends_it) {
  const PrivateKey key = PrivateKey::generate("ed25519");
  const std::vector<std::pair<std::string, Bytes (*)(Login&, const PrivateKey&)>> rows = {
      {"allowed_methods", [](Login& l, const PrivateKey&) { return l.right(); }},
      {"none", [](Login& l, const PrivateKey&) { return l.none(); }},
      {"password", [](Login& l, const PrivateKey&) { return l.right(); }},
      {"change_password",
       [](Login& l, const PrivateKey&) {
         return l.client.change_password("ron", right_password, Secret("hunter3"));
       }},
      {"change_prompt",
       [](Login& l, const PrivateKey&) {
         return l.client.change_password("ron", right_password, Secret("short"));
       }},
      {"offer", [](Login& l, const PrivateKey& k) { return l.probe(k.public_key()); }},
      {"offer", [](Login& l, const PrivateKey& k) { return l.sign(k); }},
      {"publickey", [](Login& l, const PrivateKey& k) { return l.sign(k); }},
      {"interactive", [](Login& l, const PrivateKey&) { return l.dialogue(); }},
  };
  for (const auto& [question, request] : rows) {
    Login login;
    login.decider.methods.push_back("none");
    login.decider.keys = {key.public_key()};
    login.decider.breaks_at = question;
    const Bytes message = request(login, key);
    BOOST_CHECK_EXCEPTION(login.raw(message), Broken,
                          [&at = question](const Broken& b) { return b.what() == std::string_view(at); });
    login.is_over();
  }
}

BOOST_AUTO_TEST_CASE(an_exception_after_an_accepted_step_ends_it_too) {
  Login login(with_rules("password,publickey"));
  login.is_let_pass(login.none(), {"password"});
  login.decider.breaks_at = "allowed_methods";
  BOOST_CHECK_THROW(login.raw(login.right()), Broken);
  login.is_over();
}

BOOST_AUTO_TEST_CASE(a_decider_cannot_call_back_into_the_machine) {
  class Reentrant final : public AuthDecider {
   public:
    AuthServer* server = nullptr;
    Bytes request{};
    std::vector<std::string> allowed_methods(std::string_view) override { return {"password"}; }
    Decision none(std::string_view) override { return Decision::reject; }
    Decision password(std::string_view, const Secret&) override {
      return server->receive(request, *this).authenticated ? Decision::accept : Decision::reject;
    }
    Decision change_password(std::string_view, const Secret&, const Secret&) override {
      return Decision::reject;
    }
    std::string change_prompt(std::string_view) override { return {}; }
    KeyOffer offer(std::string_view, const PublicKey&) override { return KeyOffer::unwelcome; }
    Decision publickey(std::string_view, const PublicKey&) override { return Decision::reject; }
    InteractiveStep interactive(std::string_view, std::string_view) override { return Decision::reject; }
    InteractiveStep answers(std::string_view, const Answers&) override { return Decision::reject; }
  };
  AuthServer server({}, Bytes{1});
  Reentrant decider;
  decider.server = &server;
  decider.request = password_request("ron", "hunter2");
  BOOST_CHECK_EXCEPTION((void)server.receive(decider.request, decider), Error, test::has_code(errc::closed));
  BOOST_TEST(!server.authenticated());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::protocol
