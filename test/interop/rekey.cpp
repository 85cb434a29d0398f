// amiko - new keys again and again while data flows both ways
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <thread>

#include "common/available.hpp"
#include "common/sshd.hpp"
#include "interop/client.hpp"

namespace amiko::test {

namespace {

namespace data = boost::unit_test::data;

constexpr std::uint64_t mib = 1 << 20;

/// How much goes each way.
std::uint64_t amount() {
  if (const char* text = std::getenv("AMIKO_TEST_REKEY_MIB")) return std::strtoull(text, nullptr, 10) * mib;
  return (std::getenv("AMIKO_TEST_FULL") ? 1024 : 256) * mib;
}

/// An endless stream that does not fit a shifted copy of itself: a piece with an odd length, over and over.
class Pattern {
 public:
  /// Up to `most` bytes of the stream from `offset` on.
  ByteView at(std::uint64_t offset, std::size_t most) const {
    const auto start = static_cast<std::size_t>(offset % piece_.size());
    return ByteView(piece_).from(start).first(std::min(most, piece_.size() - start));
  }
  /// Whether `data` is what the stream has at `offset`.
  bool has(std::uint64_t offset, ByteView data) const {
    while (!data.empty()) {
      const ByteView expected = at(offset, data.size());
      if (data.first(expected.size()) != expected) return false;
      offset += expected.size();
      data = data.from(expected.size());
    }
    return true;
  }

