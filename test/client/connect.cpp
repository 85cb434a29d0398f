// amiko - tests of connect()
#include <amiko/client/connect.hpp>

#include <boost/test/unit_test.hpp>

#include <sys/socket.h>

#include <array>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include "common/calls.hpp"
#include "common/sample_keys.hpp"
#include "common/scripted_server.hpp"
#include "common/temp_dir.hpp"

using amiko::Connection;
using amiko::ConnectOptions;
using amiko::errc;
using amiko::HostKeyPolicy;
using amiko::Secret;
using amiko::test::AuthRequest;
using amiko::test::has_code;
using amiko::test::says;
using amiko::test::ScriptedOptions;
using amiko::test::ScriptedPeer;
using amiko::test::ScriptedServer;
namespace wire = amiko::wire;
using namespace std::chrono_literals;

namespace {

ConnectOptions to(ScriptedServer& server) {
  ConnectOptions options;
  options.socket = server.take_client();
  options.host_key = HostKeyPolicy::pinned(ScriptedServer::host_key().public_key());
  options.default_keys = false;
  return options;
}

// The user that the server is told of.
std::string user_for(std::string_view host, const std::string& user = {}) {
  std::string seen;
  ScriptedOptions server_options;
  server_options.auth = [&](ScriptedPeer& peer, const AuthRequest& request) {
    seen = request.user;
    peer.let_in();
  };
  ScriptedServer server(std::move(server_options));
  ConnectOptions options = to(server);
  options.user = user;
  amiko::connect(host, options).close();
  server.finish();
  return seen;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(connecting)

BOOST_AUTO_TEST_CASE(a_connection_that_runs_commands) {
  ScriptedOptions server_options;
  server_options.auth = amiko::test::accept_password("secret");
  ScriptedServer server(std::move(server_options));
  ConnectOptions options = to(server);
  options.password = Secret("secret");
  Connection connection = amiko::connect("host", options);
  BOOST_TEST(connection.is_active());
  BOOST_TEST(connection.transport().peer_name() == "host:22");
  BOOST_TEST(connection.run("print hello").out == "hello");
  connection.close();
  BOOST_TEST(!connection.is_active());
}

BOOST_AUTO_TEST_CASE(who_to_be) {
  BOOST_TEST(user_for("anna@host") == "anna");
  BOOST_TEST(user_for("anna@realm@host") == "anna@realm");
  BOOST_TEST(user_for("anna@host", "bert") == "bert");
  BOOST_TEST(user_for("host", "bert") == "bert");
  BOOST_TEST(!user_for("host").empty());
}

BOOST_AUTO_TEST_CASE(the_name_in_messages) {
  ScriptedServer server;
  ConnectOptions options = to(server);
  options.port = 2222;
  BOOST_TEST(amiko::connect("x@[2001:db8::1]", options).transport().peer_name() == "[2001:db8::1]:2222");
}

BOOST_AUTO_TEST_CASE(bad_arguments) {
  for (const char* host : {"", "anna@"})
    BOOST_CHECK_EXCEPTION(amiko::connect(host), amiko::Error, has_code(errc::invalid_argument));
  ConnectOptions options;
  options.proxy_command = "true";
  options.unix_socket = "/nowhere";
  BOOST_CHECK_EXCEPTION(amiko::connect("host", options), amiko::Error, has_code(errc::invalid_argument));
}

BOOST_AUTO_TEST_CASE(a_socket_is_taken_over_even_if_nothing_comes_of_it) {
  std::array<int, 2> fds{};
  BOOST_REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds.data()) == 0);
  const amiko::support::UniqueFd other(fds[1]);
  ConnectOptions options;
  options.socket = fds[0];
  BOOST_CHECK_EXCEPTION(amiko::connect("", options), amiko::Error, has_code(errc::invalid_argument));
  char byte = 0;
  BOOST_TEST(::recv(other.get(), &byte, 1, MSG_DONTWAIT) == 0);
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-09"))
BOOST_AUTO_TEST_CASE(nothing_secret_goes_to_another_host_key) {
  for (const HostKeyPolicy& policy : {HostKeyPolicy::pinned(amiko::test::ed25519.key()),
                                      HostKeyPolicy::strict().user_files({}).global_files({})}) {
    std::atomic<int> messages{0};
    ScriptedOptions server_options;
    server_options.script = [&](ScriptedPeer& peer) {
      peer.exchange_versions();
      peer.first_kex();
      for (;;) {  // until the client goes
        peer.next();
        ++messages;
      }
    };
    ScriptedServer server(std::move(server_options));
    ConnectOptions options = to(server);
    options.password = Secret("secret");
    options.host_key = policy;
    BOOST_CHECK_EXCEPTION(amiko::connect("host", options), amiko::HostKeyError, [](const auto& e) {
      return e.phase() == amiko::Phase::host_key && e.peer() == "host:22" &&
             e.detail().fingerprint == ScriptedServer::host_key().public_key().fingerprint();
    });
    server.finish();
    BOOST_TEST(messages == 0);
  }
}

BOOST_AUTO_TEST_CASE(the_host_key_alone) {
  std::atomic<int> messages{0};
  ScriptedOptions server_options;
  server_options.script = [&](ScriptedPeer& peer) {
    peer.exchange_versions();
    peer.first_kex();
    for (;;) {
      peer.next();
      ++messages;
    }
  };
  ScriptedServer server(std::move(server_options));
  ConnectOptions options = to(server);
  options.host_key = HostKeyPolicy::strict();
  const amiko::PublicKey key = amiko::get_server_host_key("host", options);
  BOOST_TEST((key == ScriptedServer::host_key().public_key()));
  server.finish();
  BOOST_TEST(messages == 0);
}

BOOST_AUTO_TEST_CASE(a_server_that_says_nothing) {
  for (const bool overall : {false, true}) {
    std::array<int, 2> fds{};
    BOOST_REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds.data()) == 0);
    const amiko::support::UniqueFd mute(fds[1]);
    ConnectOptions options;
    options.socket = fds[0];
    (overall ? options.timeout : options.handshake_timeout) = 50ms;
    BOOST_CHECK_EXCEPTION(amiko::connect("host", options), amiko::TimeoutError, has_code(errc::timed_out));
  }
}

