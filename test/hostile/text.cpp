// amiko - texts from the server that would like to be terminal commands
#include <algorithm>
#include <mutex>
#include <span>
#include <vector>

#include "hostile/ending.hpp"

namespace amiko::test {
namespace {

using namespace std::string_literals;
using wire::MessageNumber;

// Window title, clear screen, a carriage return, C1, text turned round, bytes that are no UTF-8, NUL.
const std::string evil =
    "a\x1b]0;title\x07 b\x1b[2J c\r d\xc2\x9b"
    "31m e\xe2\x80\xae f\xff\xfe g\0 h\x7f\b i"s;

bool is_printable(const std::string& text, bool newlines = false) {
  const auto bad = [&](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && !(newlines && c == '\n')) || byte >= 0x7f;
  };
  return std::none_of(text.begin(), text.end(), bad);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(texts)

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-75"))
BOOST_AUTO_TEST_CASE(disconnect) {
  ScriptedSession session;
  session.server.run([](ScriptedPeer& peer) {
    peer.send(wire::Disconnect{.reason = 2, .description = evil + "\nanother line"});
  });
  BOOST_TEST((ending(session.client) == errc::disconnected));
  const auto failure = session.client.get_exception();
  BOOST_TEST(is_printable(failure->text));
  BOOST_TEST(is_printable(failure->message()));
  BOOST_TEST(failure->text.find("another line") != std::string::npos);
  try {
    session.client.open_session();
    BOOST_ERROR("opened");
  } catch (const Disconnected& e) {
    BOOST_TEST(is_printable(e.detail()->text));
    BOOST_TEST(is_printable(e.what()));
  }
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-75"))
BOOST_AUTO_TEST_CASE(banner) {
  ScriptedOptions options;
  options.auth = [](ScriptedPeer& peer, const AuthRequest&) {
    peer.send(wire::UserauthBanner{.message = evil + "\r\nsecond line\n"});
    peer.let_in();
  };
  ScriptedSession session(std::move(options));
  const std::string shown = session.client.get_banner();
  BOOST_TEST(is_printable(shown, true));
  BOOST_TEST(shown.find("\nsecond line\n") != std::string::npos);
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-75"))
BOOST_AUTO_TEST_CASE(exit_signal) {
  ScriptedSession session;
  Channel channel = session.exec("hold");
  session.server.run([](ScriptedPeer& peer) {
    Bytes body;
    wire::Writer writer(body);
    writer.string("TERM" + evil);
    writer.boolean(false);
    writer.string(evil);
    writer.string("");
    peer.send(
        wire::ChannelRequest{.recipient = peer.channel().client_id, .type = "exit-signal", .body = {body}});
  });
  const ExitStatus status = channel.recv_exit_status(scaled(limit));
  BOOST_REQUIRE(status.signal.has_value());
  BOOST_TEST(status.signal->starts_with("TERM"));
  BOOST_TEST(is_printable(*status.signal));
  BOOST_TEST(is_printable(status.message));
  BOOST_TEST(is_printable(status.to_string()));
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-75"))
BOOST_AUTO_TEST_CASE(a_refused_channel) {
  ScriptedSession session;
  session.server.run([](ScriptedPeer& peer) {
    peer.on(MessageNumber::channel_open, [](ScriptedPeer& p, ByteView payload) {
      p.send(wire::ChannelOpenFailure{
          .recipient = wire::decode<wire::ChannelOpen>(payload).sender, .reason = 1, .description = evil});
      return true;
    });
  });
  try {
    session.client.open_session();
    BOOST_ERROR("opened");
  } catch (const ChannelOpenError& e) {
    BOOST_TEST(is_printable(e.what()));
    BOOST_TEST(is_printable(e.detail().text));
  }
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-75"))
BOOST_AUTO_TEST_CASE(prompts) {
  ScriptedOptions options;
  options.script = [](ScriptedPeer& peer) {
    peer.exchange_versions();
    peer.first_kex();
    peer.accept_service();
    peer.next();
    Bytes request{60};
    wire::Writer writer(request);
    writer.string(evil);
    writer.string(evil);
    writer.string("");
    writer.uint32(1);
    writer.string(evil);
    writer.boolean(false);
    peer.send(request);
    peer.next();
    peer.refuse({"password"});
    peer.read_to_end();
  };
  ScriptedServer server(std::move(options));
  Transport client(server.take_client());
  client.start_client(scaled(limit));
  bool asked = false;
  client.auth_interactive(
      "user",
      [&](const std::string& name, const std::string& instruction, std::span<const Prompt> list) -> Answers {
        asked = true;
        BOOST_TEST(is_printable(name));
        BOOST_TEST(is_printable(instruction, true));
        BOOST_TEST(is_printable(list.front().text, true));
        return {Secret("x")};
      });
  BOOST_TEST(asked);
}

// One message of the log is one line, whatever is in it.
BOOST_TEST_DECORATOR(*boost::unit_test::label("V-75"))
BOOST_AUTO_TEST_CASE(the_log) {
  std::mutex mutex;
  std::vector<std::string> lines;
  TransportOptions client_options;
  client_options.log_level = LogLevel::packet;
  client_options.log = [&](LogLevel, std::string_view, std::string_view line) {
    const std::lock_guard guard(mutex);
    lines.emplace_back(line);
  };
  {
    ScriptedSession session({}, client_options);
    session.server.run([](ScriptedPeer& peer) {
      peer.send(wire::Debug{.always_display = true, .message = evil + "\nforged line"});
      peer.send(wire::GlobalRequest{.type = evil + "\nforged line"});
    });
    session.client.global_request("after them");
  }
  const std::lock_guard guard(mutex);
  BOOST_TEST(lines.size() > 10U);
  std::size_t forged = 0;
  for (const std::string& line : lines) {
    BOOST_TEST(is_printable(line));
    forged += line.find("forged") != std::string::npos ? 1 : 0;
  }
  BOOST_TEST(forged == 2U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::test
