// amiko - tests of a connection below authentication
#include <amiko/transport/link.hpp>

#include <amiko/connection/transport.hpp>
#include <amiko/transport/socket_stream.hpp>

#include <boost/test/unit_test.hpp>

#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "common/calls.hpp"
#include "common/scripted_server.hpp"

using amiko::Bytes;
using amiko::ByteView;
using amiko::Channel;
using amiko::Deadline;
using amiko::errc;
using amiko::Phase;
using amiko::Transport;
using amiko::TransportOptions;
using amiko::support::UniqueFd;
using amiko::test::Call;
using amiko::test::eventually;
using amiko::test::has_code;
using amiko::test::must;
using amiko::test::says;
using amiko::test::scaled;
using amiko::test::ScriptedOptions;
using amiko::test::ScriptedPeer;
using amiko::test::ScriptedServer;
using amiko::test::ScriptedSession;
using amiko::test::settle;
using amiko::wire::MessageNumber;
namespace wire = amiko::wire;
namespace transport = amiko::transport;
using namespace std::chrono_literals;

namespace {

ScriptedOptions scripted(amiko::test::PeerScript script) {
  ScriptedOptions options;
  options.script = std::move(script);
  return options;
}

// The failure that start_client() ends in.
amiko::Failure start_failure(ScriptedOptions options, amiko::Timeout timeout = 20s,
                             const TransportOptions& client_options = {}) {
  ScriptedServer server(std::move(options));
  Transport client(server.take_client(), client_options);
  try {
    client.start_client(timeout);
  } catch (const amiko::Error& e) {
    BOOST_TEST(!client.is_active());
    return e.failure();
  }
  BOOST_ERROR("started");
  return {};
}

bool is(const amiko::Failure& failure, errc code) {
  const bool same = failure.code == code;
  if (!same) BOOST_TEST_MESSAGE(failure.message());
  return same;
}

bool mentions(const amiko::Failure& failure, const std::string& part) {
  return failure.message().find(part) != std::string::npos;
}

void wait_for_hangup(ScriptedPeer& peer) {
  pollfd entry{peer.fd(), POLLRDHUP, 0};
  ::poll(&entry, 1, static_cast<int>(scaled(20s).count()));
}

// A Link by itself.
struct BareLink final : transport::LinkHandler {
  explicit BareLink(UniqueFd socket, transport::LinkSettings settings = {}) {
    settings.version = "SSH-2.0-bare";
    settings.peer = "bare";
    settings.algorithms = amiko::protocol::AlgorithmSet::defaults();
    link = std::make_unique<transport::Link>(transport::make_socket_stream(std::move(socket)),
                                             std::move(settings), *this);
  }
  ~BareLink() override { link->close(); }
  void on_packet(const amiko::protocol::Packet&) override { ++packets; }
  void on_ready() override { ++readies; }
  void on_batch_end() override {}
  void on_keepalive_due() override {}
  void on_failure() override { ++failures; }

