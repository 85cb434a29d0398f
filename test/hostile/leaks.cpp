// amiko - servers that would like a password before there are keys
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <vector>

#include "common/raw_server.hpp"
#include "hostile/ending.hpp"

namespace amiko::test {
namespace {

constexpr std::string_view password = "correct horse battery staple";

/// What the client says up to its end, as it is on the wire.
std::string heard_from(ScriptedPeer& peer) {
  std::string all;
  const auto deadline = deadline_after(limit);
  std::array<char, 65536> buffer{};
  for (;;) {
    pollfd entry{peer.fd(), POLLIN, 0};
    must(::poll(&entry, 1, poll_timeout(deadline)) == 1, "the client ends it");
    const ssize_t n = ::recv(peer.fd(), buffer.data(), buffer.size(), 0);
    if (n <= 0) return all;
    all.append(buffer.data(), static_cast<std::size_t>(n));
  }
}

/// A client that has a password to give, and a server that does this; returns what was heard.
std::string given_away(const std::function<void(ScriptedPeer&)>& deed) {
  std::string heard;
  ScriptedOptions options;
  options.script = [&](ScriptedPeer& peer) {
    try {
      deed(peer);
      heard = heard_from(peer);
    } catch (const Error&) {  // the two sides do not agree on keys
      heard = heard_from(peer);
    } catch (const PeerGone&) {
    }
    try {  // what was read on the way
      for (;;)
        heard += ByteView(peer.next_any()).str();
    } catch (const std::exception&) {
    }
  };
  ScriptedServer server(std::move(options));
  Transport client(server.take_client());
  client.set_auth_timeout(scaled(limit));
  BOOST_CHECK_THROW(client.start_client(scaled(limit)), Error);
  BOOST_CHECK_THROW(client.auth_password("robey", Secret(password)), Error);
  BOOST_TEST(!client.is_authenticated());
  BOOST_TEST((ending(client) != errc::internal_error));
  server.finish();
  return heard;
}

bool has_password(const std::string& text) {
  return text.find(password) != std::string::npos;
}

const Bytes accept = wire::encoded(wire::ServiceAccept{.service = "ssh-userauth"});
const Bytes success = wire::encoded(wire::UserauthSuccess{});
const Bytes failure = wire::encoded(wire::UserauthFailure{.methods = {"password"}});
const Bytes newkeys{21};

}  // namespace

BOOST_AUTO_TEST_SUITE(leaks)

// CVE-2025-14942: messages in an order that walks a client past its key exchange.
BOOST_TEST_DECORATOR(*boost::unit_test::label("V-08"))
BOOST_AUTO_TEST_CASE(nothing_goes_out_without_keys) {
  const NothingLeft check;
  const Bytes kexinit = raw::KexInit().payload();
  const Bytes reply = wire::encoded(
      wire::KexEcdhReply{.host_key = Bytes(51), .server_public = Bytes(32, 9), .signature = Bytes(64)});
  const std::vector<std::vector<Bytes>> rows{{accept},
                                             {success},
                                             {newkeys},
                                             {newkeys, accept, failure},
                                             {kexinit, accept},
                                             {kexinit, accept, failure},
                                             {kexinit, success},
                                             {kexinit, newkeys},
                                             {kexinit, newkeys, accept, failure},
                                             {kexinit, reply, newkeys, accept},
                                             {kexinit, kexinit, newkeys, accept}};
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::string heard = given_away([&](ScriptedPeer& peer) {
      peer.send_raw("SSH-2.0-scripted_1.0\r\n");
      for (const Bytes& payload : rows[i])
        peer.send_raw(raw::packet(payload));
    });
    BOOST_TEST(heard.starts_with("SSH-2.0-"), "row " << i);
    BOOST_TEST(!has_password(heard), "row " << i);
  }
}

// The exchange itself is right, and so is its signature.
BOOST_TEST_DECORATOR(*boost::unit_test::label("V-08"))
BOOST_AUTO_TEST_CASE(nothing_goes_out_when_the_end_of_the_exchange_is_odd) {
  const NothingLeft check;
  const std::vector<std::pair<std::uint8_t, std::function<void(ScriptedPeer&, Bytes&)>>> ways{
      {31, [](ScriptedPeer& peer, Bytes& payload) { peer.send_now(payload); }},  // twice
      {31, [](ScriptedPeer& peer, Bytes&) { peer.send_now(newkeys); }},          // too early
      {31, [](ScriptedPeer& peer, Bytes&) { peer.send_now(accept); }},
      {21, [](ScriptedPeer&, Bytes& payload) { payload.push_back(0); }},  // with a content
      {21,
       [](ScriptedPeer& peer, Bytes&) {
         peer.send_together({accept, failure});
       }},  // in its place
      {21, [](ScriptedPeer&, Bytes& payload) { payload = accept; }}};
  for (std::size_t i = 0; i < ways.size(); ++i) {
    const auto& way = ways[i];
    const std::string heard = given_away([&](ScriptedPeer& peer) {
      peer.exchange_versions();
      peer.tamper_kex = [&](Bytes& payload) {
        if (payload[0] == way.first) way.second(peer, payload);
      };
      peer.first_kex();
    });
    BOOST_TEST(!has_password(heard), "way " << i);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::test
