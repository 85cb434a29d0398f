// amiko - tests of the connection handle
#include <amiko/connection/transport.hpp>

#include <amiko/connection/event.hpp>

#include <boost/test/unit_test.hpp>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "common/calls.hpp"
#include "common/network.hpp"
#include "common/scripted_server.hpp"
#include "common/temp_dir.hpp"

using amiko::Bytes;
using amiko::ByteView;
using amiko::Channel;
using amiko::errc;
using amiko::Event;
using amiko::Secret;
using amiko::Transport;
using amiko::TransportOptions;
using amiko::support::UniqueFd;
using amiko::test::accept_key;
using amiko::test::accept_password;
using amiko::test::Call;
using amiko::test::Census;
using amiko::test::eventually;
using amiko::test::has_code;
using amiko::test::must;
using amiko::test::PeerGone;
using amiko::test::says;
using amiko::test::scaled;
using amiko::test::ScriptedOptions;
using amiko::test::ScriptedPeer;
using amiko::test::ScriptedServer;
using amiko::test::ScriptedSession;
using amiko::test::settle;
using amiko::wire::MessageNumber;
namespace wire = amiko::wire;
using namespace std::chrono_literals;

namespace {

ScriptedOptions with(amiko::test::AuthScript auth) {
  ScriptedOptions options;
  options.auth = std::move(auth);
  return options;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(transport_life)

BOOST_AUTO_TEST_CASE(what_is_known_after_the_start) {
  ScriptedServer server;
  Transport client(server.take_client());
  BOOST_TEST(!client.is_active());
  BOOST_CHECK_EXCEPTION(client.remote_server_key(), amiko::Error, has_code(errc::no_state));
  BOOST_CHECK_EXCEPTION(client.negotiated(), amiko::Error, has_code(errc::no_state));
  client.start_client(scaled(20s));
  BOOST_TEST(client.is_active());
  BOOST_TEST(!client.is_authenticated());
  BOOST_TEST((client.remote_server_key() == ScriptedServer::host_key().public_key()));
  BOOST_TEST(client.get_remote_server_key().first == "ssh-ed25519");
  BOOST_TEST(client.remote_version() == "SSH-2.0-scripted_1.0");
  BOOST_TEST(client.local_version().starts_with("SSH-2.0-amiko_"));
  BOOST_TEST(client.session_id().size() == 32U);
  BOOST_TEST(client.key_exchanges() == 1U);
  const auto names = client.negotiated();
  BOOST_TEST(names.kex == "curve25519-sha256");
  BOOST_TEST(names.host_key == "ssh-ed25519");
  BOOST_TEST(names.cipher_in == "aes128-gcm@openssh.com");
  BOOST_TEST(names.cipher_out == "aes128-gcm@openssh.com");
  BOOST_TEST(names.mac_out == "<implicit>");
  BOOST_TEST(names.compression_in == "none");
  BOOST_TEST(!client.get_exception());
  BOOST_TEST(client.auth_none("user").authenticated);
  BOOST_TEST(client.is_authenticated());
  BOOST_REQUIRE(client.server_sig_algs().has_value());
  client.close();
  BOOST_TEST(!client.is_active());
  BOOST_TEST(!client.is_authenticated());
  BOOST_TEST((client.get_exception()->code == errc::closed));
  server.finish();
  BOOST_REQUIRE(server.disconnect().has_value());
  BOOST_TEST((server.disconnect()->reason == amiko::DisconnectReason::by_application));
}

BOOST_AUTO_TEST_CASE(a_second_start_is_refused_and_does_no_harm) {
  ScriptedSession session;
  BOOST_CHECK_EXCEPTION(session.client.start_client(), amiko::Error, has_code(errc::invalid_argument));
  BOOST_CHECK_EXCEPTION(session.client.start_client(Event()), amiko::Error, has_code(errc::invalid_argument));
  BOOST_TEST(session.client.is_active());
  BOOST_TEST(!session.exec("hold").closed());
}

BOOST_AUTO_TEST_CASE(before_the_start_nothing_can_be_done) {
  ScriptedServer server;
  Transport client(server.take_client());
  BOOST_CHECK_EXCEPTION(client.auth_none("u"), amiko::Error, has_code(errc::no_state));
  BOOST_CHECK_EXCEPTION(client.open_session(), amiko::Error, has_code(errc::no_state));
  BOOST_CHECK_EXCEPTION(client.global_request("x"), amiko::Error, has_code(errc::no_state));
  BOOST_CHECK_EXCEPTION(client.send_ignore(), amiko::Error, has_code(errc::no_state));
  BOOST_TEST(!client.renegotiate_keys());
}

BOOST_AUTO_TEST_CASE(before_authentication_no_channels_and_no_requests) {
  ScriptedServer server;
  Transport client(server.take_client());
  client.start_client(scaled(20s));
  BOOST_CHECK_EXCEPTION(client.open_session(), amiko::Error, has_code(errc::no_state));
  BOOST_CHECK_EXCEPTION(client.global_request("x"), amiko::Error, has_code(errc::no_state));
  BOOST_TEST(client.is_active());
}

BOOST_AUTO_TEST_CASE(closed_before_the_start) {
  ScriptedServer server;
  Transport client(server.take_client());
  client.close();
  BOOST_CHECK_EXCEPTION(client.start_client(), amiko::Disconnected, has_code(errc::closed));
  Event event;
  BOOST_CHECK_EXCEPTION(client.start_client(event), amiko::Disconnected, has_code(errc::closed));
}

BOOST_AUTO_TEST_CASE(an_empty_handle_says_so) {
  ScriptedSession session;
  Transport other = std::move(session.client);
  BOOST_TEST(other.is_active());
  BOOST_TEST(!session.client.is_active());
  session.client.close();
  BOOST_CHECK_EXCEPTION(session.client.open_session(), amiko::Error, has_code(errc::no_state));
  session.client = std::move(other);
  BOOST_TEST(session.client.is_active());
}

BOOST_AUTO_TEST_CASE(windows_that_cannot_work_are_refused) {
  const auto refused = [](std::uint32_t window, std::uint32_t packet) {
    std::array<int, 2> fds{};
    BOOST_REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, fds.data()) == 0);
    const UniqueFd other(fds[1]);
    TransportOptions options;
    options.window_size = window;
    options.max_packet_size = packet;
    BOOST_CHECK_EXCEPTION(Transport(fds[0], options), amiko::Error, has_code(errc::invalid_argument));
  };
  refused(0, 1000);
  refused(1000, 0);
  refused(1000, 256 * 1024);  // no packet can carry that much
}

