// amiko - the same clients at the doors of amiko-sshd and amiko-bbs
//
// AMIKO_SSHD and AMIKO_BBS name the programs; without them those that were built last are taken.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <fstream>
#include <iostream>

#include "common/available.hpp"
#include "common/test_account.hpp"
#include "interop/client.hpp"
#include "interop/server_checks.hpp"

namespace amiko::test {

namespace {

namespace data = boost::unit_test::data;
namespace fs = std::filesystem;

constexpr std::size_t mib = 1 << 20;

/// As demo/private_sshd.sh finds programs; empty where there is none, after a line that says so.
fs::path find_demo(const std::string& name, const char* variable) {
  if (const char* path = std::getenv(variable)) return fs::absolute(path);
  fs::path newest;
  std::error_code ignored;
  for (fs::recursive_directory_iterator file(source_file("out"), ignored), end; file != end;
       file.increment(ignored)) {
    if (file->path().filename() != name || !file->is_regular_file(ignored)) continue;
    if (newest.empty() || file->last_write_time() > fs::last_write_time(newest)) newest = file->path();
  }
  if (newest.empty()) {
    std::cout << "skipped: " << boost::unit_test::framework::current_test_case().full_name() << ": no "
              << name << " was built" << std::endl;
  }
  return newest;
}

/// A demo server as a child process.
class DemoServer {
 public:
  const Target& target() const noexcept { return target_; }
  std::string log() const { return read_file(directory_ / "log"); }

 protected:
  DemoServer() = default;
  ~DemoServer() { BOOST_TEST_MESSAGE("the server's log:\n" << log()); }

