// amiko - tests of which credentials are tried, and in what order
#include <amiko/client/connect.hpp>

#include <boost/test/unit_test.hpp>

#include <stdlib.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "common/calls.hpp"
#include "common/scripted_server.hpp"
#include "common/temp_dir.hpp"

using amiko::AuthDetail;
using amiko::ConnectOptions;
using amiko::errc;
using amiko::PrivateKey;
using amiko::Secret;
using amiko::test::AuthRequest;
using amiko::test::has_code;
using amiko::test::says;
using amiko::test::ScriptedOptions;
using amiko::test::ScriptedPeer;
using amiko::test::ScriptedServer;
using amiko::test::TempDir;
using Strings = std::vector<std::string>;
namespace wire = amiko::wire;

namespace {

const PrivateKey& key(int which) {
  static const std::vector<PrivateKey> keys{PrivateKey::generate("ed25519", {.comment = "first"}),
                                            PrivateKey::generate("ed25519", {.comment = "second"})};
  return keys.at(static_cast<std::size_t>(which));
}

// A server that asks for methods in turn: each accepted one brings the next list, the last one lets in.
struct Server {
  std::vector<Strings> stages;
  std::function<bool(ScriptedPeer&, const AuthRequest&)> good;
  Strings seen{};  // what was asked, "none" included; complete once the server has ended

  // True when the client was let in.
  bool login(ConnectOptions options) {
    ScriptedOptions server_options;
    std::size_t stage = 0;
    server_options.auth = [this, stage](ScriptedPeer& peer, const AuthRequest& request) mutable {
      seen.push_back(request.method + (request.method == "publickey" && !request.has_signature ? "?" : ""));
      const auto& allowed = stages.at(stage);
      const bool offered = std::find(allowed.begin(), allowed.end(), request.method) != allowed.end();
      if (!offered || !good(peer, request)) return peer.refuse(allowed);
      if (request.method == "publickey" && !request.has_signature)
        return peer.send(wire::UserauthPkOk{.algorithm = request.algorithm, .blob = request.blob});
      if (++stage == stages.size()) return peer.let_in();
      peer.refuse(stages[stage], true);
    };
    ScriptedServer server(std::move(server_options));
    options.socket = server.take_client();
    options.host_key = amiko::HostKeyPolicy::none();
    options.default_keys = false;
    options.user = "tester";
    struct Finish {
      ScriptedServer& server;
      ~Finish() { BOOST_CHECK_NO_THROW(server.finish()); }
    } finish{server};  // after the connection is closed
    return amiko::connect("host", options).transport().is_authenticated();
  }

  // The same for logins that fail: what the error tells.
  AuthDetail refusal(const ConnectOptions& options, errc code = errc::auth_failed) {
    try {
      login(options);
    } catch (const amiko::AuthError& e) {
      BOOST_TEST_MESSAGE(e.what());
      BOOST_TEST((e.code() == code));
      return e.detail();
    }
    BOOST_ERROR("let in");
    return {};
  }
};

bool is(const AuthRequest& request, int which) {
  return request.blob == key(which).public_key().blob() && (!request.has_signature || request.verified);
}

bool has_password(ScriptedPeer&, const AuthRequest& request) {
  return request.password == "right";
}

// One round with these prompts; whether the answers are as expected.
bool ask(ScriptedPeer& peer, std::vector<wire::InfoPrompt> prompts, const Strings& expected) {
  peer.send(wire::encoded(
      wire::UserauthInfoRequest{.name = "name", .instruction = "do this", .prompts = std::move(prompts)}));
  const auto answers = wire::decode_info_response(peer.next());
  Strings given;
  for (const Secret& answer : answers)
    given.push_back(answer.view().str());
  return given == expected;
}

// A key whose holder does not sign.
class LockedKey : public amiko::Signer {
 public:
  const amiko::PublicKey& public_key() const override { return key(0).public_key(); }
  Strings algorithms() const override { return key(0).algorithms(); }
  amiko::Bytes sign(std::string_view, amiko::ByteView) const override {
    throw amiko::KeyError(errc::unsupported_key, "the token is locked");
  }
  std::string label() const override { return "token"; }
};

ConnectOptions with_password(const char* password) {
  ConnectOptions options;
  options.password = Secret(password);
  return options;
}

// Gives the answers one after the other.
ConnectOptions with_answers(Strings& answers, Strings& prompts) {
  ConnectOptions options;
  options.ask_password = [&](const std::string& prompt) -> std::optional<Secret> {
    prompts.push_back(prompt);
    if (answers.empty()) return std::nullopt;
    const std::string answer = answers.front();
    answers.erase(answers.begin());
    return Secret(answer);
  };
  return options;
}

const auto same = boost::test_tools::per_element();

}  // namespace

