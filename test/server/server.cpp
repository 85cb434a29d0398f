// amiko - tests of listen(): connections, sessions, permissions, limits
#include <amiko/client/connect.hpp>
#include <amiko/server/server.hpp>

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>
#include <boost/test/unit_test.hpp>

#include <fstream>
#include <future>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "common/calls.hpp"
#include "common/joined.hpp"
#include "common/scripted_server.hpp"
#include "common/temp_dir.hpp"
#include "common/token.hpp"
#include "server/basic_server.hpp"

using namespace amiko;
using namespace amiko::test;
using namespace std::chrono_literals;

namespace {

const PrivateKey& user_key() {
  static const PrivateKey key = PrivateKey::generate("ed25519");
  return key;
}

Connection call_with_key(const Server& server) {
  ConnectOptions options = caller(server);
  options.password.reset();
  options.keys = {user_key()};
  return connect("127.0.0.1", options);
}

/// A server that lets user_key() in by a line of authorized_keys with these options.
struct Keyed {
  explicit Keyed(const std::string& key_options, ServerOptions options = basic()) {
    std::ofstream(directory / "robey")
        << "# a comment\nnot a key at all\n"
        << key_options << (key_options.empty() ? "" : " ") << user_key().public_key().to_line() << "\n";
    options.password = nullptr;
    options.authorized_keys = (directory / "%u").string();
    server.emplace(listen(std::move(options)));
  }
  TempDir directory;
  std::optional<Server> server;
};

[[maybe_unused]] int connect_loopback(std::uint16_t port) {  // not with sanitizers
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    throw std::system_error(errno, std::generic_category(), "connect");
  return fd;
}

std::string describe(const ServerEvent& event) {
  if (const auto* signal = std::get_if<SignalEvent>(&event)) return "signal " + signal->name;
  if (const auto* size = std::get_if<SizeEvent>(&event)) return "size " + std::to_string(size->size.columns);
  return "break " + std::to_string(std::get<BreakEvent>(event).milliseconds);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(server)

BOOST_AUTO_TEST_CASE(a_command_runs) {
  const Server server = listen(basic());
  BOOST_TEST(server.port() != 0);
  BOOST_TEST(server.addresses() == std::vector<std::string>{"127.0.0.1:" + std::to_string(server.port())});
  Connection connection = call(server);
  BOOST_TEST(connection.run("uname -a").out == "uname -a");
  BOOST_TEST(server.statistics().logged_in == 1U);
  BOOST_TEST(server.connections().at(0).identity().user == "robey");
  BOOST_TEST(server.connections().at(0).peer_address() == "127.0.0.1");
}

BOOST_AUTO_TEST_CASE(how_a_function_ends_is_how_the_session_ends) {
  ServerOptions options = basic();
  options.process = [](ServerProcess& process) {
    const std::string command = process.command();
    if (command == "status") process.exit(42);
    if (command == "signal") process.exit_with_signal("SEGV", true, "oops");
    if (command == "throw") throw std::runtime_error("a defect");
    if (command == "copy") process.out().write(process.in().read());
    process.err().write("done");
  };
  const Server server = listen(std::move(options));
  Connection connection = call(server);
  const CompletedProcess status = connection.run("status");
  BOOST_TEST(status.status.code.value() == 42);
  BOOST_TEST(status.err == "done");
  const CompletedProcess signal = connection.run("signal");
  BOOST_TEST(signal.status.signal.value() == "SEGV");
  BOOST_TEST(signal.status.message == "oops");
  BOOST_TEST(connection.run("throw").status.code.value() == 255);
  BOOST_TEST(connection.run("nothing").status.code.value() == 0);
  const std::string text(3'000'000, 'x');
  BOOST_TEST((connection.run("copy", {.input = Input::view(text)}).out == text));
  BOOST_TEST(connection.is_active());
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-73"))
BOOST_AUTO_TEST_CASE(what_a_session_knows) {
  std::promise<std::vector<std::string>> seen;
  ServerOptions options = basic();
  options.accept_env = {"LANG", "LC_*"};
  options.process = [&](ServerProcess& process) {
    std::vector<std::string> facts{process.user(), process.pty()->term,
                                   std::to_string(process.size().columns)};
    for (const auto& [name, value] : process.env())
      facts.push_back(name + "=" + value);
    seen.set_value(facts);
  };
  const Server server = listen(std::move(options));
  Connection connection = call(server);
  RunOptions run;
  run.pty = PtyRequest{.term = "vt220", .size = {.columns = 132, .rows = 50}};
  run.env = {{"LANG", "C"}, {"LC_ALL", "de"}, {"LD_PRELOAD", "x"}, {"LC_BAD", "a\nb"}};
  connection.run("facts", run);
  const auto facts = seen.get_future().get();
  BOOST_TEST((facts == std::vector<std::string>{"robey", "vt220", "132", "LANG=C", "LC_ALL=de"}));
}

BOOST_AUTO_TEST_CASE(signals_and_sizes_come_in_order) {
  ServerOptions options = basic();
  options.process = [](ServerProcess& process) {
    process.out().write("ready\n");
    process.out().flush();
    while (const auto event = process.next_event(20s)) {
      process.out().write(describe(*event) + "\n");
      if (describe(*event) == "signal TERM") return;
    }
  };
  const Server server = listen(std::move(options));
  Connection connection = call(server);
  RunOptions run;
  run.pty = PtyRequest{};
  Process process = connection.start("wait", run);
  BOOST_TEST(process.out().readline().value() == "ready");
  process.resize_pty(100, 30);
  process.send_signal("USR1");
  process.channel().send_break(250);
  process.resize_pty(0xffffffff, 0);
  process.send_signal("TERM");
  BOOST_TEST(process.out().read() == "size 100\nsignal USR1\nbreak 250\nsize 65535\nsignal TERM\n");
}

BOOST_AUTO_TEST_CASE(a_client_that_goes_ends_reads_and_events) {
  std::promise<bool> over;
  ServerOptions options = basic();
  options.process = [&](ServerProcess& process) {
    const bool no_event = !process.next_event(20s).has_value();
    over.set_value(no_event && process.channel().wait(Channel::status, 20s) != 0);
  };
  const Server server = listen(std::move(options));
  {
    Connection connection = call(server);
    Process process = connection.start("wait");
    connection.close();
  }
  auto result = over.get_future();
  BOOST_REQUIRE((result.wait_for(scaled(20s)) == std::future_status::ready));
  BOOST_TEST(result.get());
}

BOOST_AUTO_TEST_CASE(a_closed_channel_ends_its_events_and_the_connection_goes_on) {
  ServerOptions options = basic();
  options.process = [](ServerProcess& process) { process.next_event(); };
  const Server server = listen(std::move(options));
  Connection connection = call(server);
  connection.start("wait").close();
  BOOST_TEST(eventually([&] { return server.statistics().sessions == 0; }, 20'000ms));
  BOOST_TEST(connection.is_active());
}

BOOST_AUTO_TEST_CASE(an_expired_password_is_changed) {
  ServerOptions options = basic();
  options.password = [](std::string_view, const Secret&) { return Decision::password_expired; };
  options.change_password = [](std::string_view user, const Secret& before, const Secret& after) {
    const bool right = user == "robey" && before == Secret(std::string_view("foo")) &&
                       after == Secret(std::string_view("bar"));
    return right ? Decision::accept : Decision::reject;
  };
  const Server server = listen(std::move(options));
  ConnectOptions client = caller(server);
  client.new_password = [](const std::string&) { return Secret(std::string_view("bar")); };
  BOOST_TEST(connect("127.0.0.1", client).run("hello").out == "hello");
}

BOOST_AUTO_TEST_CASE(some_users_have_rules_of_their_own) {
  ServerOptions options = basic();
  options.process = [](ServerProcess& process) {
    process.out().write(process.command() + (process.pty() ? " on a terminal" : ""));
    const auto found = process.env().find("COLOUR");
    if (found != process.env().end()) process.out().write(" " + found->second);
  };
  options.password = [](std::string_view, const Secret& password) {
    return password == Secret(std::string_view("foo")) ? Decision::accept : Decision::reject;
  };
  options.for_user = [](const ServerConnection& connection, std::string_view user, UserOptions& rules) {
    if (connection.peer_address() != "127.0.0.1") throw std::runtime_error("from elsewhere");
    if (user == "forced") rules.force_command = "this one";
    if (user == "colourful") rules.accept_env = {"COLOUR"};
    if (user == "plain") rules.pty = false;
    if (user == "lonely") rules.max_sessions = 1;
    if (user == "twice") rules.authentication_methods = "password,keyboard-interactive";
    if (user == "nobody") throw std::runtime_error("no rules");
  };
  const Server server = listen(std::move(options));
  const auto as = [&](const std::string& user) {
    ConnectOptions wanted = caller(server);
    wanted.user = user;
    return connect("127.0.0.1", wanted);
  };
  const RunOptions with_colour{.env = {{"COLOUR", "blue"}}, .pty = PtyRequest{}};
  BOOST_TEST(as("robey").run("uname", with_colour).out == "uname on a terminal");
  BOOST_TEST(as("forced").run("uname").out == "this one");
  BOOST_TEST(as("colourful").run("uname", with_colour).out == "uname on a terminal blue");
  BOOST_CHECK_THROW(as("plain").run("uname", with_colour), ChannelError);
  Connection lonely = as("lonely");
  const Channel only = lonely.open_session();
  BOOST_CHECK_THROW(lonely.open_session(), ChannelOpenError);
  BOOST_CHECK_THROW(as("twice"), AuthError);
  BOOST_CHECK_THROW(as("nobody"), Error);
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-72"))
BOOST_AUTO_TEST_CASE(a_key_on_file_lets_in) {
  Keyed keyed("");
  BOOST_TEST(call_with_key(*keyed.server).run("hello").out == "hello");
  ConnectOptions wrong = caller(*keyed.server);
  wrong.password.reset();
  wrong.keys = {PrivateKey::generate("ed25519")};
  BOOST_CHECK_THROW(connect("127.0.0.1", wrong), AuthError);
  wrong.keys = {user_key()};
  wrong.user = "../robey";
  BOOST_CHECK_THROW(connect("127.0.0.1", wrong), AuthError);
}

BOOST_AUTO_TEST_CASE(keys_may_come_from_anywhere) {
  ServerOptions options = basic();
  options.password = nullptr;
  options.user_keys = [](const ServerConnection& connection, std::string_view user) {
    const std::string line = "command=\"mine\" " + user_key().public_key().to_line() + "\n";
    if (user != "robey" || connection.peer_address() != "127.0.0.1") return std::vector<AuthorizedKeys>();
    return std::vector{AuthorizedKeys(), AuthorizedKeys::parse(line, "made up")};
  };
  const Server server = listen(std::move(options));
  BOOST_TEST(call_with_key(server).run("x").out == "mine");
  ConnectOptions other = caller(server);
  other.password.reset();
  other.user = "guido";
  other.keys = {user_key()};
  BOOST_CHECK_THROW(connect("127.0.0.1", other), AuthError);
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-11") * boost::unit_test::label("V-76"))
BOOST_AUTO_TEST_CASE(a_forced_command_stands_for_everything) {
  ServerOptions options = basic();
  options.subsystems = {"sftp"};
  options.process = [](ServerProcess& process) {
    process.out().write(process.command() + "|" + process.subsystem() + "|" +
                        process.original_command().value_or("none"));
  };
  Keyed keyed("command=\"backup\",no-pty,environment=\"ROLE=backup\"", std::move(options));
  Connection connection = call_with_key(*keyed.server);
  BOOST_TEST(connection.run("rm -rf /").out == "backup||rm -rf /");
  RunOptions subsystem;
  subsystem.subsystem = "sftp";
  BOOST_TEST(connection.run("", subsystem).out == "backup||sftp");
  RunOptions with_pty;
  with_pty.pty = PtyRequest{};
  BOOST_CHECK_EXCEPTION(connection.run("x", with_pty), Error, has_code(errc::request_refused));
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-11"))
BOOST_AUTO_TEST_CASE(a_key_is_good_only_where_and_when_its_line_says) {
  Keyed elsewhere("from=\"10.0.0.0/8,!127.0.0.1\"");
  BOOST_CHECK_THROW(call_with_key(*elsewhere.server), AuthError);
  Keyed here("from=\"127.0.0.0/8\"");
  BOOST_TEST(call_with_key(*here.server).is_active());
  Keyed expired("expiry-time=\"20200101\"");
  BOOST_CHECK_THROW(call_with_key(*expired.server), AuthError);
  Keyed unknown_option("no-such-option");
  BOOST_CHECK_THROW(call_with_key(*unknown_option.server), AuthError);
}

// OpenSSH PROTOCOL.u2f; sshd_config's PubkeyAuthOptions.
BOOST_AUTO_TEST_CASE(what_security_keys_have_to_prove) {
  const auto gets_in = [](const std::string& key_options, std::uint8_t flags, const SecurityKeyRules& rules) {
    const auto token = std::make_shared<Token>(Token::sk_ed25519);
    token->flags = flags;
    TempDir directory;
    std::ofstream(directory / "robey") << key_options << ' ' << token->public_key().to_line() << "\n";
    ServerOptions options = basic();
    options.password = nullptr;
    options.authorized_keys = (directory / "robey").string();
    options.security_key_rules = rules;
    const Server server = listen(std::move(options));
    ConnectOptions who = caller(server);
    who.password.reset();
    who.signers = {token};
    try {
      return connect("127.0.0.1", who).is_active();
    } catch (const AuthError&) {
      return false;
    }
  };
  constexpr std::uint8_t nothing = 0, touched = 1, touched_and_verified = 5;
  const SecurityKeyRules none{.touch_required = false};
  BOOST_TEST(gets_in("", touched, none));
  BOOST_TEST(!gets_in("", nothing, none));
  BOOST_TEST(gets_in("no-touch-required", nothing, none));
  BOOST_TEST(!gets_in("no-touch-required", nothing, {.touch_required = true}));
  BOOST_TEST(!gets_in("verify-required", touched, none));
  BOOST_TEST(gets_in("verify-required", touched_and_verified, none));
  BOOST_TEST(!gets_in("", touched, {.touch_required = false, .verify_required = true}));
  BOOST_TEST(gets_in("", touched_and_verified, {.verify_required = true}));
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-10"))
BOOST_AUTO_TEST_CASE(a_key_that_was_only_shown_gives_no_permission) {
  // Two lines: the first key is shown and not used, the second one logs in and is restricted.
  const PrivateKey other = PrivateKey::generate("ed25519");
  TempDir directory;
  std::ofstream(directory / "robey") << other.public_key().to_line() << "\nrestrict,command=\"only\" "
                                     << user_key().public_key().to_line() << "\n";
  ServerOptions options = basic();
  options.authorized_keys = (directory / "robey").string();
  const Server server = listen(std::move(options));
  const auto fd = connect("127.0.0.1", caller(server));  // the server is there
  Transport transport("127.0.0.1", server.port());
  transport.start_client(20s);
  BOOST_TEST(transport.probe_publickey("robey", other.public_key()));
  BOOST_TEST(transport.auth_publickey("robey", user_key()).authenticated);
  Channel channel = transport.open_session();
  channel.exec_command("anything");
  BOOST_TEST(channel.makefile().read() == "only");
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-78"))
BOOST_AUTO_TEST_CASE(subsystems_are_listed_and_commands_may_be_judged) {
  ServerOptions options = basic();
  options.subsystems = {"echo"};
  const Server listed = listen(options);
  Connection connection = call(listed);
  RunOptions run;
  run.subsystem = "echo";
  BOOST_TEST(connection.run("", run).status.ok());
  run.subsystem = "sftp";
  BOOST_CHECK_EXCEPTION(connection.run("", run), Error, has_code(errc::request_refused));
  options.permit = [](const ServerConnection& c, const SessionStart& start) {
    return c.identity().user == "robey" && start.command == "date";
  };
  const Server judged = listen(std::move(options));
  Connection second = call(judged);
  BOOST_TEST(second.run("date").out == "date");
  BOOST_CHECK_EXCEPTION(second.run("rm"), Error, has_code(errc::request_refused));
}

BOOST_AUTO_TEST_CASE(a_handler_of_ones_own_decides_what_is_left_open) {
  ServerOptions options = basic();
  options.password = nullptr;
  options.handler = [](const ServerConnection&) { return std::make_shared<OpenHandler>(); };
  const Server server = listen(std::move(options));
  BOOST_TEST(call(server).run("mixed").out == "mixed");
}

BOOST_AUTO_TEST_CASE(it_tells_who_comes_and_goes) {
  std::mutex mutex;
  std::vector<std::string> log;
  ServerOptions options = basic();
  const auto note = [&](const std::string& what, const ServerConnection& c) {
    const std::lock_guard guard(mutex);
    log.push_back(what + std::to_string(c.id()));
  };
  options.connected = [&](const ServerConnection& c) { note("+", c); };
  options.disconnected = [&](const ServerConnection& c, const Failure& failure) {
    note(failure ? "!" : "-", c);
  };
  Server server = listen(std::move(options));
  call(server).close();
  BOOST_TEST(eventually(
      [&] {
        const std::lock_guard guard(mutex);
        return log.size() == 2;
      },
      20'000ms));
  server.close();
  const std::lock_guard guard(mutex);
  BOOST_TEST((log == std::vector<std::string>{"+1", "-1"}));
}

BOOST_AUTO_TEST_CASE(accepting_stops_and_connections_go_on) {
  Server server = listen(basic());
  Connection connection = call(server);
  server.stop_accepting();
  BOOST_TEST(!server.wait(10ms));
  BOOST_TEST(eventually(
      [&] {
        try {
          call(server);
          return false;
        } catch (const ConnectError&) {
          return true;
        }
      },
      20'000ms));
  BOOST_TEST(connection.run("still here").out == "still here");
  connection.close();
  BOOST_TEST(server.wait(scaled(20s)));
}

BOOST_AUTO_TEST_CASE(close_ends_everything) {
  ServerOptions options = basic();
  options.process = [](ServerProcess& process) { process.in().read(); };
  Server server = listen(std::move(options));
  Connection connection = call(server);
  Process process = connection.start("wait");
  BOOST_TEST(eventually([&] { return server.statistics().sessions == 1; }, 20'000ms));
  server.close();
  BOOST_TEST(eventually([&] { return !connection.is_active(); }, 20'000ms));
  BOOST_TEST(server.wait_sessions(scaled(20s)));
  BOOST_TEST(server.statistics().open == 0U);
}

// Whose password was taken away need not stay.
BOOST_TEST_DECORATOR(*boost::unit_test::label("V-78"))
BOOST_AUTO_TEST_CASE(all_connections_of_somebody_can_be_ended) {
  const Server server = listen(basic());
  std::vector<Connection> callers;
  for (int i = 0; i < 3; ++i)
    callers.push_back(call(server));
  for (ServerConnection& connection : server.connections())
    if (connection.identity().user == "robey") connection.disconnect("you are no longer welcome");
  for (Connection& caller : callers) {
    BOOST_TEST(eventually([&] { return !caller.is_active(); }));
    BOOST_CHECK_THROW(caller.run("anything"), Disconnected);
  }
  BOOST_TEST(eventually([&] { return server.statistics().open == 0U; }));
  BOOST_TEST(call(server).run("uname").out == "uname");
}

BOOST_AUTO_TEST_CASE(options_may_change_while_it_runs) {
  Server server = listen(basic());
  Connection before = call(server);
  ServerOptions options = basic();
  options.force_command = "new";
  server.update(options);
  BOOST_TEST(before.run("old").out == "old");
  BOOST_TEST(call(server).run("old").out == "new");
  options.max_startups = "many";
  BOOST_CHECK_THROW(server.update(options), ConfigError);
  BOOST_TEST(call(server).run("old").out == "new");
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-48"))
BOOST_AUTO_TEST_CASE(there_may_be_too_many) {
  ServerOptions options = basic();
  options.max_connections = 1;
  const Server server = listen(std::move(options));
  Connection first = call(server);
  BOOST_CHECK_THROW(call(server), Error);
  BOOST_TEST(server.statistics().refused == 1U);
  BOOST_TEST(first.run("here").out == "here");
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-48"))
BOOST_AUTO_TEST_CASE(strangers_have_a_limit_of_their_own) {
  ServerOptions options = basic();
  options.max_startups = "2";
  const Server server = listen(std::move(options));
  Connection known = call(server);  // counts no more
  const Transport silent_one("127.0.0.1", server.port());
  const Transport silent_two("127.0.0.1", server.port());
  BOOST_TEST(eventually([&] { return server.statistics().open == 3; }, 20'000ms));
  BOOST_CHECK_THROW(call(server), Error);
  BOOST_TEST(known.run("here").out == "here");
}

// The sanitizers need descriptors and terabytes of address space themselves.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
BOOST_AUTO_TEST_CASE(it_survives_a_want_of_descriptors) {
  Server server = listen(basic());
  Connection connection = call(server);
  std::vector<int> hogs;
  rlimit before{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  const rlimit small{std::min<rlim_t>(before.rlim_cur, 256), before.rlim_max};
  ::setrlimit(RLIMIT_NOFILE, &small);
  int fd = -1;
  while ((fd = ::dup(0)) >= 0)
    hogs.push_back(fd);
  ::close(hogs.back());  // one for the caller, none for the server
  hogs.back() = connect_loopback(server.port());
  BOOST_TEST(eventually([&] { return server.statistics().refused == 1; }, 20'000ms));
  BOOST_CHECK_THROW(call(server), std::exception);
  for (const int hog : hogs)
    ::close(hog);
  ::setrlimit(RLIMIT_NOFILE, &before);
  BOOST_TEST(connection.run("here").out == "here");
  BOOST_TEST(eventually(
      [&] {
        try {
          return call(server).run("new").out == "new";
        } catch (const Error&) {
          return false;
        }
      },
      20'000ms));
}

BOOST_AUTO_TEST_CASE(it_survives_a_want_of_threads) {
  Server server = listen(basic());
  Connection connection = call(server);
  std::ifstream statm("/proc/self/statm");
  rlim_t pages = 0;
  statm >> pages;
  rlimit before{};
  ::getrlimit(RLIMIT_AS, &before);
  // Room for this and that, and not for another thread's stack.
  const std::size_t descriptors = Census::take().descriptors;
  const rlimit small{pages * static_cast<rlim_t>(::getpagesize()) + 600 * 1024, before.rlim_max};
  std::vector<int> callers;
  for (int i = 0; i < 5; ++i)
    callers.push_back(connect_loopback(server.port()));
  BOOST_TEST(eventually([&] { return server.statistics().open == 6; }, 20'000ms));
  ::setrlimit(RLIMIT_AS, &small);
  for (int i = 0; i < 5; ++i)
    callers.push_back(connect_loopback(server.port()));
  const bool refused = eventually([&] { return server.statistics().refused >= 5; }, 20'000ms);
  ::setrlimit(RLIMIT_AS, &before);
  BOOST_TEST(refused);
  for (const int caller : callers)
    ::close(caller);
  BOOST_TEST(eventually([&] { return server.statistics().open == 1; }, 20'000ms));
  BOOST_TEST(eventually([&] { return Census::take().descriptors == descriptors; }, 20'000ms));
  BOOST_TEST(connection.run("here").out == "here");
  BOOST_TEST(call(server).run("new").out == "new");
}
#endif

BOOST_AUTO_TEST_CASE(addresses_may_have_ports_of_their_own) {
  std::uint16_t other = 0;
  {
    const Server finder = listen(basic());
    other = finder.port();
  }
  ServerOptions options = basic();
  options.addresses = {"127.0.0.1", "127.0.0.1:" + std::to_string(other), "[127.0.0.2]:0"};
  const Server server = listen(std::move(options));
  BOOST_TEST(server.addresses() == (std::vector<std::string>{"127.0.0.1:" + std::to_string(server.port()),
                                                             "127.0.0.1:" + std::to_string(other),
                                                             "127.0.0.2:" + std::to_string(server.port())}));
  for (const char* wrong : {"127.0.0.1:", "127.0.0.1:x", "127.0.0.1:70000", "[::1", "[::1]x"}) {
    ServerOptions bad = basic();
    bad.addresses = {wrong};
    BOOST_CHECK_EXCEPTION(listen(std::move(bad)), ConfigError, has_code(errc::bad_config));
  }
}

// As a service manager passes it on: it blocks.
BOOST_AUTO_TEST_CASE(a_listening_socket_is_taken_over) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  BOOST_REQUIRE(::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  BOOST_REQUIRE(::listen(fd, 5) == 0);
  ServerOptions options = basic();
  options.socket = fd;
  Server server = listen(std::move(options));
  BOOST_TEST(call(server).run("hello").out == "hello");
  Call closing([&] { server.close(); });
  BOOST_TEST(closing.ended());
  options = basic();
  options.socket = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  BOOST_CHECK_EXCEPTION(listen(options), Error, has_code(errc::invalid_argument));
}

BOOST_AUTO_TEST_CASE(errors_of_listening) {
  const Server server = listen(basic());
  ServerOptions options = basic();
  options.port = server.port();
  BOOST_CHECK_EXCEPTION(listen(options), ConnectError, has_code(errc::address_in_use));
  options.addresses = {"192.0.2.1"};
  BOOST_CHECK_EXCEPTION(listen(options), ConnectError, has_code(errc::listen_failed));
  options.addresses = {"no-such-host.invalid"};
  BOOST_CHECK_EXCEPTION(listen(options), ConnectError, has_code(errc::name_not_found));
  options = basic();
  options.host_keys.clear();
  BOOST_CHECK_EXCEPTION(listen(options), ConfigError, has_code(errc::bad_config));
  options = basic();
  options.per_source_penalties = "never:1s";
  BOOST_CHECK_EXCEPTION(listen(options), ConfigError, has_code(errc::bad_config));
}

BOOST_AUTO_TEST_CASE(one_connection_over_pipes) {
  int to_server[2];
  int to_client[2];
  BOOST_REQUIRE(::pipe2(to_server, O_CLOEXEC) == 0);
  BOOST_REQUIRE(::pipe2(to_client, O_CLOEXEC) == 0);
  Server server = serve(to_server[0], to_client[1], basic());
  Transport client = Transport::from_descriptors(to_client[0], to_server[1]);
  client.start_client(20s);
  BOOST_TEST(client.auth_password("robey", Secret(std::string_view("foo"))).authenticated);
  Channel channel = client.open_session();
  channel.exec_command("through pipes");
  BOOST_TEST(channel.makefile().read() == "through pipes");
  client.close();
  BOOST_TEST(server.wait(scaled(20s)));
}

BOOST_AUTO_TEST_SUITE_END()
