// amiko - tests of requests on a channel
#include <amiko/connection/channel.hpp>
#include <amiko/connection/transport.hpp>

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

#include "common/calls.hpp"
#include "common/scripted_server.hpp"

using amiko::Bytes;
using amiko::ByteView;
using amiko::Channel;
using amiko::errc;
using amiko::ExitStatus;
using amiko::test::Call;
using amiko::test::eventually;
using amiko::test::has_code;
using amiko::test::must;
using amiko::test::says;
using amiko::test::ScriptedPeer;
using amiko::test::ScriptedSession;
using amiko::test::settle;
using amiko::wire::MessageNumber;
namespace wire = amiko::wire;
using namespace std::chrono_literals;

namespace {

struct Seen {
  std::string type;
  bool want_reply;
  Bytes body;
};

// Keeps the requests that come, and leaves answering to the test.
struct Recorder {
  std::vector<Seen> seen;  // in the server's thread only

  void install(ScriptedSession& session) {
    session.server.run([this](ScriptedPeer& peer) {
      peer.on(MessageNumber::channel_request, [this](ScriptedPeer&, ByteView payload) {
        const auto m = wire::decode<wire::ChannelRequest>(payload);
        seen.push_back({std::string(m.type), m.want_reply, m.body.bytes.bytes()});
        return true;
      });
    });
  }
  std::size_t count(ScriptedSession& session) {
    std::size_t n = 0;
    session.server.run([&](ScriptedPeer&) { n = seen.size(); });
    return n;
  }
};

void answer(ScriptedSession& session, bool success) {
  session.server.run([success](ScriptedPeer& peer) {
    const auto id = peer.channel().client_id;
    if (success)
      peer.send(wire::ChannelSuccess{.recipient = id});
    else
      peer.send(wire::ChannelFailure{.recipient = id});
  });
}

void send_request(ScriptedSession& session, std::string_view type, ByteView body, bool want_reply = false) {
  session.server.run([&](ScriptedPeer& peer) {
    peer.send(wire::ChannelRequest{
        .recipient = peer.channel().client_id, .type = type, .want_reply = want_reply, .body = {body}});
  });
}

Bytes exit_signal(std::string_view name, bool core, std::string_view text) {
  Bytes body;
  wire::Writer writer(body);
  writer.string(name);
  writer.boolean(core);
  writer.string(text);
  writer.string("");
  return body;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(channel_requests)

BOOST_AUTO_TEST_CASE(each_request_has_its_wire_form) {
  Recorder recorder;
  ScriptedSession session;
  Channel channel = session.client.open_session();
  session.server.run([&](ScriptedPeer& peer) {
    peer.on(MessageNumber::channel_request, [&](ScriptedPeer& p, ByteView payload) {
      const auto m = wire::decode<wire::ChannelRequest>(payload);
      recorder.seen.push_back({std::string(m.type), m.want_reply, m.body.bytes.bytes()});
      if (m.want_reply) p.send(wire::ChannelSuccess{.recipient = p.channel().client_id});
      return true;
    });
  });
  amiko::PtyRequest pty;
  pty.term = "xterm";
  pty.size = {100, 50, 800, 600};
  pty.modes.set("ECHO", 0);
  channel.get_pty(pty);
  BOOST_TEST(channel.set_environment_variable("LANG", "C"));
  channel.send_environment_variable("A", "b");
  channel.invoke_shell();
  channel.exec_command("ls -l");
  channel.invoke_subsystem("sftp");
  channel.resize_pty(1, 2);
  channel.send_signal("INT");
  BOOST_TEST(channel.send_break(500));
  BOOST_TEST(channel.request("own", "body", true));
  session.client.global_request("a round trip");
  session.server.run([&](ScriptedPeer&) {
    const auto& seen = recorder.seen;
    BOOST_REQUIRE(seen.size() == 10U);
    const auto check = [&](std::size_t i, const char* type, bool want_reply, const Bytes& body) {
      BOOST_TEST(seen[i].type == type);
      BOOST_TEST(seen[i].want_reply == want_reply);
      BOOST_TEST(seen[i].body == body, boost::test_tools::per_element());
    };
    const auto strings = [](std::initializer_list<std::string_view> texts) {
      Bytes body;
      for (const auto text : texts)
        wire::Writer(body).string(text);
      return body;
    };
    const auto numbers = [](std::initializer_list<std::uint32_t> values) {
      Bytes body;
      for (const auto value : values)
        wire::Writer(body).uint32(value);
      return body;
    };
    Bytes terminal = strings({"xterm"});
    amiko::append(terminal, numbers({100, 50, 800, 600}));
    wire::Writer(terminal).string(Bytes{53, 0, 0, 0, 0, 0});
    check(0, "pty-req", true, terminal);
    check(1, "env", true, strings({"LANG", "C"}));
    check(2, "env", false, strings({"A", "b"}));
    check(3, "shell", true, {});
    check(4, "exec", true, strings({"ls -l"}));
    check(5, "subsystem", true, strings({"sftp"}));
    check(6, "window-change", false, numbers({1, 2, 0, 0}));
    check(7, "signal", false, strings({"INT"}));
    check(8, "break", true, numbers({500}));
    check(9, "own", true, {'b', 'o', 'd', 'y'});
  });
}

BOOST_AUTO_TEST_CASE(refusals) {
  ScriptedSession session;
  Channel channel = session.client.open_session();
  session.server.run([](ScriptedPeer& peer) { peer.accept_requests = false; });
  BOOST_CHECK_EXCEPTION(channel.exec_command("x"), amiko::ChannelError, says(errc::request_refused, "exec"));
  BOOST_CHECK_EXCEPTION(channel.invoke_shell(), amiko::ChannelError, says(errc::request_refused, "shell"));
  BOOST_CHECK_EXCEPTION(channel.invoke_subsystem("sftp"), amiko::ChannelError,
                        says(errc::request_refused, "sftp"));
  BOOST_CHECK_EXCEPTION(channel.get_pty(), amiko::ChannelError, says(errc::request_refused, "terminal"));
  BOOST_TEST(!channel.set_environment_variable("A", "b"));
  BOOST_TEST(!channel.send_break());
  BOOST_TEST(!channel.request("own", {}, true));
  BOOST_TEST(channel.request("own", {}, false));
  BOOST_TEST(!channel.closed());
}

BOOST_AUTO_TEST_CASE(answers_belong_to_requests_in_order) {
  Recorder recorder;
  ScriptedSession session;
  Channel channel = session.client.open_session();
  recorder.install(session);
  bool first = false;
  bool second = true;
  bool third = false;
  Call one([&] { first = channel.request("1", {}, true); });
  BOOST_REQUIRE(eventually([&] { return recorder.count(session) == 1; }));
  Call two([&] { second = channel.request("2", {}, true); });
  BOOST_REQUIRE(eventually([&] { return recorder.count(session) == 2; }));
  channel.request("no answer", {}, false);
  Call three([&] { third = channel.request("3", {}, true); });
  BOOST_REQUIRE(eventually([&] { return recorder.count(session) == 4; }));
  answer(session, true);
  answer(session, false);
  answer(session, true);
  BOOST_TEST(!one.failure());
  BOOST_TEST(!two.failure());
  BOOST_TEST(!three.failure());
  BOOST_TEST(first);
  BOOST_TEST(!second);
  BOOST_TEST(third);
}

// The answer that comes after the caller has given up is not the next request's.
BOOST_TEST_DECORATOR(*boost::unit_test::label("V-39"))
BOOST_AUTO_TEST_CASE(a_late_answer_keeps_its_place) {
  Recorder recorder;
  ScriptedSession session;
  Channel channel = session.client.open_session();
  recorder.install(session);
  channel.settimeout(20ms);
  BOOST_CHECK_EXCEPTION(channel.request("slow", {}, true), amiko::TimeoutError,
                        says(errc::timed_out, "slow"));
  channel.settimeout(amiko::forever);
  bool good = true;
  Call next([&] { good = channel.request("next", {}, true); });
  BOOST_REQUIRE(eventually([&] { return recorder.count(session) == 2; }));
  answer(session, true);  // to "slow"
  settle();
  BOOST_TEST(!next.done());
  answer(session, false);  // to "next"
  BOOST_TEST(!next.failure());
  BOOST_TEST(!good);
}

BOOST_AUTO_TEST_CASE(a_request_that_cannot_be_sent_expects_no_answer) {
  ScriptedSession session;
  Channel channel = session.client.open_session();
  BOOST_CHECK_EXCEPTION(channel.exec_command(std::string(300'000, 'x')), amiko::Error,
                        has_code(errc::invalid_argument));
  channel.settimeout(10s);
  channel.exec_command("hold");  // the answer is this one's
  BOOST_TEST(!channel.closed());
  BOOST_CHECK_EXCEPTION(session.client.global_request("x", Bytes(300'000)), amiko::Error,
                        has_code(errc::invalid_argument));
  BOOST_TEST(!session.client.global_request("y", {}, true, 10s));
}

BOOST_AUTO_TEST_CASE(closed_instead_of_an_answer) {
  Recorder recorder;
  ScriptedSession session;
  Channel channel = session.client.open_session();
  recorder.install(session);
  Call call([&] { channel.exec_command("x"); });
  BOOST_REQUIRE(eventually([&] { return recorder.count(session) == 1; }));
  session.server.run([](ScriptedPeer& peer) { peer.close(peer.channel()); });
  const auto failure = call.failure();
  BOOST_REQUIRE(failure.has_value());
  BOOST_TEST((failure->code == errc::channel_closed));
  BOOST_TEST(failure->text.find("exec") != std::string::npos);
  BOOST_TEST(session.client.is_active());
}

BOOST_AUTO_TEST_CASE(unknown_requests_are_refused_if_an_answer_is_wanted) {
  std::vector<std::uint8_t> answers;
  ScriptedSession session;
  Channel channel = session.exec("hold");
  session.server.run([&](ScriptedPeer& peer) {
    for (const auto number : {MessageNumber::channel_success, MessageNumber::channel_failure})
      peer.on(number, [&](ScriptedPeer&, ByteView payload) { return answers.push_back(payload[0]), true; });
  });
  send_request(session, "what?", {}, true);
  send_request(session, "what?", {}, false);
  send_request(session, "exec", {}, true);  // not at a client
  send_request(session, "xon-xoff", Bytes{1}, true);
  const std::vector<std::uint8_t> expected{100, 100, 99};
  BOOST_TEST(eventually([&] {
    bool all = false;
    session.server.run([&](ScriptedPeer&) { all = answers == expected; });
    return all;
  }));
}

BOOST_AUTO_TEST_CASE(requests_wait_for_a_key_exchange_and_then_go) {
  ScriptedSession session;
  Channel channel = session.client.open_session();
  session.server.run([](ScriptedPeer& peer) { peer.start_kex(); });
  BOOST_TEST(eventually([&] {
    bool answered = false;
    session.server.run([&](ScriptedPeer& peer) { answered = peer.kex_answered(); });
    return answered;
  }));
  Call call([&] { channel.exec_command("hold"); });
  settle();
  BOOST_TEST(!call.done());
  session.server.run([](ScriptedPeer& peer) { peer.finish_kex(); });
  BOOST_TEST(!call.failure());
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(exit_status)

BOOST_AUTO_TEST_CASE(a_code) {
  ScriptedSession session;
  Channel channel = session.exec("hold");
  BOOST_TEST(!channel.exit_status_ready());
  Call waiter([&] { must((channel.recv_exit_status() == ExitStatus{.code = 7})); });
  settle();
  session.server.run([](ScriptedPeer& peer) { peer.exit(peer.channel(), 7); });
  BOOST_TEST(!waiter.failure());
  BOOST_TEST(channel.exit_status_ready());
  BOOST_TEST((channel.recv_exit_status(0s).code == 7));  // again and again
  BOOST_TEST(channel.recv_exit_status().to_string() == "exit status 7");
}

BOOST_AUTO_TEST_CASE(it_can_be_had_without_reading_the_output) {
  ScriptedSession session;
  Channel channel = session.exec("hold");
  session.server.run([](ScriptedPeer& peer) {
    peer.write(peer.channel(), std::string(10'000, 'x'));
    peer.exit(peer.channel(), 1);
  });
  BOOST_TEST((channel.recv_exit_status(10s).code == 1));
  BOOST_TEST(channel.recv(3) == "xxx");
}

BOOST_AUTO_TEST_CASE(a_signal) {
  ScriptedSession session;
  Channel channel = session.exec("hold");
  send_request(session, "exit-signal", exit_signal("SEGV", true, "oops\x1b[1m"));
  const ExitStatus status = channel.recv_exit_status(10s);
  BOOST_TEST(!status.code.has_value());
  BOOST_TEST(status.signal.value() == "SEGV");
  BOOST_TEST(status.core_dumped);
  BOOST_TEST(status.message.find("oops") == 0U);
  BOOST_TEST(status.message.find('\x1b') == std::string::npos);
  BOOST_TEST(!status.ok());
}

BOOST_AUTO_TEST_CASE(none_when_the_channel_closes) {
  ScriptedSession session;
  Channel channel = session.exec("hold");
  session.server.run([](ScriptedPeer& peer) { peer.close(peer.channel()); });
  BOOST_TEST((channel.recv_exit_status() == ExitStatus{}));
  BOOST_TEST(channel.recv_exit_status().to_string() == "no exit status");
}

BOOST_AUTO_TEST_CASE(the_first_one_counts) {
  ScriptedSession session;
  Channel channel = session.exec("hold");
  send_request(session, "exit-status", Bytes{0, 0, 0, 2});
  send_request(session, "exit-status", Bytes{0, 0, 0, 3});
  send_request(session, "exit-signal", exit_signal("KILL", false, ""));
  session.server.run([](ScriptedPeer& peer) { peer.close(peer.channel()); });
  BOOST_TEST(channel.recv(1).empty());
  BOOST_TEST((channel.recv_exit_status() == ExitStatus{.code = 2}));
}

BOOST_AUTO_TEST_CASE(with_a_reply_wanted) {
  std::vector<std::uint8_t> answers;
  ScriptedSession session;
  Channel channel = session.exec("hold");
  session.server.run([&](ScriptedPeer& peer) {
    peer.on(MessageNumber::channel_success,
            [&](ScriptedPeer&, ByteView payload) { return answers.push_back(payload[0]), true; });
  });
  send_request(session, "exit-status", Bytes{0, 0, 0, 0}, true);
  BOOST_TEST(channel.recv_exit_status(10s).ok());
  BOOST_TEST(eventually([&] {
    bool answered = false;
    session.server.run([&](ScriptedPeer&) { answered = answers.size() == 1; });
    return answered;
  }));
}

BOOST_AUTO_TEST_CASE(malformed_ones_end_the_connection) {
  for (const auto& [type, body] :
       std::vector<std::pair<std::string, Bytes>>{{"exit-status", {0, 0, 1}},
                                                  {"exit-status", {0, 0, 0, 1, 0}},
                                                  {"exit-signal", {0, 0, 0, 9, 'K'}}}) {
    ScriptedSession session;
    Channel channel = session.exec("hold");
    send_request(session, type, body);
    BOOST_CHECK_EXCEPTION(channel.recv_exit_status(10s), amiko::ProtocolError,
                          has_code(errc::malformed_packet));
  }
}

BOOST_AUTO_TEST_SUITE_END()
