// amiko - do the bad networks and bad peers of the tests behave as badly as they should?
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <cerrno>
#include <system_error>

#include "common/peer_process.hpp"
#include "common/raw_server.hpp"
#include "common/relay.hpp"
#include "common/temp_dir.hpp"

namespace {

using amiko::Bytes;
using amiko::ByteView;
using amiko::test::connect_to_loopback;
using amiko::test::eventually;
using amiko::test::ExitStatus;
using amiko::test::milliseconds;
using amiko::test::PeerProcess;
using amiko::test::ProcessOptions;
using amiko::test::RawConnection;
using amiko::test::RawScript;
using amiko::test::RawServer;
using amiko::test::Relay;
using amiko::test::RelayOptions;
using amiko::test::run;
using amiko::test::StreamRange;
using amiko::test::TempDir;
using amiko::test::UniqueFd;
namespace raw = amiko::test::raw;

/// What a client saw: the bytes, and the errno that ended them (0: a regular end).
struct Seen {
  std::string text;
  int error = 0;
};

Seen read_to_end(int socket) {
  Seen seen;
  char buffer[4096];
  for (;;) {
    const auto size = ::recv(socket, buffer, sizeof buffer, 0);
    if (size > 0) seen.text.append(buffer, static_cast<std::size_t>(size));
    if (size < 0) seen.error = errno;
    if (size <= 0) return seen;
  }
}

std::string read_exactly(int socket, std::size_t size) {
  std::string text(size, '\0');
  const auto got = ::recv(socket, text.data(), size, MSG_WAITALL);
  text.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
  return text;
}

void write_all(int socket, const std::string& text) {
  BOOST_REQUIRE(::send(socket, text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size()));
}

bool is_readable(int fd, int limit_ms) {
  pollfd wait{fd, POLLIN, 0};
  return ::poll(&wait, 1, limit_ms) > 0;
}

void echo(RawConnection& connection) {
  for (Bytes data; !(data = connection.listen()).empty();)
    connection.say(data);
}

/// What comes back of `text` from an echo behind a relay with these faults in the direction to the client.
Seen echoed(const amiko::test::RelayFaults& faults, const std::string& text) {
  RawServer server(echo);
  RelayOptions options;
  options.to_client = faults;
  Relay relay(server.port(), options);
  const UniqueFd client = connect_to_loopback(relay.port());
  write_all(client.get(), text);
  ::shutdown(client.get(), SHUT_WR);
  return read_to_end(client.get());
}

int connect_error(std::uint16_t port) {
  try {
    connect_to_loopback(port);
  } catch (const std::system_error& error) {
    return error.code().value();
  }
  return 0;
}

std::string what_comes_from(const RawScript& script) {
  RawServer server(script);
  const UniqueFd client = connect_to_loopback(server.port());
  write_all(client.get(), "SSH-2.0-client\r\n");
  ::shutdown(client.get(), SHUT_WR);
  return read_to_end(client.get()).text;
}

const std::string ident = raw::ident;

}  // namespace

BOOST_AUTO_TEST_SUITE(faults)

BOOST_AUTO_TEST_SUITE(process)

BOOST_AUTO_TEST_CASE(run_gives_streams_and_status) {
  const auto result = run({"sh", "-c", "cat; echo err >&2; exit 3"}, "in");
  BOOST_TEST(result.exit_code == 3);
  BOOST_TEST(result.out == "in");
  BOOST_TEST(result.err == "err\n");
  BOOST_TEST(run({"sh", "-c", "kill -9 $$"}).exit_code == 128 + SIGKILL);
  BOOST_TEST(run({"true"}, std::string(1 << 20, 'x')).exit_code == 0);  // input that nobody reads
}

BOOST_AUTO_TEST_CASE(run_stops_at_its_limit) {
  const auto result = run({"sh", "-c", "echo begun; sleep 1000"}, {}, milliseconds(300));
  BOOST_TEST(result.exit_code == -1);
  BOOST_TEST(result.out == "begun\n");
}

BOOST_AUTO_TEST_CASE(missing_programs_are_named) {
  try {
    run({"no-such-program"});
    BOOST_FAIL("it ran");
  } catch (const std::system_error& error) {
    BOOST_TEST(error.code().value() == ENOENT);
    BOOST_TEST(std::string(error.what()).find("no-such-program") != std::string::npos);
  }
}

BOOST_AUTO_TEST_CASE(descendants_in_other_sessions_die_too) {
  ProcessOptions options;
  options.argv = {"sh", "-c", "setsid sleep 1000 & echo $!; exec sleep 1000"};
  options.pipe_stdout = true;
  PeerProcess process(options);
  const auto line = process.read_line();
  BOOST_REQUIRE(line.has_value());
  const pid_t descendant = std::stoi(*line);
  BOOST_TEST(::kill(descendant, 0) == 0);
  process.stop();
  BOOST_TEST(::kill(descendant, 0) == -1);
  BOOST_TEST(::kill(process.pid(), 0) == -1);
  BOOST_TEST((process.wait() == ExitStatus{0, SIGKILL}));
}

