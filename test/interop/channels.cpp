// amiko - many channels, many connections, connections inside others, and the end of them all
#include <poll.h>
#include <unistd.h>

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <atomic>
#include <barrier>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <mutex>
#include <thread>
#include <utility>

#include "common/available.hpp"
#include "common/calls.hpp"
#include "common/python_server.hpp"
#include "common/resident.hpp"
#include "common/scripted_server.hpp"
#include "common/sshd.hpp"
#include "interop/client.hpp"

namespace amiko::test {

namespace {

namespace data = boost::unit_test::data;

constexpr std::size_t mib = 1 << 20;

Timeout limit() {
  return scaled(milliseconds(120'000));
}

/// What went wrong in threads, where Boost.Test must not be used.
class Complaints {
 public:
  void add(const std::string& text) {
    const std::lock_guard guard(mutex_);
    text_ += text + "\n";
  }
  /// Runs it and notes what it throws.
  template <class Work>
  void collect(Work&& work) {
    try {
      work();
    } catch (const std::exception& error) {
      add(error.what());
    }
  }
  std::string text() const { return text_; }

 private:
  std::mutex mutex_;
  std::string text_;
};

std::string read_all(Channel& channel) {
  std::string all;
  Bytes buffer(65'536);
  while (const auto n = channel.recv(buffer))
    all.append(ByteView(buffer.data(), n).text());
  return all;
}

/// An sshd without a port: "sshd -i" serves the connection that is its standard input and output.
class InetdSshd {
 public:
  InetdSshd() {
    const auto& keys = PeerKeys::get();
    std::ofstream(directory_ / "config") << "HostKey " << keys.host_key("ed25519").string()
                                         << "\nAuthorizedKeysFile " << keys.authorized_keys().string()
                                         << "\nStrictModes no\nUsePAM no\nUseDNS no\nPrintLastLog no\n"
                                            "PrintMotd no\nPidFile none\nMaxStartups 1000\n";
  }
  std::vector<std::string> argv() const {
    return {sshd_program(false).string(),  "-i", "-E",
            (directory_ / "log").string(), "-f", (directory_ / "config").string()};
  }
  std::string command() const {
    std::string text;
    for (const auto& word : argv())
      text += (text.empty() ? "" : " ") + word;
    return text;
  }
  std::filesystem::path socket() const { return directory_ / "socket"; }

 private:
  TempDir directory_;
};

/// inetd for a socket in the file system.
class SocketInetd {
 public:
  explicit SocketInetd(const InetdSshd& sshd) {
    ProcessOptions options;
    options.argv = {python_program, "-c",
                    "import signal, socket, subprocess, sys\n"
                    "signal.signal(signal.SIGCHLD, signal.SIG_IGN)\n"
                    "listener = socket.socket(socket.AF_UNIX)\n"
                    "listener.bind(sys.argv[1])\n"
                    "listener.listen(64)\n"
                    "print('ready', flush=True)\n"
                    "while True:\n"
                    "    connection, _ = listener.accept()\n"
                    "    subprocess.Popen(sys.argv[2:], stdin=connection, stdout=connection).returncode = 0\n"
                    "    connection.close()\n",
                    sshd.socket().string()};
    for (const auto& word : sshd.argv())
      options.argv.push_back(word);
    options.pipe_stdout = true;
    process_ = std::make_unique<PeerProcess>(options);
    BOOST_REQUIRE(process_->read_line().value_or("") == "ready");
  }

 private:
  std::unique_ptr<PeerProcess> process_;
};

/// Options to get into an InetdSshd.
ConnectOptions options_for_inetd() {
  ConnectOptions options;
  options.user = TestAccount::get().name;
  options.key_files = {PeerKeys::get().client_key("ed25519")};
  options.host_key = HostKeyPolicy::pinned(PublicKey::from_line(PeerKeys::get().host_key_line("ed25519")));
  options.timeout = options.handshake_timeout = options.auth_timeout = limit();
  return options;
}

/// Those that stay: the thread that waits for a proxy command's end outlives the connection by a moment.
Census census_at_rest() {
  Census last = Census::take();
  eventually([&] {
    std::this_thread::sleep_for(milliseconds(50));
    const Census before = std::exchange(last, Census::take());
    return before == last;
  });
  return last;
}

void check_echo(Connection& connection, std::size_t size = 4 * mib) {
  const auto sent = much_data(size);
  const auto result = connection.run("cat", {.input = Input::view(sent), .timeout = limit()});
  BOOST_TEST((result.out == sent));
  BOOST_TEST(result.ok());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(channels)

// --- many at once

BOOST_AUTO_TEST_CASE(a_hundred_channels_from_twenty_threads, *needs({"sshd"})) {
  constexpr int threads = 20, each = 5;
  const Sshd server;
  const Client client(server);
  Connection connection = client.connect();
  std::barrier all_open(threads);
  std::atomic<std::size_t> most_open = 0;
  Complaints complaints;
  const auto work = [&](int number) {
    std::vector<Channel> channels;
    std::vector<std::string> sent;
    complaints.collect([&] {
      for (int i = 0; i < each; ++i) {
        channels.push_back(connection.open_session(limit()));
        channels.back().settimeout(limit());
        channels.back().exec_command("exec cat");
        sent.push_back(much_data(mib, static_cast<std::uint64_t>(number * each + i + 1)));
      }
    });
    all_open.arrive_and_wait();
    most_open = connection.transport().statistics().channels_open;
    all_open.arrive_and_wait();
    complaints.collect([&] {
      for (std::size_t i = 0; i < channels.size(); ++i) {
        channels[i].sendall(sent[i]);
        channels[i].send_eof();
      }
      for (std::size_t i = 0; i < channels.size(); ++i) {
        must(read_all(channels[i]) == sent[i], "what came back is what was sent");
        must(channels[i].recv_exit_status().ok(), "exit status 0");
      }
    });
  };
  std::vector<std::thread> pool;
  for (int number = 0; number < threads; ++number)
    pool.emplace_back(work, number);
  for (auto& thread : pool)
    thread.join();
  BOOST_TEST(complaints.text() == "");
  BOOST_TEST(most_open == std::size_t{threads * each});
  const auto counted = connection.transport().statistics();
  BOOST_TEST(counted.channels_opened == std::uint64_t{threads * each});
  BOOST_TEST(counted.bytes_in == std::uint64_t{threads * each * mib});
  BOOST_TEST(counted.bytes_out == std::uint64_t{threads * each * mib});
  BOOST_TEST(eventually([&] { return connection.transport().statistics().channels_open == 0; }));
}

BOOST_AUTO_TEST_CASE(many_connections_at_once, *needs({"sshd"})) {
  const Sshd server;
  const Client client(server);
  Complaints complaints;
  std::vector<std::thread> pool;
  for (int number = 0; number < 20; ++number) {
    pool.emplace_back([&, number] {
      complaints.collect([&] {
        Connection connection = client.connect();
        const auto sent = much_data(mib, static_cast<std::uint64_t>(number + 1));
        must(connection.run("cat", {.input = Input::view(sent), .timeout = limit()}).out == sent, "the echo");
      });
    });
  }
  for (auto& thread : pool)
    thread.join();
  BOOST_TEST(complaints.text() == "");
}

// One thread serves them all with poll().
BOOST_AUTO_TEST_CASE(many_channels_in_one_poll, *needs({"sshd"})) {
  constexpr std::size_t count = 20;
  const Sshd server;
  const Client client(server);
  Connection connection = client.connect();
  std::vector<Channel> channels;
  std::vector<std::string> got(count);
  std::vector<pollfd> polls;
  for (std::size_t i = 0; i < count; ++i) {
    channels.push_back(connection.open_session(limit()));
    channels[i].exec_command("for i in 1 2 3; do echo " + std::to_string(i) + "; sleep 0.1; done");
    channels[i].setblocking(false);
    polls.push_back({channels[i].fileno(), POLLIN, 0});
  }
  for (std::size_t open = count; open > 0;) {
    BOOST_REQUIRE(::poll(polls.data(), polls.size(), static_cast<int>(scaled(milliseconds(60'000)).count())) >
                  0);
    for (std::size_t i = 0; i < count; ++i) {
      if (polls[i].revents == 0) continue;
      const auto piece = channels[i].recv(1000);  // would throw if there were nothing
      got[i] += piece;
      if (!piece.empty()) continue;
      polls[i].fd = -1;
      --open;
    }
  }
  for (std::size_t i = 0; i < count; ++i) {
    const auto line = std::to_string(i) + "\n";
    BOOST_TEST(got[i] == line + line + line);
  }
}

// --- nothing is left behind

struct Way {
  const char* name;
  int cycles, more;  ///< the latter with AMIKO_TEST_FULL
  friend std::ostream& operator<<(std::ostream& out, const Way& way) { return out << way.name; }
};
const Way ways[] = {{"TCP", 200, 1000}, {"proxy command", 50, 200}, {"socket in the file system", 50, 200}};

BOOST_DATA_TEST_CASE(connect_run_close_again_and_again, data::make(ways), way) {
  if (lacks({"sshd"})) return;
  const std::string name = way.name;
  const Sshd server;  // for the way of TCP, and because it makes /run/sshd
  const Client client(server);
  const InetdSshd inetd;
  std::unique_ptr<SocketInetd> socket;
  ConnectOptions options = name == "TCP" ? client.options : options_for_inetd();
  if (name == "proxy command") options.proxy_command = inetd.command();
  if (name == "socket in the file system") {
    socket = std::make_unique<SocketInetd>(inetd);
    options.unix_socket = inetd.socket().string();
  }
  const auto cycle = [&] {
    Connection connection = connect(loopback, options);
    const auto result = connection.run("echo in", {.timeout = limit()});
    BOOST_REQUIRE(result.out == "in\n");
    BOOST_REQUIRE(result.ok());
  };
  for (int i = 0; i < 30; ++i)  // what allocators and libraries keep, they have by then
    cycle();
  const auto before = census_at_rest();
  const auto memory = resident();
  const int cycles = std::getenv("AMIKO_TEST_FULL") ? way.more : way.cycles;
  const auto began = Clock::now();
  for (int i = 0; i < cycles; ++i)
    cycle();
  const std::chrono::duration<double, std::milli> took = Clock::now() - began;
  const auto grown = static_cast<double>(resident()) - static_cast<double>(memory);
  std::cout << cycles << " cycles by " << name << ": " << took.count() / cycles << " ms each, memory "
            << grown / 1024 << " KiB more" << std::endl;
  BOOST_TEST(census_at_rest() == before);
  BOOST_TEST(memory > mib);
  BOOST_TEST(grown < 4.0 * mib);
}

BOOST_AUTO_TEST_CASE(channels_leave_nothing_behind, *needs({"sshd"})) {
  const Sshd server;
  const Client client(server);
  Connection connection = client.connect();
  const auto cycle = [&] {
    BOOST_REQUIRE(connection.run("echo in").out == "in\n");
    Channel channel = connection.open_session();
    BOOST_REQUIRE(channel.fileno() >= 0);  // closed without having been used
  };
  for (int i = 0; i < 30; ++i)
    cycle();
  BOOST_TEST(eventually([&] { return connection.transport().statistics().channels_open == 0; }));
  const auto before = census_at_rest();
  const auto memory = resident();
  for (int i = 0; i < 300; ++i)
    cycle();
  BOOST_TEST(eventually([&] { return connection.transport().statistics().channels_open == 0; }));
  BOOST_TEST(census_at_rest() == before);
  BOOST_TEST(resident() < memory + 4 * mib);
}

// Attempts that fail, at each stage, leave nothing behind either.
BOOST_AUTO_TEST_CASE(failures_leave_nothing_behind, *needs({"sshd"})) {
  const Sshd server;
  Client client(server);
  const RefusedPort refused;
  const auto cycle = [&] {
    const auto options = client.options;
    client.options.port = refused.port();
    BOOST_CHECK_THROW(client.connect(), ConnectError);
    client.options = options;
    client.options.transport.algorithms.kex = "-*";
    BOOST_CHECK_THROW(client.connect(), ConfigError);
    client.options = options;
    client.options.host_key = HostKeyPolicy::strict().user_files({}).global_files({});
    BOOST_CHECK_THROW(client.connect(), HostKeyError);
    client.options = options;
    client.options.key_files = {"/nowhere"};
    BOOST_CHECK_THROW(client.connect(), KeyError);
    client.options = options;
    client.options.key_files.clear();
    BOOST_CHECK_THROW(client.connect(), AuthError);
    client.options = options;
    client.options.proxy_command = "false";
    BOOST_CHECK_THROW(client.connect(), Error);
    client.options = options;
  };
  for (int i = 0; i < 5; ++i)
    cycle();
  const auto before = census_at_rest();
  for (int i = 0; i < 20; ++i)
    cycle();
  BOOST_TEST(census_at_rest() == before);
}

// --- close() wakes

BOOST_AUTO_TEST_CASE(closing_a_channel_wakes, *needs({"sshd"})) {
  const Sshd server;
  const Client client(server);
  Connection connection = client.connect();
  Channel reader = connection.open_session(), writer = connection.open_session(),
          waiter = connection.open_session();
  for (auto* channel : {&reader, &writer, &waiter})
    channel->exec_command("exec sleep 1000");
  const auto much = much_data(64 * mib);
  Call receiving([&] { reader.recv(1); });
  Call sending([&] { writer.sendall(much); });
  Call waiting([&] { waiter.recv_exit_status(); });
  settle();
  for (auto* channel : {&reader, &writer, &waiter})
    channel->close();
  for (auto* call : {&receiving, &sending, &waiting}) {
    const auto failure = call->failure();
    BOOST_REQUIRE(failure.has_value());
    BOOST_TEST((failure->code == errc::channel_closed), failure->message());
  }
  check_echo(connection, 1000);
}

BOOST_AUTO_TEST_CASE(closing_a_connection_wakes, *needs({"sshd"})) {
  Sshd server;
  const Client client(server);
  Connection connection = client.connect();
  Channel reader = connection.open_session(), writer = connection.open_session();
  for (auto* channel : {&reader, &writer})
    channel->exec_command("exec sleep 1000");
  const auto much = much_data(64 * mib);
  Call receiving([&] { reader.recv(1); });
  Call sending([&] { writer.sendall(much); });
  Call running([&] { connection.run("sleep 1000"); });
  server.suspend();
  Call opening([&] { connection.open_session(forever); });
  Call rekeying([&] { must(!connection.transport().renegotiate_keys(), "no new keys"); });
  settle();
  connection.close();
  for (auto* call : {&receiving, &sending, &running, &opening}) {
    const auto failure = call->failure();
    BOOST_REQUIRE(failure.has_value());
    BOOST_TEST((failure->code == errc::closed), failure->message());
  }
  BOOST_TEST(!rekeying.failure().has_value());
  server.resume();
}

// --- ways to get there

BOOST_AUTO_TEST_CASE(over_a_proxy_command, *needs({"sshd"})) {
  const Sshd unused;  // it makes /run/sshd
  const InetdSshd inetd;
  ConnectOptions options = options_for_inetd();
  options.proxy_command = inetd.command();
  Connection connection = connect("anywhere", options);
  check_echo(connection);
  BOOST_TEST(connection.transport().renegotiate_keys(limit()));
  check_echo(connection);

  Transport transport = Transport::from_command(inetd.command());
  transport.start_client(limit());
  BOOST_TEST(transport.remote_server_key().to_line() == PeerKeys::get().host_key_line("ed25519"));
}

BOOST_AUTO_TEST_CASE(over_a_socket_in_the_file_system, *needs({"sshd"})) {
  const Sshd unused;
  const InetdSshd inetd;
  const SocketInetd socket(inetd);
  ConnectOptions options = options_for_inetd();
  options.unix_socket = inetd.socket().string();
  Connection connection = connect("anywhere", options);
  check_echo(connection);
  Transport transport = Transport::from_unix_socket(inetd.socket().string());
  transport.start_client(limit());
  BOOST_TEST(transport.peer_name() == inetd.socket().string());
}

BOOST_AUTO_TEST_CASE(over_a_socket_of_the_callers, *needs({"sshd"})) {
  const Sshd server;
  Client client(server);
  client.options.socket = connect_to_loopback(server.port()).release();
  Connection connection = client.connect();
  check_echo(connection);
}

BOOST_AUTO_TEST_CASE(over_a_channel, *needs({"sshd"})) {
  const Sshd outer_server, inner_server;
  const Client outer_client(outer_server), inner_client(inner_server);
  Connection outer = outer_client.connect();
  {
    Transport inner(outer.transport().open_direct_tcpip(loopback, inner_server.port()));
    inner.start_client(limit());
    BOOST_TEST(without_comment(inner.remote_server_key().to_line()) == inner_server.host_key_line("ed25519"));
    BOOST_REQUIRE(
        inner.auth_publickey(inner_server.user(), PrivateKey::load(inner_server.client_key("rsa"))));
    Connection connection(std::move(inner));
    check_echo(connection);
    BOOST_TEST(connection.transport().renegotiate_keys(limit()));
    BOOST_TEST(outer.transport().renegotiate_keys(limit()));
    check_echo(connection);
  }
  check_echo(outer, 1000);  // it has lost a channel only
  BOOST_TEST(eventually([&] { return outer.transport().statistics().channels_open == 0; }));
}

BOOST_AUTO_TEST_CASE(over_two_jump_hosts, *needs({"sshd", "dropbear"})) {
  const Sshd first_server;
  const auto second_server = start_server("dropbear");
  const Sshd third_server({.config = {"RekeyLimit 1M"}});
  const Client first_client(first_server);
  Client second_client(*second_server), third_client(third_server);
  Connection first = first_client.connect();
  second_client.options.tunnel = &first;
  Connection second = second_client.connect();
  third_client.options.tunnel = &second;
  third_client.options.transport.rekey_bytes = mib;
  Connection third = third_client.connect();
  check_echo(third, 8 * mib);
  BOOST_TEST(third.transport().key_exchanges() >= 4U);
  check_echo(second, mib);

  // What carries the others goes: they know it, and keep what they had.
  Process process = third.start("echo begun; exec sleep 1000");
  BOOST_REQUIRE(process.channel().wait(Channel::out, limit()) != 0U);
  first.close();
  try {
    process.communicate({.timeout = limit()});
    BOOST_FAIL("it ended well");
  } catch (const ProcessLost& lost) {
    BOOST_TEST(lost.result().out == "begun\n");
  }
  BOOST_TEST(!third.is_active());
}

BOOST_AUTO_TEST_CASE(a_jump_host_that_must_not, *needs({"sshd"})) {
  const Sshd jump({.config = {"AllowTcpForwarding no"}});
  const Client client(jump);
  Connection outer = client.connect();
  Client inner(jump);
  inner.options.tunnel = &outer;
  caught<ChannelOpenError>(errc::channel_refused, "administratively prohibited", [&] { inner.connect(); });
}

BOOST_AUTO_TEST_CASE(an_inner_connection_leaves_nothing_behind, *needs({"sshd"})) {
  const Sshd server;
  const Client client(server);
  Connection outer = client.connect();
  Client inner(server);
  inner.options.tunnel = &outer;
  const auto cycle = [&] {
    Connection connection = inner.connect();
    BOOST_REQUIRE(connection.run("echo in").out == "in\n");
  };
  for (int i = 0; i < 3; ++i)
    cycle();
  BOOST_TEST(eventually([&] { return outer.transport().statistics().channels_open == 0; }));
  const auto before = census_at_rest();
  for (int i = 0; i < 10; ++i)
    cycle();
  BOOST_TEST(eventually([&] { return outer.transport().statistics().channels_open == 0; }));
  BOOST_TEST(census_at_rest() == before);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::test
