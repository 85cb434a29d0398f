// amiko - tests of a connection in the server's role, with the library's own client at the other end
#include <amiko/connection/channel_file.hpp>
#include <amiko/connection/transport.hpp>
#include <amiko/keys/signer.hpp>

#include <boost/test/unit_test.hpp>

#include <memory>
#include <string>
#include <thread>

#include "common/calls.hpp"
#include "common/joined.hpp"

using namespace amiko;
using namespace amiko::test;
using namespace std::chrono_literals;

namespace {

TransportOptions server_with(ServerSettings settings) {
  settings.failure_delay = 1ms;
  TransportOptions options;
  options.server = std::move(settings);
  return options;
}

TransportOptions quick() {
  return server_with({});
}

Secret secret(std::string_view text) {
  return Secret(text);
}

// A key whose holder takes a while, on whatever thread it is asked.
class SlowSigner final : public Signer {
 public:
  explicit SlowSigner(PrivateKey key) : key_(std::move(key)) {}
  const PublicKey& public_key() const override { return key_.public_key(); }
  std::vector<std::string> algorithms() const override { return key_.algorithms(); }
  Bytes sign(std::string_view algorithm, ByteView data) const override {
    std::this_thread::sleep_for(30ms);
    return key_.sign(algorithm, data);
  }
  std::string label() const override { return "slow"; }

