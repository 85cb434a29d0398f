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
#include "interop/coverage.hpp"
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

std::string typed(const std::string& line) {
  return "send " + line + "\\r\n";
}

/// The shell's arithmetic makes the answer another text than the question, which the terminal shows, too.
std::string expected_answer(const std::string& name) {
  return typed("echo " + name + "-$((40+2))") + "expect " + name + "-42\n";
}

std::string when_size_is(const std::string& size, const std::string& name) {
  return typed("until [ \"$(stty size)\" = '" + size + "' ]; do sleep 0.05; done; echo " + name +
               "-$((40+2))");
}

/// Not just `sh -c 'echo ...; sleep 1000'`: dash forgets a ^C that comes right before it becomes its last
/// command.
std::string interruption() {
  return typed(
             "sh -c 'stop() { kill $!; exit 9; }; trap stop INT; echo started-$((40+2)); sleep 1000 & wait'; "
             "echo interrupted-$?") +
         "expect started-42\nsend \\x03\nexpect interrupted-9\n";
}

/// The shell answers once the program has left the terminal: what is typed before that may be dropped.
std::string editing(const std::string& file) {
  return typed("vi -u NONE -N " + file + "; echo edited-$((40+2))") +
         "expect [New]\nsend ifrom vi\nsend \\x1b\nsend :wq\\r\nexpect edited-42\n" +
         typed("cat " + file + "; rm " + file) + "expect from vi\r\n";
}

std::string paging() {
  return typed("seq 100000 100400 | less; echo paged-$((40+2))") +
         "expect 100005\nsend G\nexpect 100400\nexpect (END)\nsend q\nexpect paged-42\n";
}

/// What a person does on a terminal.  In tmux everything passes through a program that draws the whole
/// screen.
std::map<std::string, std::string> conversations(const fs::path& directory) {
  static int made = 0;
  const auto name = "amiko-" + random_text(6);
  const auto file = [&] { return (directory / ("text" + std::to_string(++made))).string(); };
  const std::string leave = typed("exit 3");
  std::map<std::string, std::string> all{
      {"shell", expected_answer("shell") + leave},
      {"resize", when_size_is("33 101", "resized") + "resize 33 101\nexpect resized-42\n" + leave},
      {"ctrl-c", interruption() + leave}};
  if (available("vi")) all["vi"] = editing(file()) + leave;
  if (available("less")) all["less"] = paging() + leave;
  if (available("tmux") && available("vi") && available("less"))
    all["vi, less and resize in tmux"] =
        typed("tmux -L " + name + " -f /dev/null") + "expect [0]\n" + expected_answer("tmux") +
        editing(file()) + paging() + when_size_is("32 101", "resized") +  // the last row is tmux's
        "resize 33 101\nexpect resized-42\n" + typed("exit") + "expect [exited]\n" + leave;
  return all;
}

const std::vector<std::string>& login_cells() {
  static const std::vector<std::string> cells = [] {
    std::vector<std::string> all{"password", "keyboard-interactive"};
    for (const auto& type : PeerKeys::types())
      all.push_back("key " + type);
    return all;
  }();
  return cells;
}

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
    target_.name = "amiko-sshd";
    target_.conversations = conversations(directory_.path());
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
    // The account writes its files there.
    fs::permissions(directory_.path(), fs::perms::all);
    start({program.string(), "-D", "-e", "-f", (directory_ / "config").string()});
    wait_for_line("Server listening on 127.0.0.1");
  }
};

/// amiko-bbs with one caller who has an account and all keys.
class AmikoBbs : public DemoServer {
 public:
  AmikoBbs(const fs::path& program, ForeignClient& client) {
    target_.name = "amiko-bbs";
    start({program.string(), "-p", "0", "-b", "127.0.0.1", "-v", "-d", (directory_ / "data").string()});
    target_.port = static_cast<std::uint16_t>(std::stoul(wait_for_line("listening on 127.0.0.1:")));
    target_.host_key_lines = {
        without_comment(run_checked({"ssh-keygen", "-y", "-f", (directory_ / "data/host_key").string()}))};
    sign_up(client);
  }

  /// To the main menu and out again.
  static std::string visit() { return "expect Your choice:\n" + leave(); }
  static std::string leave() { return "send g\nexpect Good bye, caller\n"; }

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
    const auto result = client.talk(target_, {.login = {.method = Login::Method::password}},
                                    steps + "expect quit:\nsend q\n" + visit());
    BOOST_REQUIRE_MESSAGE(result.status == 0, result.out << result.err);
    target_.user = "caller";
    target_.password = password;
    target_.answers = {{"Password: ", password}};
    target_.conversations = {
        {"main menu", visit()},
        {"resize", "expect Your choice:\nresize 30 60\nexpect Your choice:\n" + leave()},
        {"who is on",
         "expect Your choice:\nsend w\nexpect caller\nexpect Press a key\nsend \\x20\n" + visit()}};
  }
};

