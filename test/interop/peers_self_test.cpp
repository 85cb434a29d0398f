// amiko - do the peers of the tests work?  Stock clients against them, without the library
#include <sys/socket.h>

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <sstream>

#include "common/available.hpp"
#include "common/dropbear.hpp"
#include "common/python_server.hpp"
#include "common/sshd.hpp"

namespace {

using namespace std::string_literals;
using amiko::test::CommandResult;
using amiko::test::Dropbear;
using amiko::test::lacks;
using amiko::test::milliseconds;
using amiko::test::needs;
using amiko::test::PeerKeys;
using amiko::test::PeerServer;
using amiko::test::PythonPeer;
using amiko::test::PythonServer;
using amiko::test::PythonServerOptions;
using amiko::test::run;
using amiko::test::Sshd;
using amiko::test::TempDir;

/// The stock ssh, with nothing of the user's configuration.
class Ssh {
 public:
  explicit Ssh(const PeerServer& server) : server_(server) {
    server.write_known_hosts(directory_ / "known_hosts");
    options_ = {"UserKnownHostsFile=" + (directory_ / "known_hosts").string(),
                "GlobalKnownHostsFile=/dev/null", "StrictHostKeyChecking=yes", "IdentityAgent=none",
                "IdentitiesOnly=yes"};
  }

  Ssh& option(const std::string& value) {
    options_.push_back(value);
    return *this;
  }
  Ssh& key(const std::string& type) {
    return option("IdentityFile=" + PeerKeys::get().client_key(type).string())
        .option("PreferredAuthentications=publickey");
  }

