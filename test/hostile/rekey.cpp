// amiko - key exchanges after the first, as a hostile server would like them
#include <string>
#include <vector>

#include "hostile/ending.hpp"

namespace amiko::test {
namespace {

using wire::MessageNumber;

// Changes one message of the next exchange, which the server starts.
error_code ending_of_rekey(std::uint8_t number, const std::function<void(Bytes&)>& change) {
  return ending_after([&](ScriptedPeer& peer, ServedChannel&) {
    peer.tamper_kex = [number, change](Bytes& payload) {
      if (payload[0] == number) change(payload);
    };
    try {
      peer.rekey();
    } catch (const Error&) {  // the two sides no longer agree on anything
    } catch (const PeerGone&) {
    }
  });
}

}  // namespace

BOOST_AUTO_TEST_SUITE(rekey)

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-09"))
BOOST_AUTO_TEST_CASE(a_wrong_signature) {
  const NothingLeft check;
  BOOST_TEST((ending_of_rekey(31, [](Bytes& payload) { payload.back() ^= 1; }) == errc::bad_host_signature));
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-09"))
BOOST_AUTO_TEST_CASE(another_host_key) {
  const NothingLeft check;
  const Bytes other = PrivateKey::generate("ed25519").public_key().blob();
  // It has signed nothing, so the signature is wrong as well; either is the end.
  const auto code = ending_of_rekey(31, [&](Bytes& payload) {
    const auto reply = wire::decode<wire::KexEcdhReply>(payload);
    payload = wire::encoded(wire::KexEcdhReply{
        .host_key = other, .server_public = reply.server_public, .signature = reply.signature});
  });
  BOOST_TEST((code == errc::bad_host_signature || code == errc::host_key_changed));
}

BOOST_AUTO_TEST_CASE(newkeys_with_something_behind_it) {
  const NothingLeft check;
  BOOST_TEST((ending_of_rekey(21, [](Bytes& payload) { payload.push_back(0); }) == errc::malformed_packet));
}

BOOST_AUTO_TEST_CASE(a_reply_that_is_cut_short) {
  const NothingLeft check;
  BOOST_TEST((ending_of_rekey(31, [](Bytes& payload) { payload.resize(payload.size() / 2); }) ==
              errc::malformed_packet));
}

BOOST_AUTO_TEST_CASE(a_public_value_of_zero) {
  const NothingLeft check;
  BOOST_TEST((ending_of_rekey(31, [](Bytes& payload) {
                const auto reply = wire::decode<wire::KexEcdhReply>(payload);
                const Bytes zero(32, 0);
                payload = wire::encoded(wire::KexEcdhReply{.host_key = reply.host_key.bytes(),
                                                           .server_public = zero,
                                                           .signature = reply.signature.bytes()});
              }) == errc::kex_failed));
}

BOOST_AUTO_TEST_CASE(no_common_algorithm_any_more) {
  const NothingLeft check;
  BOOST_TEST((ending_of_rekey(20, [](Bytes& payload) {
                auto init = wire::decode<wire::KexInit>(payload);
                init.cipher_s2c = {"none-that-you-know"};
                payload = wire::encoded(init);
              }) == errc::no_common_algorithm));
}

// The marker of strict key exchange counts in the first exchange only (draft-ietf-sshm-strict-kex).
BOOST_TEST_DECORATOR(*boost::unit_test::label("V-05"))
BOOST_AUTO_TEST_CASE(markers_come_too_late) {
  for (const bool strict : {true, false}) {
    ScriptedOptions options;
    options.strict = strict;
    ScriptedSession session(std::move(options));
    session.server.run([](ScriptedPeer& peer) {
      peer.send(wire::Ignore{});  // so that the sequence number is not 0
    });
    Channel channel = session.exec("cat");
    for (int i = 0; i < 3; ++i) {
      BOOST_TEST(session.client.renegotiate_keys(scaled(limit)));
      channel.sendall("x");
      BOOST_TEST(channel.recv(1) == "x");
    }
  }
}

// The server answers KEXINIT with anything but its own, for as long as it likes: within the windows, and no
// longer.
BOOST_TEST_DECORATOR(*boost::unit_test::label("V-16"))
BOOST_AUTO_TEST_CASE(data_while_our_kexinit_waits) {
  const NothingLeft check;
  TransportOptions client;
  client.window_size = client.max_window_size = 100'000;
  ScriptedSession session({}, client);
  Channel channel = session.exec("hold");
  session.server.run([](ScriptedPeer& peer) { peer.hold_kex(true); });
  Call asker([&] { session.client.renegotiate_keys(); });
  BOOST_REQUIRE(eventually([&] {
    bool started = false;
    session.server.run([&](ScriptedPeer& peer) { started = peer.kex_answered(); });
    return started;
  }));
  session.server.run([](ScriptedPeer& peer) {
    const std::string data(20'000, 'x');
    for (int i = 0; i < 6; ++i)
      peer.send(wire::ChannelData{.recipient = peer.channel().client_id, .data = data});
  });
  // Five are within the window, and no adjust can go out before the keys have changed.
  BOOST_TEST((ending(session.client) == errc::protocol_error));
  std::size_t got = 0;
  error_code ec;
  for (Bytes buffer(30'000); !ec;)
    got += channel.recv(buffer, ec);
  BOOST_TEST(got == 100'000U);
  BOOST_TEST(!asker.failure());
}

// Exchange after exchange costs time and nothing else, up to a point.
BOOST_AUTO_TEST_CASE(one_after_the_other) {
  const NothingLeft check;
  ScriptedSession session;
  Channel channel = session.exec("cat");
  session.server.run([](ScriptedPeer& peer) {
    for (int i = 0; i < 50; ++i)
      peer.rekey();
  });
  channel.sendall("still there");
  std::string got;
  while (got.size() < 11)
    got += channel.recv(11);
  BOOST_TEST(got == "still there");
  BOOST_TEST(session.client.key_exchanges() == 51U);
}

// A peer that does nothing else.  One a second would be borne for ever; this one is faster on any machine.
BOOST_TEST_DECORATOR(*boost::unit_test::label("V-16"))
BOOST_AUTO_TEST_CASE(a_storm_without_data) {
  const NothingLeft check;
  const auto code = ending_after([](ScriptedPeer& peer, ServedChannel&) {
    try {
      for (int i = 0; i < 2000; ++i)
        peer.rekey();
    } catch (const Error&) {
    } catch (const PeerGone&) {
    }
  });
  BOOST_TEST((code == errc::protocol_error));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::test