void call_bbs(const fs::path& program, ForeignClient& ssh, ForeignClient& client) {
  const AmikoBbs server(program, ssh);
  const Target& target = server.target();
  const auto talk = [&](const std::string& cell, const Target& to, const ClientJob& job,
                        const std::string& steps) {
    const auto result = client.talk(to, job, steps);
    note(to, client, cell, result.status == 0, result.out + result.err + server.log());
  };
  talk("password", target, {.login = {.method = Login::Method::password}}, AmikoBbs::visit());
  talk("keyboard-interactive", target, {.login = {.method = Login::Method::interactive}}, AmikoBbs::visit());
  for (const auto& type : client.abilities().key_types)
    talk("key " + type, target, {.login = {.key_type = type}}, AmikoBbs::visit());
  check_terminal(client, target);
  talk("compression", target, {.compression = true}, AmikoBbs::visit());
  const std::string looks = "expect Your choice:\nsend w\nexpect Press a key\nsend \\x20\n";
  if (client.abilities().rekey)
    talk("re-key by the client", target, {.rekey_bytes = 4096}, looks + looks + looks + AmikoBbs::visit());
  else
    Coverage::get().leave_out(target.name, client.name(), "re-key by the client");

  ClientResult result = client.run(target, {.command = "who"});
  note(target, client, "who", result.status == 0 && has(result.out, "Who is on"), result.out + result.err);
  result = client.run(target, {.command = "ls"});
  note(target, client, "no other command", result.status == 127 && has(result.err, "the only command"),
       result.out + result.err);

  Target classic = target;
  classic.user = "robey";
  classic.password = "foo";
  talk("the board of 2003", classic, {.login = {.method = Login::Method::password}},
       "expect Username: \nsend dave\\r\nexpect I don't like you, dave.\n");
}

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
  const AmikoSshd asking(program, {"PasswordAuthentication no"});
  check_interactive_login(*client, asking.target());
}

BOOST_DATA_TEST_CASE(sshd_new_keys, data::make(client_names()), name) {
  const auto program = find_demo("amiko-sshd", "AMIKO_SSHD");
  ForeignClient* client = program.empty() ? nullptr : find_client(name);
  if (!client) return;
  const AmikoSshd plain(program, {"Compression yes"});
  check_echo(*client, plain.target(), 8 * mib, {.compression = true}, {"compression"});
  const bool by_client = client->abilities().rekey;
  if (by_client)
    check_echo(*client, plain.target(), 8 * mib, {.rekey_bytes = mib}, {"re-key by the client"});
  else
    Coverage::get().leave_out(plain.target().name, name, "re-key by the client");
  const AmikoSshd re_keying(program, {"RekeyLimit 1M", "Compression yes"});
  check_echo(*client, re_keying.target(), 8 * mib, {}, {"re-key by the server"});
  check_echo(*client, re_keying.target(), 8 * mib, {.compression = true, .rekey_bytes = 3 * mib / 2},
             {"re-key by both, compression"});
}

BOOST_DATA_TEST_CASE(sshd_much_data, data::make(client_names()), name) {
  const auto program = find_demo("amiko-sshd", "AMIKO_SSHD");
  ForeignClient* client = program.empty() ? nullptr : find_client(name);
  if (!client) return;
  const AmikoSshd server(program, {});
  check_echo(*client, server.target(), 64 * mib, {}, {"64 MiB echo"});
}

BOOST_DATA_TEST_CASE(bbs, data::make(client_names()), name) {
  const auto program = find_demo("amiko-bbs", "AMIKO_BBS");
  ForeignClient* ssh = program.empty() ? nullptr : find_client("ssh");
  ForeignClient* client = ssh ? find_client(name) : nullptr;
  if (!client) return;
  call_bbs(program, *ssh, *client);
}

// After all the others: what they have shown, and that nothing was forgotten.
BOOST_AUTO_TEST_CASE(what_is_covered) {
  std::map<std::string, std::vector<std::string>> expected{{"amiko-sshd", login_cells()},
                                                           {"amiko-bbs", login_cells()}};
  const auto add = [&](const std::string& server, const std::vector<std::string>& cells) {
    expected[server].insert(expected[server].end(), cells.begin(), cells.end());
  };
  add("amiko-sshd", {"wrong password refused", "wrong answer refused", "stdout", "stderr", "exit status",
                     "exit signal", "environment", "shell", "resize", "ctrl-c"});
  if (available("vi")) add("amiko-sshd", {"vi"});
  if (available("less")) add("amiko-sshd", {"less"});
  if (available("tmux") && available("vi") && available("less"))
    add("amiko-sshd", {"vi, less and resize in tmux"});
  add("amiko-sshd", {"64 MiB echo", "compression", "re-key by the client", "re-key by the server",
                     "re-key by both, compression"});
  add("amiko-bbs", {"main menu", "resize", "who is on", "compression", "re-key by the client", "who",
                    "no other command", "the board of 2003"});
  for (const auto& [server, cells] : expected) {
    bool any = false;
    for (const auto& client : client_names()) {
      if (!Coverage::get().knows(server, client)) continue;
      any = true;
      for (const auto& cell : Coverage::get().missing(server, client, cells))
        BOOST_TEST(false, server << " with " << client << ": " << cell);
    }
    if (any) Coverage::get().print(server, cells, client_names());
  }
  std::cout << "-: the client cannot do that, or cannot be told to." << std::endl;
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::test
