// amiko - tests of a channel's life: opening, waiting, closing
#include <amiko/connection/channel.hpp>

#include <amiko/connection/channel_file.hpp>
#include <amiko/connection/transport.hpp>

#include <boost/test/unit_test.hpp>
#include <boost/thread/thread.hpp>

#include <poll.h>

#include <array>
#include <string>
#include <vector>

#include "common/calls.hpp"
#include "common/joined.hpp"
#include "common/scripted_server.hpp"

using amiko::ByteView;
using amiko::Channel;
using amiko::errc;
using amiko::error_code;
using amiko::forever;
using amiko::OpenFailureReason;
using amiko::Transport;
using amiko::TransportOptions;
using amiko::test::Call;
using amiko::test::eventually;
using amiko::test::has_code;
using amiko::test::Joined;
using amiko::test::must;
using amiko::test::OpenHandler;
using amiko::test::says;
using amiko::test::scaled;
using amiko::test::ScriptedOptions;
using amiko::test::ScriptedPeer;
using amiko::test::ScriptedServer;
using amiko::test::ScriptedSession;
using amiko::test::ServedChannel;
using amiko::test::settle;
using amiko::wire::MessageNumber;
using std::chrono::milliseconds;
namespace wire = amiko::wire;
using namespace std::chrono_literals;

