// amiko - commands, shells and subsystems on every server
#include <signal.h>

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <sstream>
#include <thread>

#include "common/available.hpp"
#include "common/sshd.hpp"
#include "interop/client.hpp"

namespace amiko::test {

namespace {

namespace data = boost::unit_test::data;

using RemoteStatus = amiko::ExitStatus;  // that of local processes has the same name

constexpr std::size_t mib = 1 << 20;

/// What the servers under test can do.
struct Ability {
  const char* name;
  bool pty;      ///< its commands can have a terminal
  bool env;      ///< takes environment variables
  bool signals;  ///< passes signals on to the command
  std::size_t echo_mib;
  friend std::ostream& operator<<(std::ostream& out, const Ability& ability) { return out << ability.name; }
};
const Ability abilities[] = {{"sshd", true, true, true, 64},
                             {"openssh10", true, true, true, 64},
                             {"dropbear", true, false, true, 64},
                             {"asyncssh", false, true, true, 16},
                             {"paramiko", false, true, false, 16}};

Timeout limit() {
  return scaled(milliseconds(120'000));
}

std::vector<Ability> with(bool Ability::*wanted) {
  std::vector<Ability> result;
  std::ranges::copy_if(abilities, std::back_inserter(result),
                       [&](const Ability& ability) { return ability.*wanted; });
  return result;
}

/// A server, and a connection to it.
struct Session {
  std::shared_ptr<PeerServer> server;
  Client client;
  Connection connection;

  explicit Session(const std::string& name) : Session(start_server(name)) {}
  explicit Session(std::shared_ptr<PeerServer> started)
      : server(std::move(started)), client(*server), connection(client.connect()) {}

  /// That the connection goes on after a command that was given up.  Dropbear 2022.83 now and then closes a
  /// new session while one that was killed goes down, whoever the client is: so that one is waited for.
  void check_alive() {
    BOOST_TEST(eventually([&] { return connection.transport().statistics().channels_open == 0; }));
    BOOST_TEST(run("echo on").out == "on\n");
  }

  CompletedProcess run(const std::string& command, RunOptions options = {}) {
    if (options.timeout.is_forever()) options.timeout = limit();
    return connection.run(command, options);
  }
};

/// Reads lines until one that has `part`, and gives that back.
std::string line_with(ChannelFile& file, const std::string& part) {
  std::string seen;
  while (const auto line = file.readline()) {
    if (has(*line, part)) return *line;
    seen += *line + "\n";
  }
  BOOST_FAIL("the output ended without " << part << ": " << seen);
  return {};
}

bool is_gone(pid_t pid) {
  return ::kill(pid, 0) != 0 && errno == ESRCH;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(commands)

BOOST_DATA_TEST_CASE(streams_and_status, data::make(abilities), peer) {
  if (lacks({peer.name})) return;
  Session session(peer.name);
  const auto result = session.run("echo out; echo err >&2; exit 7");
  BOOST_TEST(result.out == "out\n");
  BOOST_TEST(result.err == "err\n");
  BOOST_TEST((result.status == RemoteStatus{.code = 7}), result.status.to_string());
  BOOST_TEST(!result.ok());
  BOOST_TEST(result.command == "echo out; echo err >&2; exit 7");

  const auto both = session.run("echo out; echo err >&2", {.err = Redirect::to_stdout()});
  auto merged = both.out;
  std::ranges::sort(merged);
  BOOST_TEST(merged == std::string("\n\neorrtu"));  // on two pipes: in either order
  BOOST_TEST(both.err == "");
  BOOST_TEST(both.ok());
}

BOOST_DATA_TEST_CASE(signals_show, data::make(abilities), peer) {
  if (lacks({peer.name})) return;
  Session session(peer.name);
  const auto result = session.run("echo out; kill -TERM $$; sleep 100");
  BOOST_TEST(result.out == "out\n");
  BOOST_TEST(!result.status.code.has_value());
  BOOST_TEST(result.status.signal.value_or("none") == "TERM");
  BOOST_TEST(!result.status.core_dumped);
  BOOST_TEST(result.status.to_string().starts_with("signal TERM"));
}

BOOST_DATA_TEST_CASE(echoes_much, data::make(abilities), peer) {
  if (lacks({peer.name})) return;
  Session session(peer.name);
  const auto sent = much_data(peer.echo_mib * mib);
  const auto result = session.run("cat", {.input = Input::view(sent)});
  BOOST_TEST(result.out.size() == sent.size());
  BOOST_TEST((result.out == sent));
  BOOST_TEST(result.err == "");
  BOOST_TEST(result.ok());
}

BOOST_DATA_TEST_CASE(much_on_all_three_streams, data::make(abilities), peer) {
  if (lacks({peer.name})) return;
  Session session(peer.name);
  const auto sent = much_data(8 * mib, 2);
  // blocks unless both outputs and the input are served
  const std::string command = "exec perl -e 'while (sysread STDIN, $d, 65536) { print $d; print STDERR $d }'";
  const auto result = session.run(command, {.input = Input::view(sent)});
  BOOST_TEST((result.out == sent));
  BOOST_TEST((result.err == sent));
  BOOST_TEST(result.ok());
}

BOOST_DATA_TEST_CASE(end_of_input_is_half_a_close, data::make(abilities), peer) {
  if (lacks({peer.name})) return;
  Session session(peer.name);
  BOOST_TEST(session.run("sort", {.input = "b\nc\na\n"}).out == "a\nb\nc\n");
  const auto count = session.run("wc -c", {.input = std::string(3 * mib, 'x')});
  BOOST_TEST(std::stoul(count.out) == 3 * mib);
  BOOST_TEST(session.run("cat").out == "");  // no input at all is the end at once

  Channel channel = session.connection.open_session();
  channel.settimeout(limit());
  channel.exec_command("cat; echo done >&2; exit 3");
  channel.sendall("before the end");
  channel.send_eof();
  std::string out;
  for (std::string more; !(more = channel.recv(4096)).empty();)
    out += more;
  BOOST_TEST(out == "before the end");
  BOOST_TEST(channel.recv_stderr(100) == "done\n");
  BOOST_TEST((channel.recv_exit_status() == RemoteStatus{.code = 3}));
  BOOST_CHECK_EXCEPTION(channel.sendall("after it"), ChannelError,
                        [](const auto& error) { return error.code() == errc::channel_closed; });
}

BOOST_DATA_TEST_CASE(input_that_nobody_reads, data::make(abilities), peer) {
  if (lacks({peer.name})) return;
  Session session(peer.name);
  const auto result = session.run("echo out; exit 4", {.input = much_data(8 * mib)});
  BOOST_TEST(result.out == "out\n");
  BOOST_TEST((result.status == RemoteStatus{.code = 4}), result.status.to_string());
}

BOOST_DATA_TEST_CASE(environment, data::make(abilities), peer) {
  if (lacks({peer.name})) return;
  Session session(peer.name);
  const auto result = session.run("echo \"[$AMIKO_TEST]\"", {.env = {{"AMIKO_TEST", "x  y"}}});
  BOOST_TEST(result.out == (peer.env ? "[x  y]\n" : "[]\n"));
  Channel channel = session.connection.open_session();
  BOOST_TEST(channel.set_environment_variable("AMIKO_TEST", "1") == peer.env);
}

BOOST_DATA_TEST_CASE(check_throws_with_the_output, data::make(abilities), peer) {
  if (lacks({peer.name})) return;
  Session session(peer.name);
  const auto error = caught<ProcessError>(errc::process_failed, "no such thing", [&] {
    session.run("echo out; echo no such thing >&2; exit 7", {.check = true});
  });
  BOOST_TEST(error.result().out == "out\n");
  BOOST_TEST(error.result().err == "no such thing\n");
  BOOST_TEST(error.result().status.code.value_or(0) == 7);
  BOOST_TEST(has(error.what(), "exit status 7"));
  const auto killed = caught<ProcessError>(errc::process_failed, "signal KILL",
                                           [&] { session.run("kill -KILL $$", {.check = true}); });
  BOOST_TEST(killed.result().status.signal.value_or("") == "KILL");
  BOOST_TEST(session.run("true", {.check = true}).ok());
}

BOOST_DATA_TEST_CASE(output_over_the_cap, data::make(abilities), peer) {
  if (lacks({peer.name})) return;
  Session session(peer.name);
  const auto error = caught<OutputLimitError>(errc::output_limit, "1000000",
                                              [&] { session.run("exec yes", {.output_limit = 1'000'000}); });
  BOOST_TEST(error.result().out.size() == 1'000'000U);
  BOOST_TEST(error.result().out.starts_with("y\ny\n"));
  session.check_alive();
  BOOST_TEST(session.run("printf 1234567890", {.output_limit = 10}).out == "1234567890");
}

BOOST_DATA_TEST_CASE(time_limit_keeps_the_output, data::make(abilities), peer) {
  if (lacks({peer.name})) return;
  Session session(peer.name);
  Process process = session.connection.start("echo begun; echo $$ >&2; exec sleep 1000");
  auto& channel = process.channel();
  BOOST_REQUIRE(
      eventually([&] { return channel.recv_ready() && channel.recv_stderr_ready(); }, milliseconds(60'000)));
  const auto error = caught<ProcessTimeout>(errc::timed_out, "sleep 1000",
                                            [&] { process.communicate({.timeout = milliseconds(300)}); });
  BOOST_TEST(error.result().out == "begun\n");
  const pid_t pid = std::stoi(error.result().err);
  // the Python servers look for signals no more once the input has ended
  if (peer.pty) BOOST_TEST(eventually([&] { return is_gone(pid); }, milliseconds(30'000)));
  session.check_alive();
  caught<ProcessTimeout>(errc::timed_out, "sleep 100",
                         [&] { session.run("sleep 100", {.timeout = scaled(milliseconds(1500))}); });
}

BOOST_DATA_TEST_CASE(cancelled_from_another_thread, data::make(abilities), peer) {
  if (lacks({peer.name})) return;
  Session session(peer.name);
  const CancelToken token;
  std::thread canceller;
  const auto sink = [&](ByteView) {
    if (!canceller.joinable()) canceller = std::thread([token] { token.cancel(); });
  };
  const auto error = caught<CancelledError>(errc::cancelled, "sleep 1000", [&] {
    session.run("echo kept >&2; sleep 1; echo go; exec sleep 1000",
                {.out = Redirect::sink(sink), .cancel = token});
  });
  canceller.join();
  BOOST_TEST(error.result().err == "kept\n");
  session.check_alive();
}

BOOST_DATA_TEST_CASE(server_dies_in_mid_command, data::make(abilities), peer) {
  if (lacks({peer.name})) return;
  Session session(peer.name);
  Process process = session.connection.start("echo begun; exec sleep 1000");
  BOOST_REQUIRE(process.channel().wait(Channel::out, limit()) != 0U);
  std::thread killer([&] { session.server->stop(); });
  const auto error = caught<ProcessLost>(errc::connection_lost, "sleep 1000",
                                         [&] { process.communicate({.timeout = limit()}); });
  killer.join();
  BOOST_TEST(error.result().out == "begun\n");
  BOOST_TEST(!error.result().status.code.has_value());
  BOOST_TEST(!session.connection.is_active());
  caught<Disconnected>(errc::connection_lost, "", [&] { session.run("echo on"); });
}

BOOST_DATA_TEST_CASE(signals_reach_the_command, data::make(with(&Ability::signals)), peer) {
  if (lacks({peer.name})) return;
  Session session(peer.name);
  for (const std::string name : {"TERM", "INT", "USR1"}) {
    // A shell would wait for its sleep before it obeys the trap: it reads instead.
    Process process = session.connection.start("trap 'echo got " + name + "; exit 5' " + name +
                                               "; echo up; while read line; do :; done");
    BOOST_TEST(process.out().readline().value_or("") == "up");
    process.send_signal(name);
    BOOST_TEST(process.out().readline().value_or("") == "got " + name);
    BOOST_TEST((process.wait(limit()) == RemoteStatus{.code = 5}));

    Process plain = session.connection.start("echo up; exec sleep 1000");
    BOOST_TEST(plain.out().readline().value_or("") == "up");
    plain.send_signal(name);
    const RemoteStatus status = plain.wait(limit());
    BOOST_TEST(status.signal.value_or("") == name, name << ": " << status.to_string());
  }
}

// --- terminals

BOOST_DATA_TEST_CASE(a_shell_on_a_terminal, data::make(with(&Ability::pty)), peer) {
  if (lacks({peer.name})) return;
  Session session(peer.name);
  Channel channel = session.connection.open_session();
  channel.settimeout(limit());
  channel.get_pty("vt220", 132, 43);
  channel.invoke_shell();
  ChannelFile lines = channel.makefile("U");
  channel.sendall("stty size; echo \"term=$TERM\"\n");
  BOOST_TEST(has(line_with(lines, "43 "), "43 132"));
  BOOST_TEST(has(line_with(lines, "term=v"), "term=vt220"));
  channel.resize_pty(100, 50);
  channel.sendall("stty size\n");
  BOOST_TEST(has(line_with(lines, "50 "), "50 100"));
  channel.sendall("exit 6\n");
  BOOST_TEST((channel.recv_exit_status(limit()) == RemoteStatus{.code = 6}));
}

BOOST_DATA_TEST_CASE(terminal_modes_arrive, data::make(with(&Ability::pty)), peer) {
  if (lacks({peer.name})) return;
  Session session(peer.name);
  PtyRequest pty{.term = "xterm", .size = {.columns = 81, .rows = 25}};
  pty.modes.set("ECHO", 0);
  pty.modes.set("ICANON", 0);
  pty.modes.set("VINTR", 1);  // ^A
  pty.modes.set("ONLCR", 0);
  pty.modes.set("IXON", 0);
  const auto changed = session.run("stty -a", {.pty = pty}).out;
  for (const std::string mode :
       {"-echo ", "-icanon ", "intr = ^A;", "-onlcr", "-ixon", "rows 25; columns 81;"})
    BOOST_TEST(has(changed, mode), mode << " is not in " << changed);
  for (const char* name : {"ECHO", "ICANON", "ONLCR", "IXON"})
    pty.modes.set(name, 1);
  const auto plain = session.run("stty -a", {.pty = pty}).out;
  for (const std::string mode : {" echo ", " icanon ", " onlcr", " ixon"})
    BOOST_TEST(has(plain, mode), mode << " is not in " << plain);
}

BOOST_DATA_TEST_CASE(a_terminal_makes_signals_of_keys, data::make(with(&Ability::pty)), peer) {
  if (lacks({peer.name})) return;
  Session session(peer.name);
  Process process = session.connection.start(
      "trap 'echo got INT; exit 5' INT; echo up; while read line; do :; done", {.pty = PtyRequest{}});
  line_with(process.out(), "up");
  process.channel().sendall("\x03");
  line_with(process.out(), "got INT");
  BOOST_TEST((process.wait(limit()) == RemoteStatus{.code = 5}));
}

BOOST_DATA_TEST_CASE(a_break, data::make(with(&Ability::pty)), peer) {
  if (lacks({peer.name})) return;
  Session session(peer.name);
  Channel plain = session.connection.open_session();
  plain.settimeout(limit());
  plain.exec_command("exec sleep 1000");
  BOOST_TEST(!plain.send_break(100));                // there is no line to break
  if (peer.name == std::string("dropbear")) return;  // it knows none at all
  Channel terminal = session.connection.open_session();
  terminal.settimeout(limit());
  terminal.get_pty();
  terminal.exec_command("exec sleep 1000");
  BOOST_TEST(terminal.send_break());
}

BOOST_DATA_TEST_CASE(a_shell_without_a_terminal, data::make({"asyncssh", "paramiko", "sshd", "dropbear"}),
                     name) {
  if (lacks({name})) return;
  Session session(name);
  const bool line_server = name == std::string("asyncssh") || name == std::string("paramiko");
  Process shell = session.connection.shell();
  if (line_server) BOOST_TEST(shell.out().readline().value_or("") == "ready");
  for (const std::string word : {"one", "two"}) {
    shell.in().write((line_server ? "" : "echo ") + word + "\n");
    shell.in().flush();
    BOOST_TEST(shell.out().readline().value_or("") == word);
  }
  shell.in().write("exit 3\n");
  shell.close_in();
  BOOST_TEST((shell.wait(limit()) == RemoteStatus{.code = 3}));
}

// --- subsystems

BOOST_DATA_TEST_CASE(sftp_answers, data::make({"sshd", "openssh10", "dropbear", "asyncssh"}), name) {
  if (lacks({name})) return;
  Session session(name);
  Channel channel = session.connection.open_session();
  channel.settimeout(limit());
  channel.invoke_subsystem("sftp");
  channel.sendall(Bytes{0, 0, 0, 5, 1, 0, 0, 0, 3});  // SSH_FXP_INIT, version 3
  std::string reply;
  while (reply.size() < 9) {
    const auto more = channel.recv(4096);
    BOOST_REQUIRE(!more.empty());
    reply += more;
  }
  BOOST_TEST(reply[4] == 2);  // SSH_FXP_VERSION
  BOOST_TEST(reply.substr(5, 4) == std::string("\0\0\0\3", 4));
}

BOOST_DATA_TEST_CASE(a_subsystem_by_run, data::make({"asyncssh", "paramiko"}), name) {
  if (lacks({name})) return;
  Session session(name);
  const auto result = session.run("", {.input = "to and fro", .subsystem = "echo"});
  BOOST_TEST(result.out == "to and fro");
  BOOST_TEST(result.ok());
}

// --- where input comes from and output goes

BOOST_AUTO_TEST_CASE(redirections, *needs({"sshd"})) {
  Session session("sshd");
  const TempDir directory;
  const auto sent = much_data(mib + 17, 3);
  const auto in = directory.write("in", sent);
  const auto result = session.run("tee /dev/stderr", {.input = Input::file(in),
                                                      .out = Redirect::file(directory / "out"),
                                                      .err = Redirect::file(directory / "err")});
  BOOST_TEST(result.ok());
  BOOST_TEST(result.out == "");
  BOOST_TEST((read_file(directory / "out") == sent));
  BOOST_TEST((read_file(directory / "err") == sent));
  session.run("echo more", {.out = Redirect::append(directory / "out")});
  BOOST_TEST((read_file(directory / "out") == sent + "more\n"));

  std::istringstream source("from a stream");
  std::ostringstream target;
  session.run("cat; echo dropped >&2",
              {.input = Input::stream(source), .out = Redirect::stream(target), .err = Redirect::discard()});
  BOOST_TEST(target.str() == "from a stream");
}

BOOST_AUTO_TEST_CASE(a_pipe_between_two_hosts, *needs({"sshd", "dropbear"})) {
  Session one("sshd"), two("dropbear");
  Process sink = two.connection.start("sha256sum");
  const auto sent = much_data(4 * mib, 4);
  const auto first = one.run("cat", {.input = Input::view(sent), .out = Redirect::process(sink)});
  BOOST_TEST(first.ok());
  const auto hash = sink.out().readline();
  BOOST_TEST(hash.value_or("none") == one.run("sha256sum", {.input = Input::view(sent)}).out.substr(0, 67));
  BOOST_TEST(sink.wait(limit()).ok());
}

BOOST_AUTO_TEST_CASE(many_commands_on_one_connection, *needs({"sshd"})) {
  Session session("sshd");
  for (int i = 0; i < 50; ++i) {
    const auto result = session.run("echo " + std::to_string(i) + "; exit " + std::to_string(i));
    BOOST_TEST(result.out == std::to_string(i) + "\n");
    BOOST_TEST(result.status.code.value_or(-1) == i);
  }
  BOOST_TEST(eventually([&] { return session.connection.transport().statistics().channels_open == 0; }));
  BOOST_TEST(session.connection.transport().statistics().channels_opened == 50U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::test
