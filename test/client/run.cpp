// amiko - tests of run(), start() and communicate()
#include <amiko/client/connection.hpp>

#include <boost/test/unit_test.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "common/calls.hpp"
#include "common/scripted_server.hpp"
#include "common/temp_dir.hpp"

using amiko::Bytes;
using amiko::ByteView;
using amiko::CompletedProcess;
using amiko::Connection;
using amiko::errc;
using amiko::Input;
using amiko::Redirect;
using amiko::RunOptions;
using amiko::test::eventually;
using amiko::test::has_code;
using amiko::test::ScriptedOptions;
using amiko::test::ScriptedPeer;
using amiko::test::ScriptedSession;
using amiko::test::ServedChannel;
using amiko::test::TempDir;
using amiko::wire::MessageNumber;
namespace wire = amiko::wire;
using namespace std::chrono_literals;

namespace {

void exit_by_signal(ScriptedPeer& peer, ServedChannel& channel) {
  Bytes body;
  wire::Writer writer(body);
  writer.string("KILL");
  writer.boolean(true);
  writer.string("out of memory");
  writer.string("");
  peer.send(wire::ChannelRequest{.recipient = channel.client_id, .type = "exit-signal", .body = {body}});
  peer.send(wire::ChannelEof{.recipient = channel.client_id});
  peer.close(channel);
}

void send_status(ScriptedPeer& peer, ServedChannel& channel, std::uint32_t code) {
  Bytes body;
  wire::Writer(body).uint32(code);
  peer.send(wire::ChannelRequest{.recipient = channel.client_id, .type = "exit-status", .body = {body}});
}

// The server, the connection over it, and more commands than the server has by itself.
struct Fixture {
  explicit Fixture(ScriptedOptions options = {}, const amiko::TransportOptions& client = {})
      : session(std::move(options), client), connection(std::move(session.client)) {
    session.server.run([this](ScriptedPeer& peer) {
      peer.commands["both"] = [](ScriptedPeer& p, ServedChannel& c) {  // 7 at the end
        p.write(c, "out");
        p.write_stderr(c, "err");
        p.write(c, "OUT");
        p.exit(c, 7);
      };
      peer.commands["some"] = [](ScriptedPeer& p, ServedChannel& c) { p.write(c, "so far"); };
      peer.commands["killed"] = exit_by_signal;
      peer.commands["silent"] = [](ScriptedPeer& p, ServedChannel& c) {
        p.send(wire::ChannelEof{.recipient = c.client_id});
        p.close(c);
      };
      peer.commands["dies"] = [](ScriptedPeer& p, ServedChannel& c) {
        p.write(c, "so far");
        p.shut_down();
      };
      peer.commands["dies-after-status"] = [](ScriptedPeer& p, ServedChannel& c) {
        p.write(c, "so far");
        send_status(p, c, 0);
        p.shut_down();
      };
      peer.commands["mute"] = [](ScriptedPeer& p, ServedChannel& c) {  // closes its output, reads on
        c.keep = true;
        c.eof_sent = true;
        p.send(wire::ChannelEof{.recipient = c.client_id});
        c.exit_at_eof = 0;
      };
      peer.on(MessageNumber::channel_request, [this](ScriptedPeer&, ByteView payload) {
        const auto m = wire::decode<wire::ChannelRequest>(payload);
        requests.push_back({std::string(m.type), m.body.bytes.bytes()});
        return false;
      });
      peer.on(MessageNumber::channel_data, [this](ScriptedPeer&, ByteView payload) {
        received += wire::decode<wire::ChannelData>(payload).data.text();
        return false;
      });
    });
  }

  // Whether a signal request for TERM came before the channel was closed; waits for the close.
  bool was_terminated() {
    const bool closed = eventually([this] {
      bool none = false;
      session.server.run([&](ScriptedPeer& peer) { none = peer.channels().empty(); });
      return none;
    });
    bool found = false;
    session.server.run([&](ScriptedPeer&) {
      for (const auto& [type, body] : requests)
        found = found || (type == "signal" && wire::Reader(body).text() == "TERM");
    });
    return closed && found;
  }