 private:
  PrivateKey key_;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(server)

BOOST_AUTO_TEST_CASE(a_password_lets_in_and_the_identity_is_known) {
  OpenHandler handler;
  Joined pair(handler, quick());
  BOOST_CHECK_EXCEPTION(pair.server.identity(), Error, has_code(errc::no_state));
  const AuthResult wrong = pair.client.auth_password("robey", secret("bar"));
  BOOST_TEST(!wrong.authenticated);
  BOOST_TEST(wrong.can_continue_with("password"));
  BOOST_TEST(!pair.server.is_authenticated());
  BOOST_TEST(pair.client.auth_password("robey", secret("foo")).authenticated);
  BOOST_TEST(pair.server.is_authenticated());
  BOOST_TEST(pair.server.identity().user == "robey");
  BOOST_TEST(handler.who.methods == std::vector<std::string>{"password"});
  BOOST_TEST(handler.asked == 2);
}

BOOST_AUTO_TEST_CASE(a_session_carries_data_both_ways_and_an_exit_status) {
  OpenHandler handler;
  Joined pair(handler, quick());
  pair.log_in();
  auto [mine, theirs] = pair.session();
  mine.get_pty("xterm", 100, 30);
  mine.send_environment_variable("LANG", "C");
  mine.exec_command("uname -a");
  BOOST_TEST(handler.last_command == "uname -a");
  BOOST_TEST(handler.pty.term == "xterm");
  BOOST_TEST(handler.pty.size.columns == 100U);
  BOOST_TEST(handler.env["LANG"] == "C");
  theirs.sendall("Linux\n");
  theirs.sendall_stderr("warning\n");
  BOOST_TEST(mine.makefile().readline().value() == "Linux");
  BOOST_TEST(mine.recv_stderr(100) == "warning\n");
  mine.sendall("input");
  mine.send_eof();
  BOOST_TEST(theirs.makefile().read() == "input");
  theirs.send_exit_status(7);
  theirs.close();
  BOOST_TEST(mine.recv_exit_status().code.value() == 7);
  BOOST_TEST(mine.recv(10).empty());
}

BOOST_AUTO_TEST_CASE(a_signal_ends_what_ran) {
  OpenHandler handler;
  Joined pair(handler, quick());
  pair.log_in();
  auto [mine, theirs] = pair.session();
  mine.invoke_shell();
  theirs.send_exit_signal("TERM", true, "gone");
  theirs.close();
  const ExitStatus status = mine.recv_exit_status();
  BOOST_TEST(status.signal.value() == "TERM");
  BOOST_TEST(status.core_dumped);
  BOOST_TEST(status.message == "gone");
}

BOOST_AUTO_TEST_CASE(only_one_program_for_each_channel) {
  OpenHandler handler;
  Joined pair(handler, quick());
  pair.log_in();
  auto [mine, theirs] = pair.session();
  mine.exec_command("first");
  BOOST_CHECK_EXCEPTION(mine.exec_command("second"), Error, has_code(errc::request_refused));
  BOOST_CHECK_EXCEPTION(mine.get_pty(), Error, has_code(errc::request_refused));
  BOOST_TEST(handler.last_command == "first");
  BOOST_CHECK_EXCEPTION(mine.invoke_subsystem("sftp"), Error, has_code(errc::request_refused));
  BOOST_TEST(!mine.request("keepalive@openssh.com", {}, true));
}

BOOST_AUTO_TEST_CASE(what_the_handler_does_not_know_is_refused) {
  OpenHandler handler;
  Joined pair(handler, quick());
  pair.log_in();
  BOOST_CHECK_EXCEPTION(pair.client.open_direct_tcpip("localhost", 80), Error,
                        has_code(errc::channel_refused));
  BOOST_TEST(!pair.client.global_request("tcpip-forward").has_value());
  BOOST_TEST(pair.client.is_active());
}

BOOST_AUTO_TEST_CASE(an_exception_of_the_handler_is_a_refusal) {
  struct Throwing : OpenHandler {
    bool check_shell_request(Channel&) override { throw std::runtime_error("no"); }
    Decision check_auth_password(std::string_view user, const Secret& password) override {
      if (password == secret("throw")) throw std::runtime_error("no");
      return OpenHandler::check_auth_password(user, password);
    }
  } handler;
  Joined pair(handler, quick());
  BOOST_TEST(!pair.client.auth_password("robey", secret("throw")).authenticated);
  pair.log_in();
  auto [mine, theirs] = pair.session();
  BOOST_CHECK_EXCEPTION(mine.invoke_shell(), Error, has_code(errc::request_refused));
  mine.exec_command("still here");
}

BOOST_AUTO_TEST_CASE(a_handler_may_use_its_own_connection) {
  struct Greeter : OpenHandler {
    bool take_channel(Channel& channel) override {
      mine = std::move(channel);
      return true;
    }
    void session_started(Channel&, const SessionStart& start) override {
      mine.sendall("you said " + start.command);
      mine.send_exit_status(0);
      mine.close();
    }
    Channel mine;
  } handler;
  Joined pair(handler, quick());
  pair.log_in();
  Channel channel = pair.client.open_session();
  channel.exec_command("hello");
  BOOST_TEST(channel.makefile().read() == "you said hello");
  BOOST_TEST(channel.recv_exit_status().code.value() == 0);
}

BOOST_AUTO_TEST_CASE(too_many_wrong_passwords_end_the_connection) {
  OpenHandler handler;
  Joined pair(handler, server_with({.max_auth_tries = 3}));
  for (int i = 0; i < 2; ++i)
    BOOST_TEST(!pair.client.auth_password("robey", secret("bar")).authenticated);
  BOOST_CHECK_EXCEPTION(pair.client.auth_password("robey", secret("bar")), Disconnected,
                        has_code(errc::disconnected));
  BOOST_TEST(handler.asked == 3);
  pair.server.close();
  BOOST_TEST((handler.lost == errc::too_many_attempts));
  BOOST_TEST(handler.losses == 1);
}

BOOST_AUTO_TEST_CASE(nobody_logs_in_in_time) {
  OpenHandler handler;
  Joined pair(handler, server_with({.login_grace = 50ms}));
  BOOST_TEST(eventually([&] { return !pair.client.is_active(); }, 20'000ms));
  BOOST_TEST((pair.server.get_exception()->code == errc::login_timeout));
}

BOOST_AUTO_TEST_CASE(an_unused_connection_is_ended) {
  OpenHandler handler;
  Joined pair(handler, server_with({.idle_timeout = 50ms}));
  pair.log_in();
  BOOST_TEST(eventually([&] { return !pair.client.is_active(); }, 20'000ms));
  BOOST_TEST((pair.server.get_exception()->code == errc::timed_out));
}

BOOST_AUTO_TEST_CASE(a_connection_with_a_channel_is_not_unused) {
  OpenHandler handler;
  Joined pair(handler, server_with({.idle_timeout = 100ms}));
  pair.log_in();
  auto [mine, theirs] = pair.session();
  std::this_thread::sleep_for(300ms);
  mine.exec_command("still here");
  BOOST_TEST(pair.client.is_active());
}

BOOST_AUTO_TEST_CASE(sessions_are_counted) {
  OpenHandler handler;
  Joined pair(handler, server_with({.max_sessions = 2}));
  pair.log_in();
  auto first = pair.session();
  auto second = pair.session();
  BOOST_CHECK_EXCEPTION(pair.client.open_session(), Error, has_code(errc::channel_refused));
  first.first.close();
  BOOST_TEST(eventually([&] { return pair.server.statistics().channels_open == 1; }, 20'000ms));
  pair.session();
}

BOOST_AUTO_TEST_CASE(no_more_sessions_is_a_promise) {
  OpenHandler handler;
  Joined pair(handler);
  pair.log_in();
  auto first = pair.session();
  BOOST_TEST(pair.client.global_request("no-more-sessions@openssh.com").has_value());
  first.first.exec_command("still here");
  BOOST_CHECK_THROW(pair.client.open_session(), Error);
  BOOST_TEST(eventually([&] { return !pair.server.is_active(); }, 20'000ms));
  BOOST_REQUIRE(pair.server.get_exception());
  BOOST_TEST((pair.server.get_exception()->code == errc::protocol_error));
}

BOOST_AUTO_TEST_CASE(several_steps_may_be_asked_for) {
  struct TwoSteps : OpenHandler {
    std::vector<std::string> get_allowed_auths(std::string_view) override {
      return {"password", "publickey"};
    }
    Decision check_auth_publickey(std::string_view, const PublicKey&) override { return Decision::accept; }
  } handler;
  Joined pair(handler, server_with({.authentication_methods = "publickey,password"}));
  const AuthResult early = pair.client.auth_password("robey", secret("foo"));
  BOOST_TEST(!early.authenticated);
  BOOST_TEST(early.methods_left == std::vector<std::string>{"publickey"});
  const AuthResult half = pair.client.auth_publickey("robey", joined_host_key());
  BOOST_TEST(!half.authenticated);
  BOOST_TEST(half.partial_success);
  BOOST_TEST(half.methods_left == std::vector<std::string>{"password"});
  BOOST_TEST(pair.client.auth_password("robey", secret("foo")).authenticated);
  BOOST_TEST((pair.server.identity().methods == std::vector<std::string>{"publickey", "password"}));
  BOOST_TEST((pair.server.identity().key() == joined_host_key().public_key()));
}

BOOST_AUTO_TEST_CASE(questions_in_several_rounds) {
  struct Asker : OpenHandler {
    InteractiveStep check_auth_interactive(std::string_view, std::string_view) override {
      return InteractiveQuery{"Login", "Two questions", {{"Name? ", true}, {"Code? ", false}}};
    }
    InteractiveStep check_auth_interactive_response(std::string_view, const Answers& answers) override {
      if (answers.size() == 2) return InteractiveQuery{"", "One more", {{"Sure? ", true}}};
      return answers.at(0) == secret("yes") ? Decision::accept : Decision::reject;
    }
  } handler;
  handler.methods = {"keyboard-interactive"};
  Joined pair(handler, quick());
  std::vector<std::string> seen;
  const auto result = pair.client.auth_interactive(
      "robey", [&](const std::string&, const std::string& instruction, std::span<const Prompt> prompts) {
        seen.push_back(instruction);
        return Answers(prompts.size(), secret("yes"));
      });
  BOOST_TEST(result.authenticated);
  BOOST_TEST((seen == std::vector<std::string>{"Two questions", "One more"}));
}

BOOST_AUTO_TEST_CASE(an_expired_password_is_changed) {
  struct Expired : OpenHandler {
    Decision check_auth_password(std::string_view, const Secret& password) override {
      return password == secret("old") ? Decision::password_expired : Decision::reject;
    }
    Decision change_password(std::string_view, const Secret& before, const Secret& after) override {
      return before == secret("old") && after == secret("new") ? Decision::accept : Decision::reject;
    }
  } handler;
  Joined pair(handler, quick());
  std::string prompt;
  const auto result = pair.client.auth_password("robey", secret("old"), [&](const std::string& text) {
    prompt = text;
    return secret("new");
  });
  BOOST_TEST(result.authenticated);
  BOOST_TEST(!prompt.empty());
}

BOOST_AUTO_TEST_CASE(a_banner_is_delivered) {
  struct Bannered : OpenHandler {
    std::string get_banner(std::string_view) override { return "Authorized use only\n"; }
  } handler;
  Joined pair(handler, quick());
  pair.log_in();
  BOOST_TEST(pair.client.get_banner() == "Authorized use only\n");
}

BOOST_AUTO_TEST_CASE(compression_begins_with_the_login) {
  OpenHandler handler;
  TransportOptions options = quick();
  options.algorithms.compression = "yes";
  Joined pair(handler, options, options);
  pair.log_in();
  BOOST_TEST(pair.client.negotiated().compression_out == "zlib@openssh.com");
  auto [mine, theirs] = pair.session();
  const std::string text(300'000, 'a');
  mine.sendall(text);
  mine.send_eof();
  BOOST_TEST((theirs.makefile().read() == text));
}

BOOST_AUTO_TEST_CASE(keys_are_exchanged_anew_from_either_side) {
  OpenHandler handler;
  Joined pair(handler, quick());
  pair.log_in();
  auto [mine, theirs] = pair.session();
  BOOST_TEST(pair.server.renegotiate_keys(20s));
  // The client may learn a little later that it is over.
  BOOST_TEST(eventually([&] { return pair.client.key_exchanges() == 2; }, 20'000ms));
  BOOST_TEST(pair.client.renegotiate_keys(20s));
  mine.sendall("after");
  BOOST_TEST(theirs.recv(100) == "after");
  BOOST_TEST(pair.server.key_exchanges() == 3U);
}

BOOST_AUTO_TEST_CASE(a_server_waits_for_the_login_before_it_changes_keys) {
  OpenHandler handler;
  TransportOptions options = quick();
  options.rekey_bytes = 16;
  Joined pair(handler, options);
  BOOST_TEST(!pair.client.auth_password("robey", secret("bar")).authenticated);
  BOOST_TEST(pair.client.key_exchanges() == 1U);
  pair.log_in();
  BOOST_TEST(eventually([&] { return pair.client.key_exchanges() > 1; }, 20'000ms));
  auto [mine, theirs] = pair.session();
  mine.sendall("after");
  BOOST_TEST(theirs.recv(100) == "after");
}

BOOST_AUTO_TEST_CASE(a_host_key_that_others_hold_signs_on_the_handler_thread) {
  OpenHandler handler;
  const auto fds = stream_pair();
  Transport server(fds[0], quick());
  server.add_server_key(std::make_shared<SlowSigner>(joined_host_key()));
  Event ready;
  server.start_server(handler, ready);
  Transport client(fds[1]);
  client.start_client(20s);
  BOOST_TEST((client.remote_server_key() == joined_host_key().public_key()));
}

BOOST_AUTO_TEST_CASE(a_server_needs_a_key_and_sensible_settings) {
  OpenHandler handler;
  const auto fds = stream_pair();
  Transport client(fds[1]);
  Transport server(fds[0], server_with({.authentication_methods = "guessing"}));
  BOOST_CHECK_EXCEPTION(server.start_server(handler, 1s), ConfigError, has_code(errc::bad_config));
  server.add_server_key(joined_host_key());
  BOOST_CHECK_EXCEPTION(server.start_server(handler, 1s), ConfigError, has_code(errc::bad_config));
}

BOOST_AUTO_TEST_CASE(accept_ends_with_the_connection) {
  OpenHandler handler;
  Joined pair(handler, quick());
  pair.log_in();
  BOOST_TEST(!pair.server.accept(0s).has_value());
  Call waiting([&] { must(!pair.server.accept(), "a channel after the end"); });
  settle();
  pair.client.close();
  BOOST_TEST(!waiting.failure().has_value());
  BOOST_TEST(!pair.server.is_active());
}

BOOST_AUTO_TEST_CASE(close_waits_for_the_handlers_call) {
  struct Slow : OpenHandler {
    bool check_shell_request(Channel&) override {
      in_call = true;
      std::this_thread::sleep_for(100ms);
      in_call = false;
      return true;
    }
    std::atomic<bool> in_call{false};
  };
  const auto handler = std::make_unique<Slow>();
  Joined pair(*handler, quick());
  pair.log_in();
  auto channels = pair.session();
  Call asking([&] { channels.first.invoke_shell(); });
  BOOST_TEST(eventually([&] { return handler->in_call.load(); }, 20'000ms));
  pair.server.close();
  BOOST_TEST(!handler->in_call);
  BOOST_TEST(handler->losses == 1);
  BOOST_TEST((asking.code() == errc::disconnected));
}

BOOST_AUTO_TEST_SUITE_END()