 private:
  const std::string piece_ = much_data(1'048'573);
};

/// What went through `cat` and came back.
struct Echo {
  std::uint64_t received = 0;
  bool intact = true;
  std::string error{};
};

/// One thread sends, another receives, for as long as both like it.
Echo echo(Channel& channel, std::uint64_t size) {
  const Pattern pattern;
  Echo result;
  std::exception_ptr failure;
  channel.settimeout(scaled(milliseconds(60'000)));  // for each call: a stall shows
  std::thread sender([&] {
    try {
      for (std::uint64_t sent = 0; sent < size;)
        sent += channel.send(
            pattern.at(sent, static_cast<std::size_t>(std::min<std::uint64_t>(size - sent, 65'536))));
      channel.send_eof();
    } catch (...) {
      failure = std::current_exception();
      channel.close();
    }
  });
  try {
    Bytes buffer(65'536);
    while (const auto n = channel.recv(buffer)) {
      result.intact = result.intact && pattern.has(result.received, ByteView(buffer.data(), n));
      result.received += n;
    }
  } catch (const std::exception& error) {
    result.error = error.what();
    channel.close();
  }
  sender.join();
  try {
    if (failure) std::rethrow_exception(failure);
  } catch (const std::exception& error) {
    result.error += std::string(" sender: ") + error.what();
  }
  return result;
}

/// Who wants new keys after each MiB.
struct Wish {
  const char* who;
  bool ours, theirs;
  friend std::ostream& operator<<(std::ostream& out, const Wish& wish) { return out << wish.who; }
};
const Wish wishes[] = {{"client", true, false}, {"server", false, true}, {"both", true, true}};

SshdOptions sshd_options(const Wish& wish) {
  SshdOptions options;
  if (wish.theirs) options.config = {"RekeyLimit 1M"};
  return options;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(rekey)

BOOST_DATA_TEST_CASE(while_data_flows_both_ways, data::make(wishes), wish) {
  if (lacks({"sshd"})) return;
  const Sshd server(sshd_options(wish));
  Client client(server);
  client.options.timeout = forever;
  client.options.transport.algorithms.kex = "curve25519-sha256";  // hundreds of exchanges: a quick one
  if (wish.ours) client.options.transport.rekey_bytes = mib;
  Connection connection = client.connect();
  Channel channel = connection.open_session();
  channel.exec_command("exec cat");
  const auto size = amount();
  const auto before = Clock::now();
  const Echo result = echo(channel, size);
  const std::chrono::duration<double> took = Clock::now() - before;
  BOOST_TEST(result.error == "");
  BOOST_TEST(result.received == size);
  BOOST_TEST(result.intact);
  BOOST_TEST(channel.recv_exit_status(scaled(milliseconds(60'000))).ok());
  // One for each MiB, be it in or out; a side may be some packets further when it takes notice, and in and
  // out may get their due together.
  const auto exchanges = connection.transport().key_exchanges();
  BOOST_TEST(exchanges >= size / mib / 2);
  BOOST_TEST(exchanges <= size / mib * 4 + 2);
  std::cout << "rekey by " << wish.who << ": " << size / mib << " MiB each way, " << exchanges
            << " key exchanges, " << took.count() << " s" << std::endl;
}

// The other servers, less of it.  Not AsyncSSH 2.10.1 as Debian patched it: it goes on with channel data
// after its KEXINIT, which RFC 4253 section 7.1 forbids and we take for a protocol error; algorithms.cpp has
// new keys with it while the channels are silent.
BOOST_DATA_TEST_CASE(with_other_servers, data::make({"openssh10", "dropbear", "paramiko"}), name) {
  if (lacks({name})) return;
  const auto server = start_server(name);
  Client client(*server);
  client.options.transport.rekey_bytes = mib;
  Connection connection = client.connect();
  Channel channel = connection.open_session();
  channel.exec_command("exec cat");
  const Echo result = echo(channel, 8 * mib);
  BOOST_TEST(result.error == "");
  BOOST_TEST(result.received == 8 * mib);
  BOOST_TEST(result.intact);
  BOOST_TEST(connection.transport().key_exchanges() >= 5U);
}

// Those that sshd has without being asked for them.
std::vector<std::string> usual_ciphers() {
  auto names = supported_algorithms("cipher");
  std::erase_if(names, [](const std::string& name) {
    return name.find("-cbc") != std::string::npos || name.starts_with("arcfour");
  });
  return names;
}

// Each cipher's counters and each compressor's state at the moment of change.
BOOST_DATA_TEST_CASE(with_each_cipher, data::make(usual_ciphers()), cipher) {
  if (lacks({"sshd"})) return;
  const Sshd server({.config = {"RekeyLimit 1M"}});
  Client client(server);
  client.options.transport.algorithms.ciphers = cipher;
  client.options.transport.algorithms.compression = "zlib@openssh.com,none";
  client.options.transport.rekey_bytes = mib;
  Connection connection = client.connect();
  Channel channel = connection.open_session();
  channel.exec_command("exec cat");
  const Echo result = echo(channel, 4 * mib);
  BOOST_TEST(result.error == "");
  BOOST_TEST(result.received == 4 * mib);
  BOOST_TEST(result.intact);
  BOOST_TEST(connection.transport().key_exchanges() >= 3U);
}

BOOST_AUTO_TEST_CASE(by_time_while_a_slow_command_runs, *needs({"sshd"})) {
  const Sshd server;
  Client client(server);
  client.options.transport.rekey_time = std::chrono::seconds(1);
  Connection connection = client.connect();
  Process process = connection.start(
      "i=0; while read -t 0.05 line || [ $? -gt 128 ]; do i=$((i+1)); echo $i; done; echo end");
  // The command goes on until its input ends, which is when the keys have changed three times.
  std::thread watcher([&] {
    eventually([&] { return connection.transport().key_exchanges() >= 4; }, milliseconds(60'000));
    process.close_in();
  });
  const auto lines = process.out().readlines();
  watcher.join();
  BOOST_TEST(connection.transport().key_exchanges() >= 4U);
  BOOST_REQUIRE(lines.size() >= 2U);
  BOOST_TEST(lines.back() == "end");
  for (std::size_t i = 0; i + 1 < lines.size(); ++i)
    BOOST_REQUIRE(lines[i] == std::to_string(i + 1));
  BOOST_TEST(process.wait(scaled(milliseconds(60'000))).ok());
}

BOOST_AUTO_TEST_CASE(by_packets, *needs({"sshd"})) {
  const Sshd server;
  Client client(server);
  client.options.transport.rekey_packets = 50;
  Connection connection = client.connect();
  Process process = connection.start("exec cat");
  for (int i = 0; i < 300; ++i) {
    process.in().write(std::to_string(i) + "\n");
    process.in().flush();
    BOOST_REQUIRE(process.out().readline().value_or("") == std::to_string(i));
  }
  BOOST_TEST(connection.transport().key_exchanges() >= 4U);
  BOOST_TEST(connection.transport().key_exchanges() <= 30U);
}

// Asked for by many threads at once, and by the server too.
BOOST_AUTO_TEST_CASE(asked_for_by_many, *needs({"sshd"})) {
  const Sshd server({.config = {"RekeyLimit 1M"}});
  const Client client(server);
  Connection connection = client.connect();
  Channel channel = connection.open_session();
  channel.exec_command("exec cat");
  std::vector<std::thread> threads;
  std::atomic<int> done = 0;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      for (int n = 0; n < 10; ++n)
        done += connection.transport().renegotiate_keys(scaled(milliseconds(60'000)));
    });
  const Echo result = echo(channel, 16 * mib);
  for (auto& thread : threads)
    thread.join();
  BOOST_TEST(result.error == "");
  BOOST_TEST(result.received == 16 * mib);
  BOOST_TEST(result.intact);
  BOOST_TEST(done == 40);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::test
