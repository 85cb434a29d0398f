// amiko - tests of local programs behind sessions: pipes, terminals, signals, ends
#include <amiko/client/connect.hpp>
#include <amiko/server/local_process.hpp>
#include <amiko/server/server.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <boost/test/unit_test.hpp>

#include <csignal>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "common/calls.hpp"
#include "common/joined.hpp"
#include "common/temp_dir.hpp"

using namespace amiko;
using namespace amiko::test;
using namespace std::chrono_literals;

namespace {

// Runs what clients ask for in /bin/sh.
struct LocalServer {
  explicit LocalServer(std::function<void(LocalProgram&)> change = {}) {
    ServerOptions options;
    options.addresses = {"127.0.0.1"};
    options.port = 0;
    options.host_keys = {joined_host_key()};
    options.password = [](std::string_view, const Secret&) { return Decision::accept; };
    options.accept_env = {"*"};
    options.process = [this, change = std::move(change)](ServerProcess& process) {
      LocalProgram program{.file = "/bin/sh", .argv = {"sh", "-c", process.command()}, .env = process.env()};
      program.env["PATH"] = "/usr/bin:/bin";
      if (change) change(program);
      try {
        run_local_program(process, program);
      } catch (const Error& e) {
        const std::lock_guard lock(mutex);
        failure = e.failure();
        throw;
      }
    };
    server.emplace(listen(std::move(options)));
  }
  ~LocalServer() {
    server->close();
    server->wait_sessions(scaled(20s));
  }

  Connection call() const {
    ConnectOptions options;
    options.port = server->port();
    options.user = "robey";
    options.password = Secret(std::string_view("foo"));
    options.default_keys = false;
    options.host_key = HostKeyPolicy::none();
    return connect("127.0.0.1", options);
  }
  error_code failure_code() {
    const std::lock_guard lock(mutex);
    return failure.code;
  }

