// amiko - networks that lose, change and delay what is sent
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstdint>
#include <thread>
#include <utility>

#include "common/available.hpp"
#include "common/relay.hpp"
#include "common/sshd.hpp"
#include "interop/client.hpp"

namespace amiko::test {

namespace {

namespace data = boost::unit_test::data;

Timeout limit() {
  return scaled(milliseconds(60'000));
}

/// A server behind a relay.
struct Line {
  explicit Line(const RelayOptions& options = {}) : relay(server.port(), options), client(server) {
    // the server's host keys are on record for its own port
    client.options.host_key.alias("[127.0.0.1]:" + std::to_string(server.port()));
    client.options.port = relay.port();
  }
  Sshd server;
  Relay relay;
  Client client;
};

/// Ciphers of each structure.
struct Protection {
  const char* cipher;
  const char* mac;
  friend std::ostream& operator<<(std::ostream& out, const Protection& protection) {
    return out << protection.cipher << " " << protection.mac;
  }
};
const Protection protections[] = {{"aes128-gcm@openssh.com", "hmac-sha2-256"},
                                  {"chacha20-poly1305@openssh.com", "hmac-sha2-256"},
                                  {"aes256-ctr", "hmac-sha2-512-etm@openssh.com"},
                                  {"aes128-ctr", "hmac-sha2-256"}};

/// A session whose course is always the same, and what came of it.
struct Outcome {
  std::string out{};
  error_code code{};
  std::string text{};
  bool typed = true;
};

Outcome try_session(Client& client, const Protection& protection, std::string_view sent) {
  client.options.transport.algorithms = {.ciphers = protection.cipher, .macs = protection.mac};
  // A turned bit in a length makes us wait for what never comes: the deadline is what ends that.
  client.options.handshake_timeout = client.options.auth_timeout = scaled(milliseconds(1500));
  Outcome outcome;
  try {
    Connection connection = client.connect();
    outcome.out =
        connection.run("cat", {.input = Input::view(sent), .timeout = scaled(milliseconds(1500))}).out;
  } catch (const Error& error) {
    outcome.code = error.code();
    outcome.text = error.what();
    const auto* partial = dynamic_cast<const PartialOutput*>(&error);
    if (partial) outcome.out = partial->result().out;
  } catch (const std::exception& error) {
    outcome.typed = false;
    outcome.text = error.what();
  }
  return outcome;
}

/// How many bytes go which way in such a session, and how many of them before the first NEWKEYS is through.
struct Course {
  std::uint64_t clear_to_server = 0, clear_to_client = 0, to_server = 0, to_client = 0;
};

/// Until nothing moves: the relay counts bytes when they have arrived already.
void settle_down(const Relay& relay) {
  std::uint64_t last = 0;
  eventually([&] {
    std::this_thread::sleep_for(milliseconds(50));
    const auto before = std::exchange(last, relay.bytes_to_server() + relay.bytes_to_client());
    return before == last;
  });
}

Course measure(const Protection& protection, std::string_view sent) {
  Course course;
  Line line;
  line.client.options.transport.algorithms = {.ciphers = protection.cipher, .macs = protection.mac};
  {
    Transport transport = line.client.dial();
    settle_down(line.relay);
    course.clear_to_server = line.relay.bytes_to_server();
    course.clear_to_client = line.relay.bytes_to_client();
  }
  settle_down(line.relay);
  const auto before_server = line.relay.bytes_to_server(), before_client = line.relay.bytes_to_client();
  const Outcome outcome = try_session(line.client, protection, sent);
  BOOST_REQUIRE(outcome.out == sent);
  settle_down(line.relay);
  course.to_server = line.relay.bytes_to_server() - before_server;
  course.to_client = line.relay.bytes_to_client() - before_client;
  return course;
}

constexpr std::uint64_t positions = 12;

}  // namespace

BOOST_AUTO_TEST_SUITE(network_faults)

BOOST_AUTO_TEST_CASE(what_has_come_is_kept, *needs({"sshd"})) {
  for (const bool reset : {false, true}) {
    Line line;
    Connection connection = line.client.connect();
    Process process =
        connection.start("perl -e 'print \"x\" x 500000'; sleep 1; echo end >&2; exec sleep 1000");
    // Nothing has been read by the time the connection ends.
    BOOST_REQUIRE(process.channel().wait(Channel::err, limit()) != 0U);
    reset ? line.relay.reset() : line.relay.cut();
    BOOST_REQUIRE(process.channel().wait(Channel::end, limit()) != 0U);
    const auto error =
        caught<ProcessLost>(errc::connection_lost, "sleep 1000", [&] { process.communicate(); });
    BOOST_TEST(error.result().out.size() == 500'000U);
    BOOST_TEST(error.result().err == "end\n");
    caught<Disconnected>(errc::connection_lost, std::to_string(line.relay.port()),
                         [&] { process.channel().recv(1); });
    caught<Disconnected>(errc::connection_lost, "", [&] { process.channel().sendall("x"); });
    caught<Disconnected>(errc::connection_lost, "", [&] { connection.open_session(); });
    BOOST_REQUIRE(connection.transport().get_exception().has_value());
  }
}

BOOST_AUTO_TEST_CASE(a_pulled_cable_is_noticed, *needs({"sshd"})) {
  Line line;
  Connection connection = line.client.connect();
  Process process = connection.start("echo begun; exec sleep 1000");
  BOOST_REQUIRE(process.channel().wait(Channel::out, limit()) != 0U);
  connection.transport().set_keepalive(milliseconds(100), 3);
  std::this_thread::sleep_for(milliseconds(600));  // more than 3 times 100 ms: answers count
  BOOST_TEST(connection.is_active());
  line.relay.black_hole();
  const auto error =
      caught<ProcessLost>(errc::peer_unresponsive, "sleep 1000", [&] { process.communicate(); });
  BOOST_TEST(error.result().out == "begun\n");
}

// A turned bit anywhere under encryption ends the connection; nobody is ever given wrong data.
BOOST_DATA_TEST_CASE(turned_bits, data::make(protections) * data::make({false, true}), protection,
                     to_client) {
  if (lacks({"sshd"})) return;
  const auto sent = much_data(20'000);
  const Course course = measure(protection, sent);
  // Well after NEWKEYS, and well before the farewell, which nobody reads with attention.
  const auto first = (to_client ? course.clear_to_client : course.clear_to_server) + 700;
  const auto last = (to_client ? course.to_client : course.to_server) - 400;
  BOOST_REQUIRE(last > first + 15'000);
  for (std::uint64_t i = 0; i < positions; ++i) {
    const auto position = first + i * (last - first) / positions + i;
    RelayOptions options;
    (to_client ? options.to_client : options.to_server).flip_bit_at = position;
    (to_client ? options.to_client : options.to_server).bit = static_cast<unsigned>(i % 8);
    Line line(options);
    const Outcome outcome = try_session(line.client, protection, sent);
    BOOST_TEST_CONTEXT("bit " << i % 8 << " of byte " << position << ": " << outcome.text) {
      BOOST_TEST(outcome.typed);
      BOOST_TEST(outcome.code.failed());
      BOOST_TEST(sent.starts_with(outcome.out));
      const auto& code = outcome.code;
      if (to_client)
        BOOST_TEST(
            (code == errc::corrupted_packet || code == errc::packet_too_large || code == errc::timed_out));
      else  // the server noticed
        BOOST_TEST((code == errc::disconnected || code == errc::connection_lost || code == errc::timed_out));
    }
  }
}

// The same where nothing is encrypted yet: the hash of the exchange covers all but padding.
BOOST_DATA_TEST_CASE(turned_bits_in_the_key_exchange, data::make({false, true}), to_client) {
  if (lacks({"sshd"})) return;
  const auto sent = much_data(100);
  const auto& protection = protections[0];
  const Course course = measure(protection, sent);
  const auto size = to_client ? course.clear_to_client : course.clear_to_server;
  for (std::uint64_t i = 0; i < positions; ++i) {
    const auto position = i * size / positions;
    RelayOptions options;
    (to_client ? options.to_client : options.to_server).flip_bit_at = position;
    Line line(options);
    const Outcome outcome = try_session(line.client, protection, sent);
    BOOST_TEST_CONTEXT("byte " << position << ": " << outcome.text) {
      BOOST_TEST(outcome.typed);
      BOOST_TEST((outcome.code.failed() || outcome.out == sent));
    }
  }
}

// Cut anywhere: what has come whole is there, the rest is said to be missing.
BOOST_DATA_TEST_CASE(cuts, data::make({false, true}) * data::make({false, true}), to_client, reset) {
  if (lacks({"sshd"})) return;
  const auto sent = much_data(20'000);
  const auto& protection = protections[0];
  const Course course = measure(protection, sent);
  const auto size = (to_client ? course.to_client : course.to_server) - 400;
  for (std::uint64_t i = 0; i < positions; ++i) {
    const auto position = i * size / positions;
    RelayOptions options;
    (to_client ? options.to_client : options.to_server) = {.cut_after = position, .reset = reset};
    Line line(options);
    const Outcome outcome = try_session(line.client, protection, sent);
    BOOST_TEST_CONTEXT("after " << position << " bytes: " << outcome.text) {
      BOOST_TEST(outcome.typed);
      BOOST_TEST((outcome.code == errc::connection_lost || outcome.code == errc::disconnected));
      BOOST_TEST(sent.starts_with(outcome.out));
    }
  }
}

// Packets lost, or sent again by somebody in between.
BOOST_DATA_TEST_CASE(lost_and_repeated_bytes, data::make(protections), protection) {
  if (lacks({"sshd"})) return;
  const auto sent = much_data(20'000);
  const Course course = measure(protection, sent);
  const auto middle = (course.clear_to_client + course.to_client) / 2;
  for (const bool drop : {false, true}) {
    for (const std::uint64_t size : {1U, 16U, 64U, 1000U}) {
      RelayOptions options;
      (drop ? options.to_client.drop : options.to_client.duplicate) = StreamRange{middle, size};
      Line line(options);
      const Outcome outcome = try_session(line.client, protection, sent);
      BOOST_TEST_CONTEXT((drop ? "dropped " : "repeated ") << size << ": " << outcome.text) {
        BOOST_TEST(outcome.typed);
        BOOST_TEST((outcome.code == errc::corrupted_packet || outcome.code == errc::packet_too_large ||
                    outcome.code == errc::timed_out));
        BOOST_TEST(sent.starts_with(outcome.out));
      }
    }
  }
}

// One byte at a time is slow, and nothing else.
BOOST_AUTO_TEST_CASE(dribble, *needs({"sshd"})) {
  RelayOptions options;
  options.to_client.dribble = options.to_server.dribble = true;
  Line line(options);
  Connection connection = line.client.connect();
  const auto sent = much_data(5'000);
  BOOST_TEST((connection.run("cat", {.input = Input::view(sent), .timeout = limit()}).out == sent));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::test
