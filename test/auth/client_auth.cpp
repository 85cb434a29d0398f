// amiko - tests of authentication in the caller's thread
#include <amiko/auth/client_auth.hpp>

#include <amiko/connection/transport.hpp>

#include <boost/test/unit_test.hpp>
#include <boost/thread/thread.hpp>

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "common/calls.hpp"
#include "common/scripted_server.hpp"

using amiko::Answers;
using amiko::Bytes;
using amiko::ByteView;
using amiko::errc;
using amiko::PrivateKey;
using amiko::Prompt;
using amiko::PublicKey;
using amiko::Secret;
using amiko::Transport;
using amiko::test::accept_all;
using amiko::test::accept_key;
using amiko::test::accept_password;
using amiko::test::AuthRequest;
using amiko::test::AuthScript;
using amiko::test::Call;
using amiko::test::eventually;
using amiko::test::has_code;
using amiko::test::must;
using amiko::test::says;
using amiko::test::scaled;
using amiko::test::ScriptedOptions;
using amiko::test::ScriptedPeer;
using amiko::test::ScriptedServer;
using amiko::test::settle;
namespace wire = amiko::wire;
using namespace std::chrono_literals;
using Strings = std::vector<std::string>;

namespace {

// A client with its keys agreed on, before a server with this script.
struct Login {
  explicit Login(AuthScript auth, ScriptedOptions options = {}, const amiko::TransportOptions& ours = {})
      : server(with(std::move(options), std::move(auth))), client(server.take_client(), ours) {
    client.start_client(scaled(20s));
    client.set_auth_timeout(scaled(20s));
  }
  static ScriptedOptions with(ScriptedOptions options, AuthScript auth) {
    options.auth = std::move(auth);
    return options;
  }
  ScriptedServer server;
  Transport client;
};

void ask(ScriptedPeer& peer, std::string_view name, std::string_view instruction,
         std::vector<wire::InfoPrompt> prompts) {
  peer.send(wire::encoded(
      wire::UserauthInfoRequest{.name = name, .instruction = instruction, .prompts = std::move(prompts)}));
}

Strings answers_of(ScriptedPeer& peer) {
  Strings texts;
  const Bytes message = peer.next();
  for (const Secret& answer : wire::decode_info_response(message))
    texts.push_back(answer.view().str());
  return texts;
}

// A server that speaks authentication by itself, message by message.
ScriptedOptions by_hand(amiko::test::PeerScript script) {
  ScriptedOptions options;
  options.script = [script](ScriptedPeer& peer) {
    peer.exchange_versions();
    peer.first_kex();
    script(peer);
    peer.read_to_end();
  };
  return options;
}

const PrivateKey& key() {
  static const PrivateKey one = PrivateKey::generate("ed25519");
  return one;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(auth_none)

BOOST_AUTO_TEST_CASE(it_tells_what_the_server_wants) {
  Login login([](ScriptedPeer& peer, const AuthRequest& request) {
    must(request.user == "robey" && request.service == "ssh-connection" && request.method == "none");
    peer.refuse({"publickey", "password"});
  });
  const auto result = login.client.auth_none("robey");
  BOOST_TEST(!result.authenticated);
  BOOST_TEST(!result.partial_success);
  BOOST_TEST((result.methods_left == Strings{"publickey", "password"}));
  BOOST_TEST(result.can_continue_with("password"));
  BOOST_TEST(!result.can_continue_with("hostbased"));
  BOOST_TEST(!login.client.is_authenticated());
  BOOST_TEST(login.client.is_active());
}

BOOST_AUTO_TEST_CASE(some_servers_let_people_in) {
  Login login(accept_all());
  BOOST_TEST(login.client.auth_none("x").authenticated);
  BOOST_TEST(login.client.is_authenticated());
  BOOST_CHECK_EXCEPTION(login.client.auth_none("x"), amiko::Error, has_code(errc::invalid_argument));
  BOOST_TEST(login.client.is_authenticated());
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(auth_password)

BOOST_AUTO_TEST_CASE(right_and_wrong) {
  Login login(accept_password("s3cret"));
  BOOST_TEST(!login.client.auth_password("u", Secret("wrong")).authenticated);
  BOOST_TEST(!login.client.auth_password("u", Secret("")).authenticated);
  const auto result = login.client.auth_password("u", Secret("s3cret"));
  BOOST_TEST(result.authenticated);
  BOOST_TEST(static_cast<bool>(result));
}

BOOST_AUTO_TEST_CASE(partial_success) {
  Login login([](ScriptedPeer& peer, const AuthRequest& request) {
    if (request.method == "password")
      peer.refuse({"publickey"}, true);
    else
      accept_key(key().public_key())(peer, request);
  });
  const auto first = login.client.auth_password("u", Secret("x"));
  BOOST_TEST(!first.authenticated);
  BOOST_TEST(first.partial_success);
  BOOST_TEST((first.methods_left == Strings{"publickey"}));
  BOOST_TEST(login.client.auth_publickey("u", key()).authenticated);
}

// Asks for a new password until it is "good".
const AuthScript expired = [](ScriptedPeer& peer, const AuthRequest& request) {
  if (request.change && request.new_password == "good") {
    must(request.password == "old");
    peer.let_in();
  } else if (request.change && request.new_password == "refused") {
    peer.refuse({"password"});
  } else {
    peer.send(wire::UserauthPasswdChangereq{.prompt = "too old,\n\x1b[5mchange it", .language = ""});
  }
};

BOOST_AUTO_TEST_CASE(an_expired_password_is_changed) {
  Login login(expired);
  Strings prompts;
  const auto result = login.client.auth_password("u", Secret("old"), [&](const std::string& prompt) {
    prompts.push_back(prompt);
    return Secret(prompts.size() < 3 ? "bad" : "good");
  });
  BOOST_TEST(result.authenticated);
  BOOST_TEST(prompts.size() == 3U);
  BOOST_TEST(prompts[0].find("too old,\n") == 0U);
  BOOST_TEST(prompts[0].find('\x1b') == std::string::npos);
}

BOOST_AUTO_TEST_CASE(an_expired_password_and_nobody_to_ask) {
  Login login(expired);
  BOOST_CHECK_EXCEPTION(login.client.auth_password("u", Secret("old")), amiko::AuthError,
                        says(errc::password_expired, "too old"));
  BOOST_CHECK_EXCEPTION(
      login.client.auth_password("u", Secret("old"), [](const std::string&) { return Secret(); }),
      amiko::AuthError, has_code(errc::password_expired));
  // another attempt may follow
  BOOST_TEST(login.client.auth_password("u", Secret("old"), [](const std::string&) { return Secret("good"); })
                 .authenticated);
}

BOOST_AUTO_TEST_CASE(a_new_password_that_is_refused) {
  Login login(expired);
  BOOST_TEST(
      !login.client.auth_password("u", Secret("old"), [](const std::string&) { return Secret("refused"); })
           .authenticated);
}

BOOST_AUTO_TEST_CASE(a_server_that_asks_for_ever) {
  Login login(expired);
  int asked = 0;
  BOOST_CHECK_EXCEPTION(login.client.auth_password("u", Secret("old"),
                                                   [&](const std::string&) {
                                                     ++asked;
                                                     return Secret("bad");
                                                   }),
                        amiko::AuthError, has_code(errc::password_expired));
  BOOST_TEST(asked < 100);
}

BOOST_AUTO_TEST_CASE(the_asker_s_exception_passes_through) {
  Login login(expired);
  BOOST_CHECK_THROW(
      login.client.auth_password("u", Secret("old"),
                                 [](const std::string&) -> Secret { throw std::out_of_range("no"); }),
      std::out_of_range);
  BOOST_TEST(login.client.auth_password("u", Secret("old"), [](const std::string&) { return Secret("good"); })
                 .authenticated);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(auth_publickey)

BOOST_AUTO_TEST_CASE(probe_and_signature) {
  std::atomic<int> probes = 0;
  Login login([&](ScriptedPeer& peer, const AuthRequest& request) {
    if (!request.has_signature) ++probes;
    accept_key(key().public_key())(peer, request);
  });
  BOOST_TEST(login.client.probe_publickey("u", key().public_key()));
  BOOST_TEST(!login.client.probe_publickey("u", PrivateKey::generate("ed25519").public_key()));
  BOOST_TEST(!login.client.is_authenticated());
  BOOST_TEST(!login.client.auth_publickey("u", PrivateKey::generate("ed25519")).authenticated);
  BOOST_TEST(login.client.auth_publickey("u", key()).authenticated);
  BOOST_TEST(probes == 4);
}

// What the server takes decides, and what we like best comes first (RFC 8332).
BOOST_AUTO_TEST_CASE(the_algorithm_for_an_rsa_key) {
  const PrivateKey rsa = PrivateKey::generate("rsa", {.bits = 2048});
  const auto chosen = [&](const char* server_takes, const char* ours) {
    std::string algorithm;
    ScriptedOptions options;
    options.ext_info = false;
    options.script = [&](ScriptedPeer& peer) {
      peer.exchange_versions();
      peer.first_kex();
      if (server_takes != nullptr)
        peer.send(wire::encoded(wire::ExtInfo{{{"server-sig-algs", server_takes}}}));
      peer.authenticate();
      peer.read_to_end();
    };
    Login login(
        [&](ScriptedPeer& peer, const AuthRequest& request) {
          algorithm = request.algorithm;
          accept_key(rsa.public_key())(peer, request);
        },
        std::move(options));
    if (server_takes != nullptr)
      BOOST_TEST(eventually([&] { return login.client.server_sig_algs().has_value(); }));
    if (ours != nullptr) login.client.set_pubkey_algorithms(ours);
    BOOST_TEST(login.client.auth_publickey("u", rsa).authenticated);
    return algorithm;
  };
  BOOST_TEST(chosen(nullptr, nullptr) == "rsa-sha2-512");
  BOOST_TEST(chosen("ssh-ed25519,rsa-sha2-256,rsa-sha2-512", nullptr) == "rsa-sha2-512");
  BOOST_TEST(chosen("ssh-rsa,rsa-sha2-256", nullptr) == "rsa-sha2-256");
  BOOST_TEST(chosen("rsa-sha2-512,rsa-sha2-256", "rsa-sha2-256") == "rsa-sha2-256");
}

// A server that does not say what it takes may be too old for SHA-2.  SHA-1 is tried last, where it was
// named.
BOOST_TEST_DECORATOR(*boost::unit_test::label("V-56"))
BOOST_AUTO_TEST_CASE(sha1_is_tried_last_and_only_where_it_is_named) {
  const PrivateKey rsa = PrivateKey::generate("rsa", {.bits = 2048});
  const auto tried = [&](const char* ours, bool gets_in) {
    std::vector<std::string> algorithms;
    ScriptedOptions options;
    options.ext_info = false;
    Login login(
        [&](ScriptedPeer& peer, const AuthRequest& request) {
          algorithms.push_back(request.algorithm);
          if (request.algorithm != "ssh-rsa") return peer.refuse({"publickey"});
          accept_key(rsa.public_key())(peer, request);
        },
        std::move(options));
    if (ours != nullptr) login.client.set_pubkey_algorithms(ours);
    BOOST_TEST(login.client.auth_publickey("u", rsa).authenticated == gets_in);
    return algorithms;
  };
  using Names = std::vector<std::string>;
  BOOST_TEST((tried(nullptr, false) == Names{"rsa-sha2-512"}));
  BOOST_TEST((tried("+ssh-rsa", true) == Names{"rsa-sha2-512", "ssh-rsa", "ssh-rsa"}));
  BOOST_TEST((tried("ssh-rsa", true) == Names{"ssh-rsa", "ssh-rsa"}));
}

BOOST_AUTO_TEST_CASE(small_rsa_keys_are_not_used) {
  const PrivateKey rsa = PrivateKey::generate("rsa", {.bits = 1024});
  Login login(accept_key(rsa.public_key()), {}, {.min_rsa_bits = 2048});
  BOOST_CHECK_EXCEPTION(login.client.auth_publickey("u", rsa), amiko::AuthError,
                        says(errc::auth_failed, "min_rsa_bits asks for 2048"));
}

BOOST_AUTO_TEST_CASE(no_algorithm_that_both_like) {
  const PrivateKey rsa = PrivateKey::generate("rsa", {.bits = 2048});
  ScriptedOptions options;
  options.ext_info = false;
  options.script = [](ScriptedPeer& peer) {
    peer.exchange_versions();
    peer.first_kex();
    peer.send(wire::encoded(wire::ExtInfo{{{"server-sig-algs", "ssh-rsa"}}}));  // SHA-1: off by default
    peer.accept_service();
    peer.read_to_end();
  };
  Login login(accept_all(), std::move(options));
  BOOST_TEST(eventually([&] { return login.client.server_sig_algs().has_value(); }));
  BOOST_CHECK_EXCEPTION(login.client.auth_publickey("u", rsa), amiko::AuthError,
                        says(errc::auth_failed, "ssh-rsa"));
  BOOST_TEST(!login.client.probe_publickey("u", rsa.public_key()));
  BOOST_CHECK_EXCEPTION(login.client.set_pubkey_algorithms("no-such-thing"), amiko::ConfigError,
                        has_code(errc::bad_config));
}

// A key held elsewhere may take its time, and may fail.
BOOST_AUTO_TEST_CASE(other_signers) {
  struct Token final : amiko::Signer {
    const PublicKey& public_key() const override { return key().public_key(); }
    Strings algorithms() const override { return key().algorithms(); }
    Bytes sign(std::string_view algorithm, ByteView data) const override {
      if (broken) amiko::throw_error(errc::malformed_key, "the token was taken out");
      return key().sign(algorithm, data);
    }
    std::string label() const override { return "token"; }
    bool broken = false;
  };
  Login login(accept_key(key().public_key()));
  Token token;
  token.broken = true;
  BOOST_CHECK_EXCEPTION(login.client.auth_publickey("u", token), amiko::KeyError,
                        says(errc::malformed_key, "token"));
  token.broken = false;
  BOOST_TEST(login.client.auth_publickey("u", token).authenticated);
}

BOOST_AUTO_TEST_CASE(pk_ok_for_another_key_is_an_error) {
  const Bytes other = PrivateKey::generate("ed25519").public_key().blob();
  Login login([&](ScriptedPeer& peer, const AuthRequest& request) {
    peer.send(wire::UserauthPkOk{.algorithm = request.algorithm, .blob = other});
  });
  BOOST_CHECK_EXCEPTION(login.client.auth_publickey("u", key()), amiko::ProtocolError,
                        has_code(errc::protocol_error));
  BOOST_TEST(!login.client.is_active());
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(auth_interactive)

BOOST_AUTO_TEST_CASE(several_rounds_and_one_without_prompts) {
  Login login([](ScriptedPeer& peer, const AuthRequest& request) {
    must(request.method == "keyboard-interactive" && request.submethods == "pam");
    ask(peer, "Login", "two\nquestions", {{"Name: ", true}, {"Code: ", false}});
    must(answers_of(peer) == Strings({"robey", "123"}));
    ask(peer, "", "just so that you know", {});
    must(answers_of(peer).empty());
    ask(peer, "", "", {{"\x1b[2JAgain: ", false}});
    must(answers_of(peer) == Strings({"456"}));
    peer.let_in();
  });
  int round = 0;
  const auto result = login.client.auth_interactive(
      "robey",
      [&](const std::string& name, const std::string& instruction,
          std::span<const Prompt> prompts) -> Answers {
        switch (++round) {
          case 1:
            BOOST_TEST(name == "Login");
            BOOST_TEST(instruction == "two\nquestions");
            BOOST_REQUIRE(prompts.size() == 2U);
            BOOST_TEST(prompts[0].text == "Name: ");
            BOOST_TEST(prompts[0].echo);
            BOOST_TEST(!prompts[1].echo);
            return {Secret("robey"), Secret("123")};
          case 2:
            BOOST_TEST(instruction == "just so that you know");
            BOOST_TEST(prompts.empty());
            return {};
          default:
            BOOST_TEST(prompts[0].text.find('\x1b') == std::string::npos);
            return {Secret("456")};
        }
      },
      "pam");
  BOOST_TEST(result.authenticated);
  BOOST_TEST(round == 3);
}

BOOST_AUTO_TEST_CASE(refused_at_once_and_after_the_answers) {
  Login login([](ScriptedPeer& peer, const AuthRequest& request) {
    if (request.user == "b") {
      ask(peer, "", "", {{"?", false}});
      answers_of(peer);
    }
    peer.refuse({"publickey"}, request.user == "b");
  });
  int asked = 0;
  const auto handler = [&](const std::string&, const std::string&, std::span<const Prompt>) -> Answers {
    ++asked;
    return {Secret("x")};
  };
  BOOST_TEST(!login.client.auth_interactive("a", handler).partial_success);
  BOOST_TEST(asked == 0);
  BOOST_TEST(login.client.auth_interactive("b", handler).partial_success);
  BOOST_TEST(asked == 1);
}

BOOST_AUTO_TEST_CASE(too_few_answers_are_the_handler_s_mistake) {
  Login login([](ScriptedPeer& peer, const AuthRequest& request) {
    if (request.method == "none") return peer.let_in();
    ask(peer, "", "", {{"?", false}, {"??", false}});
  });
  BOOST_CHECK_EXCEPTION(
      login.client.auth_interactive("u",
                                    [](const std::string&, const std::string&,
                                       std::span<const Prompt>) -> Answers { return {Secret("x")}; }),
      amiko::Error, has_code(errc::invalid_argument));
  BOOST_TEST(login.client.auth_none("u").authenticated);  // and something else may follow
}

BOOST_AUTO_TEST_CASE(the_handler_s_exception_passes_through) {
  Login login([](ScriptedPeer& peer, const AuthRequest& request) {
    if (request.method == "none") return peer.let_in();
    ask(peer, "", "", {{"?", false}});
  });
  BOOST_CHECK_THROW(login.client.auth_interactive(
                        "u",
                        [](const std::string&, const std::string&, std::span<const Prompt>) -> Answers {
                          throw std::out_of_range("no");
                        }),
                    std::out_of_range);
  BOOST_TEST(login.client.auth_none("u").authenticated);
}

BOOST_AUTO_TEST_CASE(a_server_that_asks_for_ever) {
  Login login([](ScriptedPeer& peer, const AuthRequest&) {
    for (;;) {
      ask(peer, "", "", {});
      peer.next();
    }
  });
  int asked = 0;
  BOOST_CHECK_EXCEPTION(login.client.auth_interactive(
                            "u",
                            [&](const std::string&, const std::string&, std::span<const Prompt>) -> Answers {
                              ++asked;
                              return {};
                            }),
                        amiko::ProtocolError, has_code(errc::protocol_error));
  BOOST_TEST(asked < 100);
}

// The handler runs in the caller's thread: it may use the connection.
BOOST_AUTO_TEST_CASE(the_handler_may_call_the_transport) {
  Login login([](ScriptedPeer& peer, const AuthRequest&) {
    ask(peer, "", "", {{"?", false}});
    answers_of(peer);
    peer.let_in();
  });
  const auto self = boost::this_thread::get_id();
  BOOST_TEST(
      login.client
          .auth_interactive("u",
                            [&](const std::string&, const std::string&, std::span<const Prompt>) -> Answers {
                              BOOST_TEST((boost::this_thread::get_id() == self));
                              BOOST_TEST(login.client.is_active());
                              BOOST_TEST(login.client.renegotiate_keys(20s));
                              return {Secret("x")};
                            })
          .authenticated);
}

BOOST_AUTO_TEST_CASE(success_before_the_answers_is_refused) {
  Login login([](ScriptedPeer& peer, const AuthRequest&) {
    ask(peer, "", "", {{"?", false}});
    peer.send(wire::UserauthSuccess{});
    peer.read_to_end();
  });
  BOOST_CHECK_THROW(login.client.auth_interactive(
                        "u",
                        [](const std::string&, const std::string&, std::span<const Prompt>) -> Answers {
                          settle();
                          return {Secret("x")};
                        }),
                    amiko::Error);
  BOOST_TEST(!login.client.is_authenticated());
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(auth_messages)

BOOST_AUTO_TEST_CASE(banners) {
  Login login([](ScriptedPeer& peer, const AuthRequest& request) {
    peer.send(wire::UserauthBanner{.message = "Welcome\r\nto \x1b[7mus\n", .language = "en"});
    if (request.method == "none") {
      peer.send(wire::UserauthBanner{.message = "again\n", .language = ""});
      peer.refuse({"password"});
    } else {
      peer.let_in();
    }
  });
  BOOST_TEST(login.client.get_banner().empty());
  login.client.auth_none("u");
  BOOST_TEST(login.client.get_banner().starts_with("Welcome\nto "));
  BOOST_TEST(login.client.get_banner().ends_with("again\n"));
  BOOST_TEST(login.client.get_banner().find('\x1b') == std::string::npos);
  BOOST_TEST(login.client.auth_password("u", Secret("x")).authenticated);
  const std::string all = login.client.get_banner();
  BOOST_TEST(all.find("Welcome") != all.rfind("Welcome"));
}

BOOST_AUTO_TEST_CASE(banners_do_not_fill_the_memory) {
  Login login([](ScriptedPeer& peer, const AuthRequest&) {
    const std::string text(30'000, 'x');
    for (int i = 0; i < 100; ++i) {
      peer.send(wire::UserauthBanner{.message = text, .language = ""});
      std::this_thread::sleep_for(500us);  // the client takes them out of its mailbox meanwhile
    }
    peer.let_in();
  });
  try {
    login.client.auth_none("u");
  } catch (const amiko::ProtocolError&) {
    // more at once than its mailbox holds: an end, too
  }
  BOOST_TEST(login.client.get_banner().size() <= 64U * 1024);
}

BOOST_AUTO_TEST_CASE(no_answer_in_time_ends_the_connection) {
  ScriptedServer server(by_hand([](ScriptedPeer& peer) { peer.accept_service(); }));
  Transport client(server.take_client());
  client.start_client(scaled(20s));
  client.set_auth_timeout(30ms);
  BOOST_CHECK_EXCEPTION(client.auth_password("u", Secret("x")), amiko::TimeoutError,
                        has_code(errc::timed_out));
  BOOST_TEST(!client.is_active());  // a late answer would be the next request's
  BOOST_CHECK_EXCEPTION(client.auth_none("u"), amiko::TimeoutError, has_code(errc::timed_out));
}

BOOST_AUTO_TEST_CASE(no_service_in_time) {
  ScriptedServer server(by_hand([](ScriptedPeer&) {}));
  Transport client(server.take_client());
  client.start_client(scaled(20s));
  client.set_auth_timeout(30ms);
  BOOST_CHECK_EXCEPTION(client.auth_none("u"), amiko::TimeoutError, has_code(errc::timed_out));
}

BOOST_AUTO_TEST_CASE(another_service_is_refused) {
  ScriptedServer server(by_hand([](ScriptedPeer& peer) {
    peer.next();
    peer.send(wire::ServiceAccept{.service = "ssh-connection"});
  }));
  Transport client(server.take_client());
  client.start_client(scaled(20s));
  BOOST_CHECK_EXCEPTION(client.auth_none("u"), amiko::ProtocolError, has_code(errc::protocol_error));
  BOOST_TEST(!client.is_active());
}

BOOST_AUTO_TEST_CASE(success_for_a_probe_is_refused) {
  Login login([](ScriptedPeer& peer, const AuthRequest&) {
    peer.send(wire::UserauthSuccess{});
    peer.read_to_end();
  });
  BOOST_CHECK_EXCEPTION(login.client.auth_publickey("u", key()), amiko::ProtocolError,
                        has_code(errc::protocol_error));
  BOOST_TEST(!login.client.is_authenticated());
  BOOST_TEST(!login.client.is_active());
}

// Also when a request before it could have been answered so.
BOOST_AUTO_TEST_CASE(success_for_a_probe_after_a_refusal_is_refused) {
  Login login([](ScriptedPeer& peer, const AuthRequest& request) {
    if (request.method == "none") return peer.refuse({"publickey"});
    peer.send(wire::UserauthSuccess{});
    peer.read_to_end();
  });
  BOOST_TEST(!login.client.auth_none("u").authenticated);
  BOOST_CHECK_EXCEPTION(login.client.auth_publickey("u", key()), amiko::ProtocolError,
                        has_code(errc::protocol_error));
}

BOOST_AUTO_TEST_CASE(success_that_nobody_waits_for_is_refused) {
  Login login([](ScriptedPeer& peer, const AuthRequest&) {
    peer.refuse({"password"});
    peer.send(wire::UserauthSuccess{});
    peer.read_to_end();
  });
  BOOST_TEST(!login.client.auth_none("u").authenticated);
  BOOST_TEST(eventually([&] { return !login.client.is_active(); }));
  BOOST_TEST((login.client.get_exception()->code == errc::protocol_error));
}

BOOST_AUTO_TEST_CASE(keys_may_change_during_authentication) {
  Login login([](ScriptedPeer& peer, const AuthRequest& request) {
    peer.rekey();
    if (request.method == "none")
      peer.refuse({"password"});
    else
      peer.let_in();
  });
  BOOST_TEST(!login.client.auth_none("u").authenticated);
  BOOST_TEST(login.client.auth_password("u", Secret("x")).authenticated);
  BOOST_TEST(login.client.key_exchanges() == 3U);
}

BOOST_AUTO_TEST_CASE(compression_begins_with_success) {
  ScriptedOptions options;
  options.compression = true;
  options.auth = [](ScriptedPeer& peer, const AuthRequest& request) {
    if (request.method == "none") return peer.refuse({"password"});
    peer.rekey();
    peer.let_in();
  };
  amiko::TransportOptions client_options;
  client_options.algorithms.compression = "yes";
  ScriptedServer server(std::move(options));
  Transport client(server.take_client(), client_options);
  client.start_client(scaled(20s));
  client.auth_none("u");
  BOOST_TEST(client.auth_password("u", Secret("x")).authenticated);
  amiko::Channel channel = client.open_session();
  channel.exec_command("cat");
  channel.sendall(std::string(100'000, 'x'));
  std::size_t got = 0;
  while (got < 100'000)
    got += channel.recv(100'000).size();
  BOOST_TEST(got == 100'000U);
}

BOOST_AUTO_TEST_CASE(close_wakes_an_attempt) {
  Login login([](ScriptedPeer&, const AuthRequest&) {});
  Call call([&] { login.client.auth_none("u"); });
  settle();
  BOOST_TEST(!call.done());
  login.client.close();
  BOOST_TEST((call.code() == errc::closed));
}

BOOST_AUTO_TEST_CASE(a_lost_connection_wakes_an_attempt) {
  Login login([](ScriptedPeer& peer, const AuthRequest&) { peer.shut_down(); });
  BOOST_CHECK_EXCEPTION(login.client.auth_none("u"), amiko::Disconnected, has_code(errc::connection_lost));
}

BOOST_AUTO_TEST_CASE(a_disconnect_tells_why) {
  Login login([](ScriptedPeer& peer, const AuthRequest&) {
    peer.send(wire::Disconnect{.reason = 14, .description = "Too many authentication failures"});
  });
  BOOST_CHECK_EXCEPTION(login.client.auth_none("u"), amiko::Disconnected,
                        says(errc::disconnected, "Too many authentication failures"));
}

BOOST_AUTO_TEST_CASE(a_second_thread_waits_its_turn) {
  std::atomic<int> requests = 0;
  Login login([&](ScriptedPeer& peer, const AuthRequest&) {
    ++requests;
    std::this_thread::sleep_for(5ms);
    peer.refuse({"password"});
  });
  std::vector<Call> calls;
  for (int i = 0; i < 6; ++i)
    calls.emplace_back([&] { must(!login.client.auth_password("u", Secret("x")).authenticated); });
  for (Call& call : calls)
    BOOST_TEST(!call.failure());
  BOOST_TEST(requests == 6);
}

BOOST_AUTO_TEST_CASE(the_one_whose_turn_does_not_come_times_out) {
  std::atomic<bool> asked = false;
  std::atomic<bool> go_on = false;
  Login login([](ScriptedPeer& peer, const AuthRequest&) {
    ask(peer, "", "", {{"?", false}});
    answers_of(peer);
    peer.let_in();
  });
  Call first([&] {
    login.client.auth_interactive(
        "u", [&](const std::string&, const std::string&, std::span<const Prompt>) -> Answers {
          asked = true;
          while (!go_on)
            std::this_thread::sleep_for(1ms);
          return {Secret("x")};
        });
  });
  BOOST_REQUIRE(eventually([&] { return asked.load(); }));
  login.client.set_auth_timeout(20ms);
  BOOST_CHECK_EXCEPTION(login.client.auth_none("u"), amiko::TimeoutError, has_code(errc::timed_out));
  login.client.set_auth_timeout(scaled(20s));
  go_on = true;
  BOOST_TEST(!first.failure());
  BOOST_TEST(login.client.is_authenticated());
}

BOOST_AUTO_TEST_SUITE_END()
