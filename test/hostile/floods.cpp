// amiko - servers that send without end, and do not read
#include <thread>

#include "hostile/ending.hpp"

namespace amiko::test {
namespace {

using wire::MessageNumber;

constexpr int count = 100'000;

// Sends that many without ever reading, then reads only once the client has given up on it.
std::function<void(ScriptedPeer&)> flood(int messages, std::function<Bytes(ScriptedPeer&)> make) {
  return [messages, make = std::move(make)](ScriptedPeer& peer) {
    std::vector<Bytes> many(200, make(peer));
    for (int sent = 0; sent < messages; sent += static_cast<int>(many.size()))
      peer.send_together(many);
  };
}

ScriptedOptions after_login(std::function<void(ScriptedPeer&)> deed) {
  ScriptedOptions options;
  options.script = [deed = std::move(deed)](ScriptedPeer& peer) {
    peer.connect();
    deed(peer);
    peer.read_to_end();
  };
  return options;
}

// Answers are kept for a server that may yet read them; how many depends on their size.
void memory_stays_bounded(const std::function<Bytes(ScriptedPeer&)>& make, std::size_t most) {
  const NothingLeft check;
  std::atomic<bool> flooded = false, read = false;
  ScriptedServer server(after_login([&](ScriptedPeer& peer) {
    flood(count, make)(peer);
    flooded = true;
    while (!read)
      std::this_thread::sleep_for(milliseconds(1));
  }));
  Transport client(server.take_client());
  client.start_client(scaled(limit));
  BOOST_REQUIRE(client.auth_none("user").authenticated);
  const std::size_t before = resident();
  BOOST_REQUIRE(eventually([&] { return flooded.load(); }, limit));
  BOOST_TEST(resident() < before + most);
  Call closer([&] { client.close(); });  // does not wait for somebody who reads nothing
  BOOST_TEST(!closer.failure());
  BOOST_TEST((client.get_exception()->code == errc::closed));
  read = true;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(floods)

BOOST_AUTO_TEST_CASE(global_requests_that_want_answers) {
  memory_stays_bounded(
      [](ScriptedPeer&) { return wire::encoded(wire::GlobalRequest{.type = "flood", .want_reply = true}); },
      50'000'000);
}

BOOST_AUTO_TEST_CASE(channels_to_open) {
  memory_stays_bounded(
      [](ScriptedPeer&) {
        return wire::encoded(wire::ChannelOpen{.type = "x11", .window = 1, .max_packet = 1});
      },
      50'000'000);
}

BOOST_AUTO_TEST_CASE(unknown_messages) {
  memory_stays_bounded([](ScriptedPeer&) { return Bytes{200}; }, 50'000'000);
}

// Answers as long as the questions: 100000 of them are 400 MB, and far fewer end the connection.
BOOST_TEST_DECORATOR(*boost::unit_test::label("V-43"))
BOOST_AUTO_TEST_CASE(pings_with_long_texts) {
  const NothingLeft check;
  std::atomic<std::size_t> sent = 0;
  ScriptedServer server(after_login([&](ScriptedPeer& peer) {
    const Bytes text(4000, 'p');
    for (int i = 0; i < count; ++i) {
      peer.send(wire::Ping{.data = text});
      ++sent;
    }
  }));
  Transport client(server.take_client());
  client.start_client(scaled(limit));
  BOOST_REQUIRE(client.auth_none("user").authenticated);
  const std::size_t before = resident();
  BOOST_REQUIRE(eventually([&] { return client.get_exception().has_value(); }, 2 * limit));
  BOOST_TEST((client.get_exception()->code == errc::resource_shortage));
  BOOST_TEST(resident() < before + 150'000'000);
  BOOST_TEST(sent < 10'000U);
  BOOST_CHECK_EXCEPTION(client.open_session(), Error, has_code(errc::resource_shortage));
}

// While keys change answers wait for the end of the exchange, which here does not come.
BOOST_TEST_DECORATOR(*boost::unit_test::label("V-43"))
BOOST_AUTO_TEST_CASE(requests_before_our_kexinit_is_answered) {
  const NothingLeft check;
  ScriptedServer server(after_login([](ScriptedPeer& peer) {
    peer.hold_kex(true);
    flood(2'000'000, [](ScriptedPeer&) {
      return wire::encoded(wire::GlobalRequest{.type = "x", .want_reply = true});
    })(peer);
  }));
  Transport client(server.take_client());
  client.start_client(scaled(limit));
  BOOST_REQUIRE(client.auth_none("user").authenticated);
  const std::size_t before = resident();
  Call rekey([&] { must(!client.renegotiate_keys(), "no new keys"); });
  BOOST_REQUIRE(eventually([&] { return client.get_exception().has_value(); }, 2 * limit));
  BOOST_TEST((client.get_exception()->code == errc::resource_shortage));
  BOOST_TEST(resident() < before + 150'000'000);
  BOOST_TEST(!rekey.failure());
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-51"))
BOOST_AUTO_TEST_CASE(noise_is_harmless) {
  const NothingLeft check;
  ScriptedSession session;
  session.server.run([](ScriptedPeer& peer) {
    std::vector<Bytes> many;
    for (int i = 0; i < 200; ++i)
      many.push_back(i % 2 == 0 ? wire::encoded(wire::Ignore{.data = Bytes(static_cast<std::size_t>(i), 'i')})
                                : wire::encoded(wire::Debug{.always_display = true, .message = "text"}));
    for (int i = 0; i < count; i += 200)
      peer.send_together(many);
  });
  Channel channel = session.exec("print alive");
  BOOST_TEST(channel.recv(100) == "alive");
}

BOOST_AUTO_TEST_CASE(banners_without_end) {
  const NothingLeft check;
  const std::string text(1000, 'b');
  ScriptedOptions options;
  options.auth = [&](ScriptedPeer& peer, const AuthRequest&) {
    for (int i = 0; i < 3000; ++i)
      peer.send(wire::UserauthBanner{.message = text});
    peer.let_in();
  };
  ScriptedServer server(std::move(options));
  Transport client(server.take_client());
  client.start_client(scaled(limit));
  client.set_auth_timeout(scaled(limit));
  try {  // taken, or too many: but kept are few
    client.auth_none("user");
  } catch (const Error& e) {
    BOOST_TEST((e.code() == errc::protocol_error));
  }
  BOOST_TEST(client.get_banner().size() <= 64U * 1024);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::test