BOOST_AUTO_TEST_CASE(a_server_that_does_not_answer_a_login) {
  ScriptedOptions server_options;
  server_options.auth = [](ScriptedPeer&, const AuthRequest&) {};
  ScriptedServer server(std::move(server_options));
  ConnectOptions options = to(server);
  options.auth_timeout = 50ms;
  BOOST_CHECK_EXCEPTION(amiko::connect("host", options), amiko::TimeoutError, has_code(errc::timed_out));
}

// Each answer comes within auth_timeout, and they would go on for minutes.
BOOST_AUTO_TEST_CASE(the_whole_timeout_covers_every_step) {
  std::atomic<int> requests{0};
  ScriptedOptions server_options;
  server_options.auth = [&](ScriptedPeer& peer, const AuthRequest&) {
    ++requests;
    std::this_thread::sleep_for(100ms);
    peer.refuse({"password"});
  };
  ScriptedServer server(std::move(server_options));
  ConnectOptions options = to(server);
  options.ask_password = [](const std::string&) { return std::optional(Secret("guess")); };
  options.password_prompts = 1000;
  options.timeout = 1s;
  BOOST_CHECK_EXCEPTION(amiko::connect("host", options), amiko::TimeoutError, has_code(errc::timed_out));
  server.finish();
  BOOST_TEST(requests < 1000);
}

BOOST_AUTO_TEST_CASE(the_banner_comes_before_the_question) {
  ScriptedOptions server_options;
  server_options.auth = [](ScriptedPeer& peer, const AuthRequest& request) {
    if (request.method == "none") peer.send(wire::UserauthBanner{.message = "be good\n"});
    if (request.password == "secret")
      peer.let_in();
    else
      peer.refuse({"password"});
  };
  ScriptedServer server(std::move(server_options));
  ConnectOptions options = to(server);
  std::vector<std::string> order;
  options.banner = [&](const std::string& text) { order.push_back(text); };
  options.ask_password = [&](const std::string&) {
    order.push_back("question");
    return std::optional(Secret(order.size() == 2 ? "guess" : "secret"));
  };
  amiko::connect("host", options);
  BOOST_TEST(order == (std::vector<std::string>{"be good\n", "question", "question"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_proxy_that_fails) {
  ConnectOptions options;
  options.proxy_command = "false";
  BOOST_CHECK_THROW(amiko::connect("host", options), amiko::Error);
  ConnectOptions unix_options;
  unix_options.unix_socket = "/nonexistent/socket";
  BOOST_CHECK_THROW(amiko::connect("host", unix_options), amiko::ConnectError);
}

// The command is the caller's own text; nothing of the names gets into it, whatever they are made of.
BOOST_TEST_DECORATOR(*boost::unit_test::label("V-70"))
BOOST_AUTO_TEST_CASE(names_are_no_commands) {
  const amiko::test::TempDir directory;
  const std::string marker = (directory / "marker").string();
  const std::string seen = (directory / "seen").string();
  for (const std::string& name :
       {"`touch " + marker + "`", "$(touch " + marker + ")", ";touch " + marker, "|touch " + marker,
        "&touch " + marker, "'; touch " + marker + " '", "\"; touch " + marker + " \"", "a\ntouch " + marker,
        std::string("-oProxyCommand=x"), std::string("%h"), std::string("${HOME}"), std::string("a b"),
        std::string(300, 'x'), std::string("\xff\xfe")}) {
    ConnectOptions options;
    options.default_keys = false;
    options.proxy_command = "echo \"$0 $@ %h %r %n\" >" + seen + "; false";
    BOOST_CHECK_THROW(amiko::connect(name, options), amiko::Error);
    options.user = name;
    BOOST_CHECK_THROW(amiko::connect("host", options), amiko::Error);
    BOOST_TEST(!std::filesystem::exists(marker), name);
  }
  std::ifstream file(seen);
  std::string line;
  BOOST_TEST(!!std::getline(file, line));
  BOOST_TEST(line.ends_with("%h %r %n"), line);
}

BOOST_AUTO_TEST_SUITE_END()
