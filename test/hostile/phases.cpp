// amiko - every message number at every stage of a connection
#include <set>
#include <vector>

#include "hostile/ending.hpp"

namespace amiko::test {
namespace {

using wire::MessageNumber;

// What RFC 4250 section 4.1.2 and OpenSSH's PROTOCOL give a meaning to, but DISCONNECT and what is noise
// anywhere.
std::set<int> known_numbers() {
  std::set<int> all{5, 6, 7, 20, 21, 50, 51, 52, 53, 80, 81, 82, 192, 193};
  for (const auto& [from, to] : {std::pair(30, 49), std::pair(60, 79), std::pair(90, 100)})
    for (int n = from; n <= to; ++n)
      all.insert(n);
  return all;
}

std::set<int> known_but(std::initializer_list<std::pair<int, int>> allowed) {
  std::set<int> all = known_numbers();
  for (const auto& [from, to] : allowed)
    std::erase_if(all, [from = from, to = to](int n) { return n >= from && n <= to; });
  return all;
}

std::set<int> all_but(std::initializer_list<int> allowed) {
  std::set<int> all;
  for (int n = 0; n < 256; ++n)
    all.insert(n);
  for (const int n : allowed)
    all.erase(n);
  return all;
}

Bytes message(int number) {
  Bytes payload(20, 0);
  payload[0] = static_cast<std::uint8_t>(number);
  return payload;
}

ScriptedOptions relaxed() {
  ScriptedOptions options;
  options.strict = false;
  return options;
}

void each_ends_it(const std::set<int>& numbers, const std::function<ScriptedOptions(int)>& server) {
  const NothingLeft check;
  for (const int n : numbers)
    BOOST_TEST((ending_of(server(n)) == errc::protocol_error), "message " << n);
}

void before_kexinit(ScriptedPeer& peer, int n) {
  peer.exchange_versions();
  peer.send_now(message(n));
}

void after_kexinit(ScriptedPeer& peer, int n) {
  peer.exchange_versions();
  peer.start_kex();
  peer.send_now(message(n));
}

void before_newkeys(ScriptedPeer& peer, int n) {
  peer.exchange_versions();
  bool done = false;
  peer.tamper_kex = [&](Bytes& payload) {
    if (payload[0] == 21 && !std::exchange(done, true)) peer.send_now(message(n));
  };
  peer.first_kex();
  peer.tamper_kex = {};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(phases)

BOOST_AUTO_TEST_CASE(before_the_key_exchange) {
  each_ends_it(known_but({{20, 20}}),
               [](int n) { return only([n](ScriptedPeer& p) { before_kexinit(p, n); }); });
}

// Under strict key exchange nothing but the exchange itself may come.
BOOST_AUTO_TEST_CASE(during_the_key_exchange) {
  each_ends_it(all_but({1, 31}), [](int n) { return only([n](ScriptedPeer& p) { after_kexinit(p, n); }); });
}

BOOST_AUTO_TEST_CASE(during_a_key_exchange_that_is_not_strict) {
  each_ends_it(known_but({{31, 31}}),
               [](int n) { return only([n](ScriptedPeer& p) { after_kexinit(p, n); }, relaxed()); });
}

BOOST_AUTO_TEST_CASE(before_newkeys_comes) {
  each_ends_it(all_but({1, 21}), [](int n) { return only([n](ScriptedPeer& p) { before_newkeys(p, n); }); });
}

BOOST_AUTO_TEST_CASE(noise_before_kexinit_is_no_strict_key_exchange) {
  const NothingLeft check;
  const std::vector<Bytes> noise{wire::encoded(wire::Ignore{}), wire::encoded(wire::Unimplemented{}),
                                 wire::encoded(wire::Debug{})};
  for (const Bytes& payload : noise)
    BOOST_TEST((ending_of(only([&](ScriptedPeer& peer) {
                  peer.exchange_versions();
                  peer.send_now(payload);
                  peer.first_kex();
                })) == errc::protocol_error));
}

BOOST_AUTO_TEST_CASE(before_authentication) {
  each_ends_it(known_but({{6, 7}, {20, 20}, {192, 193}}), [](int n) {
    return only([n](ScriptedPeer& peer) {
      peer.exchange_versions();
      peer.first_kex();
      peer.send_now(message(n));
    });
  });
}

BOOST_AUTO_TEST_CASE(during_authentication) {
  each_ends_it(known_but({{7, 7}, {20, 20}, {51, 53}, {192, 193}}), [](int n) {
    return only([n](ScriptedPeer& peer) {
      peer.exchange_versions();
      peer.first_kex();
      peer.accept_service();
      peer.next();
      peer.send_now(message(n));
    });
  });
}

BOOST_AUTO_TEST_CASE(connected) {
  const NothingLeft check;
  for (const int n : known_but({{20, 20}, {50, 79}, {80, 80}, {90, 100}, {192, 193}}))
    BOOST_TEST((ending_after([n](ScriptedPeer& peer, ServedChannel&) { peer.send_now(message(n)); }) ==
                errc::protocol_error),
               "message " << n);
}

BOOST_AUTO_TEST_CASE(authentication_messages_after_it_do_nothing) {
  const NothingLeft check;
  BOOST_TEST(lives_after([](ScriptedPeer& peer, ServedChannel&) {
    for (int n = 51; n < 80; ++n)
      if (n <= 53 || n >= 60) peer.send_now(message(n));
  }));
}

// In the middle of a key exchange, too, when it is not the first.
BOOST_AUTO_TEST_CASE(while_keys_change) {
  const NothingLeft check;
  for (const int n : known_but({{31, 31}}))
    BOOST_TEST((ending_after([n](ScriptedPeer& peer, ServedChannel&) {
                  peer.start_kex();
                  peer.send_now(message(n));
                }) == errc::protocol_error),
               "message " << n);
}

BOOST_AUTO_TEST_CASE(a_message_that_is_cut_short) {
  const NothingLeft check;
  for (const int n : {1, 4, 80, 90, 91, 92, 93, 94, 95, 96, 97, 98, 99, 100})
    BOOST_TEST((ending_after([n](ScriptedPeer& peer, ServedChannel&) {
                  peer.send_now(Bytes{static_cast<std::uint8_t>(n), 0, 0, 0});
                }) == errc::malformed_packet),
               "message " << n);
}

BOOST_AUTO_TEST_CASE(a_message_with_something_behind_it) {
  const NothingLeft check;
  BOOST_TEST((ending_after([](ScriptedPeer& peer, ServedChannel& channel) {
                Bytes payload =
                    wire::encoded(wire::ChannelData{.recipient = channel.client_id, .data = "abc"});
                payload.push_back(0);
                peer.send_now(payload);
              }) == errc::malformed_packet));
}

BOOST_AUTO_TEST_CASE(unknown_numbers_are_answered_with_their_sequence_number) {
  const NothingLeft check;
  for (const bool strict : {true, false}) {
    ScriptedOptions options;
    options.strict = strict;
    ScriptedSession session(std::move(options));
    std::vector<std::uint32_t> answers, expected;
    session.server.run([&](ScriptedPeer& peer) {
      peer.on(MessageNumber::unimplemented, [&](ScriptedPeer&, ByteView payload) {
        answers.push_back(wire::decode<wire::Unimplemented>(payload).sequence);
        return true;
      });
      for (int n = 0; n < 256; ++n) {
        if (known_numbers().contains(n) || (n >= 1 && n <= 4) || (n >= 54 && n <= 59)) continue;
        if (n % 3 == 0) peer.send(wire::Ignore{});  // so that numbers are left out
        expected.push_back(peer.encoder().sequence());
        peer.send_now(message(n));
      }
    });
    std::vector<std::uint32_t> got;
    const auto all_answered = [&] {
      session.server.run([&](ScriptedPeer&) { got = answers; });
      return got.size() >= expected.size();
    };
    BOOST_TEST(eventually(all_answered, limit));
    BOOST_TEST(got == expected, boost::test_tools::per_element());
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::test