  /// The rest of the line of its output that has `text`.
  std::string wait_for_line(const std::string& text) {
    std::string rest;
    const bool came = eventually(
        [&] {
          const std::string seen = log();
          const auto at = seen.find(text);
          const auto end = seen.find('\n', at);
          if (at == std::string::npos || end == std::string::npos) return process_->wait().has_value();
          rest = seen.substr(at + text.size(), end - at - text.size());
          return true;
        },
        milliseconds(30'000));
    if (!came || rest.empty()) throw std::runtime_error("the server does not start: " + log());
    return rest;
  }

  void start(std::vector<std::string> argv) {
    process_.reset();
    process_ = std::make_unique<PeerProcess>(
        ProcessOptions{.argv = std::move(argv), .directory = directory_.path(), .log = directory_ / "log"});
  }

  TempDir directory_;
  Target target_;
  std::unique_ptr<PeerProcess> process_;
};

/// amiko-sshd with all host keys, that lets the test account in.
class AmikoSshd : public DemoServer {
 public:
  AmikoSshd(const fs::path& program, const std::vector<std::string>& config) {
    target_.user = TestAccount::get().name;
    target_.password = random_text();
    target_.port = free_port();
    target_.answers = {{"assword: ", target_.password}};
    target_.both_streams = "echo out; echo err >&2";
    target_.killed = "kill -TERM $$";
    target_.environment = "echo \"$LC_AMIKO\"";
    target_.shell_steps = "send echo answer-$((40+2))\\r\nexpect answer-42\nsend exit 3\\r\n";
    target_.resize_steps =
        "send until [ \"$(stty size)\" = '33 101' ]; do sleep 0.05; done; echo answer-$((40+2))\\r\n"
        "resize 33 101\nexpect answer-42\nsend exit 3\\r\n";
    target_.shell_status = 3;
    const auto hash = run_checked({program.string(), "--hash-password"}, target_.password + "\n");
    directory_.write("passwords", target_.user + ":" + hash);
    fs::permissions(directory_ / "passwords", fs::perms::owner_read | fs::perms::owner_write);

    std::ofstream file(directory_ / "config");
    for (const auto& line : config)
      file << line << "\n";
    for (const auto& type : PeerKeys::types()) {
      file << "HostKey " << PeerKeys::get().host_key(type).string() << "\n";
      target_.host_key_lines.push_back(PeerKeys::get().host_key_line(type));
    }
    file << "ListenAddress 127.0.0.1\nPort " << target_.port << "\nAuthorizedKeysFile "
         << PeerKeys::get().authorized_keys().string() << "\nPasswordFile "
         << (directory_ / "passwords").string()
         << "\nPermitRootLogin yes\nStrictModes no\nPerSourcePenalties no\nMaxStartups 100\nPidFile none\n"
            "AcceptEnv LC_*\nLogLevel VERBOSE\n";
    file.close();
    start({program.string(), "-D", "-e", "-f", (directory_ / "config").string()});
    wait_for_line("Server listening on 127.0.0.1");
  }
};

/// amiko-bbs with one caller who has an account and all keys.
class AmikoBbs : public DemoServer {
 public:
  AmikoBbs(const fs::path& program, ForeignClient& client) {
    start({program.string(), "-p", "0", "-b", "127.0.0.1", "-v", "-d", (directory_ / "data").string()});
    target_.port = static_cast<std::uint16_t>(std::stoul(wait_for_line("listening on 127.0.0.1:")));
    target_.host_key_lines = {
        without_comment(run_checked({"ssh-keygen", "-y", "-f", (directory_ / "data/host_key").string()}))};
    sign_up(client);
  }

  /// To the main menu and out again.
  static std::string visit() { return "expect Your choice:\nsend g\nexpect Good bye, caller\n"; }

 private:
  void sign_up(ForeignClient& client) {
    const std::string password = "secret " + random_text(4);
    target_.user = "new";
    target_.password = "none is asked for";
    std::string steps = "expect Your name on the board:\nsend caller\\r\nexpect New password:\nsend " +
                        password + "\\r\nexpect Once more:\nsend " + password +
                        "\\r\nexpect Your choice:\nsend p\n";
    for (const auto& type : PeerKeys::types())
      steps += "expect quit:\nsend a\nexpect Paste\nsend " + PeerKeys::get().client_key_line(type) +
               "\\r\nexpect Added: SHA256:\n";
    const auto result =
        client.talk(target_, {.method = Login::Method::password}, steps + "expect quit:\nsend q\n" + visit());
    BOOST_REQUIRE_MESSAGE(result.status == 0, result.out << result.err);
    target_.user = "caller";
    target_.password = password;
    target_.answers = {{"Password: ", password}};
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(server_demos)

BOOST_DATA_TEST_CASE(sshd, data::make(client_names()), name) {
  const auto program = find_demo("amiko-sshd", "AMIKO_SSHD");
  ForeignClient* client = program.empty() ? nullptr : find_client(name);
  if (!client) return;
  const AmikoSshd server(program, {"KbdInteractiveAuthentication no"});
  check_logins(*client, server.target());
  check_commands(*client, server.target());
  check_terminal(*client, server.target());
  const AmikoSshd asking(program, {"PasswordAuthentication no", "RekeyLimit 1M", "Compression yes"});
  check_interactive_login(*client, asking.target());
  check_echo(*client, asking.target(), 8 * mib, {.compression = true, .rekey_bytes = 3 * mib / 2});
}

BOOST_DATA_TEST_CASE(sshd_much_data, data::make(client_names()), name) {
  const auto program = find_demo("amiko-sshd", "AMIKO_SSHD");
  ForeignClient* client = program.empty() ? nullptr : find_client(name);
  if (!client) return;
  const AmikoSshd server(program, {});
  check_echo(*client, server.target(), 64 * mib);
}

BOOST_AUTO_TEST_CASE(bbs) {
  const auto program = find_demo("amiko-bbs", "AMIKO_BBS");
  ForeignClient* ssh = program.empty() ? nullptr : find_client("ssh");
  if (!ssh) return;
  const AmikoBbs server(program, *ssh);
  Target classic = server.target();
  classic.user = "robey";
  classic.password = "foo";
  for (const auto& name : client_names()) {
    ForeignClient* client = find_client(name);
    if (!client) continue;
    std::vector<Login> logins{{.method = Login::Method::password}, {.method = Login::Method::interactive}};
    for (const auto& type : client->abilities().key_types)
      logins.push_back({.key_type = type});
    for (const auto& login : logins) {
      const auto result = client->talk(server.target(), login, AmikoBbs::visit());
      BOOST_TEST(result.status == 0,
                 name << " " << login.key_type << ": " << result.out << result.err << server.log());
    }
    const auto result = client->talk(classic, {.method = Login::Method::password},
                                     "expect Username: \nsend dave\\r\nexpect I don't like you, dave.\n");
    BOOST_TEST(result.status == 0, name << ": " << result.out << result.err);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::test