  std::vector<std::pair<std::string, Bytes>> requests;  // in the server's thread only
  std::string received;                                 // the same
  ScriptedSession session;
  Connection connection;
};

std::string big_text(std::size_t size) {
  std::string text(size, '\0');
  for (std::size_t i = 0; i < size; ++i)
    text[i] = static_cast<char>('a' + i % 23);
  return text;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(run)

BOOST_AUTO_TEST_CASE(output_and_status) {
  Fixture f;
  const CompletedProcess result = f.connection.run("both");
  BOOST_TEST(result.command == "both");
  BOOST_TEST(result.out == "outOUT");
  BOOST_TEST(result.err == "err");
  BOOST_TEST(result.status.to_string() == "exit status 7");
  BOOST_TEST(!result.ok());
  BOOST_TEST(f.connection.run("print hello").out == "hello");
  BOOST_TEST(f.connection.run("exit 0").ok());
}

BOOST_AUTO_TEST_CASE(how_a_command_may_end) {
  Fixture f;
  const auto killed = f.connection.run("killed").status;
  BOOST_TEST(killed.signal.value() == "KILL");
  BOOST_TEST(killed.core_dumped);
  BOOST_TEST(killed.message == "out of memory");
  BOOST_TEST(!killed.code);
  const auto silent = f.connection.run("silent").status;
  BOOST_TEST(!silent.code);
  BOOST_TEST(!silent.signal);
  BOOST_TEST(!silent.ok());
}

BOOST_AUTO_TEST_CASE(check_throws_with_the_output) {
  Fixture f;
  const RunOptions checked{.check = true};
  BOOST_TEST(f.connection.run("exit 0", checked).ok());
  try {
    f.connection.run("both", checked);
    BOOST_ERROR("nothing was thrown");
  } catch (const amiko::ProcessError& e) {
    BOOST_TEST((e.code() == errc::process_failed));
    BOOST_TEST(e.result().out == "outOUT");
    BOOST_TEST(e.result().status.code.value() == 7);
    for (const char* part : {"exit status 7", "both", "err"})
      BOOST_TEST(std::string(e.what()).find(part) != std::string::npos);
  }
  BOOST_CHECK_THROW(f.connection.run("killed", checked), amiko::ProcessError);
  BOOST_CHECK_THROW(f.connection.run("silent", checked), amiko::ProcessError);
}

// Each side would wait for the other for ever if input and output were not moved at once.
BOOST_AUTO_TEST_CASE(more_than_the_windows_both_ways) {
  ScriptedOptions server;
  server.window = 10'000;
  server.max_packet = 1'000;
  amiko::TransportOptions client;
  client.window_size = 32 * 1024;
  client.max_window_size = 32 * 1024;
  Fixture f(server, client);
  const std::string text = big_text(600'000);
  BOOST_TEST((f.connection.run("cat", {.input = text}).out == text));
}

BOOST_AUTO_TEST_CASE(every_form_of_input) {
  Fixture f;
  const std::string text = big_text(100'000);
  const TempDir dir;
  std::istringstream stream(text);
  std::array<int, 2> fds{};
  BOOST_REQUIRE(::pipe2(fds.data(), O_CLOEXEC) == 0);
  amiko::test::Call writer([&] {
    for (std::size_t i = 0; i < text.size(); i += 10'000)
      amiko::test::must(::write(fds[1], text.data() + i, 10'000) == 10'000);
    ::close(fds[1]);
  });
  std::size_t given = 0;
  const auto source = [&](amiko::MutableBytes buffer) {
    const std::size_t n = std::min<std::size_t>({buffer.size(), text.size() - given, 999});
    std::copy_n(text.begin() + static_cast<std::ptrdiff_t>(given), n, buffer.begin());
    given += n;
    return n;
  };
  const std::map<std::string, Input> inputs{{"text", Input(text)},
                                            {"view", Input::view(text)},
                                            {"file", Input::file(dir.write("in", text))},
                                            {"stream", Input::stream(stream)},
                                            {"pipe", Input::fd(fds[0])},
                                            {"source", Input::source(source)}};
  for (const auto& [name, input] : inputs)
    BOOST_TEST((f.connection.run("cat", {.input = input}).out == text), name);
  BOOST_TEST(!writer.code());
  ::close(fds[0]);
  BOOST_TEST(f.connection.run("cat").out == "");
}

BOOST_AUTO_TEST_CASE(every_kind_of_redirection) {
  Fixture f;
  const TempDir dir;
  const auto both = [&](Redirect out, Redirect err) {
    return f.connection.run("both", {.out = std::move(out), .err = std::move(err)});
  };
  const auto log = dir.write("log", "old ");
  auto result = both(Redirect::file(dir / "out"), Redirect::append(log));
  BOOST_TEST(amiko::test::read_file(dir / "out") == "outOUT");
  BOOST_TEST(amiko::test::read_file(log) == "old err");
  BOOST_TEST(result.out + result.err == "");
  BOOST_TEST(result.status.code.value() == 7);

  std::ostringstream stream;
  std::string seen;
  result = both(Redirect::stream(stream), Redirect::sink([&](ByteView d) { seen += d.text(); }));
  BOOST_TEST(stream.str() == "outOUT");
  BOOST_TEST(seen == "err");

  result = both(Redirect::discard(), {});
  BOOST_TEST(result.out == "");
  BOOST_TEST(result.err == "err");

  BOOST_TEST(both({}, Redirect::to_stdout()).out == "outerrOUT");
  seen.clear();
  both(Redirect::sink([&](ByteView d) { seen += d.text(); }), Redirect::to_stdout());
  BOOST_TEST(seen == "outerrOUT");
}

BOOST_AUTO_TEST_CASE(output_into_another_process) {
  Fixture f;
  amiko::Process other = f.connection.start("cat");
  BOOST_TEST(f.connection.run("both", {.out = Redirect::process(other)}).out == "");
  BOOST_TEST(other.communicate().out == "outOUT");
}

BOOST_AUTO_TEST_CASE(a_target_that_fails_ends_the_command) {
  Fixture f;
  const RunOptions options{.out = Redirect::sink([](ByteView) { throw std::domain_error("full"); })};
  BOOST_CHECK_THROW(f.connection.run("some", options), std::domain_error);
  BOOST_TEST(eventually([&] {
    bool none = false;
    f.session.server.run([&](ScriptedPeer& peer) { none = peer.channels().empty(); });
    return none;
  }));
  BOOST_TEST(f.connection.run("print still there").out == "still there");
}

BOOST_AUTO_TEST_CASE(the_output_cap_keeps_what_fits) {
  Fixture f;
  try {
    f.connection.run("print 0123456789", {.output_limit = 4});
    BOOST_ERROR("nothing was thrown");
  } catch (const amiko::OutputLimitError& e) {
    BOOST_TEST((e.code() == errc::output_limit));
    BOOST_TEST(e.result().out == "0123");
  }
  BOOST_TEST(f.connection.run("print 0123456789", {.output_limit = 10}).out == "0123456789");
  // What is not kept does not count.
  BOOST_TEST(f.connection.run("print 0123456789", {.out = Redirect::discard(), .output_limit = 0}).ok());
}

BOOST_AUTO_TEST_CASE(a_timeout_terminates_and_keeps_the_output) {
  Fixture f;
  try {
    f.connection.run("some", {.timeout = 300ms});
    BOOST_ERROR("nothing was thrown");
  } catch (const amiko::ProcessTimeout& e) {
    BOOST_TEST((e.code() == errc::timed_out));
    BOOST_TEST(e.result().out == "so far");
    BOOST_TEST(std::string(e.what()).find("some") != std::string::npos);
  }
  BOOST_TEST(f.was_terminated());
  BOOST_TEST(f.connection.run("print still there").out == "still there");
}

BOOST_AUTO_TEST_CASE(a_timeout_ends_a_command_that_never_stops_talking) {
  Fixture f;
  f.session.server.run([](ScriptedPeer& peer) {
    peer.commands["yes"] = [](ScriptedPeer& p, ServedChannel& channel) {
      p.write(channel, std::string(1'000'000, 'y'));
    };
    peer.on(MessageNumber::channel_window_adjust, [](ScriptedPeer& p, ByteView payload) {
      const auto adjust = wire::decode<wire::ChannelWindowAdjust>(payload);
      const auto found = p.channels().find(adjust.recipient);
      if (found == p.channels().end()) return true;
      found->second.window += adjust.bytes;
      p.write(found->second, std::string(adjust.bytes, 'y'));
      return true;
    });
  });
  amiko::test::Call call([&] { f.connection.run("yes", {.out = Redirect::discard(), .timeout = 200ms}); });
  BOOST_TEST((call.code() == errc::timed_out));
  BOOST_TEST(f.connection.is_active());
}

BOOST_AUTO_TEST_CASE(a_lost_connection_keeps_the_output) {
  for (const char* command : {"dies", "dies-after-status"}) {
    Fixture f;
    try {
      f.connection.run(command);
      BOOST_ERROR("nothing was thrown for " << command);
    } catch (const amiko::ProcessLost& e) {
      BOOST_TEST((e.code() == errc::connection_lost));
      BOOST_TEST(e.result().out == "so far");
    }
    BOOST_CHECK_THROW(f.connection.run("print x"), amiko::Disconnected);
  }
}

// A command that has closed its output goes on reading; nobody may wait for it with its input withheld.
BOOST_AUTO_TEST_CASE(input_goes_on_after_the_end_of_output) {
  ScriptedOptions server;
  server.window = 1'000;
  Fixture f(server);
  const std::string text = big_text(50'000);
  BOOST_TEST(f.connection.run("mute", {.input = text, .timeout = 20s}).ok());
  f.session.server.run([&](ScriptedPeer&) { BOOST_TEST((f.received == text)); });
}

BOOST_AUTO_TEST_CASE(what_the_server_refuses) {
  Fixture f;
  BOOST_CHECK_EXCEPTION(f.connection.run("no-such-thing"), amiko::ChannelError,
                        has_code(errc::request_refused));
  f.session.server.run([](ScriptedPeer& peer) {
    peer.on(MessageNumber::channel_open, [](ScriptedPeer& p, ByteView payload) {
      p.send(wire::ChannelOpenFailure{.recipient = wire::decode<wire::ChannelOpen>(payload).sender,
                                      .reason = 4,
                                      .description = "full up"});
      return true;
    });
  });
  BOOST_CHECK_EXCEPTION(f.connection.run("print x"), amiko::ChannelOpenError, [](const auto& e) {
    return e.code() == errc::channel_refused &&
           e.detail().reason == amiko::OpenFailureReason::resource_shortage && e.detail().text == "full up";
  });
}

BOOST_AUTO_TEST_CASE(environment_and_terminal_come_before_the_command) {
  Fixture f;
  amiko::PtyRequest pty;
  pty.term = "xterm";
  f.connection.run("print x", {.env = {{"A", "1"}, {"B", "2"}}, .pty = pty});
  f.session.server.run([&](ScriptedPeer&) {
    BOOST_REQUIRE(f.requests.size() == 4U);
    BOOST_TEST(f.requests[0].first == "env");
    wire::Reader env(f.requests[0].second);
    BOOST_TEST(env.text() == "A");
    BOOST_TEST(env.text() == "1");
    BOOST_TEST(f.requests[1].first == "env");
    BOOST_TEST(f.requests[2].first == "pty-req");
    BOOST_TEST(wire::Reader(f.requests[2].second).text() == "xterm");
    BOOST_TEST(f.requests[3].first == "exec");
    f.requests.clear();
  });
  BOOST_TEST(f.connection.run("", {.input = "x", .subsystem = "cat"}).command == "cat");
  f.session.server.run([&](ScriptedPeer&) { BOOST_TEST(f.requests.at(0).first == "subsystem"); });
}

BOOST_AUTO_TEST_CASE(a_started_process) {
  Fixture f;
  amiko::Process process = f.connection.start("cat");
  BOOST_TEST(!process.poll());
  process.in().write("first ");
  BOOST_TEST(process.communicate({.input = "second"}).out == "first second");
  BOOST_TEST(process.poll().value().ok());

  amiko::Process by_hand = f.connection.start("both");
  BOOST_TEST(by_hand.out().read() == "outOUT");
  BOOST_TEST(by_hand.err().read() == "err");
  BOOST_TEST(by_hand.wait().code.value() == 7);

  amiko::Process held = f.connection.start("hold");
  BOOST_CHECK_THROW(held.wait(10ms), amiko::TimeoutError);
  held.terminate();
  held.close();
  BOOST_TEST(f.was_terminated());

  amiko::Process shell = f.connection.shell();
  shell.in().write("typed");
  shell.close_in();
  BOOST_TEST(shell.out().read() == "typed");
}

BOOST_AUTO_TEST_SUITE_END()