  std::vector<std::string> arguments(const std::vector<std::string>& last,
                                     const std::string& program = "ssh") const {
    std::vector<std::string> argv{program, "-F", "/dev/null", "-o", "Port=" + std::to_string(server_.port())};
    for (const auto& value : options_)
      argv.insert(argv.end(), {"-o", value});
    argv.push_back(server_.user() + "@" + server_.host());
    argv.insert(argv.end(), last.begin(), last.end());
    return argv;
  }
  CommandResult operator()(const std::vector<std::string>& last, std::string_view input = {}) const {
    return run(arguments(last), input, milliseconds(60'000));
  }
  /// With the answer to a prompt that contains `prompt`.
  CommandResult with_password(const std::string& password, const std::vector<std::string>& last,
                              const std::string& prompt = "assword") const {
    std::vector<std::string> argv{"sshpass", "-P", prompt, "-p", password};
    const auto ssh = arguments(last);
    argv.insert(argv.end(), ssh.begin(), ssh.end());
    return run(argv, {}, milliseconds(60'000));
  }

 private:
  const PeerServer& server_;
  TempDir directory_;
  std::vector<std::string> options_;
};

/// 64 MiB that are not all alike.
std::string much_data() {
  std::string data(64 << 20, '\0');
  std::uint32_t state = 1;
  for (char& byte : data) {
    state = state * 1664525 + 1013904223;
    byte = static_cast<char>(state >> 24);
  }
  return data;
}

/// Answers ssh's questions from a list: SSH_ASKPASS is a script that takes one line of a file each time.
CommandResult with_answers(const Ssh& ssh, const std::string& answers, const std::vector<std::string>& last) {
  const TempDir directory;
  const auto file = directory.write("answers", answers).string();
  const auto script =
      directory.write("askpass", "#!/bin/sh\nsed -n 1p '" + file + "'\nsed -i 1d '" + file + "'\n");
  std::filesystem::permissions(script, std::filesystem::perms(0700));
  amiko::test::ProcessOptions options;
  options.argv = ssh.arguments(last);
  options.environment = {"SSH_ASKPASS=" + script.string(), "SSH_ASKPASS_REQUIRE=force", "DISPLAY=:0"};
  return run(options);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(peers)

BOOST_AUTO_TEST_SUITE(sshd)

BOOST_DATA_TEST_CASE(takes_every_key_type, boost::unit_test::data::make(PeerKeys::types()), type) {
  if (lacks({"sshd", "ssh"})) return;
  const Sshd server;
  BOOST_TEST(Ssh(server).key(type)({"echo", "hello"}).out == "hello\n");
}

BOOST_AUTO_TEST_CASE(has_every_host_key, *needs({"sshd", "ssh"})) {
  const Sshd server;
  for (const std::string algorithm :
       {"ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "rsa-sha2-512"}) {
    BOOST_TEST(Ssh(server).key("ed25519").option("HostKeyAlgorithms=" + algorithm)({"true"}).exit_code == 0);
  }
}

BOOST_AUTO_TEST_CASE(encrypted_key_needs_its_passphrase, *needs({"sshd", "ssh", "sshpass"})) {
  const Sshd server;
  Ssh ssh(server);
  ssh.key("encrypted");
  BOOST_TEST(ssh.with_password(PeerKeys::passphrase, {"echo", "in"}, "passphrase").out == "in\n");
  BOOST_TEST(ssh.with_password("wrong", {"echo", "in"}, "passphrase").out == "");
}

BOOST_AUTO_TEST_CASE(reports_exit_status_and_both_streams, *needs({"sshd", "ssh"})) {
  const Sshd server;
  const auto result = Ssh(server).key("ed25519")({"echo out; echo err >&2; exit 7"});
  BOOST_TEST(result.exit_code == 7);
  BOOST_TEST(result.out == "out\n");
  BOOST_TEST(result.err == "err\n");
}

BOOST_AUTO_TEST_CASE(takes_a_password, *needs({"sshd", "sshpass", "root"})) {
  const Sshd server;
  Ssh ssh(server);
  ssh.option("PreferredAuthentications=password");
  BOOST_REQUIRE(server.has_password());
  BOOST_TEST(ssh.with_password(server.password(), {"id", "-un"}).out == server.user() + "\n");
  BOOST_TEST(ssh.with_password("wrong", {"id", "-un"}).exit_code == 5);  // sshpass: the password is refused
}

BOOST_AUTO_TEST_CASE(speaks_keyboard_interactive, *needs({"sshd", "sshpass", "root"})) {
  amiko::test::SshdOptions options;
  options.keyboard_interactive = true;
  const Sshd server(options);
  Ssh ssh(server);
  ssh.option("PreferredAuthentications=keyboard-interactive");
  const auto result = ssh.with_password(server.password(), {"id", "-un"});
  BOOST_TEST(result.out == server.user() + "\n", result.err + server.log());
}

BOOST_AUTO_TEST_CASE(has_sftp_and_obeys_extra_configuration, *needs({"sshd", "ssh", "sftp"})) {
  amiko::test::SshdOptions options;
  options.config = {"MaxSessions 3", "Match all", "ForceCommand echo forced $SSH_ORIGINAL_COMMAND"};
  const Sshd server(options);
  BOOST_TEST(Ssh(server).key("ed25519")({"anything"}).out == "forced anything\n");
  const Sshd plain;
  Ssh ssh(plain);
  auto argv = ssh.key("ed25519").arguments({}, "sftp");
  argv.insert(argv.begin() + 1, {"-b", "-"});
  const auto result = run(argv, "pwd\n");
  BOOST_TEST(result.out.find("Remote working directory: " + plain.home().string()) != std::string::npos,
             result.err);
}

BOOST_AUTO_TEST_CASE(passes_the_environment, *needs({"sshd", "ssh"})) {
  const Sshd server;
  BOOST_TEST(Ssh(server).key("ed25519").option("SetEnv=\"AMIKO_TEST=x y\"")({"echo $AMIKO_TEST"}).out ==
             "x y\n");
}

BOOST_AUTO_TEST_CASE(can_hang_and_die, *needs({"sshd", "ssh"})) {
  Sshd server;
  amiko::test::ProcessOptions options;
  Ssh ssh(server);
  options.argv = ssh.key("ed25519").arguments({"echo up; exec cat"});
  options.pipe_stdin = options.pipe_stdout = true;
  amiko::test::PeerProcess client(options);
  BOOST_TEST(client.read_line().value_or("") == "up");
  server.suspend();
  BOOST_REQUIRE(::write(client.stdin_fd(), "a\n", 2) == 2);
  BOOST_TEST(!client.read_line(milliseconds(100)).has_value());
  server.resume();
  BOOST_TEST(client.read_line().value_or("") == "a");
  server.stop();
  BOOST_TEST((client.wait(milliseconds(10'000)) == amiko::test::ExitStatus{255, 0}));
}

BOOST_AUTO_TEST_CASE(openssh_10_runs_beside, *needs({"openssh10", "ssh"})) {
  amiko::test::SshdOptions options;
  options.openssh10 = true;
  const Sshd server(options);
  const auto result = Ssh(server).key("ed25519").option("LogLevel=DEBUG1")({"echo", "hello"});
  BOOST_TEST(result.out == "hello\n", result.err + server.log());
  BOOST_TEST(result.err.find("remote software version OpenSSH_10") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(dropbear)

/// dbclient, which takes Dropbear's own key format only, and the host keys from ~/.ssh.
class DbClient {
 public:
  explicit DbClient(const PeerServer& server) : server_(server) {}

  CommandResult operator()(const std::vector<std::string>& options, const std::string& command) const {
    amiko::test::ProcessOptions process;
    process.argv = {"dbclient", "-y", "-y", "-p", std::to_string(server_.port())};
    process.argv.insert(process.argv.end(), options.begin(), options.end());
    process.argv.insert(process.argv.end(), {server_.user() + "@" + server_.host(), command});
    process.environment = {"HOME=" + home_.path().string(), "DROPBEAR_PASSWORD=" + server_.password()};
    return run(process);
  }
  std::string converted_key(const std::string& type) const {
    const auto file = (home_ / type).string();
    amiko::test::run_checked(
        {"dropbearconvert", "openssh", "dropbear", PeerKeys::get().client_key(type).string(), file});
    return file;
  }

 private:
  const PeerServer& server_;
  TempDir home_;
};

BOOST_AUTO_TEST_CASE(takes_every_key_type, *needs({"dropbear", "ssh"})) {
  const Dropbear server;
  for (const auto& type : PeerKeys::types()) {
    const auto result = Ssh(server).key(type)({"echo", type});
    BOOST_TEST(result.out == type + "\n", result.err + server.log());
  }
}

BOOST_AUTO_TEST_CASE(has_its_host_keys, *needs({"dropbear", "ssh"})) {
  const Dropbear server;
  BOOST_TEST(server.host_key_lines().size() == 3U);
  for (const std::string algorithm : {"ssh-ed25519", "ecdsa-sha2-nistp256", "rsa-sha2-256"}) {
    BOOST_TEST(Ssh(server).key("ed25519").option("HostKeyAlgorithms=" + algorithm)({"exit 7"}).exit_code ==
               7);
  }
}

BOOST_AUTO_TEST_CASE(lets_dbclient_in, *needs({"dropbear", "dbclient", "dropbearconvert"})) {
  const Dropbear server;
  const DbClient client(server);
  BOOST_TEST(client({"-i", client.converted_key("ed25519")}, "exit 7").exit_code == 7);
  const auto result = client({}, "id -un");  // by password
  BOOST_TEST(result.out == server.user() + "\n", result.err + server.log());
}

BOOST_AUTO_TEST_CASE(lets_plink_in, *needs({"dropbear", "plink"})) {
  const Dropbear server;
  const TempDir home;
  std::vector<std::string> argv{"plink",
                                "-ssh",
                                "-batch",
                                "-P",
                                std::to_string(server.port()),
                                "-pwfile",
                                home.write("password", server.password()).string()};
  for (const auto& line : server.host_key_lines())
    argv.insert(argv.end(), {"-hostkey", line.substr(line.find(' ') + 1)});
  argv.insert(argv.end(), {server.user() + "@" + server.host(), "echo hello; exit 7"});
  amiko::test::ProcessOptions options;
  options.argv = argv;
  options.environment = {"HOME=" + home.path().string()};
  const auto result = run(options);
  BOOST_TEST(result.out == "hello\n", result.err + server.log());
  BOOST_TEST(result.exit_code == 7);
}

BOOST_AUTO_TEST_SUITE_END()

/// What both Python servers can do.
struct PythonCase {
  const char* module;
  PythonPeer peer;
  friend std::ostream& operator<<(std::ostream& out, const PythonCase& python) {
    return out << python.module;
  }
};
constexpr const char* remote_script = "echo out; echo err >&2; exit 7";
const PythonCase python_cases[] = {{"asyncssh", PythonPeer::asyncssh}, {"paramiko", PythonPeer::paramiko}};

PythonServerOptions options_for(const PythonCase& python) {
  PythonServerOptions options;
  options.peer = python.peer;
  return options;
}

BOOST_AUTO_TEST_SUITE(python)

BOOST_DATA_TEST_CASE(runs_commands, boost::unit_test::data::make(python_cases), python) {
  if (lacks({python.module, "ssh"})) return;
  const PythonServer server(options_for(python));
  for (const auto& type : PeerKeys::types()) {
    // paramiko 2.12 sends no server-sig-algs, so that the client thinks it knows RSA with SHA-1 only
    const auto result = Ssh(server).key(type).option("PubkeyAcceptedAlgorithms=+ssh-rsa")({remote_script});
    BOOST_TEST(result.exit_code == 7, result.err + server.log());
    BOOST_TEST(result.out == "out\n");
    BOOST_TEST(result.err == "err\n");
  }
  const auto killed = Ssh(server).key("ed25519").option("LogLevel=DEBUG1")({"kill -TERM $$"});
  BOOST_TEST(killed.err.find("rtype exit-signal") != std::string::npos);
}

BOOST_DATA_TEST_CASE(gives_64_mib_back, boost::unit_test::data::make(python_cases), python) {
  if (lacks({python.module, "ssh"})) return;
  const PythonServer server(options_for(python));
  const auto data = much_data();
  const auto result = Ssh(server).key("ed25519")({"cat"}, data);
  BOOST_TEST(result.exit_code == 0, result.err + server.log());
  BOOST_TEST((result.out == data));
}

BOOST_DATA_TEST_CASE(has_a_shell_and_subsystems, boost::unit_test::data::make(python_cases), python) {
  if (lacks({python.module, "ssh"})) return;
  const PythonServer server(options_for(python));
  Ssh ssh(server);
  ssh.key("ed25519");
  const auto shell = ssh({}, "one\ntwo\nexit 3\n");
  BOOST_TEST(shell.out == "ready\none\ntwo\n", shell.err + server.log());
  BOOST_TEST(shell.exit_code == 3);
  BOOST_TEST(ssh({"-s", "echo"}, "to and fro").out == "to and fro");
  BOOST_TEST(ssh({"-s", "nothing"}, "to and fro").exit_code != 0);
}

BOOST_DATA_TEST_CASE(asks_for_a_password, boost::unit_test::data::make(python_cases), python) {
  if (lacks({python.module, "sshpass"})) return;
  auto options = options_for(python);
  options.banner = "Mind the gap\n";
  const PythonServer server(options);
  Ssh ssh(server);
  ssh.option("PreferredAuthentications=password");
  const auto result = ssh.with_password(server.password(), {"echo", "in"});
  BOOST_TEST(result.out == "in\n", result.err + server.log());
  BOOST_TEST(result.err.find("Mind the gap") != std::string::npos);
  BOOST_TEST(ssh.with_password("wrong", {"echo", "in"}).exit_code == 5);
}

BOOST_DATA_TEST_CASE(asks_in_several_rounds, boost::unit_test::data::make(python_cases), python) {
  if (lacks({python.module, "ssh"})) return;
  auto options = options_for(python);
  options.kbdint = {{"Greeting", "First two", {{"Name: ", true, "Zamenhof"}, {"Code: ", false, "12 34"}}},
                    {"", "Nothing to answer", {}},
                    {"Last", "", {{"Again: ", false, "yes"}}}};
  const PythonServer server(options);
  Ssh ssh(server);
  ssh.option("PreferredAuthentications=keyboard-interactive").option("NumberOfPasswordPrompts=1");
  const auto result = with_answers(ssh, "Zamenhof\n12 34\nyes\n", {"echo", "in"});
  BOOST_TEST(result.out == "in\n", result.err + server.log());
  BOOST_TEST(with_answers(ssh, "Zamenhof\n12 34\nno\n", {"echo", "in"}).out == "");
}

BOOST_DATA_TEST_CASE(offers_what_it_is_told, boost::unit_test::data::make(python_cases), python) {
  if (lacks({python.module, "ssh"})) return;
  auto options = options_for(python);
  options.kex = {"ecdh-sha2-nistp256"};
  options.ciphers = {"aes192-ctr"};
  options.macs = {"hmac-sha2-512"};
  options.host_key_algorithms = {"rsa-sha2-256"};
  const PythonServer server(options);
  const auto result = Ssh(server).key("ed25519").option("LogLevel=DEBUG1")({"echo", "in"});
  BOOST_TEST(result.out == "in\n", result.err + server.log());
  BOOST_TEST(result.err.find("kex: algorithm: ecdh-sha2-nistp256") != std::string::npos);
  BOOST_TEST(result.err.find("host key algorithm: rsa-sha2-256") != std::string::npos);
  BOOST_TEST(result.err.find("cipher: aes192-ctr MAC: hmac-sha2-512") != std::string::npos);
  BOOST_TEST(Ssh(server).key("ed25519").option("Ciphers=aes256-ctr")({"echo", "in"}).exit_code == 255);
}

BOOST_AUTO_TEST_CASE(asyncssh_wants_a_new_password, *needs({"asyncssh", "ssh"})) {
  PythonServerOptions options;
  options.new_password = "brand new";
  const PythonServer server(options);
  Ssh ssh(server);
  ssh.option("PreferredAuthentications=password").option("NumberOfPasswordPrompts=1");
  const auto old = server.password();
  const auto result = with_answers(ssh, old + "\n" + old + "\nbrand new\nbrand new\n", {"echo", "in"});
  BOOST_TEST(result.out == "in\n", result.err + server.log());
}

BOOST_AUTO_TEST_CASE(paramiko_wants_two_methods, *needs({"paramiko", "sshpass"})) {
  PythonServerOptions options;
  options.peer = PythonPeer::paramiko;
  options.methods = {"publickey", "password"};
  const PythonServer server(options);
  Ssh ssh(server);
  ssh.option("IdentityFile=" + server.client_key("ed25519").string());
  BOOST_TEST(ssh.with_password(server.password(), {"echo", "in"}).out == "in\n");
  BOOST_TEST(Ssh(server).key("ed25519")({"echo", "in"}).exit_code == 255);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE_END()