  std::atomic<int> packets{0}, readies{0}, failures{0};
  std::unique_ptr<transport::Link> link;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(link_versions)

BOOST_AUTO_TEST_CASE(dribbled_byte_by_byte) {
  ScriptedServer server(scripted([](ScriptedPeer& peer) {
    for (const char c : std::string("welcome to this host\r\nSSH-2.0-slow\r")) {
      peer.send_raw(ByteView(reinterpret_cast<const std::uint8_t*>(&c), 1));
      std::this_thread::sleep_for(200us);
    }
    // and the newline together with what follows
    Bytes rest{'\n'};
    peer.send_raw(rest);
    wait_for_hangup(peer);
  }));
  Transport client(server.take_client());
  Call starting([&] { client.start_client(scaled(20s)); });
  BOOST_TEST(eventually([&] { return client.remote_version() == "SSH-2.0-slow"; }));
  server.kill();
  BOOST_TEST(starting.failure().has_value());
}

BOOST_AUTO_TEST_CASE(what_is_not_ssh) {
  const auto says_first = [](std::string text) {
    return start_failure(scripted([text](ScriptedPeer& peer) { peer.send_raw(text); }));
  };
  BOOST_TEST(is(says_first("HTTP/1.1 400 Bad Request\r\n\r\n"), errc::not_ssh));
  BOOST_TEST(mentions(says_first("HTTP/1.1 400 Bad Request\r\n\r\n"), "HTTP"));
  BOOST_TEST(is(says_first("SSH-1.5-old\r\n"), errc::old_protocol));
  BOOST_TEST(is(says_first("SSH-2.0-\r\n"), errc::not_ssh));
  BOOST_TEST(is(says_first("SSH-2.0-x\0y\r\n" + std::string(1, '\0') + "\r\n"), errc::not_ssh));
  BOOST_TEST(is(says_first(std::string(100'000, 'x')), errc::not_ssh));
  std::string lines;
  for (int i = 0; i < 2000; ++i)
    lines += "line\r\n";
  BOOST_TEST(is(says_first(lines), errc::not_ssh));
  BOOST_TEST(is(says_first(""), errc::connection_lost));
  BOOST_TEST(is(says_first("Exceeded MaxStartups\r\n"), errc::connection_lost));
  BOOST_TEST(mentions(says_first("Exceeded MaxStartups\r\n"), "Exceeded MaxStartups"));
  BOOST_TEST(is(says_first("SSH-2.0-half"), errc::connection_lost));
  BOOST_TEST((says_first("").phase == Phase::version));
}

// RFC 4253 section 4.2: both sides send their line at once, so a peer that waits for ours gets it.
BOOST_AUTO_TEST_CASE(the_line_is_sent_without_waiting) {
  ScriptedServer server(scripted([](ScriptedPeer& peer) {
    std::array<char, 8> begin{};
    must(::recv(peer.fd(), begin.data(), begin.size(), MSG_PEEK | MSG_WAITALL) == 8, "a line");
    must(std::string_view(begin.data(), begin.size()) == "SSH-2.0-", "a line of SSH");
    peer.connect();
    peer.serve();
  }));
  Transport client(server.take_client());
  client.start_client(scaled(20s));
  BOOST_TEST(client.is_active());
}

BOOST_AUTO_TEST_CASE(silence) {
  const auto failure = start_failure(scripted([](ScriptedPeer& peer) { wait_for_hangup(peer); }), 30ms);
  BOOST_TEST(is(failure, errc::timed_out));
  BOOST_TEST((failure.phase == Phase::version));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(link_kex)

BOOST_AUTO_TEST_CASE(an_unanswered_kexinit) {
  const auto failure = start_failure(scripted([](ScriptedPeer& peer) {
                                       peer.exchange_versions();
                                       peer.hold_kex(true);
                                       peer.read_to_end();
                                     }),
                                     30ms);
  BOOST_TEST(is(failure, errc::timed_out));
  BOOST_TEST((failure.phase == Phase::kex));
}

BOOST_AUTO_TEST_CASE(closed_in_mid_exchange) {
  const auto failure = start_failure(scripted([](ScriptedPeer& peer) { peer.exchange_versions(); }));
  BOOST_TEST(is(failure, errc::connection_lost));
  BOOST_TEST((failure.phase == Phase::kex));
}

BOOST_AUTO_TEST_CASE(nothing_in_common) {
  ScriptedOptions options;
  options.ciphers = "aes256-ctr";
  options.script = [](ScriptedPeer& peer) {
    peer.exchange_versions();
    try {
      peer.first_kex();
    } catch (const amiko::NegotiationError&) {
      wait_for_hangup(peer);  // it is the client's error that counts
    }
  };
  TransportOptions client;
  client.algorithms.ciphers = "aes128-ctr";
  const auto failure = start_failure(std::move(options), 20s, client);
  BOOST_TEST(is(failure, errc::no_common_algorithm));
  const auto& detail = std::get<amiko::NegotiationDetail>(failure.detail);
  BOOST_TEST(detail.kind == "cipher client to server");
  BOOST_TEST((detail.ours == std::vector<std::string>{"aes128-ctr"}));
  BOOST_TEST((detail.theirs == std::vector<std::string>{"aes256-ctr"}));
}

BOOST_AUTO_TEST_CASE(a_wrong_signature) {
  const auto failure = start_failure(scripted([](ScriptedPeer& peer) {
    peer.tamper_kex = [](Bytes& message) {
      if (message[0] == 31) message.back() ^= 1;
    };
    peer.exchange_versions();
    peer.first_kex();
    peer.read_to_end();
  }));
  BOOST_TEST(is(failure, errc::bad_host_signature));
}

BOOST_AUTO_TEST_CASE(disconnected_in_mid_exchange_with_a_text) {
  const auto failure = start_failure(scripted([](ScriptedPeer& peer) {
    peer.exchange_versions();
    peer.send(wire::Disconnect{.reason = 12, .description = "Too many connections"});
    peer.read_to_end();
  }));
  BOOST_TEST(is(failure, errc::disconnected));
  BOOST_TEST(mentions(failure, "Too many connections"));
}

BOOST_AUTO_TEST_CASE(every_cipher_and_compression) {
  for (const char* cipher : {"aes128-ctr", "aes256-gcm@openssh.com", "chacha20-poly1305@openssh.com"})
    for (const bool compression : {false, true})
      for (const bool strict : {false, true}) {
        BOOST_TEST_CONTEXT(cipher << ", compression " << compression << ", strict " << strict) {
          ScriptedOptions options;
          options.ciphers = cipher;
          options.compression = compression;
          options.strict = strict;
          TransportOptions client;
          if (compression) client.algorithms.compression = "yes";
          ScriptedSession session(std::move(options), client);
          BOOST_TEST(session.client.negotiated().cipher_in == cipher);
          BOOST_TEST(session.client.negotiated().compression_out ==
                     (compression ? "zlib@openssh.com" : "none"));
          Channel channel = session.exec("cat");
          for (int i = 0; i < 3; ++i) {
            channel.sendall(std::string(10'000, static_cast<char>('a' + i)));
            std::string got;
            while (got.size() < 10'000)
              got += channel.recv(10'000);
            BOOST_TEST((got == std::string(10'000, static_cast<char>('a' + i))));
            BOOST_TEST(session.client.renegotiate_keys(20s));
          }
        }
      }
}

BOOST_AUTO_TEST_CASE(both_sides_start_at_once_under_data) {
  ScriptedOptions options;
  options.rekey_after = 40;
  TransportOptions client;
  client.rekey_packets = 25;
  ScriptedSession session(std::move(options), client);
  Channel channel = session.exec("cat");
  std::string sent(1'000'000, '\0');
  for (std::size_t i = 0; i < sent.size(); ++i)
    sent[i] = static_cast<char>(i * 13 + i / 250);
  Call writer([&] {
    for (std::size_t at = 0; at < sent.size(); at += 1000)
      channel.sendall(ByteView(sent).slice(at, 1000));
    channel.send_eof();
  });
  Call asker([&] {
    for (int i = 0; i < 20; ++i)
      must(session.client.renegotiate_keys(20s));
  });
  std::string got;
  for (std::string piece; !(piece = channel.recv(65536)).empty();)
    got += piece;
  BOOST_TEST(!writer.failure());
  BOOST_TEST(!asker.failure());
  BOOST_TEST((got == sent));
  BOOST_TEST(session.client.key_exchanges() > 20U);
}

BOOST_AUTO_TEST_CASE(our_limits_ask_for_new_keys) {
  TransportOptions client;
  client.rekey_bytes = 20'000;
  ScriptedSession session({}, client);
  Channel channel = session.exec("sink");
  for (int i = 0; i < 10; ++i)
    channel.sendall(std::string(10'000, 'x'));
  BOOST_TEST(eventually([&] { return session.client.key_exchanges() > 1; }));
  // and what comes in counts too
  const auto before = session.client.key_exchanges();
  session.server.run([](ScriptedPeer& peer) {
    for (int i = 0; i < 10; ++i)
      peer.write(peer.channel(), std::string(10'000, 'x'));
  });
  BOOST_TEST(eventually([&] { return session.client.key_exchanges() > before; }));
}

BOOST_AUTO_TEST_CASE(time_asks_for_new_keys) {
  TransportOptions client;
  client.rekey_time = 20ms;
  ScriptedSession session({}, client);
  BOOST_TEST(eventually([&] { return session.client.key_exchanges() > 3; }));
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-16"))
BOOST_AUTO_TEST_CASE(a_later_exchange_must_end_in_time) {
  std::array<int, 2> fds{};
  BOOST_REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds.data()) == 0);
  ScriptedServer server(UniqueFd{fds[0]}, scripted([](ScriptedPeer& peer) {
                          peer.exchange_versions();
                          peer.first_kex();
                          peer.hold_kex(true);
                          peer.read_to_end();
                        }));
  transport::LinkSettings settings;
  settings.rekey_timeout = 30ms;
  BareLink bare(UniqueFd{fds[1]}, std::move(settings));
  bare.link->start();
  bare.link->wait_ready(Deadline::after(scaled(20s)));
  BOOST_TEST(eventually([&] { return bare.readies == 1; }));
  BOOST_CHECK_EXCEPTION(bare.link->renegotiate(amiko::forever), amiko::TimeoutError,
                        has_code(errc::timed_out));
  BOOST_TEST(eventually([&] { return bare.failures == 1; }));
  bare.link->close();
  BOOST_TEST(bare.failures == 1);
  server.finish();
  BOOST_TEST(server.disconnect().has_value());
}

// A BareLink that is let in by `script`'s peer.
struct LinkLetIn {
  LinkLetIn(amiko::test::PeerScript script, std::chrono::nanoseconds packet_timeout) {
    std::array<int, 2> fds{};
    BOOST_REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds.data()) == 0);
    server.emplace(UniqueFd{fds[0]}, scripted([script = std::move(script)](ScriptedPeer& peer) {
                     peer.connect();
                     script(peer);
                     peer.read_to_end();
                   }));
    transport::LinkSettings settings;
    settings.packet_timeout = packet_timeout;
    bare.emplace(UniqueFd{fds[1]}, std::move(settings));
    transport::Link& link = *bare->link;
    link.start();
    const Deadline deadline = Deadline::after(scaled(20s));
    link.wait_ready(deadline);
    link.send_auth(wire::encoded(wire::ServiceRequest{.service = "ssh-userauth"}), false, deadline);
    must(link.receive_auth(deadline).has_value());
    Bytes none;
    wire::encode(none, wire::UserauthRequest{.user = "x", .service = "ssh-connection", .method = "none"});
    link.send_auth(none, true, deadline);
    must(link.receive_auth(deadline).has_value());
    must(link.authenticated());
  }

  std::optional<ScriptedServer> server;
  std::optional<BareLink> bare;
};

BOOST_AUTO_TEST_CASE(a_packet_must_end_in_time) {
  LinkLetIn session(
      [](ScriptedPeer& peer) {
        peer.send(wire::Ignore{.data = {ByteView("whole")}});
        Bytes packet;
        peer.encoder().encode(packet, wire::encoded(wire::Ignore{.data = {ByteView("cut")}}));
        peer.send_raw(ByteView(packet).first(packet.size() - 1));
      },
      50ms);
  BOOST_TEST(eventually([&] { return session.bare->failures == 1; }, 20'000ms));
  BOOST_TEST(is(session.bare->link->failure().value(), errc::peer_unresponsive));
}

// No read brings the end of what it began, but each brings the end of a packet.
BOOST_AUTO_TEST_CASE(packets_that_end_in_time_may_go_on_for_ever) {
  LinkLetIn session(
      [](ScriptedPeer& peer) {
        Bytes rest;
        for (int i = 0; i < 8; ++i) {
          peer.encoder().encode(rest, wire::encoded(wire::Ignore{.data = {ByteView("dribble")}}));
          peer.send_raw(ByteView(rest).first(rest.size() - 9));
          rest.erase(rest.begin(), rest.end() - 9);
          std::this_thread::sleep_for(scaled(150ms));
        }
        peer.send_raw(rest);
      },
      scaled(400ms));
  std::this_thread::sleep_for(scaled(1s));
  BOOST_TEST(session.bare->failures == 0);
  session.bare->link->close();
  session.server->finish();
}

// Between our NEWKEYS and theirs we may have used up the new keys already.
BOOST_AUTO_TEST_CASE(a_limit_passed_before_the_peer_s_newkeys_is_not_forgotten) {
  TransportOptions client;
  client.rekey_packets = 10;
  std::atomic<bool> hold = false;
  ScriptedOptions options = scripted([&](ScriptedPeer& peer) {
    peer.tamper_kex = [&](Bytes& message) {
      if (message[0] == 21) eventually([&] { return !hold; });
    };
    peer.connect();
    peer.serve();
  });
  ScriptedSession session(std::move(options), client);
  Channel channel = session.exec("sink");
  // The server's own messages must not ask for new keys in our place.
  session.server.run([](ScriptedPeer& peer) { peer.channel().grant = false; });
  hold = true;
  Call asker([&] { must(session.client.renegotiate_keys(20s)); });
  settle();
  for (int i = 0; i < 15; ++i)
    channel.sendall("x");  // goes on when our NEWKEYS is out
  BOOST_TEST(session.client.key_exchanges() == 1U);
  settle();
  hold = false;
  BOOST_TEST(!asker.failure());
  BOOST_TEST(eventually([&] { return session.client.key_exchanges() == 3; }));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(link_messages)

BOOST_AUTO_TEST_CASE(pings_are_answered) {
  ScriptedSession session;
  session.server.run([](ScriptedPeer& peer) {
    for (const char* text : {"", "abc"}) {
      peer.send(wire::Ping{.data = ByteView(text)});
      BOOST_TEST(peer.expect<wire::Pong>().data.str() == text);
    }
    peer.send(wire::Pong{.data = "nobody asked"});  // ignored
  });
  BOOST_TEST(!session.client.global_request("still there").has_value());
}

BOOST_AUTO_TEST_CASE(unknown_messages_are_answered_unimplemented) {
  ScriptedSession session;
  session.server.run([](ScriptedPeer& peer) {
    const auto sequence = peer.encoder().sequence();
    peer.send_number(222);
    BOOST_TEST(peer.expect<wire::Unimplemented>().sequence == sequence);
    peer.send_number(128);
    BOOST_TEST(peer.expect<wire::Unimplemented>().sequence == sequence + 1);
  });
  BOOST_TEST(session.client.is_active());
}

BOOST_AUTO_TEST_CASE(ignore_debug_and_unimplemented_are_taken_in_silence) {
  ScriptedSession session;
  session.server.run([](ScriptedPeer& peer) {
    peer.send(wire::Ignore{.data = std::string(1000, 'x')});
    peer.send(wire::Debug{.always_display = true, .message = "hello", .language = ""});
    peer.send(wire::Unimplemented{.sequence = 3});
    peer.send(wire::Ping{.data = "x"});
    peer.expect<wire::Pong>();
  });
  BOOST_TEST(session.client.is_active());
}

BOOST_AUTO_TEST_CASE(ext_info_before_and_during_authentication) {
  const auto info = [](std::string algorithms) {
    const std::string kept = algorithms;
    return wire::encoded(wire::ExtInfo{{{"server-sig-algs", kept}, {"unknown", "x"}}});
  };
  ScriptedOptions options = scripted([&](ScriptedPeer& peer) {
    peer.exchange_versions();
    peer.first_kex();
    peer.send(info("rsa-sha2-256"));
    peer.accept_service();
    peer.next();
    peer.send(info("rsa-sha2-512,ssh-ed25519"));
    peer.let_in();
    peer.serve();
  });
  options.ext_info = false;
  ScriptedServer server(std::move(options));
  Transport client(server.take_client());
  client.start_client(scaled(20s));
  BOOST_TEST(eventually([&] { return client.server_sig_algs().has_value(); }));
  BOOST_TEST((client.server_sig_algs().value() == std::vector<std::string>{"rsa-sha2-256"}));
  BOOST_TEST(client.auth_none("x").authenticated);
  BOOST_TEST((client.server_sig_algs().value() == std::vector<std::string>{"rsa-sha2-512", "ssh-ed25519"}));
}

// RFC 8308 section 2.4: the second takes the place of the first, with what it leaves out, too.
BOOST_AUTO_TEST_CASE(a_second_ext_info_replaces_the_first) {
  ScriptedOptions options = scripted([](ScriptedPeer& peer) {
    peer.exchange_versions();
    peer.first_kex();
    peer.send(wire::encoded(wire::ExtInfo{{{"server-sig-algs", "rsa-sha2-256"}, {"ping@openssh.com", "0"}}}));
    peer.accept_service();
    peer.next();
    peer.send(wire::encoded(wire::ExtInfo{{{"unknown", "x"}}}));
    peer.let_in();
    peer.serve();
  });
  options.ext_info = false;
  ScriptedServer server(std::move(options));
  Transport client(server.take_client());
  client.start_client(scaled(20s));
  BOOST_TEST(eventually([&] { return client.server_sig_algs().has_value(); }));
  BOOST_TEST(client.auth_none("x").authenticated);
  BOOST_TEST(!client.server_sig_algs().has_value());
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-05"))
BOOST_AUTO_TEST_CASE(without_strict_key_exchange_a_warning_tells_what_is_missing) {
  const auto warnings = [](const char* ciphers, const char* macs, bool strict) {
    std::mutex mutex;
    std::vector<std::string> lines;
    TransportOptions client;
    client.algorithms.ciphers = std::string("+") + ciphers;
    client.log_level = amiko::LogLevel::warning;
    client.log = [&](amiko::LogLevel level, std::string_view, std::string_view line) {
      const std::lock_guard guard(mutex);
      if (level == amiko::LogLevel::warning) lines.emplace_back(line);
    };
    ScriptedOptions options;
    options.ciphers = ciphers;
    options.macs = macs;
    options.strict = strict;
    { const ScriptedSession session(std::move(options), client); }
    return lines.size() == 1 && lines[0].find("strict key exchange") != std::string::npos ? 1U
                                                                                          : 2U * lines.size();
  };
  const char *etm = "hmac-sha2-256-etm@openssh.com", *plain = "hmac-sha2-256";
  BOOST_TEST(warnings("chacha20-poly1305@openssh.com", plain, false) == 1U);
  BOOST_TEST(warnings("aes128-cbc", etm, false) == 1U);
  BOOST_TEST(warnings("aes128-cbc", plain, false) == 0U);
  BOOST_TEST(warnings("aes128-ctr", etm, false) == 0U);
  BOOST_TEST(warnings("aes128-gcm@openssh.com", plain, false) == 0U);
  BOOST_TEST(warnings("chacha20-poly1305@openssh.com", plain, true) == 0U);
}

BOOST_AUTO_TEST_CASE(without_ext_info_nothing_is_known) {
  ScriptedOptions options;
  options.ext_info = false;
  ScriptedSession session(std::move(options));
  BOOST_TEST(!session.client.server_sig_algs().has_value());
}

BOOST_AUTO_TEST_CASE(a_malformed_disconnect_still_ends_it) {
  ScriptedSession session;
  session.server.run([](ScriptedPeer& peer) { peer.send(Bytes{1, 0, 0}); });
  BOOST_TEST(eventually([&] { return !session.client.is_active(); }));
  BOOST_TEST(is(*session.client.get_exception(), errc::malformed_packet));
}

BOOST_AUTO_TEST_CASE(a_disconnect_without_language_tag) {
  ScriptedSession session;
  session.server.run([](ScriptedPeer& peer) { peer.send(Bytes{1, 0, 0, 0, 11, 0, 0, 0, 3, 'b', 'y', 'e'}); });
  BOOST_TEST(eventually([&] { return !session.client.is_active(); }));
  BOOST_TEST(is(*session.client.get_exception(), errc::disconnected));
  BOOST_TEST(mentions(*session.client.get_exception(), "bye"));
}

BOOST_AUTO_TEST_CASE(the_first_error_stays) {
  ScriptedSession session;
  session.server.kill();
  BOOST_TEST(eventually([&] { return !session.client.is_active(); }));
  session.client.close();
  BOOST_TEST(is(*session.client.get_exception(), errc::connection_lost));
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-64"))
BOOST_AUTO_TEST_CASE(the_log_tells_and_keeps_payloads_to_itself) {
  std::mutex mutex;
  std::string log;
  TransportOptions client;
  client.log_level = amiko::LogLevel::packet;
  client.log = [&](amiko::LogLevel, std::string_view, std::string_view line) {
    const std::lock_guard guard(mutex);
    log += std::string(line) + "\n";
  };
  ScriptedOptions options;
  options.auth = amiko::test::accept_password("geheim");
  {
    ScriptedServer server(std::move(options));
    Transport transport(server.take_client(), client);
    transport.start_client(scaled(20s));
    BOOST_TEST(transport.auth_password("user", amiko::Secret("geheim")).authenticated);
    Channel channel = transport.open_session();
    channel.exec_command("cat");
    channel.sendall("payload");
    BOOST_TEST(channel.recv(7) == "payload");
    server.run([](ScriptedPeer& peer) {
      peer.send(wire::Debug{.always_display = true, .message = "from\x1b[1m peer"});
    });
    transport.global_request("x");
  }
  const std::lock_guard guard(mutex);
  BOOST_TEST(log.find("CHANNEL_DATA") != std::string::npos);
  BOOST_TEST(log.find("from") != std::string::npos);
  BOOST_TEST(log.find('\x1b') == std::string::npos);
  BOOST_TEST(log.find("geheim") == std::string::npos);
  BOOST_TEST(log.find("payload\n") == std::string::npos);
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-89"))
BOOST_AUTO_TEST_CASE(a_log_sink_that_throws_loses_its_line_only) {
  TransportOptions client;
  client.log_level = amiko::LogLevel::packet;
  client.log = [](amiko::LogLevel, std::string_view, std::string_view) { throw std::runtime_error("no"); };
  ScriptedSession session({}, client);
  BOOST_TEST(!session.exec("hold").closed());
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(link_keepalive)

BOOST_AUTO_TEST_CASE(answered_it_keeps_going) {
  std::atomic<int> asked = 0;
  ScriptedSession session;
  session.server.run([&](ScriptedPeer& peer) {
    peer.on(MessageNumber::global_request, [&](ScriptedPeer&, ByteView payload) {
      if (wire::decode<wire::GlobalRequest>(payload).type == "keepalive@openssh.com") ++asked;
      return false;
    });
  });
  session.client.set_keepalive(50ms, 10);
  BOOST_TEST(eventually([&] { return asked > 12; }));
  BOOST_TEST(session.client.is_active());
  session.client.set_keepalive(0ms);
  // The answers are matched in order with those of other requests.
  BOOST_TEST(!session.client.global_request("x").has_value());
}

BOOST_AUTO_TEST_CASE(unanswered_it_ends_the_connection) {
  ScriptedSession session;
  session.server.run([](ScriptedPeer& peer) {
    peer.on(MessageNumber::global_request, [](ScriptedPeer&, ByteView) { return true; });
  });
  Channel channel = session.exec("hold");
  Call reader([&] { channel.recv(1); });
  session.client.set_keepalive(5ms, 3);
  const auto failure = reader.failure();
  BOOST_REQUIRE(failure.has_value());
  BOOST_TEST(is(*failure, errc::peer_unresponsive));
  BOOST_TEST(mentions(*failure, "3 keepalive"));
}

BOOST_AUTO_TEST_CASE(any_message_counts_as_a_sign_of_life) {
  std::atomic<int> asked = 0;
  ScriptedSession session;
  session.server.run([&](ScriptedPeer& peer) {
    peer.on(MessageNumber::global_request, [&](ScriptedPeer& p, ByteView) {
      ++asked;
      p.send(wire::Ignore{});
      return true;
    });
  });
  session.client.set_keepalive(50ms, 10);
  BOOST_TEST(eventually([&] { return asked > 12; }));
  BOOST_TEST(session.client.is_active());
  session.server.kill();
  session.client.close();
}

BOOST_AUTO_TEST_SUITE_END()