namespace {

bool readable(int fd) {
  pollfd entry{fd, POLLIN, 0};
  return ::poll(&entry, 1, 0) == 1 && (entry.revents & POLLIN) != 0;
}

bool becomes_readable(int fd) {
  pollfd entry{fd, POLLIN, 0};
  return ::poll(&entry, 1, static_cast<int>(scaled(10s).count())) == 1;
}

// A server that answers OPEN in its own way.
ScriptedOptions opens(std::function<void(ScriptedPeer&, const wire::ChannelOpen&)> answer) {
  ScriptedOptions options;
  options.script = [answer](ScriptedPeer& peer) {
    peer.on(MessageNumber::channel_open, [answer](ScriptedPeer& p, ByteView payload) {
      answer(p, wire::decode<wire::ChannelOpen>(payload));
      return true;
    });
    peer.connect();
    peer.serve();
  };
  return options;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(channel_open)

BOOST_AUTO_TEST_CASE(opens_and_tells_its_numbers) {
  TransportOptions client;
  client.window_size = 5000;
  client.max_packet_size = 1000;
  ScriptedSession session({}, client);
  Channel first = session.client.open_session();
  Channel second = session.client.open_session();
  BOOST_TEST(first.get_id() != second.get_id());
  BOOST_TEST(!first.closed());
  BOOST_TEST(first.get_name() == std::to_string(first.get_id()));
  first.set_name("one");
  BOOST_TEST(first.get_name() == "one");
  BOOST_TEST(first.getpeername() == session.client.peer_name());
  session.server.run([](ScriptedPeer& peer) {
    BOOST_REQUIRE(peer.channels().size() == 2U);
    for (auto& [id, channel] : peer.channels()) {
      BOOST_TEST(channel.type == "session");
      BOOST_TEST(channel.window == 5000U);
      BOOST_TEST(channel.max_packet == 1000U);
    }
  });
  const auto statistics = session.client.statistics();
  BOOST_TEST(statistics.channels_opened == 2U);
  BOOST_TEST(statistics.channels_open == 2U);
}

BOOST_AUTO_TEST_CASE(refused_with_each_reason) {
  std::atomic<std::uint32_t> reason = 0;
  ScriptedSession session(opens([&](ScriptedPeer& peer, const wire::ChannelOpen& open) {
    peer.send(wire::ChannelOpenFailure{
        .recipient = open.sender, .reason = reason, .description = "because \x1b[2J"});
  }));
  for (const std::uint32_t code : {1U, 2U, 3U, 4U, 77U}) {
    reason = code;
    try {
      session.client.open_session();
      BOOST_ERROR("a refused channel was opened");
    } catch (const amiko::ChannelOpenError& e) {
      BOOST_TEST((e.code() == errc::channel_refused));
      BOOST_TEST((e.detail().reason == static_cast<OpenFailureReason>(code)));
      BOOST_TEST(e.detail().text.find("because") == 0U);
      BOOST_TEST(e.detail().text.find('\x1b') == std::string::npos);
      BOOST_TEST(std::string(e.what()).find(name_of(static_cast<OpenFailureReason>(code))) !=
                 std::string::npos);
    }
  }
  BOOST_TEST(session.client.is_active());
  BOOST_TEST(eventually([&] { return session.client.statistics().channels_open == 0; }));
}

BOOST_AUTO_TEST_CASE(not_answered_in_time_and_confirmed_too_late) {
  std::optional<std::uint32_t> waiting;
  std::atomic<bool> eof = false;
  std::atomic<bool> closed = false;
  ScriptedSession session(opens([&](ScriptedPeer& peer, const wire::ChannelOpen& open) {
    if (waiting)
      peer.confirm(open);
    else
      waiting = open.sender;
  }));
  BOOST_CHECK_EXCEPTION(session.client.open_session(30ms), amiko::TimeoutError, has_code(errc::timed_out));
  session.server.run([&](ScriptedPeer& peer) {
    peer.on(MessageNumber::channel_eof, [&](ScriptedPeer&, ByteView) { return eof = true, false; });
    peer.on(MessageNumber::channel_close, [&](ScriptedPeer&, ByteView) { return closed = true, false; });
    peer.confirm(wire::ChannelOpen{.sender = *waiting});
  });
  BOOST_TEST(eventually([&] { return closed.load(); }));
  BOOST_TEST(eof.load());
  BOOST_TEST(eventually([&] { return session.client.statistics().channels_open == 0; }));
  // and the connection is as good as before
  Channel next = session.client.open_session(10s);
  BOOST_TEST(!next.closed());
}

BOOST_AUTO_TEST_CASE(refused_too_late) {
  std::optional<std::uint32_t> waiting;
  ScriptedSession session(
      opens([&](ScriptedPeer&, const wire::ChannelOpen& open) { waiting = open.sender; }));
  BOOST_CHECK_EXCEPTION(session.client.open_session(30ms), amiko::TimeoutError, has_code(errc::timed_out));
  session.server.run([&](ScriptedPeer& peer) {
    peer.send(wire::ChannelOpenFailure{.recipient = *waiting, .reason = 1, .description = "late"});
  });
  BOOST_TEST(eventually([&] { return session.client.statistics().channels_open == 0; }));
  BOOST_TEST(session.client.is_active());
}

BOOST_AUTO_TEST_CASE(interrupted_while_opening_and_confirmed_later) {
  std::optional<std::uint32_t> waiting;
  std::atomic<bool> asked = false;
  ScriptedSession session(opens([&](ScriptedPeer&, const wire::ChannelOpen& open) {
    waiting = open.sender;
    asked = true;
  }));
  std::atomic<bool> interrupted = false;
  boost::thread opener([&] {
    try {
      session.client.open_session();
    } catch (const boost::thread_interrupted&) {
      interrupted = true;
    }
  });
  BOOST_REQUIRE(eventually([&] { return asked.load(); }));
  opener.interrupt();
  opener.join();
  BOOST_TEST(interrupted.load());
  session.server.run([&](ScriptedPeer& peer) { peer.confirm(wire::ChannelOpen{.sender = *waiting}); });
  BOOST_TEST(eventually([&] { return session.client.statistics().channels_open == 0; }));
}

BOOST_AUTO_TEST_CASE(maximum_packet_of_zero_ends_the_connection) {
  ScriptedSession session(opens([](ScriptedPeer& peer, const wire::ChannelOpen& open) {
    peer.send(wire::ChannelOpenConfirmation{
        .recipient = open.sender, .sender = 1, .window = 1000, .max_packet = 0});
  }));
  BOOST_CHECK_EXCEPTION(session.client.open_session(), amiko::ProtocolError, has_code(errc::protocol_error));
  BOOST_TEST(!session.client.is_active());
}

BOOST_AUTO_TEST_CASE(connection_lost_instead_of_an_answer) {
  ScriptedSession session(opens([](ScriptedPeer& peer, const wire::ChannelOpen&) { peer.shut_down(); }));
  BOOST_CHECK_EXCEPTION(session.client.open_session(), amiko::Disconnected, has_code(errc::connection_lost));
}

BOOST_AUTO_TEST_CASE(answers_in_another_order) {
  std::vector<std::uint32_t> waiting;
  ScriptedSession session(opens([&](ScriptedPeer& peer, const wire::ChannelOpen& open) {
    waiting.push_back(open.sender);
    if (waiting.size() < 3) return;
    peer.confirm(wire::ChannelOpen{.sender = waiting[2]});
    peer.send(wire::ChannelOpenFailure{.recipient = waiting[1], .reason = 4});
    peer.confirm(wire::ChannelOpen{.sender = waiting[0]});
  }));
  std::atomic<int> opened = 0;
  std::atomic<int> refused = 0;
  std::vector<Call> calls;
  for (int i = 0; i < 3; ++i)
    calls.emplace_back([&] {
      try {
        Channel channel = session.client.open_session();
        ++opened;
      } catch (const amiko::ChannelOpenError&) {
        ++refused;
      }
    });
  for (Call& call : calls)
    BOOST_TEST(!call.failure());
  BOOST_TEST(opened == 2);
  BOOST_TEST(refused == 1);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(channel_handle)

BOOST_AUTO_TEST_CASE(an_empty_handle_says_so) {
  Channel channel;
  BOOST_TEST(!channel);
  BOOST_TEST(channel.closed());
  channel.close();
  BOOST_CHECK_EXCEPTION(channel.recv(1), amiko::Error, has_code(errc::no_state));
  BOOST_CHECK_EXCEPTION(channel.send("x"), amiko::Error, has_code(errc::no_state));
  BOOST_CHECK_EXCEPTION(channel.makefile(), amiko::Error, has_code(errc::no_state));
}

BOOST_AUTO_TEST_CASE(moving_keeps_the_channel_and_closes_the_one_before) {
  ScriptedSession session;
  Channel first = session.exec("cat");
  Channel second = session.exec("cat");
  const auto id = second.get_id();
  first = std::move(second);
  BOOST_TEST(first.get_id() == id);
  BOOST_TEST(!second);
  BOOST_TEST(eventually([&] { return session.client.statistics().channels_open == 1; }));
  first.sendall("still there");
  BOOST_TEST(first.recv(100) == "still there");
}

BOOST_AUTO_TEST_CASE(the_destructor_says_eof_and_close) {
  std::vector<std::uint8_t> seen;
  std::atomic<bool> closed = false;
  ScriptedSession session;
  {
    Channel channel = session.exec("hold");
    session.server.run([&](ScriptedPeer& peer) {
      peer.on(MessageNumber::channel_eof,
              [&](ScriptedPeer&, ByteView m) { return seen.push_back(m[0]), false; });
      peer.on(MessageNumber::channel_close, [&](ScriptedPeer&, ByteView m) {
        seen.push_back(m[0]);
        closed = true;
        return false;
      });
    });
  }
  BOOST_REQUIRE(eventually([&] { return closed.load(); }));
  BOOST_TEST((seen == std::vector<std::uint8_t>{96, 97}));
}

BOOST_AUTO_TEST_CASE(it_outlives_its_transport) {
  std::optional<Channel> channel;
  {
    ScriptedSession session;
    channel = session.exec("hold");
  }
  BOOST_TEST(channel->closed());
  BOOST_CHECK_EXCEPTION(channel->recv(10), amiko::Disconnected, has_code(errc::closed));
  BOOST_CHECK_EXCEPTION(channel->send("x"), amiko::Disconnected, has_code(errc::closed));
  BOOST_CHECK_EXCEPTION(channel->exec_command("x"), amiko::Disconnected, has_code(errc::closed));
}

BOOST_AUTO_TEST_CASE(timeouts_are_kept) {
  ScriptedSession session;
  Channel channel = session.exec("hold");
  BOOST_TEST(channel.gettimeout().is_forever());
  channel.settimeout(3s);
  BOOST_TEST((channel.gettimeout() == amiko::Timeout(3s)));
  channel.setblocking(false);
  BOOST_TEST(channel.gettimeout().is_zero());
  channel.setblocking(true);
  BOOST_TEST(channel.gettimeout().is_forever());
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(channel_fileno)

BOOST_AUTO_TEST_CASE(it_is_readable_exactly_while_there_is_something) {
  ScriptedSession session;
  Channel channel = session.exec("hold");
  const int fd = channel.fileno();
  BOOST_TEST(channel.fileno() == fd);
  BOOST_TEST(!readable(fd));
  session.server.run([](ScriptedPeer& peer) { peer.write(peer.channel(), "abc"); });
  BOOST_TEST(becomes_readable(fd));
  BOOST_TEST(readable(fd));  // a level: looking does not change it
  BOOST_TEST(channel.recv(2) == "ab");
  BOOST_TEST(readable(fd));
  BOOST_TEST(channel.recv(2) == "c");
  BOOST_TEST(!readable(fd));
  session.server.run([](ScriptedPeer& peer) { peer.write_stderr(peer.channel(), "e"); });
  BOOST_TEST(becomes_readable(fd));
  BOOST_TEST(channel.recv_stderr(10) == "e");
  BOOST_TEST(!readable(fd));
}

BOOST_AUTO_TEST_CASE(it_stays_readable_after_eof) {
  ScriptedSession session;
  Channel channel = session.exec("hold");
  const int fd = channel.fileno();
  session.server.run([](ScriptedPeer& peer) { peer.exit(peer.channel(), 0); });
  BOOST_TEST(becomes_readable(fd));
  BOOST_TEST(channel.recv(1).empty());
  BOOST_TEST(readable(fd));
}

BOOST_AUTO_TEST_CASE(there_is_one_for_each_combination_of_events) {
  ScriptedSession session;
  Channel channel = session.exec("hold");
  const int out = channel.fileno(Channel::out);
  const int err = channel.fileno(Channel::err);
  const int room = channel.fileno(Channel::room);
  const int status = channel.fileno(Channel::status | Channel::woken);
  BOOST_TEST((out != err && err != room && room != status));
  BOOST_TEST(channel.fileno(Channel::out) == out);
  BOOST_TEST(channel.fileno() == channel.fileno(Channel::out | Channel::err | Channel::end));
  BOOST_TEST((!readable(out) && !readable(err) && !readable(status)));
  BOOST_TEST(readable(room));
  session.server.run([](ScriptedPeer& peer) { peer.write_stderr(peer.channel(), "e"); });
  BOOST_TEST(becomes_readable(err));
  BOOST_TEST(!readable(out));
  BOOST_TEST(channel.recv_stderr(10) == "e");
  BOOST_TEST(!readable(err));
  channel.wake();
  BOOST_TEST(readable(status));
  BOOST_TEST(channel.wait(Channel::woken, 0s) == Channel::woken);
  BOOST_TEST(!readable(status));
  session.server.run([](ScriptedPeer& peer) { peer.exit(peer.channel(), 0); });
  BOOST_TEST(becomes_readable(status));
  BOOST_TEST(!readable(err));
}

BOOST_AUTO_TEST_CASE(room_is_told_by_the_window) {
  OpenHandler handler;
  Joined pair(handler);
  auto [mine, theirs] = pair.log_in().session();
  const int room = mine.fileno(Channel::room);
  std::size_t sent = 0;
  while (readable(room))
    sent += mine.send(std::string(65536, 'x'));
  BOOST_TEST(mine.wait(Channel::room, 0s) == 0U);
  BOOST_TEST(theirs.makefile().read(sent).size() == sent);
  BOOST_TEST(becomes_readable(room));
  while (readable(room))
    mine.send(std::string(65536, 'x'));
  mine.close();
  BOOST_TEST(readable(room));  // the next send() tells why there will be none
}

BOOST_AUTO_TEST_CASE(it_is_readable_when_made_late) {
  ScriptedSession session;
  Channel channel = session.exec("print x");
  BOOST_REQUIRE(eventually([&] { return channel.recv_ready(); }));
  BOOST_TEST(readable(channel.fileno()));
}

BOOST_AUTO_TEST_CASE(it_is_readable_after_close_and_after_the_connection) {
  ScriptedSession session;
  Channel closed_here = session.exec("hold");
  Channel lost = session.exec("hold");
  const int first = closed_here.fileno();
  const int second = lost.fileno();
  closed_here.close();
  BOOST_TEST(readable(first));
  BOOST_TEST(!readable(second));
  session.client.close();
  BOOST_TEST(readable(second));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(channel_wait)

BOOST_AUTO_TEST_CASE(it_tells_all_that_holds) {
  ScriptedSession session;
  Channel channel = session.exec("hold");
  constexpr unsigned all = Channel::out | Channel::err | Channel::end | Channel::room | Channel::status;
  BOOST_TEST(channel.wait(all, 0s) == Channel::room);
  BOOST_TEST(channel.wait(all & ~Channel::room, 0s) == 0U);
  BOOST_TEST(channel.wait(Channel::out, 10ms) == 0U);
  Call waiter([&] { must(channel.wait(Channel::out | Channel::end) == Channel::out); });
  settle();
  session.server.run([](ScriptedPeer& peer) { peer.write(peer.channel(), "x"); });
  BOOST_TEST(!waiter.failure());
  Call for_err([&] { must(channel.wait(Channel::err) == Channel::err); });
  settle();
  session.server.run([](ScriptedPeer& peer) { peer.write_stderr(peer.channel(), "x"); });
  BOOST_TEST(!for_err.failure());
  Call for_status([&] { must((channel.wait(Channel::status) & Channel::status) != 0U); });
  settle();
  session.server.run([](ScriptedPeer& peer) { peer.exit(peer.channel(), 3); });
  BOOST_TEST(!for_status.failure());
  BOOST_TEST(eventually([&] { return channel.wait(all, 0s) == all; }));
}

BOOST_AUTO_TEST_CASE(room_comes_with_the_window) {
  ScriptedOptions options;
  options.window = 4;
  ScriptedSession session(std::move(options));
  Channel channel = session.exec("hold");
  session.server.run([](ScriptedPeer& peer) { peer.channel().grant = false; });
  BOOST_TEST(channel.send("12345678") == 4U);
  BOOST_TEST(!channel.send_ready());
  BOOST_TEST(channel.wait(Channel::room, 0s) == 0U);
  Call waiter([&] { must(channel.wait(Channel::room) == Channel::room); });
  settle();
  session.server.run([](ScriptedPeer& peer) {
    peer.channel().granted += 10;
    peer.send(wire::ChannelWindowAdjust{.recipient = peer.channel().client_id, .bytes = 10});
  });
  BOOST_TEST(!waiter.failure());
  BOOST_TEST(channel.send_ready());
}

BOOST_AUTO_TEST_CASE(a_lost_connection_is_no_exception_here) {
  ScriptedSession session;
  Channel channel = session.exec("hold");
  Call waiter([&] {
    const unsigned found = channel.wait(Channel::end | Channel::room | Channel::status);
    must((found & Channel::room) != 0U);
  });
  Call other([&] { must(channel.wait(Channel::end) == Channel::end); });
  settle();
  session.server.kill();
  BOOST_TEST(!waiter.failure());
  BOOST_TEST(!other.failure());
  BOOST_TEST(channel.wait(Channel::end | Channel::room | Channel::status, 0s) ==
             (Channel::end | Channel::room | Channel::status));
}

BOOST_AUTO_TEST_SUITE_END()

// Every call that can block in a channel or its transport, each against every way to end it.
BOOST_AUTO_TEST_SUITE(channel_close)

namespace {

struct Blocker {
  const char* name;
  bool needs_full_window;
  void (*call)(Channel&);
};

const std::array blockers{
    Blocker{"recv", false, [](Channel& c) { c.recv(10); }},
    Blocker{"recv_stderr", false, [](Channel& c) { c.recv_stderr(10); }},
    Blocker{"send", true, [](Channel& c) { c.send("x"); }},
    Blocker{"sendall", true, [](Channel& c) { c.sendall("xyz"); }},
    Blocker{"sendall_stderr", true, [](Channel& c) { c.sendall_stderr("xyz"); }},
    Blocker{"recv_exit_status", false, [](Channel& c) { c.recv_exit_status(); }},
    Blocker{"request", false, [](Channel& c) { c.request("hold-on", {}, true); }},
    Blocker{"makefile", false, [](Channel& c) { c.makefile().readline(); }},
};

// No window to send into, no answers to requests.
ScriptedOptions stubborn() {
  ScriptedOptions options;
  options.window = 0;
  options.script = [](ScriptedPeer& peer) {
    peer.on(MessageNumber::channel_request, [](ScriptedPeer&, ByteView payload) {
      return wire::decode<wire::ChannelRequest>(payload).type == "hold-on";
    });
    peer.connect();
    peer.serve();
  };
  return options;
}

}  // namespace

BOOST_AUTO_TEST_CASE(close_wakes_every_call_in_other_threads) {
  for (const Blocker& blocker : blockers) {
    BOOST_TEST_CONTEXT(blocker.name) {
      ScriptedSession session(stubborn());
      Channel channel = session.exec("hold");
      Call call([&] { blocker.call(channel); });
      settle();
      BOOST_TEST(!call.done());
      channel.close();
      BOOST_TEST((call.code() == errc::channel_closed));
    }
  }
}

BOOST_AUTO_TEST_CASE(the_transport_s_close_wakes_them_too) {
  for (const Blocker& blocker : blockers) {
    BOOST_TEST_CONTEXT(blocker.name) {
      ScriptedSession session(stubborn());
      Channel channel = session.exec("hold");
      Call call([&] { blocker.call(channel); });
      settle();
      BOOST_TEST(!call.done());
      session.client.close();
      const auto failure = call.failure();
      BOOST_REQUIRE(failure.has_value());
      BOOST_TEST((failure->code == errc::closed));
      BOOST_TEST(failure->peer == session.client.peer_name());
    }
  }
}

BOOST_AUTO_TEST_CASE(a_lost_connection_wakes_them_too) {
  for (const Blocker& blocker : blockers) {
    BOOST_TEST_CONTEXT(blocker.name) {
      ScriptedSession session(stubborn());
      Channel channel = session.exec("hold");
      Call call([&] { blocker.call(channel); });
      settle();
      BOOST_TEST(!call.done());
      session.server.kill();
      BOOST_TEST((call.code() == errc::connection_lost));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_disconnect_wakes_them_with_its_text) {
  for (const Blocker& blocker : blockers) {
    BOOST_TEST_CONTEXT(blocker.name) {
      ScriptedSession session(stubborn());
      Channel channel = session.exec("hold");
      Call call([&] { blocker.call(channel); });
      settle();
      session.server.run(
          [](ScriptedPeer& peer) { peer.send(wire::Disconnect{.reason = 12, .description = "go away"}); });
      const auto failure = call.failure();
      BOOST_REQUIRE(failure.has_value());
      BOOST_TEST((failure->code == errc::disconnected));
      BOOST_TEST(failure->message().find("go away") != std::string::npos);
    }
  }
}

// The server's CLOSE is an end of data for readers and an error for everybody else.
BOOST_AUTO_TEST_CASE(the_peer_s_close_ends_them) {
  for (const Blocker& blocker : blockers) {
    BOOST_TEST_CONTEXT(blocker.name) {
      ScriptedSession session(stubborn());
      Channel channel = session.exec("hold");
      Call call([&] { blocker.call(channel); });
      settle();
      BOOST_TEST(!call.done());
      session.server.run([](ScriptedPeer& peer) { peer.close(peer.channel()); });
      const std::string name = blocker.name;
      const bool reads = name.starts_with("recv") || name == "makefile";
      BOOST_TEST((call.code() == (reads ? error_code() : error_code(errc::channel_closed))));
      BOOST_TEST(channel.closed());
    }
  }
}

// Neither is a call that waits for a key exchange deaf to close().
BOOST_AUTO_TEST_CASE(close_wakes_calls_that_wait_for_a_key_exchange) {
  for (const char* name : {"send", "request", "send_signal"}) {
    BOOST_TEST_CONTEXT(name) {
      ScriptedSession session;
      Channel channel = session.exec("hold");
      session.server.run([](ScriptedPeer& peer) { peer.start_kex(); });  // and does not go on
      settle();
      Call call([&, what = std::string(name)] {
        if (what == "send")
          while (true)
            channel.send("x");  // until the gate closes
        else if (what == "request")
          while (true)
            channel.request("window-change", "0123456789abcdef", false);
        else
          while (true)
            channel.send_signal("USR1");
      });
      settle();
      BOOST_TEST(!call.done());
      channel.close();
      BOOST_TEST((call.code() == errc::channel_closed));
    }
  }
}

BOOST_AUTO_TEST_CASE(close_is_idempotent_and_later_calls_say_closed) {
  ScriptedSession session;
  Channel channel = session.exec("cat");
  channel.close();
  channel.close();
  BOOST_TEST(channel.closed());
  BOOST_CHECK_EXCEPTION(channel.send("x"), amiko::ChannelError, has_code(errc::channel_closed));
  BOOST_CHECK_EXCEPTION(channel.recv(1), amiko::ChannelError, has_code(errc::channel_closed));
  BOOST_CHECK_EXCEPTION(channel.exec_command("x"), amiko::ChannelError, has_code(errc::channel_closed));
  BOOST_CHECK_EXCEPTION(channel.send_signal("TERM"), amiko::ChannelError, has_code(errc::channel_closed));
  error_code ec;
  std::array<std::uint8_t, 10> buffer{};
  BOOST_TEST(channel.recv(buffer, ec) == 0U);
  BOOST_TEST((ec == errc::channel_closed));
  BOOST_TEST(!channel.send_ready());
  channel.send_eof();  // nothing to say any more, and no error
  BOOST_TEST(eventually([&] { return session.client.statistics().channels_open == 0; }));
}

BOOST_AUTO_TEST_CASE(what_arrived_before_close_can_be_read) {
  ScriptedSession session;
  Channel channel = session.exec("hold");
  session.server.run([](ScriptedPeer& peer) { peer.write(peer.channel(), "in time"); });
  BOOST_REQUIRE(eventually([&] { return channel.recv_ready(); }));
  channel.close();
  BOOST_TEST(channel.recv(100) == "in time");
}

BOOST_AUTO_TEST_CASE(a_server_that_does_not_answer_close_is_no_problem) {
  std::atomic<int> closes = 0;
  std::atomic<int> adjusts = 0;
  ScriptedSession session;
  Channel channel = session.exec("hold");
  session.server.run([&](ScriptedPeer& peer) {
    peer.on(MessageNumber::channel_close, [&](ScriptedPeer&, ByteView) { return ++closes, true; });
  });
  channel.close();
  BOOST_TEST(eventually([&] { return closes == 1; }));
  // What it sends meanwhile is dropped, and no window is granted for it.
  session.server.run([&](ScriptedPeer& peer) {
    peer.on(MessageNumber::channel_window_adjust, [&](ScriptedPeer&, ByteView) { return ++adjusts, true; });
    peer.write(peer.channel(), std::string(1024 * 1024, 'x'));
  });
  Channel next = session.client.open_session(10s);
  BOOST_TEST(adjusts == 0);
  BOOST_TEST(session.client.statistics().channels_open == 2U);
}

BOOST_AUTO_TEST_CASE(interruption_leaves_recv_and_send) {
  ScriptedSession session(stubborn());
  Channel channel = session.exec("hold");
  for (const bool reading : {true, false}) {
    std::atomic<bool> interrupted = false;
    boost::thread thread([&] {
      try {
        if (reading)
          channel.recv(1);
        else
          channel.send("x");
      } catch (const boost::thread_interrupted&) {
        interrupted = true;
      }
    });
    settle();
    thread.interrupt();
    thread.join();
    BOOST_TEST(interrupted.load());
  }
  session.server.run([](ScriptedPeer& peer) { peer.write(peer.channel(), "later"); });
  BOOST_TEST(channel.recv(10) == "later");
}

BOOST_AUTO_TEST_SUITE_END()
