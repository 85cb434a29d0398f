// amiko - calls that block in many threads while another one closes what they wait for
#include <amiko/connection/transport.hpp>

#include <boost/test/unit_test.hpp>

#include <array>
#include <string>
#include <thread>
#include <vector>

#include "common/calls.hpp"
#include "common/scripted_server.hpp"

using amiko::ByteView;
using amiko::Channel;
using amiko::errc;
using amiko::test::Call;
using amiko::test::eventually;
using amiko::test::must;
using amiko::test::ScriptedOptions;
using amiko::test::ScriptedPeer;
using amiko::test::ScriptedSession;
using amiko::wire::MessageNumber;
using namespace std::chrono_literals;

namespace {

constexpr int rounds = 100;
constexpr std::uint32_t window = 1000;

ScriptedOptions small_window() {
  ScriptedOptions options;
  options.window = window;
  return options;
}

// A connection whose server leaves everything unanswered, with threads in every call that waits for it.
class Blocked {
 public:
  explicit Blocked(bool with_rekey) : session_(small_window()) {
    for (Channel& channel : channels_)
      channel = session_.exec("hold");
    session_.server.run([](ScriptedPeer& peer) {
      for (auto& [id, channel] : peer.channels())
        channel.grant = false;
    });
    channels_[1].sendall(std::string(window, 'w'));
    session_.server.run([&](ScriptedPeer& peer) {
      const auto nothing = [](ScriptedPeer&, ByteView) { return true; };
      peer.on(MessageNumber::channel_open, nothing);
      peer.on(MessageNumber::channel_request, nothing);
      peer.on(MessageNumber::global_request, nothing);
      peer.hold_kex(with_rekey);
    });
    start(with_rekey);
  }

  ScriptedSession& session() noexcept { return session_; }
  std::array<Channel, 3>& channels() noexcept { return channels_; }
  std::vector<Call>& on_channels() noexcept { return on_channels_; }
  std::vector<Call>& on_transport() noexcept { return on_transport_; }

 private:
  void start(bool with_rekey) {
    on_channels_.emplace_back([this] { channels_[0].recv(10); });
    on_channels_.emplace_back([this] { channels_[0].recv_stderr(10); });
    on_channels_.emplace_back([this] { channels_[0].recv_exit_status(); });
    on_channels_.emplace_back([this] { channels_[0].request("unanswered", {}, true); });
    on_channels_.emplace_back([this] { channels_[1].send("x"); });
    on_channels_.emplace_back([this] { channels_[1].sendall(std::string(5 * window, 'x')); });
    on_channels_.emplace_back([this] { channels_[2].sendall(std::string(100 * window, 'x')); });
    on_transport_.emplace_back([this] { session_.client.open_session(); });
    on_transport_.emplace_back([this] { session_.client.global_request("unanswered"); });
    if (with_rekey)
      on_transport_.emplace_back([this] {
        must(!session_.client.renegotiate_keys(), "no new keys");
        session_.client.open_session();  // renegotiate_keys() does not throw
      });
  }

  ScriptedSession session_;
  std::array<Channel, 3> channels_;
  std::vector<Call> on_channels_, on_transport_;
};

// Early in some rounds, late in others: before, while and after the threads get into their calls.
void pause(int round) {
  std::this_thread::sleep_for(std::chrono::microseconds(round * round * 53 % 9000));
}

void all_end_with(std::vector<Call>& calls, errc code, int round) {
  for (std::size_t i = 0; i < calls.size(); ++i)
    BOOST_TEST((calls[i].code() == code), "call " << i << " in round " << round);
}

template <class Close>
void race(int first_round, errc channel_code, Close close) {
  for (int round = first_round; round < rounds; round += 3) {
    Blocked blocked(round % 2 == 0);
    pause(round);
    close(blocked);
    all_end_with(blocked.on_channels(), channel_code, round);
    blocked.session().client.close();
    // The first error of the connection is everybody's.
    all_end_with(blocked.on_transport(), channel_code == errc::channel_closed ? errc::closed : channel_code,
                 round);
  }
}

}  // namespace

// Together the hundred rounds.
BOOST_AUTO_TEST_SUITE(close_race)

BOOST_AUTO_TEST_CASE(transport_closed) {
  race(0, errc::closed, [](Blocked& b) { b.session().client.close(); });
}

BOOST_AUTO_TEST_CASE(channels_closed) {
  race(1, errc::channel_closed, [](Blocked& b) {
    for (Channel& channel : b.channels())
      channel.close();
  });
}

BOOST_AUTO_TEST_CASE(server_gone) {
  race(2, errc::connection_lost, [](Blocked& b) {
    b.session().server.kill();
    BOOST_TEST(eventually([&] { return !b.session().client.is_active(); }));
  });
}

BOOST_AUTO_TEST_CASE(everybody_closes_at_once) {
  for (int round = 0; round < 20; ++round) {
    Blocked blocked(round % 2 == 0);
    {
      std::vector<Call> closers;
      for (Channel& channel : blocked.channels())
        closers.emplace_back([&channel] { channel.close(); });
      for (int i = 0; i < 3; ++i)
        closers.emplace_back([&blocked] { blocked.session().client.close(); });
      closers.emplace_back([&blocked] { blocked.session().server.kill(); });
      for (Call& closer : closers)
        BOOST_TEST(!closer.failure());
    }
    for (Call& call : blocked.on_channels()) {
      const auto code = call.code();
      BOOST_TEST((code == errc::closed || code == errc::connection_lost || code == errc::channel_closed));
    }
    for (Call& call : blocked.on_transport()) {
      const auto code = call.code();
      BOOST_TEST((code == errc::closed || code == errc::connection_lost));
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
