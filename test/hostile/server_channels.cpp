// amiko - clients that have logged in and break the rules of channels
#include <algorithm>

#include "hostile/victim.hpp"

namespace amiko::test {
namespace {

using wire::MessageNumber;
using Opened = ScriptedClient::Opened;

TransportOptions small_window() {
  TransportOptions options = victim_options();
  options.window_size = options.max_window_size = 5000;
  options.max_packet_size = 1000;
  return options;
}

/// A client that is in.
struct Insider {
  explicit Insider(const TransportOptions& options = victim_options(),
                   std::function<void(const std::string&)> on_request = {}) {
    watcher.on_request = std::move(on_request);
    victim.emplace(watcher, options);
    client().log_in();
  }
  ScriptedClient& client() { return victim->client; }
  /// The server's end, which its handler may get a little later than the client learns of it.
  Channel& channel(const Opened& opened) {
    Channel* found = nullptr;
    BOOST_REQUIRE(eventually([&] {
      const std::lock_guard guard(watcher.mutex);
      for (Channel& channel : watcher.channels)
        if (channel.get_id() == opened.server_id) found = &channel;
      return found != nullptr;
    }));
    return *found;
  }

  Watcher watcher;
  std::optional<Victim> victim;
};

error_code ending_after(const std::function<void(ScriptedClient&, const Opened&)>& deed,
                        const TransportOptions& options = victim_options()) {
  return victim_ending(
      [&](ScriptedClient& client) {
        client.log_in();
        deed(client, client.open_session());
      },
      options);
}

bool lives_after(const std::function<void(ScriptedClient&, const Opened&)>& deed,
                 const TransportOptions& options = victim_options()) {
  Insider insider(options);
  deed(insider.client(), insider.client().open_session());
  return insider.client().alive();
}

std::uint32_t refusal_of(ScriptedClient& client, const wire::ChannelOpen& open) {
  client.send(open);
  const Bytes answer =
      client.wait_for({MessageNumber::channel_open_failure, MessageNumber::channel_open_confirmation});
  if (answer[0] != to_byte(MessageNumber::channel_open_failure)) return 0;
  return wire::decode<wire::ChannelOpenFailure>(answer).reason;
}

constexpr auto shortage = static_cast<std::uint32_t>(OpenFailureReason::resource_shortage);
constexpr auto prohibited = static_cast<std::uint32_t>(OpenFailureReason::administratively_prohibited);

}  // namespace

BOOST_AUTO_TEST_SUITE(server_channels)

// --- opening

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-41"))
BOOST_AUTO_TEST_CASE(opens_that_are_odd) {
  const NothingLeft check;
  const auto open = [](wire::ChannelOpen message) {
    return victim_ending([message](ScriptedClient& client) {
      client.log_in();
      client.send(message);
    });
  };
  BOOST_TEST((open({.type = "session", .window = 1000, .max_packet = 0}) == errc::protocol_error));
  Insider insider;
  for (const std::string& type :
       {std::string("x11"), std::string("direct-tcpip"), std::string("forwarded-tcpip"),
        std::string("auth-agent@openssh.com"), std::string("tun@openssh.com"), std::string(),
        std::string("session\0", 8), std::string("SESSION"), std::string(65, 't'), std::string(100'000, 't')})
    BOOST_TEST(refusal_of(insider.client(), {.type = type, .window = 1000, .max_packet = 1000}) == prohibited,
               type.substr(0, 30));
  BOOST_TEST(insider.victim->server.statistics().channels_opened == 0U);
  BOOST_TEST(insider.client().alive());
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-40") * boost::unit_test::label("V-41"))
BOOST_AUTO_TEST_CASE(windows_of_all_sizes) {
  const NothingLeft check;
  Insider insider;
  for (const std::uint32_t window : {0U, 1U, 0x80000000U, 0xffffffffU})
    for (const std::uint32_t max_packet : {1U, 8U, 9U, 32'768U, 0xffffffffU}) {
      const Opened opened = insider.client().open_session(window, max_packet);
      Channel& server_end = insider.channel(opened);
      const std::string text(500'000, 'x');
      Call sender([&] {
        if (max_packet < 10)
          server_end.sendall(std::string_view(text).substr(0, 1000));
        else
          server_end.sendall(text);
        server_end.close();
      });
      std::size_t got = 0;
      std::uint64_t left = window;
      for (bool closed = false; !closed;) {
        if (left == 0) {
          left = 100'000;
          insider.client().send(wire::ChannelWindowAdjust{.recipient = opened.server_id, .bytes = 100'000});
        }
        const Bytes message = insider.client().next();
        closed = message[0] == to_byte(MessageNumber::channel_close);
        if (message[0] != to_byte(MessageNumber::channel_data)) continue;
        const auto data = wire::decode<wire::ChannelData>(message).data;
        BOOST_TEST(data.size() <= std::min<std::uint64_t>(max_packet, left));
        BOOST_TEST(data.size() <= 65'536U);
        BOOST_TEST(data.size() > 0U);
        got += data.size();
        left -= data.size();
      }
      BOOST_TEST(got == (max_packet < 10 ? 1000U : text.size()));
      BOOST_TEST(!sender.failure().has_value());
      insider.client().send(wire::ChannelClose{.recipient = opened.server_id});
    }
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-40"))
BOOST_AUTO_TEST_CASE(a_window_above_what_32_bits_hold) {
  const NothingLeft check;
  const auto open_and_raise = [](std::uint32_t window, std::uint32_t more) {
    return victim_ending([=](ScriptedClient& client) {
      client.log_in();
      const Opened opened = client.open_session(window);
      client.send(wire::ChannelWindowAdjust{.recipient = opened.server_id, .bytes = more});
      client.send_number(1);  // malformed: the end, if it is not the end yet
    });
  };
  BOOST_TEST((open_and_raise(0xffffffff, 1) == errc::protocol_error));
  BOOST_TEST((open_and_raise(1, 0xffffffff) == errc::protocol_error));
  BOOST_TEST((open_and_raise(0x80000000, 0x80000000) == errc::protocol_error));
  BOOST_TEST((open_and_raise(0xffffffff, 0) == errc::malformed_packet));
  BOOST_TEST((open_and_raise(0, 0xffffffff) == errc::malformed_packet));
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-52"))
BOOST_AUTO_TEST_CASE(a_thousand_opens_at_once) {
  const NothingLeft check;
  TransportOptions options = victim_options();
  options.server.max_sessions = 10;
  Insider insider(options);
  std::vector<Bytes> opens;
  for (std::uint32_t i = 0; i < 1000; ++i)
    opens.push_back(wire::encoded(
        wire::ChannelOpen{.type = "session", .sender = i, .window = 0xffffffff, .max_packet = 0xffffffff}));
  insider.client().send_together(opens);
  int granted = 0;
  for (int i = 0; i < 1000; ++i) {
    const Bytes answer = insider.client().wait_for(
        {MessageNumber::channel_open_failure, MessageNumber::channel_open_confirmation});
    if (answer[0] == to_byte(MessageNumber::channel_open_confirmation))
      ++granted;
    else
      BOOST_TEST(wire::decode<wire::ChannelOpenFailure>(answer).reason == shortage);
  }
  BOOST_TEST(granted == 10);
  BOOST_TEST(insider.victim->server.statistics().channels_open == 10U);
  BOOST_TEST(insider.watcher.session_calls <= 11);
  BOOST_TEST(insider.client().alive());
}

// The handler thinks: what waits for it is bounded, and refused beyond.
BOOST_TEST_DECORATOR(*boost::unit_test::label("V-52"))
BOOST_AUTO_TEST_CASE(opens_while_nobody_decides) {
  const NothingLeft check;
  Event go_on;
  Insider insider(victim_options(), [&](const std::string& what) {
    if (what == "open") go_on.wait(scaled(limit));
  });
  std::vector<Bytes> opens;
  for (std::uint32_t i = 0; i < 1000; ++i)
    opens.push_back(wire::encoded(wire::ChannelOpen{
        .type = "session", .sender = i, .window = 1, .max_packet = 1, .body = {Bytes(20'000, 'b')}}));
  const std::size_t before = resident();
  for (const Bytes& open : opens)
    insider.client().send(open);
  for (int i = 0; i < 900; ++i)
    BOOST_TEST(insider.client().expect<wire::ChannelOpenFailure>().reason == shortage);
  BOOST_TEST(insider.victim->server.statistics().channels_open == 0U);
  BOOST_TEST(resident() < before + 12'000'000);  // of 20 MB that were sent
  go_on.set();
  for (int i = 900; i < 1000; ++i)
    insider.client().wait_for(
        {MessageNumber::channel_open_failure, MessageNumber::channel_open_confirmation});
  BOOST_TEST(insider.client().alive());
}

// A client that never says CLOSE keeps its channels, but gets no more of them.
BOOST_AUTO_TEST_CASE(channels_that_the_client_does_not_close) {
  const NothingLeft check;
  TransportOptions options = victim_options();
  options.server.max_channels = 5;
  Insider insider(options);
  for (int i = 0; i < 5; ++i) {
    const Opened opened = insider.client().open_session();
    insider.channel(opened).close();
  }
  BOOST_TEST(refusal_of(insider.client(), {.type = "session", .window = 1, .max_packet = 1}) == shortage);
  BOOST_TEST(insider.client().alive());
}

BOOST_AUTO_TEST_CASE(opening_and_closing_without_end) {
  const NothingLeft check;
  Insider insider;
  for (int i = 0; i < 500; ++i) {
    const Opened opened = insider.client().open_session();
    insider.client().send(wire::ChannelClose{.recipient = opened.server_id});
    insider.client().wait_for({MessageNumber::channel_close});
  }
  BOOST_TEST(insider.client().alive());
  BOOST_TEST(insider.victim->server.statistics().channels_open == 0U);
}

// --- channels that are not there

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-36"))
BOOST_AUTO_TEST_CASE(channels_that_never_were) {
  const NothingLeft check;
  for (const std::uint32_t id : {1U, 77U, 0x80000000U, 0xffffffffU}) {
    const auto with = [id](auto message) {
      message.recipient = id;
      return ending_after([message](ScriptedClient& client, const Opened&) { client.send(message); });
    };
    BOOST_TEST((with(wire::ChannelData{.data = "x"}) == errc::protocol_error));
    BOOST_TEST((with(wire::ChannelExtendedData{.data = "x"}) == errc::protocol_error));
    BOOST_TEST((with(wire::ChannelExtendedData{.type = 7, .data = "x"}) == errc::protocol_error));
    BOOST_TEST((with(wire::ChannelWindowAdjust{.bytes = 1}) == errc::protocol_error));
    BOOST_TEST((with(wire::ChannelEof{}) == errc::protocol_error));
    BOOST_TEST((with(wire::ChannelClose{}) == errc::protocol_error));
    BOOST_TEST(
        (with(wire::ChannelRequest{.type = "exec", .body = {strings({"id"})}}) == errc::protocol_error));
    BOOST_TEST((with(wire::ChannelSuccess{}) == errc::protocol_error));
    BOOST_TEST((with(wire::ChannelFailure{}) == errc::protocol_error));
    BOOST_TEST((with(wire::ChannelOpenConfirmation{.max_packet = 100}) == errc::protocol_error));
    BOOST_TEST((with(wire::ChannelOpenFailure{.reason = 1}) == errc::protocol_error));
  }
}

// The client guesses the number, while the handler thinks about the channel.  (Once it is open there is no
// telling a guess from knowledge.)
BOOST_TEST_DECORATOR(*boost::unit_test::label("V-36"))
BOOST_AUTO_TEST_CASE(requests_before_the_confirmation) {
  const NothingLeft check;
  Event go_on;
  Watcher watcher;
  watcher.on_request = [&](const std::string&) { go_on.wait(scaled(limit)); };
  Victim victim(watcher);
  victim.client.log_in();
  const Bytes open = wire::encoded(wire::ChannelOpen{.type = "session", .window = 1, .max_packet = 1});
  const Bytes exec = wire::encoded(wire::ChannelRequest{.type = "exec", .body = {strings({"id"})}});
  victim.client.send_together({open, exec});
  BOOST_TEST((victim.ending() == errc::protocol_error));
  go_on.set();
  victim.server.close();
  BOOST_TEST(!watcher.exec);
}

BOOST_AUTO_TEST_CASE(a_client_that_goes_while_a_channel_is_decided) {
  const NothingLeft check;
  Event asked, go_on;
  Insider insider(victim_options(), [&](const std::string&) {
    asked.set();
    go_on.wait(scaled(limit));
  });
  insider.client().send(wire::ChannelOpen{.type = "session", .window = 1, .max_packet = 1});
  BOOST_TEST(asked.wait(scaled(limit)));
  insider.client().close_socket();
  BOOST_TEST((insider.victim->end_code() == errc::connection_lost));
  go_on.set();
  insider.victim->server.close();
  BOOST_TEST(insider.watcher.losses == 1);
  BOOST_TEST(insider.victim->server.statistics().channels_open == 0U);
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-39"))
BOOST_AUTO_TEST_CASE(answers_that_nobody_asked_for) {
  const NothingLeft check;
  const auto sends = [](auto message) {
    return ending_after([message](ScriptedClient& client, const Opened& opened) mutable {
      message.recipient = opened.server_id;
      client.send(message);
    });
  };
  BOOST_TEST((sends(wire::ChannelOpenConfirmation{.max_packet = 1}) == errc::protocol_error));
  BOOST_TEST((sends(wire::ChannelOpenFailure{.reason = 1}) == errc::protocol_error));
  BOOST_TEST(lives_after([](ScriptedClient& client, const Opened& opened) {
    for (int i = 0; i < 10'000; ++i) {
      client.send(wire::ChannelSuccess{.recipient = opened.server_id});
      client.send(wire::ChannelFailure{.recipient = opened.server_id});
      client.send(wire::RequestSuccess{});
      client.send(wire::RequestFailure{});
    }
  }));
}

// --- data

BOOST_AUTO_TEST_CASE(data_beyond_the_window) {
  const NothingLeft check;
  const auto pour = [](std::size_t total, std::uint32_t type) {
    return [=](ScriptedClient& client, const Opened& opened) {
      for (std::size_t sent = 0; sent < total; sent += 1000) {
        const Bytes part(std::min<std::size_t>(1000, total - sent), 'x');
        if (type == 0)
          client.send(wire::ChannelData{.recipient = opened.server_id, .data = part});
        else
          client.send(wire::ChannelExtendedData{.recipient = opened.server_id, .type = type, .data = part});
      }
    };
  };
  for (const std::uint32_t type : {0U, 1U}) {
    BOOST_TEST((ending_after(pour(5001, type), small_window()) == errc::protocol_error));
    BOOST_TEST(lives_after(pour(5000, type), small_window()));
  }
  BOOST_TEST((ending_after(
                  [](ScriptedClient& client, const Opened& opened) {
                    client.send(wire::ChannelData{.recipient = opened.server_id, .data = Bytes(1001, 'x')});
                  },
                  small_window()) == errc::protocol_error));
}

// Nobody reads, and the window is a wall: what was sent is kept, and no more.
BOOST_AUTO_TEST_CASE(data_that_nobody_reads) {
  const NothingLeft check;
  Insider insider(small_window());
  const Opened opened = insider.client().open_session();
  for (int i = 0; i < 5; ++i)
    insider.client().send(wire::ChannelData{.recipient = opened.server_id, .data = Bytes(1000, 'x')});
  BOOST_TEST(insider.client().alive());  // and no WINDOW_ADJUST came before that answer, or it would be lost
  insider.client().send(wire::ChannelData{.recipient = opened.server_id, .data = "y"});
  BOOST_TEST((insider.victim->ending() == errc::protocol_error));
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-51"))
BOOST_AUTO_TEST_CASE(messages_of_no_use) {
  const NothingLeft check;
  BOOST_TEST(lives_after([](ScriptedClient& client, const Opened& opened) {
    for (int i = 0; i < 10'000; ++i) {
      client.send(wire::ChannelData{.recipient = opened.server_id});
      client.send(wire::ChannelWindowAdjust{.recipient = opened.server_id});
      client.send(wire::ChannelExtendedData{.recipient = opened.server_id, .type = 9});
      client.send(wire::Ignore{});
    }
  }));
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-36"))
BOOST_AUTO_TEST_CASE(after_eof_and_after_close) {
  const NothingLeft check;
  const auto after_eof = [](auto message) {
    return ending_after([message](ScriptedClient& client, const Opened& opened) mutable {
      message.recipient = opened.server_id;
      client.send(wire::ChannelEof{.recipient = opened.server_id});
      client.send(message);
    });
  };
  BOOST_TEST((after_eof(wire::ChannelEof{}) == errc::protocol_error));
  BOOST_TEST((after_eof(wire::ChannelData{.data = "x"}) == errc::protocol_error));
  BOOST_TEST((after_eof(wire::ChannelExtendedData{.data = "x"}) == errc::protocol_error));
  // Nobody gets what comes after CLOSE; whether our own has gone out already nobody can know.
  Insider insider;
  const Opened opened = insider.client().open_session();
  const std::uint32_t id = opened.server_id;
  insider.client().send_together(
      {wire::encoded(wire::ChannelClose{.recipient = id}), wire::encoded(wire::ChannelClose{.recipient = id}),
       wire::encoded(wire::ChannelData{.recipient = id, .data = "late"}),
       wire::encoded(wire::ChannelEof{.recipient = id}),
       wire::encoded(wire::ChannelRequest{
           .recipient = id, .type = "exec", .want_reply = true, .body = {strings({"id"})}})});
  BOOST_TEST(insider.client().alive());
  BOOST_TEST(!insider.watcher.exec);
  BOOST_TEST(insider.channel(opened).recv(100).empty());
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-25"))
BOOST_AUTO_TEST_CASE(messages_that_are_cut_short) {
  const NothingLeft check;
  for (const std::uint8_t n :
       std::initializer_list<std::uint8_t>{80, 90, 91, 92, 93, 94, 95, 96, 97, 98, 99, 100})
    for (std::size_t size = 1; size < 5; ++size)
      BOOST_TEST((ending_after([&](ScriptedClient& client, const Opened&) {
                    Bytes payload(size, 0);
                    payload[0] = n;
                    client.send(payload);
                  }) == errc::malformed_packet),
                 "message " << int{n} << ", " << size << " bytes");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::test
