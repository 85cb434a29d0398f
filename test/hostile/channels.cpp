// amiko - servers that break the rules of channels
#include "hostile/ending.hpp"

namespace amiko::test {
namespace {

using wire::MessageNumber;

TransportOptions small_window() {
  TransportOptions options;
  options.window_size = options.max_window_size = 5000;
  options.max_packet_size = 1000;
  return options;
}

wire::ChannelData data_for(const ServedChannel& channel, ByteView data) {
  return {.recipient = channel.client_id, .data = data};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(hostile_channels)

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-40"))
BOOST_AUTO_TEST_CASE(data_beyond_the_window) {
  const NothingLeft check;
  const auto pour = [](std::size_t total, bool err) {
    return [total, err](ScriptedPeer& peer, ServedChannel& channel) {
      const Bytes piece(1000, 'x');
      for (std::size_t sent = 0; sent < total; sent += 1000) {
        const ByteView part = ByteView(piece).first(std::min<std::size_t>(1000, total - sent));
        if (err)
          peer.send(wire::ChannelExtendedData{.recipient = channel.client_id, .data = part});
        else
          peer.send(data_for(channel, part));
      }
    };
  };
  for (const bool err : {true, false}) {
    BOOST_TEST((ending_after(pour(5001, err), small_window()) == errc::protocol_error));
    ScriptedSession session({}, small_window());
    Channel channel = session.exec("hold");
    session.server.run([&](ScriptedPeer& peer) { pour(5000, err)(peer, peer.channel()); });
    BOOST_TEST(!session.client.global_request("still there").has_value());
  }
}

BOOST_AUTO_TEST_CASE(what_was_in_the_window_is_handed_out_before_the_error) {
  const NothingLeft check;
  ScriptedSession session({}, small_window());
  Channel channel = session.exec("hold");
  session.server.run([](ScriptedPeer& peer) {
    for (int i = 0; i < 6; ++i)
      peer.send(data_for(peer.channel(), Bytes(1000, static_cast<std::uint8_t>('a' + i))));
  });
  BOOST_TEST((ending(session.client) == errc::protocol_error));
  std::string got;
  BOOST_CHECK_EXCEPTION(for (;;) got += channel.recv(10'000), Error, has_code(errc::protocol_error));
  BOOST_TEST(got.size() == 5000U);
  BOOST_TEST(got.find('f') == std::string::npos);
}

BOOST_AUTO_TEST_CASE(more_than_the_largest_packet) {
  const NothingLeft check;
  BOOST_TEST((ending_after([](ScriptedPeer& peer,
                              ServedChannel& channel) { peer.send(data_for(channel, Bytes(1001, 'x'))); },
                           small_window()) == errc::protocol_error));
}

// Types that nobody knows use up the window all the same.
BOOST_TEST_DECORATOR(*boost::unit_test::label("V-45"))
BOOST_AUTO_TEST_CASE(extended_data_of_unknown_types) {
  const NothingLeft check;
  const auto strange = [](ScriptedPeer& peer, ServedChannel& channel, std::uint32_t type, std::size_t size) {
    peer.send(
        wire::ChannelExtendedData{.recipient = channel.client_id, .type = type, .data = Bytes(size, 'x')});
  };
  BOOST_TEST(lives_after([&](ScriptedPeer& p, ServedChannel& c) {
    for (const std::uint32_t type : {0U, 2U, 0xffffffffU})
      strange(p, c, type, 100);
  }));
  BOOST_TEST((ending_after([&](ScriptedPeer& p, ServedChannel& c) { strange(p, c, 2, 1001); },
                           small_window()) == errc::protocol_error));
}

BOOST_AUTO_TEST_CASE(after_eof) {
  const NothingLeft check;
  for (const bool twice : {true, false})
    BOOST_TEST((ending_after([twice](ScriptedPeer& peer, ServedChannel& channel) {
                  peer.send(wire::ChannelEof{.recipient = channel.client_id});
                  if (twice)
                    peer.send(wire::ChannelEof{.recipient = channel.client_id});
                  else
                    peer.send(data_for(channel, "x"));
                }) == errc::protocol_error));
}

// The number is free then; nobody gets what comes.
BOOST_TEST_DECORATOR(*boost::unit_test::label("V-36"))
BOOST_AUTO_TEST_CASE(after_close) {
  const NothingLeft check;
  ScriptedSession session;
  Channel channel = session.exec("hold");
  session.server.run([](ScriptedPeer& peer) {
    ServedChannel& c = peer.channel();
    c.close_sent = true;
    peer.send(wire::ChannelClose{.recipient = c.client_id});
    peer.send(data_for(c, "late"));
    peer.send(wire::ChannelEof{.recipient = c.client_id});
    peer.send(wire::ChannelClose{.recipient = c.client_id});
  });
  BOOST_TEST(channel.recv(100).empty());
  BOOST_TEST(!session.client.global_request("still there").has_value());
  Channel next = session.exec("print new");
  BOOST_TEST(next.recv(100) == "new");
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-36"))
BOOST_AUTO_TEST_CASE(channels_that_never_were) {
  const NothingLeft check;
  for (const std::uint32_t id : {1U, 77U, 0x80000000U, 0xffffffffU}) {
    const auto with = [id](auto message) {
      message.recipient = id;
      return [message](ScriptedPeer& peer, ServedChannel&) { peer.send(message); };
    };
    BOOST_TEST((ending_after(with(wire::ChannelData{.data = "x"})) == errc::protocol_error));
    BOOST_TEST((ending_after(with(wire::ChannelExtendedData{.data = "x"})) == errc::protocol_error));
    BOOST_TEST((ending_after(with(wire::ChannelWindowAdjust{.bytes = 1})) == errc::protocol_error));
    BOOST_TEST((ending_after(with(wire::ChannelEof{})) == errc::protocol_error));
    BOOST_TEST((ending_after(with(wire::ChannelClose{})) == errc::protocol_error));
    BOOST_TEST((ending_after(with(wire::ChannelRequest{.type = "exit-status"})) == errc::protocol_error));
    BOOST_TEST((ending_after(with(wire::ChannelSuccess{})) == errc::protocol_error));
    BOOST_TEST((ending_after(with(wire::ChannelFailure{})) == errc::protocol_error));
    BOOST_TEST(
        (ending_after(with(wire::ChannelOpenConfirmation{.max_packet = 100})) == errc::protocol_error));
    BOOST_TEST((ending_after(with(wire::ChannelOpenFailure{.reason = 1})) == errc::protocol_error));
  }
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-39"))
BOOST_AUTO_TEST_CASE(replies_that_nobody_asked_for) {
  const NothingLeft check;
  BOOST_TEST(lives_after([](ScriptedPeer& peer, ServedChannel& channel) {
    for (int i = 0; i < 10'000; ++i) {
      peer.send(wire::ChannelSuccess{.recipient = channel.client_id});
      peer.send(wire::ChannelFailure{.recipient = channel.client_id});
      peer.send(wire::RequestSuccess{});
      peer.send(wire::RequestFailure{});
    }
  }));
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-40"))
BOOST_AUTO_TEST_CASE(a_window_above_what_32_bits_hold) {
  const NothingLeft check;
  const auto grant = [](std::uint32_t bytes) {
    return [bytes](ScriptedPeer& peer, ServedChannel& channel) {
      peer.send(wire::ChannelWindowAdjust{.recipient = channel.client_id, .bytes = bytes});
    };
  };
  const std::uint32_t now = ScriptedOptions().window;
  BOOST_TEST((ending_after(grant(0xffffffff)) == errc::protocol_error));
  BOOST_TEST((ending_after(grant(0xffffffff - now + 1)) == errc::protocol_error));
  BOOST_TEST(lives_after(grant(0xffffffff - now)));
  BOOST_TEST(lives_after(grant(0)));
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-41"))
BOOST_AUTO_TEST_CASE(confirmations_that_are_wrong) {
  const NothingLeft check;
  const auto answers = [](std::vector<wire::ChannelOpenConfirmation> confirmations, bool failure) {
    ScriptedOptions options;
    options.script = [=](ScriptedPeer& peer) {
      peer.connect();
      const auto open = peer.expect<wire::ChannelOpen>();
      const std::uint32_t client = open.sender;
      for (auto confirmation : confirmations) {
        confirmation.recipient = client;
        peer.send(confirmation);
      }
      if (failure) peer.send(wire::ChannelOpenFailure{.recipient = client, .reason = 1});
      peer.read_to_end();
    };
    ScriptedServer server(std::move(options));
    Transport client(server.take_client());
    client.start_client(scaled(limit));
    BOOST_REQUIRE(client.auth_none("user").authenticated);
    try {
      const Channel channel = client.open_session(scaled(limit));
    } catch (const Error& e) {
      BOOST_TEST((e.code() == errc::protocol_error));
    }
    return ending(client);
  };
  const wire::ChannelOpenConfirmation good{.window = 100, .max_packet = 100};
  BOOST_TEST((answers({wire::ChannelOpenConfirmation{.window = 100, .max_packet = 0}}, false) ==
              errc::protocol_error));
  BOOST_TEST((answers({good, good}, false) == errc::protocol_error));
  BOOST_TEST((answers({good}, true) == errc::protocol_error));
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-36"))
BOOST_AUTO_TEST_CASE(data_before_the_confirmation) {
  const NothingLeft check;
  ScriptedSession session;
  session.server.run([](ScriptedPeer& peer) {
    peer.on(MessageNumber::channel_open, [](ScriptedPeer& p, ByteView payload) {
      p.send(
          wire::ChannelData{.recipient = wire::decode<wire::ChannelOpen>(payload).sender, .data = "early"});
      return true;
    });
  });
  BOOST_CHECK_EXCEPTION(session.client.open_session(scaled(limit)), Error, has_code(errc::protocol_error));
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-41"))
BOOST_AUTO_TEST_CASE(packets_of_one_byte_and_windows_of_four_gigabytes) {
  const NothingLeft check;
  ScriptedOptions options;
  options.window = 0xffffffff;
  options.max_packet = 1;
  ScriptedSession session(std::move(options));
  session.server.run([](ScriptedPeer& peer) {
    peer.commands["take"] = [](ScriptedPeer&, ServedChannel& c) {
      c.keep = true;
      c.grant = false;
    };
  });
  Channel channel = session.exec("take");
  channel.sendall(std::string(20'000, 'x'));
  BOOST_TEST(!session.client.global_request("after the data").has_value());
  session.server.run([](ScriptedPeer& peer) { BOOST_TEST(peer.channel().received.size() == 20'000U); });
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-19"))
BOOST_AUTO_TEST_CASE(channels_that_the_server_opens_are_refused) {
  const NothingLeft check;
  ScriptedSession session;
  std::vector<std::uint32_t> reasons;
  session.server.run([&](ScriptedPeer& peer) {
    peer.on(MessageNumber::channel_open_failure, [&](ScriptedPeer&, ByteView payload) {
      reasons.push_back(wire::decode<wire::ChannelOpenFailure>(payload).reason);
      return true;
    });
    const std::string long_name(65, 't');
    for (const std::string_view type :
         {std::string_view("session"), std::string_view("x11"), std::string_view("forwarded-tcpip"),
          std::string_view("auth-agent@openssh.com"), std::string_view("agent-connect"),
          std::string_view("direct-tcpip"), std::string_view("tun@openssh.com"), std::string_view(long_name),
          std::string_view("never heard of")})
      peer.send(wire::ChannelOpen{.type = type, .sender = 5, .window = 100, .max_packet = 100});
  });
  const std::vector<std::uint32_t> expected{1, 1, 1, 1, 3, 3, 3, 3, 3};
  // Nothing that the client sends by itself says that it has seen them.
  BOOST_TEST(eventually([&] {
    bool all = false;
    session.server.run([&](ScriptedPeer&) { all = reasons.size() == expected.size(); });
    return all;
  }));
  session.server.run(
      [&](ScriptedPeer&) { BOOST_TEST(reasons == expected, boost::test_tools::per_element()); });
}

// The class of CVE-2016-0777: nothing that was not asked for wakes up.
BOOST_TEST_DECORATOR(*boost::unit_test::label("V-20"))
BOOST_AUTO_TEST_CASE(features_that_nobody_asked_for) {
  const NothingLeft check;
  ScriptedSession session;
  int refused = 0;
  constexpr const char* types[] = {"hostkeys-00@openssh.com",
                                   "resume@appgate.com",
                                   "roaming@appgate.com",
                                   "tcpip-forward",
                                   "eow@openssh.com",
                                   "no-more-sessions@openssh.com",
                                   "streamlocal-forward@openssh.com",
                                   ""};
  session.server.run([&](ScriptedPeer& peer) {
    peer.on(MessageNumber::request_failure, [&](ScriptedPeer&, ByteView) {
      ++refused;
      return true;
    });
    for (const char* type : types)
      for (const bool want_reply : {false, true})
        peer.send(wire::GlobalRequest{.type = type, .want_reply = want_reply, .body = {Bytes(40, 1)}});
  });
  BOOST_TEST(eventually([&] {
    int now = 0;
    session.server.run([&](ScriptedPeer&) { now = refused; });
    return now == static_cast<int>(std::size(types));
  }));
  BOOST_TEST(session.exec("print alive").recv(100) == "alive");
}

// Only sessions have a second stream, and nobody reads it as if it were the first.
BOOST_TEST_DECORATOR(*boost::unit_test::label("V-45"))
BOOST_AUTO_TEST_CASE(extended_data_where_none_belongs) {
  const NothingLeft check;
  for (const bool tunnel : {true, false}) {
    ScriptedSession session;
    Channel channel = tunnel ? session.client.open_direct_tcpip("example.com", 80, "127.0.0.1", 1)
                             : session.client.open_session();
    session.server.run([&](ScriptedPeer& peer) {
      for (const std::uint32_t type : {0U, 1U, 2U, 0xffffffffU})
        for (const std::size_t size : {0U, 1000U})
          peer.send(wire::ChannelExtendedData{
              .recipient = peer.channel().client_id, .type = type, .data = Bytes(size, 'x')});
      peer.write(peer.channel(), "plain");
    });
    BOOST_TEST(channel.recv(100) == "plain");
    session.server.run([](ScriptedPeer& peer) {
      peer.send(wire::ChannelEof{.recipient = peer.channel().client_id});
      peer.channel().eof_sent = true;
    });
    BOOST_TEST(channel.recv(100).empty());
    BOOST_TEST(session.client.is_active());
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::test
