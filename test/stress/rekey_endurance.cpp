// amiko - thousands of key exchanges under eight channels that carry data both ways
#include <amiko/connection/transport.hpp>

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <list>
#include <string>
#include <vector>

#include "common/calls.hpp"
#include "common/fixed_random.hpp"
#include "common/joined.hpp"

namespace amiko::test {

namespace {

constexpr std::uint64_t mib = 1 << 20;
constexpr unsigned channels = 8;

bool full() {
  return std::getenv("AMIKO_TEST_FULL") != nullptr;
}

/// What is resident, in KiB.
std::uint64_t resident() {
  std::ifstream statm("/proc/self/statm");
  std::uint64_t size = 0, pages = 0;
  statm >> size >> pages;
  return pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE)) / 1024;
}

/// An endless stream: a piece of an odd length, over and over, another for each seed.
class Stream {
 public:
  explicit Stream(std::uint64_t seed) : piece_(FixedRandom(seed).bytes(200'003)) {}

  ByteView at(std::uint64_t offset, std::size_t most) const {
    const auto start = static_cast<std::size_t>(offset % piece_.size());
    return ByteView(piece_).from(start).first(std::min(most, piece_.size() - start));
  }
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
  Bytes piece_;
};

/// One way through one channel: what goes in must come out.
struct Way {
  Way(Channel& source, Channel& destination, std::uint64_t seed)
      : from(source), to(destination), stream(seed) {}

  void send(const std::atomic<bool>& enough) {
    FixedRandom sizes(sent + 1);
    while (!enough)
      sent += from.send(stream.at(sent, 1 + sizes.below(64 * 1024)));
    from.send_eof();
  }

  void receive() {
    Bytes buffer(64 * 1024);
    auto last = Clock::now();
    while (const auto n = to.recv(buffer)) {
      must(stream.has(received, ByteView(buffer.data(), n)), "what came is what was sent");
      received += n;
      const auto now = Clock::now();
      stall = std::max(stall, now - last);
      last = now;
    }
  }

  Channel& from;
  Channel& to;
  Stream stream;
  std::uint64_t sent = 0, received = 0;
  Clock::duration stall{0};  ///< the longest time without data
};

/// Who asks for new keys after each MiB.
struct Starter {
  const char* who;
  bool client, server;
  friend std::ostream& operator<<(std::ostream& out, const Starter& starter) { return out << starter.who; }
};
const Starter starters[] = {{"client", true, false}, {"server", false, true}, {"both", true, true}};

TransportOptions options(bool starts) {
  TransportOptions result;
  result.algorithms.kex = "curve25519-sha256";  // thousands of them
  if (starts) result.rekey_bytes = mib;
  return result;
}

/// Both ways of all channels until `exchanges` are complete.
class Load {
 public:
  explicit Load(Joined& pair) {
    for (unsigned i = 0; i < channels; ++i) {
      pairs_.push_back(pair.session());
      auto& [mine, theirs] = pairs_.back();
      mine.settimeout(scaled(milliseconds(60'000)));  // for each call: who hangs fails
      theirs.settimeout(scaled(milliseconds(60'000)));
      ways_.emplace_back(mine, theirs, 2 * i + 1);
      ways_.emplace_back(theirs, mine, 2 * i + 2);
    }
    for (Way& way : ways_) {
      start([&way, this] { way.send(enough_); });
      start([&way] { way.receive(); });
    }
  }

  /// Returns when all that was sent has come; the first failure of any thread is a failure of the test.
  void end() {
    enough_ = true;
    for (Call& call : calls_) {
      const auto failure = call.failure();
      BOOST_TEST(!failure, (failure ? failure->message() : ""));
    }
    for (const Way& way : ways_) {
      BOOST_TEST(way.received == way.sent);
      BOOST_TEST(way.received > 0U);
    }
  }

  std::uint64_t total() const {
    std::uint64_t sum = 0;
    for (const Way& way : ways_)
      sum += way.received;
    return sum;
  }
  double longest_stall() const {
    Clock::duration longest{0};
    for (const Way& way : ways_)
      longest = std::max(longest, way.stall);
    return std::chrono::duration<double>(longest).count();
  }

  bool failed() const { return failed_; }

 private:
  /// What fails is seen at once, not when all others have waited in vain.
  template <class F>
  void start(F work) {
    calls_.emplace_back([work = std::move(work), this] {
      try {
        work();
      } catch (...) {
        failed_ = true;
        throw;
      }
    });
  }

  std::list<std::pair<Channel, Channel>> pairs_;
  std::list<Way> ways_;
  std::atomic<bool> enough_{false}, failed_{false};
  std::list<Call> calls_;
};

/// Each wait is for one exchange only, so the number of them does not matter.
bool reaches(const Joined& pair, const Load& load, std::uint64_t exchanges) {
  for (std::uint64_t done = pair.client.key_exchanges(); done < exchanges;) {
    const std::uint64_t before = done;
    const bool more = eventually(
        [&] { return load.failed() || (done = pair.client.key_exchanges()) > before; }, milliseconds(60'000));
    if (!more || load.failed()) return false;
  }
  return true;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(rekey_endurance)

BOOST_DATA_TEST_CASE(after_each_mib, boost::unit_test::data::make(starters), starter) {
  const std::uint64_t wanted = full() ? 10'000 : 100;
  OpenHandler handler;
  TransportOptions server_options = options(starter.server);
  server_options.server.max_sessions = channels;
  Joined pair(handler, server_options, options(starter.client));
  pair.log_in();
  const auto start = Clock::now();
  Load load(pair);
  BOOST_TEST(reaches(pair, load, 1 + wanted / 10));
  const std::uint64_t before = resident();
  BOOST_TEST(reaches(pair, load, 1 + wanted));
  const std::uint64_t after = resident();
  load.end();
  const std::chrono::duration<double> took = Clock::now() - start;
  const std::uint64_t exchanges = pair.client.key_exchanges() - 1;
  BOOST_TEST(pair.client.is_active());
  BOOST_TEST(pair.server.is_active());
  // Each of them had a reason: there was a MiB in one direction at least.
  BOOST_TEST(exchanges <= load.total() / mib * 2 + 2);
  std::cout << "new keys by " << starter.who << ": " << exchanges << " exchanges, " << load.total() / mib
            << " MiB in " << took.count() << " s, longest stall " << load.longest_stall() << " s, resident "
            << before << " KiB, then " << after << " KiB" << std::endl;
  if (full()) BOOST_TEST(after <= before + 16 * 1024);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::test
