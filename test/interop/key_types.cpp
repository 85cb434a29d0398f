// amiko - host keys and users' keys of the types that few peers have, and security keys
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <fstream>

#include "common/available.hpp"
#include "common/peer_process.hpp"
#include "common/python_server.hpp"
#include "common/sshd.hpp"
#include "interop/client.hpp"
#include "interop/server_client.hpp"

namespace amiko::test {

namespace {

namespace data = boost::unit_test::data;

constexpr const char* ssh_com_forms[] = {"ssh-rsa-sha224@ssh.com", "ssh-rsa-sha256@ssh.com",
                                         "ssh-rsa-sha384@ssh.com", "ssh-rsa-sha512@ssh.com"};

std::string algorithm_of(const std::string& type) {
  return type == "ed448" ? "ssh-ed448" : type == "dsa" ? "ssh-dss" : "ecdsa-sha2-1.3.132.0.10";
}

void check_login(const Client& client, const std::string& host_key) {
  Connection connection = client.connect();
  BOOST_TEST(connection.transport().negotiated().host_key == host_key);
  BOOST_TEST(connection.run("echo it works", {.timeout = scaled(milliseconds(60'000))}).out == "it works\n");
}

/// A security key of OpenSSH's software token, and what ssh needs to use it.
class SoftwareToken {
 public:
  static constexpr const char* provider = "/usr/lib/openssh/regress/misc/sk-dummy/sk-dummy.so";

  explicit SoftwareToken(const std::string& type, const std::vector<std::string>& options = {}) {
    std::vector<std::string> argv = {"ssh-keygen", "-q", "-t", type, "-w", provider, "-N", "", "-f", key()};
    for (const auto& option : options)
      argv.insert(argv.end(), {"-O", option});
    run_checked(argv);
  }
  std::string line() const { return without_comment(read_file(key() + ".pub")); }
  /// ssh's exit status, with that line in authorized_keys.
  int login(const std::string& authorized) const {
    const auto file = directory_.write("authorized", authorized + "\n");
    const TestServer server([&](ServerOptions& options) { options.authorized_keys = file.string(); });
    const Target target = server.target();
    const auto known = directory_.write("known", known_hosts_lines(target.port, target.host_key_lines));
    return run({"env", std::string("SSH_SK_PROVIDER=") + provider, "ssh", "-F", "none", "-i", key(), "-o",
                "IdentitiesOnly=yes", "-o", "BatchMode=yes", "-o", "UserKnownHostsFile=" + known.string(),
                "-o", "SecurityKeyProvider=" + std::string(provider), "-p", std::to_string(target.port),
                target.user + "@127.0.0.1", "algorithms"})
        .exit_code;
  }

 private:
  std::string key() const { return (directory_ / "key").string(); }

  TempDir directory_;
};

bool has_token() {
  if (!lacks({"ssh", "ssh-keygen"}) && std::filesystem::exists(SoftwareToken::provider)) return true;
  BOOST_TEST_MESSAGE("skipped: no sk-dummy here");
  return false;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(key_types)

BOOST_DATA_TEST_CASE(with_a_server_of_asyncssh, data::make({"ed448", "secp256k1"}), type) {
  if (lacks({"asyncssh"})) return;
  const PythonServer server({.peer = PythonPeer::asyncssh, .host_key_types = {type}});
  Client client(server);
  client.use_key(type);
  check_login(client, algorithm_of(type));
}

BOOST_DATA_TEST_CASE(the_forms_of_ssh_com, data::make(ssh_com_forms), form) {
  if (lacks({"asyncssh"})) return;
  const PythonServer server({.peer = PythonPeer::asyncssh, .host_key_types = {"rsa"}});
  Client client(server);
  client.use_key("rsa");
  client.options.transport.algorithms.host_keys = form;
  client.options.pubkey_algorithms = form;
  check_login(client, form);
}

BOOST_AUTO_TEST_CASE(dsa_where_it_is_named, *needs({"sshd"})) {
  const Sshd server({.config = {"HostKeyAlgorithms +ssh-dss", "PubkeyAcceptedAlgorithms +ssh-dss"},
                     .host_key_types = {"dsa", "ed25519"}});
  Client client(server);
  client.use_key("dsa");
  client.options.transport.algorithms.host_keys = "ssh-dss";
  caught<AuthError>(errc::auth_failed, "publickey", [&] { client.connect(); });
  client.options.pubkey_algorithms = "+ssh-dss";
  check_login(client, "ssh-dss");
  client.options.transport.algorithms.host_keys = {};
  BOOST_TEST(client.connect().transport().negotiated().host_key == "ssh-ed25519");
}

BOOST_DATA_TEST_CASE(with_a_client_of_asyncssh, data::make({"ed448", "secp256k1"}), type) {
  if (lacks({"asyncssh"})) return;
  const TestServer server([&](ServerOptions& options) {
    options.host_keys = {PrivateKey::load(PeerKeys::get().host_key(type))};
  });
  Target target = server.target();
  target.host_key_lines = {PeerKeys::get().host_key_line(type)};
  const ClientResult result =
      find_client("asyncssh")->run(target, {.login = {.key_type = type}, .command = "algorithms"});
  BOOST_TEST(result.status == 0, result.err);
  BOOST_TEST(has(result.out, "key=" + algorithm_of(type)), result.out);
}

BOOST_DATA_TEST_CASE(security_keys_of_ssh, data::make({"ed25519-sk", "ecdsa-sk"}), type) {
  if (!has_token()) return;
  const SoftwareToken token(type);
  BOOST_TEST(token.login(token.line()) == 0);
  BOOST_TEST(token.login("verify-required " + token.line()) == 255);
}

BOOST_DATA_TEST_CASE(security_keys_that_nobody_touches, data::make({"ed25519-sk", "ecdsa-sk"}), type) {
  if (!has_token()) return;
  const SoftwareToken token(type, {"no-touch-required"});
  BOOST_TEST(token.login(token.line()) == 255);
  BOOST_TEST(token.login("no-touch-required " + token.line()) == 0);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::test