  std::mutex mutex;
  Failure failure;
  std::optional<Server> server;
};

// A session on which `command` runs.
Channel start(Connection& connection, const std::string& command, bool terminal = false) {
  Channel channel = connection.open_session();
  channel.settimeout(scaled(20s));
  if (terminal) channel.get_pty("vt220", 100, 30);
  channel.exec_command(command);
  return channel;
}

std::string read_until(Channel& channel, std::string_view text) {
  std::string all;
  while (all.find(text) == std::string::npos) {
    const std::string more = channel.recv(4096);
    if (more.empty()) break;
    all += more;
  }
  return all;
}

std::string read_all(Channel& channel) {
  std::string all;
  for (std::string more; !(more = channel.recv(65536)).empty();)
    all += more;
  return all;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(local_process)

BOOST_AUTO_TEST_SUITE(on_pipes)

BOOST_AUTO_TEST_CASE(output_errors_and_status_arrive) {
  LocalServer server;
  Connection connection = server.call();
  const CompletedProcess done = connection.run("echo out; echo err >&2; exit 7");
  BOOST_TEST(done.out == "out\n");
  BOOST_TEST(done.err == "err\n");
  BOOST_TEST(done.status.code.value() == 7);
}

BOOST_AUTO_TEST_CASE(the_end_by_a_signal_is_told) {
  LocalServer server;
  Connection connection = server.call();
  BOOST_TEST(connection.run("kill -TERM $$").status.signal.value() == "TERM");
  BOOST_TEST(connection.run("ulimit -c 0; kill -SEGV $$").status.signal.value() == "SEGV");
  BOOST_TEST(!connection.run("ulimit -c 0; kill -SEGV $$").status.core_dumped);
  BOOST_TEST(connection.run("kill -VTALRM $$").status.signal.value() == "SIG@openssh.com");
}

BOOST_AUTO_TEST_CASE(input_reaches_the_program_up_to_its_end) {
  LocalServer server;
  Connection connection = server.call();
  std::string text;
  for (int i = 0; text.size() < 5'000'000; ++i)
    text += std::to_string(i) + "\n";
  BOOST_TEST((connection.run("cat", {.input = text}).out == text));
  BOOST_TEST(connection.run("wc -c", {.input = std::string()}).out == "0\n");
}

BOOST_AUTO_TEST_CASE(input_goes_on_while_the_client_reads_no_output) {
  LocalServer server;
  const TempDir directory;
  Connection connection = server.call();
  const std::string counted = (directory / "counted").string();
  // More output than any window takes.
  Channel channel = start(connection, "head -c 40000000 /dev/zero & wc -c >'" + counted + "'; wait");
  channel.sendall(std::string(6'000'000, 'x'));
  channel.send_eof();
  BOOST_TEST(eventually([&] { return read_file(counted) == "6000000\n"; }, 20s));
  BOOST_TEST(read_all(channel).size() == 40'000'000U);
  BOOST_TEST(channel.recv_exit_status().code.value() == 0);
}

BOOST_AUTO_TEST_CASE(a_program_that_closes_its_input_holds_nobody_up) {
  LocalServer server;
  Connection connection = server.call();
  Channel channel = start(connection, "exec <&-; echo closed; cat <&2 2>/dev/null; exit 3");
  BOOST_TEST(read_until(channel, "closed\n") == "closed\n");
  channel.settimeout(scaled(5s));
  try {
    channel.sendall(std::string(8'000'000, 'x'));
  } catch (const ChannelError&) {
    // the program may have ended by now
  }
  BOOST_TEST(channel.recv_exit_status().code.value() == 3);
}

BOOST_AUTO_TEST_CASE(errors_come_after_the_end_of_output) {
  LocalServer server;
  Connection connection = server.call();
  const CompletedProcess done = connection.run("echo out; exec >&-; head -c 300000 /dev/zero >&2; exit 2");
  BOOST_TEST(done.out == "out\n");
  BOOST_TEST(done.err.size() == 300'000U);
  BOOST_TEST(done.status.code.value() == 2);
}

BOOST_AUTO_TEST_CASE(a_program_that_closes_its_output_runs_on) {
  LocalServer server;
  const TempDir directory;
  const std::string fifo = (directory / "fifo").string();
  BOOST_REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
  Connection connection = server.call();
  Channel channel = start(connection, "exec >&- 2>&-; read word <'" + fifo + "'; exit 9");
  channel.send_eof();
  directory.write("fifo", "go\n");
  BOOST_TEST(channel.recv(10).empty());
  BOOST_TEST(channel.recv_exit_status().code.value() == 9);
}

BOOST_AUTO_TEST_CASE(what_holds_the_output_open_holds_the_session_open) {
  LocalServer server;
  const TempDir directory;
  const std::string fifo = (directory / "fifo").string();
  BOOST_REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
  Connection connection = server.call();
  Channel channel = start(connection, "{ read word <'" + fifo + "'; echo later; } & echo now; exit 4");
  BOOST_TEST(read_until(channel, "now\n") == "now\n");
  directory.write("fifo", "go\n");
  BOOST_TEST(read_all(channel) == "later\n");
  BOOST_TEST(channel.recv_exit_status().code.value() == 4);
}

BOOST_AUTO_TEST_CASE(a_client_that_refuses_output_breaks_the_pipe) {
  LocalServer server;
  const TempDir directory;
  Connection connection = server.call();
  const std::string file = (directory / "status").string();
  Channel channel = start(connection, "trap '' PIPE; yes 2>/dev/null; echo $? >'" + file + "'");
  BOOST_TEST(!channel.recv(10).empty());
  channel.request("eow@openssh.com", {}, false);
  BOOST_TEST(eventually([&] { return read_file(file) == "1\n"; }));
}

BOOST_AUTO_TEST_CASE(a_client_that_goes_away_hangs_up) {
  LocalServer server;
  const TempDir directory;
  const std::string file = (directory / "signal").string();
  const std::string command =
      "trap '' PIPE; trap 'echo hup >'\"" + file + "\"'; exit' HUP; echo ready; while :; do sleep 0.05; done";
  {
    Connection connection = server.call();
    Channel channel = start(connection, command);
    BOOST_TEST(read_until(channel, "ready\n") == "ready\n");
  }
  BOOST_TEST(eventually([&] { return read_file(file) == "hup\n"; }));
  BOOST_TEST(server.server->wait_sessions(scaled(10s)));
}

BOOST_AUTO_TEST_CASE(who_ignores_it_lives_on_and_the_session_ends) {
  LocalServer server;
  const TempDir directory;
  const std::string fifo = (directory / "fifo").string();
  const std::string file = (directory / "done").string();
  BOOST_REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
  {
    Connection connection = server.call();
    Channel channel = start(
        connection, "trap '' HUP; echo ready; read word <'" + fifo + "'; echo \"$word\" >'" + file + "'");
    BOOST_TEST(read_until(channel, "ready\n") == "ready\n");
  }
  BOOST_TEST(server.server->wait_sessions(scaled(10s)));
  directory.write("fifo", "on\n");
  BOOST_TEST(eventually([&] { return read_file(file) == "on\n"; }));
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-73") * boost::unit_test::label("V-77"))
BOOST_AUTO_TEST_CASE(nothing_but_what_is_given_is_inherited) {
  LocalServer server([](LocalProgram& program) { program.directory = "/usr"; });
  Connection connection = server.call();
  const CompletedProcess done = connection.run(
      "env; pwd; ls /proc/self/fd | wc -l; grep SigBlk /proc/self/status", {.env = {{"AMIKO_A", "b c"}}});
  BOOST_TEST(done.out.find("AMIKO_A=b c\n") != std::string::npos);
  BOOST_TEST(done.out.find("HOME=") == std::string::npos);
  BOOST_TEST(done.out.find("\n/usr\n4\nSigBlk:\t0000000000000000\n") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_directory_that_is_not_there_becomes_the_root) {
  LocalServer server([](LocalProgram& program) { program.directory = "/no/such/place"; });
  Connection connection = server.call();
  const CompletedProcess done = connection.run("pwd");
  BOOST_TEST(done.out == "/\n");
  BOOST_TEST(done.err == "Could not change to the directory /no/such/place\n");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(signals)

BOOST_AUTO_TEST_CASE(reach_the_process_group) {
  LocalServer server;
  Connection connection = server.call();
  Channel channel = start(
      connection, "trap 'echo usr1' USR1; trap 'exit 5' TERM; echo ready; while :; do sleep 0.05; done");
  BOOST_TEST(read_until(channel, "ready\n") == "ready\n");
  channel.send_signal("NONSENSE");
  channel.send_signal("USR1");
  BOOST_TEST(read_until(channel, "usr1\n").find("usr1\n") != std::string::npos);
  channel.send_signal("TERM");
  BOOST_TEST(channel.recv_exit_status().code.value() == 5);
}

BOOST_AUTO_TEST_CASE(do_not_where_they_are_not_wanted) {
  LocalServer server([](LocalProgram& program) { program.signals = false; });
  Connection connection = server.call();
  Channel channel = start(connection, "echo ready; read word; exit 6");
  BOOST_TEST(read_until(channel, "ready\n") == "ready\n");
  channel.send_signal("KILL");
  channel.sendall("go\n");
  BOOST_TEST(channel.recv_exit_status().code.value() == 6);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(on_terminals)

BOOST_AUTO_TEST_CASE(size_name_and_control_are_the_sessions) {
  LocalServer server;
  Connection connection = server.call();
  Channel channel =
      start(connection, "stty size; echo $TERM; test \"$(tty)\" = \"$SSH_TTY\" && echo same >/dev/tty", true);
  BOOST_TEST(read_all(channel) == "30 100\r\nvt220\r\nsame\r\n");
  BOOST_TEST(channel.recv_exit_status().code.value() == 0);
}

BOOST_AUTO_TEST_CASE(modes_are_set) {
  LocalServer server;
  Connection connection = server.call();
  Channel channel = connection.open_session();
  channel.settimeout(scaled(20s));
  PtyRequest request;
  request.modes.set("ECHO", 0);
  request.modes.set("ONLCR", 0);
  request.modes.set("VINTR", 7);
  request.modes.set("TTY_OP_OSPEED", 9600);
  request.modes.set(std::uint8_t{99}, 12345);
  channel.get_pty(request);
  channel.exec_command("stty -a");
  const std::string text = read_all(channel);
  BOOST_TEST(text.find("speed 9600 baud") != std::string::npos);
  BOOST_TEST(text.find("intr = ^G;") != std::string::npos);
  BOOST_TEST(text.find(" -echo ") != std::string::npos);
  BOOST_TEST(text.find("-onlcr") != std::string::npos);
  BOOST_TEST(text.find('\r') == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_change_of_size_is_seen) {
  LocalServer server;
  Connection connection = server.call();
  Channel channel =
      start(connection, "trap 'stty size; exit' WINCH; echo ready; while :; do sleep 0.05; done", true);
  read_until(channel, "ready\r\n");
  channel.resize_pty(120, 40);
  BOOST_TEST(read_all(channel) == "40 120\r\n");
}

BOOST_AUTO_TEST_CASE(the_interrupt_key_interrupts) {
  LocalServer server;
  Connection connection = server.call();
  Channel channel = start(connection, "trap 'exit 3' INT; echo ready; while :; do sleep 0.05; done", true);
  read_until(channel, "ready\r\n");
  channel.sendall("\x03");
  BOOST_TEST(channel.recv_exit_status().code.value() == 3);
}

BOOST_AUTO_TEST_CASE(what_is_left_in_the_background_holds_nobody_up) {
  LocalServer server;
  Connection connection = server.call();
  Channel channel = start(connection, "setsid sleep 60 & head -c 200000 /dev/zero; echo $!; exit 8", true);
  const std::string output = read_all(channel);
  BOOST_TEST(channel.recv_exit_status().code.value() == 8);
  BOOST_TEST(output.size() > 200'000U);
  const int left = std::atoi(output.substr(output.find_first_not_of('\0')).c_str());
  BOOST_REQUIRE(left > 1);
  ::kill(left, SIGKILL);
}

BOOST_AUTO_TEST_CASE(nothing_that_was_written_is_lost) {
  LocalServer server;
  Connection connection = server.call();
  for (int i = 0; i < 20; ++i) {
    Channel channel = start(connection, "head -c 30000 /dev/zero | tr '\\0' x; printf end", true);
    const std::string output = read_all(channel);
    BOOST_TEST(output.size() == 30'003U);
    BOOST_TEST(output.ends_with("xend"));
  }
}

BOOST_AUTO_TEST_CASE(a_client_that_goes_away_hangs_up) {
  LocalServer server;
  const TempDir directory;
  const std::string file = (directory / "signal").string();
  {
    Connection connection = server.call();
    Channel channel =
        start(connection, "trap 'echo hup >\"" + file + "\"; exit' HUP; echo ready; read word", true);
    read_until(channel, "ready\r\n");
    channel.close();
    BOOST_TEST(eventually([&] { return read_file(file) == "hup\n"; }));
  }
  BOOST_TEST(server.server->wait_sessions(scaled(10s)));
}

BOOST_AUTO_TEST_CASE(without_leave_there_are_pipes) {
  LocalServer server([](LocalProgram& program) { program.terminal = false; });
  Connection connection = server.call();
  Channel channel = start(connection, "test -t 0 || echo pipes", true);
  BOOST_TEST(read_all(channel) == "pipes\n");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(failures)

BOOST_AUTO_TEST_CASE(a_program_that_is_not_there) {
  LocalServer server([](LocalProgram& program) { program.file = "/no/such/shell"; });
  Connection connection = server.call();
  BOOST_TEST(connection.run("x").status.code.value() == 255);
  BOOST_TEST((server.failure_code() == errc::process_failed));
  BOOST_TEST(server.failure.text.find("/no/such/shell") != std::string::npos);
  Channel channel = start(connection, "x", true);
  BOOST_TEST(channel.recv_exit_status().code.value() == 255);
}

BOOST_AUTO_TEST_CASE(a_nul_in_an_argument) {
  LocalServer server([](LocalProgram& program) { program.argv.back() += std::string("\0x", 2); });
  Connection connection = server.call();
  BOOST_TEST(connection.run("x").status.code.value() == 255);
  BOOST_TEST((server.failure_code() == errc::invalid_argument));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(as_somebody_else)

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-77"))
BOOST_AUTO_TEST_CASE(the_program_has_that_identity_and_no_other) {
  const auto nobody = LocalAccount::find("nobody");
  BOOST_REQUIRE(nobody.has_value());
  LocalServer server([&](LocalProgram& program) { program.account = nobody; });
  Connection connection = server.call();
  if (::geteuid() != 0) {
    BOOST_TEST(connection.run("id").status.code.value() == 255);
    BOOST_TEST((server.failure_code() == errc::no_state));
    return;
  }
  const std::string uid = std::to_string(nobody->uid);
  const std::string gid = std::to_string(nobody->gid);
  const std::string script = "grep -E '^(Uid|Gid|Groups|CapEff)' /proc/self/status | tr -s '\\t ' ' '";
  const std::string expected = "Uid: " + uid + " " + uid + " " + uid + " " + uid + "\nGid: " + gid + " " +
                               gid + " " + gid + " " + gid + "\nGroups: " + gid +
                               " \nCapEff: 0000000000000000\n";
  BOOST_TEST(connection.run(script).out == expected);
  Channel channel = start(connection, "stat -c '%u %A' \"$(tty)\"", true);
  BOOST_TEST(read_all(channel) == uid + " crw--w----\r\n");
}

BOOST_AUTO_TEST_CASE(a_program_that_is_not_there_is_told) {
  if (::geteuid() != 0) return;
  const auto nobody = LocalAccount::find("nobody");
  LocalServer server([&](LocalProgram& program) {
    program.account = nobody;
    program.file = "/no/such/shell";
  });
  Connection connection = server.call();
  BOOST_TEST(connection.run("x").status.code.value() == 255);
  BOOST_TEST((server.failure_code() == errc::process_failed));
}

BOOST_AUTO_TEST_CASE(signals_are_sent_with_their_rights) {
  if (::geteuid() != 0) return;
  const auto nobody = LocalAccount::find("nobody");
  LocalServer server([&](LocalProgram& program) { program.account = nobody; });
  Connection connection = server.call();
  Channel channel = start(connection, "trap 'exit 5' TERM; echo ready; while :; do sleep 0.05; done");
  BOOST_TEST(read_until(channel, "ready\n") == "ready\n");
  channel.send_signal("TERM");
  BOOST_TEST(channel.recv_exit_status().code.value() == 5);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE_END()