BOOST_AUTO_TEST_CASE(sockets_that_are_none) {
  UniqueFd file(::open("/dev/null", O_RDWR | O_CLOEXEC));
  BOOST_CHECK_EXCEPTION(Transport(file.release()), amiko::Error, has_code(errc::invalid_argument));
  UniqueFd datagrams(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  BOOST_CHECK_EXCEPTION(Transport(datagrams.release()), amiko::Error, has_code(errc::invalid_argument));
  BOOST_CHECK_EXCEPTION(Transport(-1), amiko::Error, has_code(errc::invalid_argument));
}

BOOST_AUTO_TEST_CASE(over_a_socket_in_the_file_system) {
  amiko::test::TempDir directory;
  const std::string path = directory / "s";
  UniqueFd listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  BOOST_REQUIRE(::bind(listener.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  BOOST_CHECK_EXCEPTION(Transport::from_unix_socket(path), amiko::ConnectError,
                        has_code(errc::connection_refused));
  BOOST_REQUIRE(::listen(listener.get(), 1) == 0);
  Transport client = Transport::from_unix_socket(path);
  ScriptedServer server(UniqueFd(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC)), {});
  client.start_client(scaled(20s));
  BOOST_TEST(client.peer_name() == path);
  BOOST_TEST(client.peer_address().empty());
  BOOST_CHECK_THROW(Transport::from_unix_socket(directory / "none"), amiko::ConnectError);
  BOOST_CHECK_EXCEPTION(Transport::from_unix_socket(std::string(200, 'x')), amiko::Error,
                        has_code(errc::invalid_argument));
}

BOOST_AUTO_TEST_CASE(over_tcp) {
  const UniqueFd listener = amiko::test::listen_on_loopback();
  const std::uint16_t port = amiko::test::local_port(listener.get());
  Transport client("localhost", port);
  ScriptedServer server(UniqueFd(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC)), {});
  client.start_client(scaled(20s));
  BOOST_TEST(client.peer_name() == "localhost:" + std::to_string(port));
  BOOST_TEST(client.peer_address() == "127.0.0.1");
  BOOST_TEST(client.auth_none("u").authenticated);
}

// The peer may vanish at any moment before or in close(): that must not keep close() waiting.
BOOST_AUTO_TEST_CASE(close_while_the_peer_goes) {
  for (int i = 0; i < 50; ++i) {
    ScriptedSession session;
    Call killer([&] { session.server.kill(); });
    Call closer([&] { session.client.close(); });
    BOOST_REQUIRE(closer.ended());
    BOOST_REQUIRE(killer.ended());
  }
}

BOOST_AUTO_TEST_CASE(close_from_several_threads) {
  ScriptedSession session;
  std::vector<Call> calls;
  for (int i = 0; i < 8; ++i)
    calls.emplace_back([&] { session.client.close(); });
  for (Call& call : calls)
    BOOST_TEST(!call.failure());
}

BOOST_AUTO_TEST_CASE(a_peer_that_does_not_read_does_not_keep_close_waiting) {
  ScriptedOptions options;
  options.window = 100'000'000;
  std::atomic<bool> go = false;
  options.script = [&](ScriptedPeer& peer) {
    peer.commands["stop"] = [&](ScriptedPeer&, amiko::test::ServedChannel&) {
      while (!go)
        std::this_thread::sleep_for(1ms);
    };
    peer.connect();
    peer.serve();
  };
  ScriptedSession session(std::move(options));
  Channel channel = session.exec("stop");
  Call sender([&] { channel.sendall(std::string(20'000'000, 'x')); });
  settle();
  Call closer([&] { session.client.close(); });
  BOOST_TEST(closer.ended());
  BOOST_TEST((sender.code() == errc::closed));
  go = true;
}

BOOST_AUTO_TEST_CASE(disconnect_s_text_and_reason_are_kept) {
  ScriptedSession session;
  session.server.run([](ScriptedPeer& peer) {
    peer.send(wire::Disconnect{.reason = 11, .description = "maintenance \x1b[31m at noon"});
  });
  BOOST_TEST(eventually([&] { return !session.client.is_active(); }));
  try {
    session.client.open_session();
    BOOST_ERROR("opened");
  } catch (const amiko::Disconnected& e) {
    BOOST_TEST((e.code() == errc::disconnected));
    BOOST_REQUIRE(e.detail() != nullptr);
    BOOST_TEST((e.detail()->reason == amiko::DisconnectReason::by_application));
    BOOST_TEST(e.detail()->text.find("maintenance") == 0U);
    BOOST_TEST(e.detail()->text.find('\x1b') == std::string::npos);
  }
}

// Data and the end in one batch: the reader gets both, and nothing keeps the dead connection alive.
BOOST_AUTO_TEST_CASE(nothing_is_left_of_a_connection_that_ended_in_mid_batch) {
  const auto one_round = [] {
    ScriptedSession session;
    Channel channel = session.exec("hold");
    std::string got;
    Call reader([&] {
      for (std::string piece; !(piece = channel.recv(1000)).empty();)
        got += piece;
    });
    settle();
    session.server.run([](ScriptedPeer& peer) {
      peer.send_together(
          {wire::encoded(wire::ChannelExtendedData{.recipient = peer.channel().client_id, .data = "x"}),
           wire::encoded(wire::ChannelData{.recipient = peer.channel().client_id, .data = "yz"}),
           wire::encoded(wire::Disconnect{.reason = 2})});
    });
    BOOST_TEST((reader.code() == errc::disconnected));
    BOOST_TEST(got == "yz");
    channel.fileno();
  };
  one_round();  // whatever is made once
  const Census before = Census::take();
  for (int i = 0; i < 3; ++i)
    one_round();
  BOOST_TEST(eventually([&] { return Census::take().within(before); }));
  BOOST_TEST(Census::take().within(before));
}

BOOST_AUTO_TEST_SUITE_END()

// paramiko 0.1's form: nothing blocks, an event tells.
BOOST_AUTO_TEST_SUITE(transport_events)

BOOST_AUTO_TEST_CASE(the_whole_way) {
  ScriptedServer server(with(accept_password("foo")));
  Transport client(server.take_client());
  Event negotiated;
  client.start_client(negotiated);
  BOOST_TEST(negotiated.wait(scaled(20s)));
  BOOST_TEST(client.is_active());
  Event authenticated;
  client.auth_password("robey", Secret("foo"), authenticated);
  BOOST_TEST(authenticated.wait(scaled(20s)));
  BOOST_TEST(client.is_authenticated());
  BOOST_TEST(!client.open_session().closed());
}

BOOST_AUTO_TEST_CASE(with_a_key) {
  const auto key = amiko::PrivateKey::generate("ed25519");
  ScriptedServer server(with(accept_key(key.public_key())));
  Transport client(server.take_client());
  client.start_client(scaled(20s));
  Event event;
  client.auth_key("robey", key, event);
  BOOST_TEST(event.wait(scaled(20s)));
  BOOST_TEST(client.is_authenticated());
}

BOOST_AUTO_TEST_CASE(a_refusal_ends_the_connection) {
  ScriptedServer server(with(accept_password("foo")));
  Transport client(server.take_client());
  client.start_client(scaled(20s));
  Event event;
  client.auth_password("robey", Secret("bar"), event);
  BOOST_TEST(event.wait(scaled(20s)));
  BOOST_TEST(!client.is_authenticated());
  BOOST_TEST(!client.is_active());
  BOOST_TEST((client.get_exception()->code == errc::auth_failed));
}

BOOST_AUTO_TEST_CASE(a_failed_negotiation_sets_the_event_too) {
  ScriptedOptions options;
  options.script = [](ScriptedPeer& peer) { peer.send_raw("HTTP/1.0 400 Bad Request\r\n\r\n"); };
  ScriptedServer server(std::move(options));
  Transport client(server.take_client());
  Event event;
  client.start_client(event);
  BOOST_TEST(event.wait(scaled(20s)));
  BOOST_TEST(!client.is_active());
  BOOST_TEST((client.get_exception()->code == errc::not_ssh));
}

BOOST_AUTO_TEST_CASE(close_sets_the_event_too) {
  ScriptedOptions options;
  options.script = [](ScriptedPeer& peer) {
    peer.exchange_versions();
    peer.hold_kex(true);  // KEXINIT is never answered
    peer.read_to_end();
  };
  ScriptedServer server(std::move(options));
  Transport client(server.take_client());
  Event event;
  client.start_client(event);
  BOOST_TEST(!event.wait(20ms));
  client.close();
  BOOST_TEST(event.wait(scaled(20s)));
}

BOOST_AUTO_TEST_CASE(destroyed_with_an_attempt_under_way) {
  ScriptedOptions options = with([](ScriptedPeer&, const amiko::test::AuthRequest&) {});  // no answer
  ScriptedServer server(std::move(options));
  Event event;
  {
    Transport client(server.take_client());
    client.start_client(scaled(20s));
    client.auth_password("robey", Secret("foo"), event);
    settle();
  }
  BOOST_TEST(event.wait(scaled(20s)));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(transport_requests)

BOOST_AUTO_TEST_CASE(global_requests) {
  std::vector<std::string> seen;
  ScriptedSession session;
  session.server.run([&](ScriptedPeer& peer) {
    peer.on(MessageNumber::global_request, [&](ScriptedPeer& p, ByteView payload) {
      const auto m = wire::decode<wire::GlobalRequest>(payload);
      seen.push_back(std::string(m.type) + (m.want_reply ? "+" : "-") + m.body.bytes.str());
      if (m.want_reply && m.type == "yes") p.send(wire::RequestSuccess{.body = {ByteView("answer")}});
      if (m.want_reply && m.type == "no") p.send(wire::RequestFailure{});
      return true;
    });
  });
  BOOST_TEST(ByteView(session.client.global_request("yes", "body").value()).str() == "answer");
  BOOST_TEST(!session.client.global_request("no"));
  BOOST_TEST(session.client.global_request("quiet", {}, false).has_value());
  BOOST_CHECK_EXCEPTION(session.client.global_request("never", {}, true, 20ms), amiko::TimeoutError,
                        says(errc::timed_out, "never"));
  // The answer to "never" comes late, and is not the next one's.
  Call next(
      [&] { must(!session.client.global_request("no").has_value(), "the refusal is the second answer"); });
  settle();
  session.server.run([](ScriptedPeer& peer) { peer.send(wire::RequestFailure{}); });
  BOOST_TEST(!next.failure());
  session.server.run([&](ScriptedPeer&) {
    BOOST_TEST((seen == std::vector<std::string>{"yes+body", "no+", "quiet-", "never+", "no+"}));
  });
}

BOOST_AUTO_TEST_CASE(calls_that_wait_end_with_the_connection) {
  const auto ends = [](auto call, bool kill) {
    ScriptedSession session;
    session.server.run([](ScriptedPeer& peer) {
      peer.on(MessageNumber::global_request, [](ScriptedPeer&, ByteView) { return true; });
      peer.on(MessageNumber::channel_open, [](ScriptedPeer&, ByteView) { return true; });
    });
    Call waiting([&] { call(session.client); });
    settle();
    BOOST_TEST(!waiting.done());
    if (kill)
      session.server.kill();
    else
      session.client.close();
    BOOST_TEST((waiting.code() == (kill ? errc::connection_lost : errc::closed)));
  };
  for (const bool kill : {false, true}) {
    ends([](Transport& t) { t.open_session(); }, kill);
    ends([](Transport& t) { t.global_request("x"); }, kill);
  }
}

BOOST_AUTO_TEST_CASE(renegotiation_ends_with_the_connection) {
  for (const bool kill : {false, true}) {
    ScriptedSession session;
    session.server.run([](ScriptedPeer& peer) { peer.hold_kex(true); });
    std::atomic<bool> result = true;
    Call waiting([&] { result = session.client.renegotiate_keys(); });
    settle();
    BOOST_TEST(!waiting.done());
    if (kill)
      session.server.kill();
    else
      session.client.close();
    BOOST_TEST(!waiting.failure());
    BOOST_TEST(!result);
  }
}

BOOST_AUTO_TEST_CASE(renegotiation) {
  ScriptedSession session;
  Channel channel = session.exec("cat");
  const Bytes id = session.client.session_id();
  for (std::uint64_t i = 2; i < 6; ++i) {
    BOOST_TEST(session.client.renegotiate_keys(20s));
    BOOST_TEST(session.client.key_exchanges() == i);
    channel.sendall("x");
    BOOST_TEST(channel.recv(10) == "x");
  }
  BOOST_TEST((session.client.session_id() == id));
  session.server.run([](ScriptedPeer& peer) { peer.hold_kex(true); });
  BOOST_TEST(!session.client.renegotiate_keys(20ms));
  session.server.run([](ScriptedPeer& peer) { peer.finish_kex(); });
  BOOST_TEST(eventually([&] { return session.client.key_exchanges() == 6; }));
  channel.sendall("y");
  BOOST_TEST(channel.recv(10) == "y");
}

BOOST_AUTO_TEST_CASE(ignore_messages) {
  std::size_t size = 0;
  ScriptedSession session;
  session.server.run([&](ScriptedPeer& peer) {
    session.client.send_ignore(77);
    for (;;) {
      const Bytes message = peer.next_any();
      if (message[0] != 2) continue;
      size = wire::decode<wire::Ignore>(message).data.size();
      break;
    }
  });
  BOOST_TEST(size == 77U);
  BOOST_CHECK_EXCEPTION(session.client.send_ignore(1'000'000), amiko::Error,
                        has_code(errc::invalid_argument));
  BOOST_TEST(session.client.is_active());
}

BOOST_AUTO_TEST_CASE(direct_tcpip_has_its_wire_form) {
  ScriptedSession session;
  Channel channel = session.client.open_direct_tcpip("example.org", 80, "10.0.0.1", 4242);
  session.server.run([](ScriptedPeer& peer) {
    BOOST_TEST(peer.channel().type == "direct-tcpip");
    wire::Reader body(peer.channel().open_body);
    BOOST_TEST(body.text() == "example.org");
    BOOST_TEST(body.uint32() == 80U);
    BOOST_TEST(body.text() == "10.0.0.1");
    BOOST_TEST(body.uint32() == 4242U);
    BOOST_TEST(body.at_end());
  });
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-19"))
BOOST_AUTO_TEST_CASE(the_server_s_channels_are_refused) {
  ScriptedSession session;
  const auto reason_for = [&](std::string_view type) {
    std::uint32_t reason = 0;
    session.server.run([&](ScriptedPeer& peer) {
      peer.send(wire::ChannelOpen{.type = type, .sender = 7, .window = 1000, .max_packet = 1000});
      const auto answer = peer.expect<wire::ChannelOpenFailure>();
      BOOST_TEST(answer.recipient == 7U);
      reason = answer.reason;
    });
    return reason;
  };
  for (const char* type : {"session", "x11", "forwarded-tcpip", "auth-agent@openssh.com"})
    BOOST_TEST(reason_for(type) == 1U);
  BOOST_TEST(reason_for("direct-tcpip") >= 1U);
  BOOST_TEST(reason_for(std::string(65, 'x')) == 3U);
  BOOST_TEST(session.client.is_active());
}

BOOST_AUTO_TEST_CASE(the_server_s_global_requests_are_refused) {
  ScriptedSession session;
  session.server.run([](ScriptedPeer& peer) {
    peer.send(wire::GlobalRequest{.type = "hostkeys-00@openssh.com", .want_reply = false});
    peer.send(wire::GlobalRequest{.type = "resume@appgate.com", .want_reply = true});
    peer.expect<wire::RequestFailure>();
  });
  BOOST_TEST(session.client.is_active());
}

BOOST_AUTO_TEST_CASE(names_of_algorithms) {
  for (const char* kind : {"kex", "cipher", "mac", "key", "compression"})
    BOOST_TEST(!amiko::supported_algorithms(kind).empty());
  BOOST_CHECK_EXCEPTION(amiko::supported_algorithms("color"), amiko::Error, has_code(errc::invalid_argument));
}

BOOST_AUTO_TEST_SUITE_END()