BOOST_AUTO_TEST_CASE(nothing_survives_the_death_of_the_test) {
  int pids[2];
  BOOST_REQUIRE(::pipe(pids) == 0);
  ProcessOptions options;
  options.argv = {"sleep", "1000"};
  const pid_t doomed = ::fork();
  if (doomed == 0) {  // a test that crashes while its peer runs
    PeerProcess process(options);
    const pid_t pid = process.pid();
    if (::write(pids[1], &pid, sizeof pid) != sizeof pid) ::_exit(1);
    ::kill(::getpid(), SIGKILL);
  }
  ::close(pids[1]);
  pid_t pid = 0;
  BOOST_REQUIRE(::read(pids[0], &pid, sizeof pid) == sizeof pid);
  ::close(pids[0]);
  BOOST_TEST(eventually([&] { return ::kill(pid, 0) != 0; }));
  BOOST_TEST(::waitpid(doomed, nullptr, 0) == doomed);
}

BOOST_AUTO_TEST_CASE(temp_dir_is_removed) {
  std::filesystem::path path;
  {
    const TempDir directory;
    path = directory.path();
    BOOST_TEST(amiko::test::read_file(directory.write("file", "text")) == "text");
  }
  BOOST_TEST(!std::filesystem::exists(path));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(network)

BOOST_AUTO_TEST_CASE(refused_port_refuses) {
  const amiko::test::RefusedPort refused;
  BOOST_TEST(connect_error(refused.port()) == ECONNREFUSED);
}

BOOST_AUTO_TEST_CASE(full_port_lets_everybody_wait) {
  const amiko::test::FullPort full;
  const auto connect =
      run({"sh", "-c",
           "exec timeout 1 bash -c 'exec 3<>/dev/tcp/127.0.0.1/" + std::to_string(full.port()) + "'"});
  BOOST_TEST(connect.exit_code == 124);  // timeout(1) had to end it
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(relay)

const std::string digits = "0123456789";

BOOST_AUTO_TEST_CASE(passes_much_unchanged_and_counts) {
  std::string data;
  for (unsigned i = 0; data.size() < (4 << 20); ++i)
    data += std::to_string(i);
  RawServer server([&](RawConnection& connection) {
    connection.listen_for(data.size());
    connection.say(data);
    connection.close();
  });
  Relay relay(server.port());
  const UniqueFd client = connect_to_loopback(relay.port());
  write_all(client.get(), data);
  const auto seen = read_to_end(client.get());
  BOOST_TEST((seen.text == data));
  BOOST_TEST(seen.error == 0);
  BOOST_TEST(relay.bytes_to_server() == data.size());
  BOOST_TEST(relay.bytes_to_client() == data.size());
  BOOST_TEST(relay.connections() == 1U);
}

BOOST_DATA_TEST_CASE(cuts_after_any_byte, boost::unit_test::data::xrange(0UL, 10UL), offset) {
  const auto seen = echoed({.cut_after = offset}, digits);
  BOOST_TEST(seen.text == digits.substr(0, offset));
  BOOST_TEST(seen.error == 0);
}

BOOST_AUTO_TEST_CASE(cuts_with_rst) {
  BOOST_TEST(echoed({.cut_after = 3, .reset = true}, digits).error == ECONNRESET);
}

BOOST_AUTO_TEST_CASE(flips_one_bit) {
  BOOST_TEST(echoed({.flip_bit_at = 5, .bit = 1}, digits).text == "0123476789");
}

BOOST_AUTO_TEST_CASE(duplicates_and_drops) {
  BOOST_TEST(echoed({.duplicate = StreamRange{2, 3}}, digits).text == "0123423456789");
  BOOST_TEST(echoed({.drop = StreamRange{2, 3}}, digits).text == "0156789");
}

BOOST_AUTO_TEST_CASE(dribbles_and_delays) {
  BOOST_TEST(echoed({.dribble = true, .gap = std::chrono::microseconds(100)}, digits).text == digits);
  const auto before = amiko::test::Clock::now();
  BOOST_TEST(echoed({.delay = milliseconds(50)}, digits).text == digits);
  BOOST_TEST((amiko::test::Clock::now() - before >= milliseconds(50)));
}

BOOST_AUTO_TEST_CASE(stalls) {
  RawServer server(echo);
  RelayOptions options;
  options.to_client.stall_after = 4;
  Relay relay(server.port(), options);
  const UniqueFd client = connect_to_loopback(relay.port());
  write_all(client.get(), digits);
  BOOST_TEST(read_exactly(client.get(), 4) == "0123");
  BOOST_TEST(!is_readable(client.get(), 100));
}

BOOST_AUTO_TEST_CASE(obeys_commands) {
  RawServer server(echo);
  Relay relay(server.port());
  const UniqueFd client = connect_to_loopback(relay.port());
  write_all(client.get(), "a");
  BOOST_TEST(read_exactly(client.get(), 1) == "a");
  relay.black_hole();
  write_all(client.get(), "b");
  BOOST_TEST(!is_readable(client.get(), 100));
  relay.resume();
  BOOST_TEST(read_exactly(client.get(), 1) == "b");
  relay.cut();
  const auto seen = read_to_end(client.get());
  BOOST_TEST(seen.text == "");
  BOOST_TEST(seen.error == 0);
  const UniqueFd second = connect_to_loopback(relay.port());
  write_all(second.get(), "c");
  BOOST_TEST(read_exactly(second.get(), 1) == "c");
  relay.reset();
  BOOST_TEST(read_to_end(second.get()).error == ECONNRESET);
}

BOOST_AUTO_TEST_CASE(tells_clients_that_nobody_is_there) {
  const amiko::test::RefusedPort refused;
  Relay relay(refused.port());
  const UniqueFd client = connect_to_loopback(relay.port());
  BOOST_TEST(read_to_end(client.get()).text == "");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(raw_server)

BOOST_AUTO_TEST_CASE(says_what_it_should) {
  BOOST_TEST(what_comes_from(raw::silent()) == "");
  BOOST_TEST(what_comes_from(raw::garbage()).size() == 65536U);
  BOOST_TEST(what_comes_from(raw::http()).starts_with("HTTP/1.1 400 "));
  BOOST_TEST(what_comes_from(raw::overlong_ident()).size() == 65546U);
  BOOST_TEST(what_comes_from(raw::ssh1_only()) == "SSH-1.5-old\r\n");
  BOOST_TEST(what_comes_from(raw::closes_at_once()) == "");
  BOOST_TEST(what_comes_from(raw::closes_after_ident()) == ident);
  BOOST_TEST(what_comes_from(raw::ident_only()) == ident);
}

BOOST_AUTO_TEST_CASE(packets_are_well_formed) {
  for (std::size_t size = 1; size < 40; ++size) {
    const Bytes packet = raw::packet(Bytes(size, 1));
    BOOST_TEST(packet.size() % 8 == 0U);
    BOOST_TEST(packet.size() == 4U + packet[3]);
    BOOST_TEST(packet[4] >= 4);
    BOOST_TEST(packet.size() == 5U + size + packet[4]);
  }
  const auto whole = what_comes_from(raw::ident_then_kexinit({}));
  const auto half = what_comes_from(raw::ident_then_truncated());
  BOOST_TEST(whole.starts_with(half));
  BOOST_TEST(half.size() < whole.size());
}

BOOST_AUTO_TEST_CASE(endless_banner_ends_with_its_client) {
  RawServer server(raw::endless_banner());
  {
    const UniqueFd client = connect_to_loopback(server.port());
    BOOST_TEST(read_exactly(client.get(), 100'000).size() == 100'000U);
  }
  BOOST_TEST(eventually([&] { return server.finished() == 1; }));
}

BOOST_AUTO_TEST_CASE(stops_with_clients_in_silence) {
  RawServer server(raw::silent());
  const UniqueFd one = connect_to_loopback(server.port()), two = connect_to_loopback(server.port());
  BOOST_TEST(eventually([&] { return server.connections() == 2; }));
  server.stop();
  BOOST_TEST(server.finished() == 2U);
}

// The stock client is the judge of what the ready-made misbehaviour looks like from outside.
struct Verdict {
  const char* name;
  RawScript script;
  const char* complaint;
  friend std::ostream& operator<<(std::ostream& out, const Verdict& verdict) { return out << verdict.name; }
};

const Verdict verdicts[] = {
    {"garbage", raw::garbage(), "banner line too long"},
    {"http", raw::http(), "kex_exchange_identification: Connection closed by remote host"},
    {"ssh1", raw::ssh1_only(), "Protocol major versions differ"},
    {"closes", raw::closes_after_ident(), "Connection closed by"},
    {"reset", raw::resets_at_once(), "Connection reset by"},
    {"oversized", raw::ident_then_oversized(), "Bad packet length 4294967295"},
    {"truncated", raw::ident_then_truncated(), "Connection closed by"},
    {"no common", raw::ident_then_no_common_kex(), "no matching key exchange method found"},
};

BOOST_DATA_TEST_CASE(stock_client_complains, boost::unit_test::data::make(verdicts), verdict) {
  if (amiko::test::find_program("ssh").empty()) return;
  RawServer server(verdict.script);
  const auto result =
      run({"ssh", "-F", "/dev/null", "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=no", "-o",
           "UserKnownHostsFile=/dev/null", "-p", std::to_string(server.port()), "x@127.0.0.1"});
  BOOST_TEST(result.exit_code == 255);
  BOOST_TEST(result.err.find(verdict.complaint) != std::string::npos, result.err);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE_END()
