// amiko - getting in: every server, every method, and what is said to those who stay out
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <fstream>
#include <stdexcept>

#include "common/available.hpp"
#include "common/dropbear.hpp"
#include "common/python_server.hpp"
#include "common/sshd.hpp"
#include "interop/client.hpp"

namespace amiko::test {

namespace {
namespace data = boost::unit_test::data;

bool contains(const std::vector<std::string>& list, const std::string& item) {
  return std::ranges::find(list, item) != list.end();
}

void check_echo(Connection connection) {
  const CompletedProcess result = connection.run("echo in", {.timeout = scaled(milliseconds(60'000))});
  BOOST_TEST(result.out == "in\n");
  BOOST_TEST(result.ok());
}

PythonServerOptions python_options(const std::string& peer) {
  PythonServerOptions options;
  options.peer = peer == "asyncssh" ? PythonPeer::asyncssh : PythonPeer::paramiko;
  return options;
}

const std::vector<std::string> python_servers{"asyncssh", "paramiko"};

/// Three rounds, one of them without a question.
const std::vector<KbdintRound> rounds{
    {"Greeting", "First two", {{"Name: ", true, "Zamenhof"}, {"Code: ", false, "12 34"}}},
    {"", "Nothing to answer", {}},
    {"Last", "", {{"Again: ", false, "yes"}}}};

/// Answers, and writes down what it was asked.
struct Respondent {
  std::vector<std::string> answers{};
  std::string seen{};
  std::size_t given = 0;

  InteractiveHandler handler() {
    return [this](const std::string& name, const std::string& instruction, std::span<const Prompt> prompts) {
      seen += name + "|" + instruction + "|";
      Answers reply;
      for (const Prompt& prompt : prompts) {
        seen += prompt.text + (prompt.echo ? "(echo)" : "(hidden)");
        reply.emplace_back(answers.at(given++));
      }
      seen += "\n";
      return reply;
    };
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(login)

BOOST_DATA_TEST_CASE(password, data::make(server_names()), name) {
  if (lacks({name, "root"})) return;
  const auto server = start_server(name);
  BOOST_REQUIRE(server->has_password());
  Client client(*server);
  client.use_password(server->password());
  client.options.auth_methods = {"password"};
  check_echo(client.connect());
}

BOOST_DATA_TEST_CASE(wrong_password_tells_what_is_left, data::make(server_names()), name) {
  if (lacks({name, "root"})) return;
  const auto server = start_server(name);
  Client client(*server);
  client.use_password("wrong");
  const auto error = caught<AuthError>(errc::auth_failed, "password", [&] { client.connect(); });
  BOOST_TEST(contains(error.detail().methods_left, "password"));
  BOOST_TEST(contains(error.detail().methods_left, "publickey"));
  BOOST_TEST(contains(error.detail().tried, "password: refused"));
  BOOST_TEST(!error.detail().partial_success);
  BOOST_TEST(error.peer() == server->host() + ":" + std::to_string(server->port()));
  BOOST_TEST((error.phase() == Phase::authentication));
}

BOOST_AUTO_TEST_CASE(asked_for_a_password_up_to_three_times, *needs({"sshd", "root"})) {
  const Sshd server;
  Client client(server);
  client.options.key_files.clear();
  std::vector<std::string> prompts;
  client.options.ask_password = [&](const std::string& prompt) {
    prompts.push_back(prompt);
    return std::optional<Secret>(prompts.size() == 3 ? server.password() : "wrong");
  };
  check_echo(client.connect());
  BOOST_TEST(prompts.size() == 3U);
  BOOST_TEST(has(prompts[0], server.user()));

  prompts.clear();
  client.options.ask_password = [&](const std::string& prompt) {
    prompts.push_back(prompt);
    return prompts.size() < 2 ? std::optional<Secret>("wrong") : std::nullopt;
  };
  caught<AuthError>(errc::auth_failed, "password", [&] { client.connect(); });
  BOOST_TEST(prompts.size() == 2U);  // who gives up is not asked again
}

BOOST_DATA_TEST_CASE(publickey, data::make(server_names()) * data::make(PeerKeys::types()), name, type) {
  if (lacks({name})) return;
  const auto server = start_server(name);
  Client client(*server);
  client.use_key(type);
  check_echo(client.connect());
}

BOOST_DATA_TEST_CASE(rsa_signs_with_sha2, data::make({"rsa-sha2-256", "rsa-sha2-512"}), algorithm) {
  if (lacks({"sshd"})) return;
  const std::string name = algorithm;
  const Sshd server({.config = {"PubkeyAcceptedAlgorithms " + name}});
  Client client(server);
  client.use_key("rsa");
  // sshd's server-sig-algs are those that it knows, not those that it accepts: the default is the best of
  // them.
  if (name == "rsa-sha2-512") check_echo(client.connect());
  client.options.pubkey_algorithms = name;
  check_echo(client.connect());
  client.options.pubkey_algorithms = name == "rsa-sha2-256" ? "rsa-sha2-512" : "rsa-sha2-256";
  caught<AuthError>(errc::auth_failed, "publickey", [&] { client.connect(); });
}

BOOST_AUTO_TEST_CASE(encrypted_key, *needs({"sshd"})) {
  const Sshd server;
  Client client(server);
  client.use_key("encrypted");
  unsigned asked = 0;
  client.options.passphrase = [&](const std::string& what) {
    ++asked;
    BOOST_TEST(has(what, "client_encrypted"));
    return std::optional<Secret>(PeerKeys::passphrase);
  };
  check_echo(client.connect());
  BOOST_TEST(asked == 1U);

  // A key that the server does not take is not worth a passphrase.
  const Sshd other({.config = {"AuthorizedKeysFile none"}});
  Client stranger(other);
  stranger.use_key("encrypted");
  stranger.options.passphrase = client.options.passphrase;
  caught<AuthError>(errc::auth_failed, "publickey", [&] { stranger.connect(); });
  BOOST_TEST(asked == 1U);
}

BOOST_AUTO_TEST_CASE(keys_are_tried_in_turn, *needs({"sshd"})) {
  const auto& keys = PeerKeys::get();
  const TempDir directory;
  const auto authorized = directory.write("authorized_keys", keys.client_key_line("ecdsa521") + "\n");
  std::filesystem::permissions(directory.path(), std::filesystem::perms(0755));
  std::filesystem::permissions(authorized, std::filesystem::perms(0644));
  const Sshd server({.config = {"AuthorizedKeysFile " + authorized.string()}});
  Client client(server);
  client.options.keys = {PrivateKey::load(keys.client_key("rsa"))};
  client.options.signers = {std::make_shared<PrivateKey>(PrivateKey::load(keys.client_key("ecdsa256")))};
  client.options.key_files = {keys.client_key("ed25519"), keys.client_key("ecdsa521")};
  check_echo(client.connect());
  client.options.key_files.pop_back();
  const auto error = caught<AuthError>(errc::auth_failed, "client_ed25519", [&] { client.connect(); });
  BOOST_TEST(error.detail().tried.size() == 3U);
}

BOOST_DATA_TEST_CASE(keyboard_interactive_in_rounds, data::make(python_servers), name) {
  if (lacks({name})) return;
  auto options = python_options(name);
  options.kbdint = rounds;
  const PythonServer server(options);
  Client client(server);
  client.options.key_files.clear();
  client.options.auth_methods = {"keyboard-interactive"};
  Respondent right{.answers = {"Zamenhof", "12 34", "yes"}};
  client.options.kbdint = right.handler();
  check_echo(client.connect());
  BOOST_TEST(right.seen ==
             "Greeting|First two|Name: (echo)Code: (hidden)\n|Nothing to answer|\nLast||Again: (hidden)\n");

  Respondent wrong{.answers = {"Zamenhof", "12 34", "no"}};
  client.options.kbdint = wrong.handler();
  client.options.password_prompts = 1;
  const auto error = caught<AuthError>(errc::auth_failed, "keyboard-interactive", [&] { client.connect(); });
  BOOST_TEST(contains(error.detail().methods_left, "keyboard-interactive"));
}

BOOST_AUTO_TEST_CASE(keyboard_interactive_by_pam, *needs({"sshd", "root"})) {
  const Sshd server({.keyboard_interactive = true});
  Client client(server);
  client.use_password(server.password());
  client.options.auth_methods = {"keyboard-interactive"};
  check_echo(client.connect());

  Respondent respondent{.answers = {server.password()}};
  client.options.password.reset();
  client.options.kbdint = respondent.handler();
  check_echo(client.connect());
  BOOST_TEST(has(respondent.seen, "assword: (hidden)"));
}

BOOST_AUTO_TEST_CASE(a_handler_may_give_up, *needs({"asyncssh"})) {
  auto options = python_options("asyncssh");
  options.kbdint = rounds;
  const PythonServer server(options);
  Client client(server);
  client.options.auth_methods = {"keyboard-interactive"};
  client.options.kbdint = [](auto&&, auto&&, auto&&) -> Answers { throw std::runtime_error("no idea"); };
  BOOST_CHECK_EXCEPTION(client.connect(), std::runtime_error,
                        [](const auto& error) { return std::string(error.what()) == "no idea"; });
}

BOOST_AUTO_TEST_CASE(two_methods_at_sshd, *needs({"sshd", "root"})) {
  const Sshd server({.config = {"AuthenticationMethods publickey,password"}});
  Client client(server);
  client.options.password = Secret(server.password());
  check_echo(client.connect());

  client.options.password.reset();
  const auto error = caught<AuthError>(errc::auth_failed, "password", [&] { client.connect(); });
  BOOST_TEST(error.detail().partial_success);
  BOOST_TEST(error.detail().methods_left == std::vector<std::string>{"password"},
             boost::test_tools::per_element());

  Transport transport = client.dial();
  BOOST_TEST(!transport.auth_none(server.user()));
  const auto half = transport.auth_publickey(server.user(), PrivateKey::load(server.client_key("rsa")));
  BOOST_TEST(!half.authenticated);
  BOOST_TEST(half.partial_success);
  BOOST_TEST(half.can_continue_with("password"));
  BOOST_TEST(!transport.is_authenticated());
  const auto whole = transport.auth_password(server.user(), Secret(server.password()));
  BOOST_TEST(whole.authenticated);
  BOOST_TEST(transport.is_authenticated());
}

BOOST_AUTO_TEST_CASE(two_keys_at_sshd, *needs({"sshd"})) {
  const Sshd server({.config = {"AuthenticationMethods publickey,publickey"}});
  Client client(server);
  caught<AuthError>(errc::auth_failed, "client_ed25519", [&] { client.connect(); });
  client.options.key_files.push_back(server.client_key("ecdsa384"));
  check_echo(client.connect());
}

BOOST_AUTO_TEST_CASE(two_methods_at_paramiko, *needs({"paramiko"})) {
  auto options = python_options("paramiko");
  options.methods = {"publickey", "password"};
  const PythonServer server(options);
  Client client(server);
  const auto error = caught<AuthError>(errc::auth_failed, "password", [&] { client.connect(); });
  BOOST_TEST(error.detail().partial_success);
  client.options.password = Secret(server.password());
  check_echo(client.connect());
}

BOOST_AUTO_TEST_CASE(expired_password, *needs({"asyncssh"})) {
  PythonServerOptions options;
  options.new_password = "brand new";
  const PythonServer server(options);
  Client client(server);
  client.use_password(server.password());
  caught<AuthError>(errc::password_expired, "expired", [&] { client.connect(); });

  std::vector<std::string> prompts;
  client.options.new_password = [&](const std::string& prompt) {
    prompts.push_back(prompt);
    return Secret(prompts.size() == 1 ? "too weak" : "brand new");
  };
  check_echo(client.connect());
  BOOST_REQUIRE(prompts.size() == 2U);
  BOOST_TEST(has(prompts[0], "Your password has expired"));
  BOOST_TEST(has(prompts[1], "Choose another password"));
}

BOOST_DATA_TEST_CASE(banner_of_python_servers, data::make(python_servers), name) {
  if (lacks({name})) return;
  auto options = python_options(name);
  options.banner = "Mind the gap\n\x1b[31mred\n";
  const PythonServer server(options);
  Client client(server);
  std::string banner;
  client.options.banner = [&](const std::string& text) { banner = text; };
  Connection connection = client.connect();
  BOOST_TEST(banner == "Mind the gap\n\\033[31mred\n");
  BOOST_TEST(connection.transport().get_banner() == banner);
}

BOOST_AUTO_TEST_CASE(banner_of_sshd, *needs({"sshd"})) {
  const TempDir directory;
  const Sshd server({.config = {"Banner " + directory.write("banner", "Authorised use only.\n").string()}});
  Client client(server);
  unsigned times = 0;
  std::string banner;
  client.options.banner = [&](const std::string& text) {
    banner = text;
    ++times;
  };
  check_echo(client.connect());
  BOOST_TEST(banner == "Authorised use only.\n");
  client.options.user = "nobody-like-that";  // shown to those who stay out, too
  caught<AuthError>(errc::auth_failed, "nobody-like-that", [&] { client.connect(); });
  BOOST_TEST(times == 2U);
}

BOOST_DATA_TEST_CASE(each_host_key_that_is_on_record, data::make(PeerKeys::types()), type) {
  if (lacks({"sshd"})) return;
  const Sshd server;  // it has them all, but only one is known
  Client client(server);
  const auto line = server.host_key_line(type);
  std::ofstream(client.known_hosts()) << known_hosts_lines(server.port(), {line});
  Connection connection = client.connect();
  BOOST_TEST(without_comment(connection.transport().remote_server_key().to_line()) == line);
  check_echo(std::move(connection));
}

BOOST_AUTO_TEST_CASE(first_use_is_recorded, *needs({"sshd"})) {
  const Sshd server;
  Client client(server);
  std::filesystem::remove(client.known_hosts());
  client.options.host_key = HostKeyPolicy::accept_new().user_files({client.known_hosts()}).global_files({});
  check_echo(client.connect());
  const auto recorded = read_file(client.known_hosts());
  BOOST_TEST(has(recorded, server.host_key_line("ed25519")));
  client.options.host_key = HostKeyPolicy::strict().user_files({client.known_hosts()}).global_files({});
  check_echo(client.connect());
  BOOST_TEST(read_file(client.known_hosts()) == recorded);
  client.options.host_key = HostKeyPolicy::pinned(get_server_host_key("127.0.0.1", client.options));
  check_echo(client.connect());
}

BOOST_AUTO_TEST_CASE(the_way_of_2003, *needs({"sshd", "root"})) {
  const Sshd server;
  Transport transport(server.host(), server.port());
  Event negotiated;
  transport.start_client(negotiated);
  BOOST_REQUIRE(negotiated.wait(scaled(milliseconds(60'000))));
  BOOST_REQUIRE(transport.is_active());
  BOOST_TEST(transport.get_remote_server_key().first == "ssh-ed25519");
  Event done;
  transport.auth_password(server.user(), Secret(server.password()), done);
  BOOST_REQUIRE(done.wait(scaled(milliseconds(60'000))));
  BOOST_TEST(transport.is_authenticated());
  Channel channel = transport.open_session();
  channel.exec_command("echo in");
  BOOST_TEST(channel.recv(100) == "in\n");
  BOOST_TEST(channel.recv_exit_status().ok());

  Transport refused(server.host(), server.port());
  refused.start_client();
  done.clear();
  refused.auth_key(server.user(), PrivateKey::generate("ssh-ed25519"), done);
  BOOST_REQUIRE(done.wait(scaled(milliseconds(60'000))));
  BOOST_TEST(!refused.is_authenticated());
  BOOST_TEST(!refused.is_active());
  BOOST_REQUIRE(refused.get_exception().has_value());
  BOOST_TEST((refused.get_exception()->code == errc::auth_failed));
}

BOOST_DATA_TEST_CASE(a_key_may_be_probed, data::make(server_names()), name) {
  if (lacks({name})) return;
  const auto server = start_server(name);
  const Client client(*server);
  Transport transport = client.dial();
  const auto& keys = PeerKeys::get();
  BOOST_TEST(!transport.auth_none(server->user()));
  BOOST_TEST(
      transport.probe_publickey(server->user(), PublicKey::from_line(keys.client_key_line("ecdsa256"))));
  BOOST_TEST(
      !transport.probe_publickey(server->user(), PublicKey::from_line(keys.host_key_line("ecdsa256"))));
  BOOST_TEST(!transport.is_authenticated());
  BOOST_TEST(
      transport.auth_publickey(server->user(), PrivateKey::load(keys.client_key("ecdsa256"))).authenticated);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::test
