// amiko - recorded sessions replayed: with the same random numbers, amiko sends the same bytes
#include <amiko/support/fd.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <future>
#include <stdexcept>
#include <string>

#include "common/deadline.hpp"
#include "common/joined.hpp"
#include "recorded/fixed_source.hpp"
#include "recorded/recording.hpp"
#include "recorded/session.hpp"

namespace amiko::test {

namespace {

/// Plays the peer: says what it said, each time after amiko has said what it said before that.
class Replay {
 public:
  Replay(support::UniqueFd socket, const Recording& recording)
      : socket_(std::move(socket)), recording_(recording) {}

  /// To the end of the stream; what differs ends it early and is returned.
  std::string run() {
    std::string difference;
    try {
      for (const Segment& segment : recording_.segments)
        segment.ours ? compare(segment.data) : say(segment.data);
      ::shutdown(socket_.get(), SHUT_WR);
      if (const Bytes more = read(1); !more.empty()) throw std::runtime_error("more than was recorded");
    } catch (const std::runtime_error& error) {
      difference = error.what();
    }
    ::shutdown(socket_.get(), SHUT_RDWR);
    return difference;
  }

 private:
  void compare(ByteView expected) {
    while (!expected.empty()) {
      const Bytes data = read(expected.size());
      if (data.empty()) throw std::runtime_error("the end after " + std::to_string(compared_) + " bytes");
      for (std::size_t i = 0; i < data.size(); ++i, ++compared_)
        if (data[i] != expected[i]) throw std::runtime_error("another byte at " + std::to_string(compared_));
      expected = expected.from(data.size());
    }
  }

  void say(ByteView data) {
    while (!data.empty()) {
      const auto n = ::send(socket_.get(), data.data(), data.size(), MSG_NOSIGNAL);
      if (n <= 0) return;  // what was said in vain before, too: the peer's last words
      data = data.from(static_cast<std::size_t>(n));
    }
  }

  /// 1 to `most` bytes; none at the end.
  Bytes read(std::size_t most) {
    pollfd waiting{socket_.get(), POLLIN, 0};
    if (::poll(&waiting, 1, poll_timeout(deadline_after(milliseconds(30'000)))) != 1)
      throw std::runtime_error("silence after " + std::to_string(compared_) + " bytes");
    Bytes data(most);
    const auto n = ::recv(socket_.get(), data.data(), data.size(), 0);
    data.resize(n > 0 ? static_cast<std::size_t>(n) : 0);
    return data;
  }

  support::UniqueFd socket_;
  const Recording& recording_;
  std::size_t compared_ = 0;
};

struct Outcome {
  std::string difference{};  ///< between what amiko sent and the recording
  std::string error{};       ///< what amiko came to
};

Outcome replayed(const Session& session, const Recording& recording, std::uint64_t seed = 1) {
  restart_random(seed);
  const auto [theirs, ours] = stream_pair();
  Replay replay(support::UniqueFd(theirs), recording);
  std::future<std::string> difference = std::async(std::launch::async, [&replay] { return replay.run(); });
  Outcome outcome;
  try {
    play(session, recording, ours);
  } catch (const std::exception& error) {
    outcome.error = error.what();
  }
  outcome.difference = difference.get();
  return outcome;
}

const Session& session_named(const std::string& name) {
  for (const Session& session : sessions())
    if (session.name == name) return session;
  throw std::invalid_argument(name);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(replay)

BOOST_DATA_TEST_CASE(byte_for_byte, boost::unit_test::data::make(sessions()), session) {
  const Recording recording = Recording::load(recording_file(session.name));
  const Outcome outcome = replayed(session, recording);
  BOOST_TEST(outcome.difference == "");
  BOOST_TEST(outcome.error == "");
}

BOOST_AUTO_TEST_CASE(other_random_numbers_make_other_bytes) {
  const Session& session = session_named("sshd-curve25519-chacha");
  const Recording recording = Recording::load(recording_file(session.name));
  const Outcome outcome = replayed(session, recording, 2);
  BOOST_TEST(outcome.difference.starts_with("another byte at "), outcome.difference);
  BOOST_TEST(outcome.error != "");
}

// The last segment that is ours: under keys, and after the other keys of the second exchange.
BOOST_AUTO_TEST_CASE(a_changed_byte_is_found) {
  const Session& session = session_named("sshd-curve25519-chacha");
  Recording recording = Recording::load(recording_file(session.name));
  std::size_t all = 0;
  Segment* last = nullptr;
  for (Segment& segment : recording.segments) {
    if (!segment.ours) continue;
    last = &segment;
    all += segment.data.size();
  }
  BOOST_REQUIRE(last);
  last->data.back() ^= 1;
  BOOST_TEST(replayed(session, recording).difference == "another byte at " + std::to_string(all - 1));
}

// What a peer said counts as well: one bit of it, and a session that depends on it is another.
BOOST_AUTO_TEST_CASE(a_changed_byte_of_the_peer_is_found) {
  const Session& session = session_named("ssh-curve25519-gcm");
  Recording recording = Recording::load(recording_file(session.name));
  Segment* last = nullptr;
  for (Segment& segment : recording.segments)
    if (!segment.ours) last = &segment;
  BOOST_REQUIRE(last);
  last->data.front() ^= 1;
  const Outcome outcome = replayed(session, recording);
  BOOST_TEST((outcome.difference != "" || outcome.error != ""));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::test