BOOST_AUTO_TEST_SUITE(auth_plan)

BOOST_AUTO_TEST_CASE(keys_are_refused_then_the_password_is_right) {
  Server server{{{"publickey", "password"}}, has_password};
  ConnectOptions options = with_password("right");
  options.keys = {key(0), key(1)};
  BOOST_TEST(server.login(options));
  BOOST_TEST(server.seen == (Strings{"none", "publickey?", "publickey?", "password"}), same);
}

BOOST_AUTO_TEST_CASE(the_second_key_is_right) {
  Server server{{{"publickey"}}, [](ScriptedPeer&, const AuthRequest& r) { return is(r, 1); }};
  ConnectOptions options;
  options.keys = {key(0)};
  options.signers = {std::make_shared<PrivateKey>(key(1))};
  BOOST_TEST(server.login(options));
  BOOST_TEST(server.seen == (Strings{"none", "publickey?", "publickey?", "publickey"}), same);
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-15"))
BOOST_AUTO_TEST_CASE(a_key_is_offered_once) {
  Server server{{{"publickey"}}, [](ScriptedPeer&, const AuthRequest&) { return false; }};
  ConnectOptions options;
  options.keys = {key(0), key(0)};
  const AuthDetail detail = server.refusal(options);
  BOOST_TEST(detail.tried.size() == 1U);
  BOOST_TEST(server.seen == (Strings{"none", "publickey?"}), same);
}

BOOST_AUTO_TEST_CASE(the_order_is_the_users) {
  Server server{{{"publickey", "password"}}, [](ScriptedPeer&, const AuthRequest&) { return false; }};
  ConnectOptions options = with_password("wrong");
  options.keys = {key(0)};
  options.auth_methods = {"password", "publickey"};
  const AuthDetail detail = server.refusal(options);
  BOOST_TEST(server.seen == (Strings{"none", "password", "publickey?"}), same);
  BOOST_TEST(detail.methods_left == (Strings{"publickey", "password"}), same);
  BOOST_TEST(detail.tried == (Strings{"password: refused", "publickey " + key(0).label() + ": refused"}),
             same);
  BOOST_TEST(!detail.partial_success);
}

BOOST_AUTO_TEST_CASE(publickey_and_then_password) {
  Server server{{{"publickey"}, {"publickey", "password"}}, [](ScriptedPeer& p, const AuthRequest& r) {
                  return r.method == "publickey" ? is(r, 0) : has_password(p, r);
                }};
  ConnectOptions options = with_password("right");
  options.keys = {key(0)};
  BOOST_TEST(server.login(options));
  // The key has done its part and is not offered again.
  BOOST_TEST(server.seen == (Strings{"none", "publickey?", "publickey", "password"}), same);

  options.password = Secret("wrong");
  server.seen.clear();
  const AuthDetail detail = server.refusal(options);
  BOOST_TEST(detail.partial_success);
  BOOST_TEST(detail.tried.size() == 2U);
}

BOOST_AUTO_TEST_CASE(two_keys) {
  int accepted = 0;
  Server server{{{"publickey"}, {"publickey"}}, [&](ScriptedPeer&, const AuthRequest& r) {
                  const bool good = is(r, accepted);
                  if (good && r.has_signature) ++accepted;
                  return good;
                }};
  ConnectOptions options;
  options.keys = {key(0), key(1)};
  BOOST_TEST(server.login(options));
}

BOOST_AUTO_TEST_CASE(the_password_answers_keyboard_interactive) {
  Server server{{{"keyboard-interactive", "password"}}, [](ScriptedPeer& peer, const AuthRequest& r) {
                  return r.method == "keyboard-interactive" &&
                         ask(peer, {{"Password: ", false}}, {"right"}) && ask(peer, {}, {});
                }};
  BOOST_TEST(server.login(with_password("right")));
  BOOST_TEST(server.seen == (Strings{"none", "keyboard-interactive"}), same);
}

// The password is not shown to other questions.
BOOST_AUTO_TEST_CASE(other_rounds_are_not_answered_by_the_password) {
  bool blank = true;
  Server server{{{"keyboard-interactive", "password"}}, [&](ScriptedPeer& peer, const AuthRequest& r) {
                  if (r.method == "password") return r.password == "right";
                  blank = blank && ask(peer, {{"Colour: ", true}}, {""});
                  blank = blank && ask(peer, {{"Password: ", false}, {"Code: ", false}}, {"", ""});
                  return false;
                }};
  BOOST_TEST(server.login(with_password("right")));
  BOOST_TEST(blank);
  BOOST_TEST(server.seen == (Strings{"none", "keyboard-interactive", "password"}), same);
  Strings answers{"right"}, prompts;
  BOOST_TEST(server.login(with_answers(answers, prompts)));
  BOOST_TEST(prompts.size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_handler_of_the_users) {
  Server server{{{"keyboard-interactive"}}, [](ScriptedPeer& peer, const AuthRequest&) {
                  return ask(peer, {{"A: ", true}, {"B: ", false}}, {"A: yes", "B: no"});
                }};
  ConnectOptions options;
  options.kbdint = [](const std::string& name, const std::string& instruction,
                      std::span<const amiko::Prompt> prompts) {
    BOOST_TEST(name == "name");
    BOOST_TEST(instruction == "do this");
    amiko::Answers answers;
    for (const auto& prompt : prompts)
      answers.emplace_back(prompt.text + (prompt.echo ? "yes" : "no"));
    return answers;
  };
  BOOST_TEST(server.login(options));
}

BOOST_AUTO_TEST_CASE(passwords_are_asked_for) {
  Server server{{{"password"}}, has_password};
  Strings answers{"wrong", "right"}, prompts;
  BOOST_TEST(server.login(with_answers(answers, prompts)));
  BOOST_REQUIRE(prompts.size() == 2U);
  BOOST_TEST(prompts[0].find("tester@host") == 0U);

  answers = {"1", "2", "3", "4"};
  prompts.clear();
  BOOST_TEST(server.refusal(with_answers(answers, prompts)).tried.size() == 3U);
  BOOST_TEST(prompts.size() == 3U);

  answers = {"1"};
  prompts.clear();
  BOOST_TEST(server.refusal(with_answers(answers, prompts)).tried.size() == 1U);
  BOOST_TEST(prompts.size() == 2U);  // the second one was not answered
}

BOOST_AUTO_TEST_CASE(nothing_to_try) {
  Server server{{{"publickey", "gssapi"}}, has_password};
  const AuthDetail detail = server.refusal(with_password("right"), errc::no_more_auth_methods);
  BOOST_TEST(detail.methods_left == (Strings{"publickey", "gssapi"}), same);
  BOOST_TEST(detail.tried.empty());
  BOOST_TEST(server.seen == Strings{"none"}, same);
}

BOOST_AUTO_TEST_CASE(a_server_that_asks_for_nothing) {
  Server server{{{"none"}}, [](ScriptedPeer&, const AuthRequest&) { return true; }};
  BOOST_TEST(server.login(with_password("unused")));
  BOOST_TEST(server.seen == Strings{"none"}, same);
}

// Nothing that only the user has was shown to any of these.
BOOST_TEST_DECORATOR(*boost::unit_test::label("V-21"))
BOOST_AUTO_TEST_CASE(a_login_without_proof_is_refused_where_one_is_wanted) {
  const auto careful = [](ConnectOptions options) {
    options.refuse_trivial_auth = true;
    return options;
  };
  Server open{{{"none"}}, [](ScriptedPeer&, const AuthRequest&) { return true; }};
  BOOST_CHECK_EXCEPTION(open.login(careful(with_password("unused"))), amiko::AuthError,
                        says(errc::auth_failed, "without any proof"));
  Server asks_nothing{{{"keyboard-interactive"}},
                      [](ScriptedPeer& peer, const AuthRequest&) { return ask(peer, {}, {}); }};
  BOOST_CHECK_EXCEPTION(asks_nothing.login(careful(with_password("unused"))), amiko::AuthError,
                        says(errc::auth_failed, "without any proof"));

  Server asks{{{"keyboard-interactive"}}, [](ScriptedPeer& peer, const AuthRequest&) {
                return ask(peer, {{"Password: ", false}}, {"right"});
              }};
  BOOST_TEST(asks.login(careful(with_password("right"))));
  Server password{{{"password"}}, has_password};
  BOOST_TEST(password.login(careful(with_password("right"))));
  Server two_parts{{{"publickey"}, {"keyboard-interactive"}}, [](ScriptedPeer& peer, const AuthRequest& r) {
                     return r.method == "publickey" ? is(r, 0) : ask(peer, {}, {});
                   }};
  ConnectOptions keyed = careful(with_password("unused"));
  keyed.keys = {key(0)};
  BOOST_TEST(two_parts.login(keyed));
}

BOOST_AUTO_TEST_CASE(key_files) {
  const TempDir dir;
  const Secret passphrase("open");
  key(0).save(dir / "plain");
  key(1).save(dir / "locked", passphrase);
  Server server{{{"publickey"}}, [](ScriptedPeer&, const AuthRequest& r) { return is(r, 1); }};
  ConnectOptions options;
  options.key_files = {dir / "plain", dir / "locked"};
  options.passphrase = [&](const std::string& what) -> std::optional<Secret> {
    BOOST_TEST(what.find("locked") != std::string::npos);
    return passphrase;
  };
  BOOST_TEST(server.login(options));

  options.passphrase = [](const std::string&) { return std::optional(Secret("wrong")); };
  BOOST_CHECK_EXCEPTION(server.login(options), amiko::KeyError, has_code(errc::wrong_passphrase));
  options.passphrase = {};
  BOOST_CHECK_EXCEPTION(server.login(options), amiko::KeyError, has_code(errc::passphrase_needed));
  options.key_files = {dir / "none"};
  BOOST_CHECK_EXCEPTION(server.login(options), amiko::KeyError, says(errc::file_not_found, "none"));
}

BOOST_AUTO_TEST_CASE(a_locked_key_is_opened_only_if_the_server_takes_it) {
  const TempDir dir;
  key(1).save(dir / "locked", Secret("open"));
  dir.write("locked.pub", key(1).public_key().to_line());
  Server server{{{"publickey"}}, [](ScriptedPeer&, const AuthRequest&) { return false; }};
  ConnectOptions options;
  options.key_files = {dir / "locked"};
  bool asked = false;
  options.passphrase = [&](const std::string&) -> std::optional<Secret> {
    asked = true;
    return std::nullopt;
  };
  BOOST_TEST(server.refusal(options).tried.size() == 1U);
  BOOST_TEST(!asked);
}

BOOST_AUTO_TEST_CASE(a_key_that_does_not_sign_does_not_end_the_plan) {
  Server server{{{"publickey", "password"}}, [](ScriptedPeer& p, const AuthRequest& r) {
                  return r.method == "publickey" ? is(r, 0) && !r.has_signature : has_password(p, r);
                }};
  ConnectOptions options = with_password("right");
  options.signers = {std::make_shared<LockedKey>()};
  BOOST_TEST(server.login(options));
  options.password = Secret("wrong");
  const AuthDetail detail = server.refusal(options);
  BOOST_REQUIRE(detail.tried.size() == 2U);
  BOOST_TEST(detail.tried[0].find("publickey token: ") == 0U);
  BOOST_TEST(detail.tried[0].find("the token is locked") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
