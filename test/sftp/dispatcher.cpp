// amiko - tests of requests and answers that many threads share, with servers that misbehave
#include "../../libs/sftp/src/dispatcher.hpp"

#include "../../libs/sftp/src/requests.hpp"

#include <amiko/base/error.hpp>

#include <boost/test/unit_test.hpp>
#include <boost/thread/thread.hpp>

#include <atomic>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "common/calls.hpp"
#include "sftp_peer.hpp"

using amiko::Bytes;
using amiko::ByteView;
using amiko::Deadline;
using amiko::errc;
using amiko::sftp_errc;
using amiko::test::has_code;
using amiko::test::PlayedServer;
using amiko::test::says;
using amiko::test::SftpPeer;
namespace sftp = amiko::sftp;
using sftp::PacketType;

namespace {

Deadline late() {
  return Deadline(amiko::test::deadline_after(std::chrono::seconds(20)));
}

Deadline at_once() {
  return Deadline::after(std::chrono::seconds(0));
}

/// A dispatcher whose server is played by `script` after VERSION.
struct Played {
  explicit Played(PlayedServer::Script script)
      : server([script = std::move(script)](SftpPeer& peer) {
          peer.greet();
          script(peer);
        }),
        dispatcher(std::make_shared<sftp::Dispatcher>(server.stream())) {
    sftp::Extensions extensions;
    dispatcher->start(3, extensions, late());
  }
  void finish() {
    dispatcher->close();
    server.finish();
  }

  PlayedServer server;
  std::shared_ptr<sftp::Dispatcher> dispatcher;
};

void start(PlayedServer& server) {
  sftp::Dispatcher dispatcher(server.stream());
  sftp::Extensions extensions;
  dispatcher.start(3, extensions, late());
}

/// What the client makes of bytes that come as an answer to STAT with the id 0.
void answered_by(const Bytes& answer, errc code, const std::string& part) {
  Played played([&answer](SftpPeer& peer) {
    peer.next();
    peer.send(answer);
    peer.expect_end();
  });
  sftp::Requests requests(played.dispatcher);
  requests.send(sftp::Stat{.path = "x"}, 0, late());
  BOOST_CHECK_EXCEPTION(requests.next(late()), amiko::ProtocolError, says(code, part));
  BOOST_TEST(!played.dispatcher->is_open());
  sftp::Requests others(played.dispatcher);
  BOOST_CHECK_EXCEPTION(others.send(sftp::Stat{.path = "x"}, 0, late()), amiko::ProtocolError,
                        says(code, part));
  played.finish();
}

template <class Message>
Bytes packet_of(std::uint32_t id, const Message& message) {
  Bytes out;
  sftp::encode(out, id, message);
  return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(dispatcher)

// --- the start

BOOST_AUTO_TEST_CASE(extensions_are_told) {
  PlayedServer server([](SftpPeer& peer) {
    peer.greet({{"a@b", "1"}});
    peer.expect_end();
  });
  {
    sftp::Dispatcher dispatcher(server.stream());
    sftp::Extensions extensions;
    BOOST_TEST(dispatcher.start(3, extensions, late()) == 3u);
    BOOST_REQUIRE(extensions.pairs.size() == 1u);
    BOOST_TEST(extensions.pairs[0].first == "a@b");
  }
  server.finish();
}

BOOST_AUTO_TEST_CASE(a_later_version_of_the_server_does_not_matter) {
  PlayedServer server([](SftpPeer& peer) { peer.greet({}, 6); });
  sftp::Dispatcher dispatcher(server.stream());
  sftp::Extensions extensions;
  BOOST_TEST(dispatcher.start(3, extensions, late()) == 3u);
  server.finish();
}

BOOST_AUTO_TEST_CASE(an_old_version_is_refused) {
  PlayedServer server([](SftpPeer& peer) { peer.greet({}, 2); });
  BOOST_CHECK_EXCEPTION(start(server), amiko::ProtocolError, says(errc::protocol_error, "version 2"));
}

BOOST_AUTO_TEST_CASE(what_a_noisy_shell_prints_is_shown) {
  PlayedServer server([](SftpPeer& peer) {
    peer.next();
    peer.send("Welcome\x1b[2J to the machine\n");
    peer.expect_end();
  });
  BOOST_CHECK_EXCEPTION(start(server), amiko::ProtocolError,
                        says(errc::protocol_error, "Welcome\\033[2J to the machine"));
  server.finish();
}

BOOST_AUTO_TEST_CASE(a_server_that_goes_at_once_is_disconnected) {
  PlayedServer server([](SftpPeer& peer) { peer.next(); });
  BOOST_CHECK_EXCEPTION(start(server), amiko::Disconnected, has_code(errc::connection_lost));
}

BOOST_AUTO_TEST_CASE(a_server_that_does_not_start_is_a_timeout) {
  PlayedServer server([](SftpPeer& peer) {
    peer.next();
    peer.expect_end();
  });
  {
    sftp::Dispatcher dispatcher(server.stream());
    sftp::Extensions extensions;
    BOOST_CHECK_EXCEPTION(dispatcher.start(3, extensions, Deadline::after(std::chrono::milliseconds(20))),
                          amiko::TimeoutError, says(errc::timed_out, "does not start SFTP"));
  }
  server.finish();
}

BOOST_AUTO_TEST_CASE(answers_that_come_with_version_are_refused) {
  PlayedServer server([](SftpPeer& peer) {
    peer.next();
    Bytes out;
    sftp::encode_version(out, PacketType::version, 3, {});
    sftp::encode(out, 0, sftp::Status{.code = 2});
    peer.send(out);
    peer.expect_end();
  });
  BOOST_CHECK_EXCEPTION(start(server), amiko::ProtocolError,
                        says(errc::protocol_error, "before it was asked"));
  server.finish();
}

// --- answers

BOOST_AUTO_TEST_CASE(answers_come_back_in_the_order_of_their_arrival) {
  Played played([](SftpPeer& peer) {
    std::vector<SftpPeer::Request> all;
    for (int i = 0; i < 3; ++i)
      all.push_back(peer.next());
    for (int i = 2; i >= 0; --i)
      peer.status(all[static_cast<std::size_t>(i)].id, sftp_errc::failure);
    peer.expect_end();
  });
  sftp::Requests requests(played.dispatcher);
  for (std::uint64_t tag = 0; tag < 3; ++tag)
    requests.send(sftp::Stat{.path = "x"}, tag, late());
  BOOST_TEST(requests.outstanding() == 3u);
  for (std::uint64_t tag = 3; tag-- > 0;)
    BOOST_TEST(requests.next(late()).tag == tag);
  BOOST_TEST(requests.outstanding() == 0u);
  BOOST_CHECK_EXCEPTION(requests.next(late()), amiko::Error, has_code(errc::no_state));
  played.finish();
}

BOOST_AUTO_TEST_CASE(data_goes_into_the_sink) {
  Played played([](SftpPeer& peer) {
    const auto first = peer.next(), second = peer.next();
    peer.answer(first.id, sftp::Data{.data = "short"});
    peer.answer(second.id, sftp::Data{.data = "no sink"});
    peer.expect_end();
  });
  sftp::Requests requests(played.dispatcher);
  std::string sink(8, '.');
  requests.send(sftp::Read{.handle = "h", .offset = 0, .length = 8}, 0, late(),
                {reinterpret_cast<std::uint8_t*>(sink.data()), sink.size()});
  requests.send(sftp::Read{.handle = "h", .offset = 8, .length = 8}, 1, late());
  const auto first = requests.next(late()), second = requests.next(late());
  BOOST_TEST(first.filled == 5u);
  BOOST_TEST(first.body.empty());
  BOOST_TEST(sink == "short...");
  BOOST_TEST(second.filled == 0u);
  BOOST_TEST(sftp::decode<sftp::Data>(second.body).data.text() == "no sink");
  played.finish();
}

BOOST_AUTO_TEST_CASE(an_answer_may_come_byte_by_byte) {
  Played played([](SftpPeer& peer) {
    const Bytes answer = packet_of(peer.next().id, sftp::Attrs{.attributes = {.size = 77}});
    for (const std::uint8_t byte : answer)
      peer.send(ByteView(&byte, 1));
    peer.expect_end();
  });
  sftp::Requests requests(played.dispatcher);
  requests.send(sftp::Stat{.path = "x"}, 0, late());
  BOOST_TEST(sftp::decode<sftp::Attrs>(requests.next(late()).body).attributes.size.value() == 77u);
  played.finish();
}

BOOST_AUTO_TEST_CASE(poll_takes_what_is_there_and_does_not_wait) {
  std::atomic<bool> answered{false};
  Played played([&answered](SftpPeer& peer) {
    peer.ok(peer.next().id);
    answered = true;
    peer.expect_end();
  });
  sftp::Requests requests(played.dispatcher);
  BOOST_TEST(!requests.poll().has_value());
  requests.send(sftp::Remove{.path = "x"}, 9, late());
  std::optional<sftp::Answer> answer;
  BOOST_TEST(amiko::test::eventually([&] { return (answer = requests.poll()).has_value(); }));
  BOOST_TEST(answer->tag == 9u);
  played.finish();
}

// --- answers that make no sense end the session for all, with one error

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-46"))
BOOST_AUTO_TEST_CASE(a_wrong_id_ends_the_session) {
  answered_by(packet_of(4711, sftp::Status{.code = 2}), errc::protocol_error, "request 4711");
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-46"))
BOOST_AUTO_TEST_CASE(a_second_answer_ends_the_session) {
  Played played([](SftpPeer& peer) {
    const auto request = peer.next();
    peer.status(request.id, sftp_errc::failure);
    peer.next();
    peer.status(request.id, sftp_errc::failure);
    peer.expect_end();
  });
  sftp::Requests requests(played.dispatcher);
  requests.send(sftp::Stat{.path = "x"}, 0, late());
  requests.next(late());
  requests.send(sftp::Stat{.path = "x"}, 0, late());
  BOOST_CHECK_EXCEPTION(requests.next(late()), amiko::ProtocolError,
                        says(errc::protocol_error, "not under way"));
  played.finish();
}

BOOST_AUTO_TEST_CASE(an_answer_of_another_kind_ends_the_session) {
  answered_by(packet_of(0, sftp::Handle{.handle = "h"}), errc::protocol_error, "type 102");
  answered_by(packet_of(0, sftp::Status{.code = 0}), errc::protocol_error, "type 101");
  answered_by(packet_of(0, sftp::Stat{.path = "h"}), errc::protocol_error, "type 17");
}

BOOST_AUTO_TEST_CASE(a_broken_length_ends_the_session) {
  answered_by({0xff, 0xff, 0xff, 0xff, 105}, errc::packet_too_large, "4294967295");
  answered_by({0, 0, 0, 1, 105}, errc::malformed_packet, "1 bytes");
}

BOOST_AUTO_TEST_CASE(a_status_without_a_code_ends_the_session) {
  answered_by({0, 0, 0, 7, 101, 0, 0, 0, 0, 0, 0}, errc::malformed_packet, "");
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-32"))
BOOST_AUTO_TEST_CASE(more_data_than_was_asked_for_ends_the_session) {
  Played played([](SftpPeer& peer) {
    peer.answer(peer.next().id, sftp::Data{.data = "123456789"});
    peer.expect_end();
  });
  sftp::Requests requests(played.dispatcher);
  std::array<std::uint8_t, 16> sink{};
  requests.send(sftp::Read{.handle = "h", .offset = 0, .length = 8}, 0, late(),
                amiko::MutableBytes(sink).first(8));
  BOOST_CHECK_EXCEPTION(requests.next(late()), amiko::ProtocolError, says(errc::protocol_error, "9 bytes"));
  BOOST_TEST(sink[8] == 0);
  played.finish();
}

BOOST_AUTO_TEST_CASE(data_that_is_longer_than_its_packet_ends_the_session) {
  Played played([](SftpPeer& peer) {
    const auto request = peer.next();
    Bytes answer = packet_of(request.id, sftp::Data{.data = "1234"});
    answer[12] = 200;  // the data's own length
    peer.send(answer);
    peer.expect_end();
  });
  sftp::Requests requests(played.dispatcher);
  std::array<std::uint8_t, 256> sink{};
  requests.send(sftp::Read{.handle = "h", .offset = 0, .length = 256}, 0, late(), sink);
  BOOST_CHECK_EXCEPTION(requests.next(late()), amiko::ProtocolError, has_code(errc::malformed_packet));
  played.finish();
}

BOOST_AUTO_TEST_CASE(the_end_of_the_server_is_told_to_all) {
  Played played([](SftpPeer& peer) { peer.next(); });
  sftp::Requests requests(played.dispatcher);
  requests.send(sftp::Stat{.path = "x"}, 0, late());
  BOOST_CHECK_EXCEPTION(requests.next(late()), amiko::Disconnected, has_code(errc::connection_lost));
  BOOST_TEST(!played.dispatcher->is_open());
}

BOOST_AUTO_TEST_CASE(answers_that_came_before_the_end_are_handed_out) {
  Played played([](SftpPeer& peer) {
    const auto first = peer.next(), second = peer.next();
    peer.status(first.id, sftp_errc::failure);
    peer.status(second.id, sftp_errc::failure);
    peer.next();
    peer.send(Bytes{0xff, 0xff, 0xff, 0xff});
    peer.expect_end();
  });
  sftp::Requests requests(played.dispatcher);
  for (std::uint64_t tag = 0; tag < 3; ++tag)
    requests.send(sftp::Stat{.path = "x"}, tag, late());
  BOOST_TEST(requests.next(late()).tag == 0u);
  BOOST_TEST(requests.next(late()).tag == 1u);
  BOOST_CHECK_EXCEPTION(requests.next(late()), amiko::ProtocolError, has_code(errc::packet_too_large));
  played.finish();
}

// --- large answers, which go straight into the sink

BOOST_AUTO_TEST_CASE(large_answers_may_come_in_any_pieces_with_others_between_them) {
  constexpr std::size_t size = 40'000;
  for (const std::size_t cut :
       {1U, 4U, 8U, 12U, 13U, 14U, 1023U, 1024U, 1025U, 20'000U, 40'012U, 40'013U, 40'014U}) {
    Played played([cut](SftpPeer& peer) {
      const auto first = peer.next(), stat = peer.next(), second = peer.next();
      Bytes out = packet_of(first.id, sftp::Data{.data = Bytes(size, 'a')});
      sftp::encode(out, stat.id, sftp::Status{.code = 4, .message = "between"});
      sftp::encode(out, second.id, sftp::Data{.data = Bytes(size - 1, 'b')});  // short
      for (ByteView rest(out); !rest.empty(); rest = rest.from(std::min(cut, rest.size()))) {
        peer.send(rest.first(std::min(cut, rest.size())));
        if (cut < 1000 && out.size() - rest.size() > 30) {  // byte by byte, but not all of it
          peer.send(rest.from(std::min(cut, rest.size())));
          break;
        }
      }
      peer.expect_end();
    });
    sftp::Requests requests(played.dispatcher);
    Bytes first(size), second(size);
    requests.send(sftp::Read{.handle = ByteView("h"), .offset = 0, .length = size}, 1, late(), first);
    requests.send(sftp::Stat{.path = "x"}, 2, late());
    requests.send(sftp::Read{.handle = ByteView("h"), .offset = size, .length = size}, 3, late(), second);
    const auto a = requests.next(late()), b = requests.next(late()), c = requests.next(late());
    BOOST_TEST((a.tag == 1 && b.tag == 2 && c.tag == 3), cut);
    BOOST_TEST((a.type == PacketType::data && a.filled == size && a.body.empty()), cut);
    BOOST_TEST(sftp::decode_status(b.body).message == "between");
    BOOST_TEST((c.type == PacketType::data && c.filled == size - 1), cut);
    BOOST_TEST((first == Bytes(size, 'a')), cut);
    second.resize(size - 1);
    BOOST_TEST((second == Bytes(size - 1, 'b')), cut);
    played.finish();
  }
}

// The sink is gone, too; what is still to come of the answer is passed over.
BOOST_AUTO_TEST_CASE(an_owner_may_go_in_the_middle_of_a_large_answer) {
  constexpr std::size_t size = 300'000;
  std::atomic<bool> gone{false};
  Played played([&gone](SftpPeer& peer) {
    const auto read = peer.next();
    const Bytes answer = packet_of(read.id, sftp::Data{.data = Bytes(size, 'a')});
    peer.send(ByteView(answer).first(size / 3));
    amiko::test::eventually([&] { return gone.load(); });
    const auto stat = peer.next();
    peer.send(ByteView(answer).from(size / 3));
    peer.status(stat.id, sftp_errc::failure, "after it");
    peer.next();
    peer.answer(read.id, sftp::Data{.data = ByteView("twice")});
    peer.expect_end();
  });
  {
    Bytes sink(size);
    sftp::Requests requests(played.dispatcher);
    requests.send(sftp::Read{.handle = ByteView("h"), .offset = 0, .length = size}, 1, late(), sink);
    BOOST_TEST(amiko::test::eventually([&] {
      BOOST_TEST(!requests.poll().has_value());
      return sink[size / 4] == 'a';
    }));
  }
  gone = true;
  sftp::Requests others(played.dispatcher);
  others.send(sftp::Stat{.path = "x"}, 2, late());
  BOOST_TEST(sftp::decode_status(others.next(late()).body).message == "after it");
  others.send(sftp::Stat{.path = "y"}, 3, late());
  BOOST_CHECK_EXCEPTION(others.next(late()), amiko::ProtocolError,
                        says(errc::protocol_error, "not under way"));
  played.finish();
}

// One thread reads for all, also into the memory of those who go meanwhile.
BOOST_AUTO_TEST_CASE(owners_of_large_answers_come_and_go) {
  constexpr std::size_t size = 50'000;
  Played played([](SftpPeer& peer) {
    while (const auto request = peer.next_or_end())
      peer.answer(
          request->id,
          sftp::Data{.data = Bytes(size, static_cast<std::uint8_t>(request->as<sftp::Read>().offset))});
  });
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (int thread = 1; thread <= 4; ++thread)
    threads.emplace_back([&, thread] {
      for (int i = 0; i < 100; ++i) {
        Bytes sink(size);
        sftp::Requests requests(played.dispatcher);
        requests.send(
            sftp::Read{.handle = ByteView("h"), .offset = static_cast<std::uint64_t>(thread), .length = size},
            1, late(), sink);
        try {
          const Deadline deadline = i % 3 == 0 ? late() : Deadline::after(std::chrono::microseconds(20 * i));
          if (requests.next(deadline).filled != size ||
              sink != Bytes(size, static_cast<std::uint8_t>(thread)))
            ++wrong;
        } catch (const amiko::TimeoutError&) {
        }
      }
    });
  for (auto& thread : threads)
    thread.join();
  BOOST_TEST(wrong == 0);
  played.finish();
}

// --- time

BOOST_AUTO_TEST_CASE(no_answer_is_a_timeout_and_a_late_one_is_dropped) {
  Played played([](SftpPeer& peer) {
    const auto slow = peer.next();
    const auto quick = peer.next();
    peer.status(slow.id, sftp_errc::failure, "late");
    peer.status(quick.id, sftp_errc::failure, "in time");
    peer.expect_end();
  });
  {
    sftp::Requests requests(played.dispatcher);
    requests.send(sftp::Stat{.path = "x"}, 0, late());
    BOOST_CHECK_EXCEPTION(requests.next(Deadline::after(std::chrono::milliseconds(20))), amiko::TimeoutError,
                          has_code(errc::timed_out));
  }
  sftp::Requests requests(played.dispatcher);
  requests.send(sftp::Stat{.path = "y"}, 0, late());
  BOOST_TEST(sftp::decode_status(requests.next(late()).body).message == "in time");
  played.finish();
}

BOOST_AUTO_TEST_CASE(after_a_timeout_the_answer_can_still_be_waited_for) {
  std::atomic<bool> go{false};
  Played played([&go](SftpPeer& peer) {
    const auto request = peer.next();
    amiko::test::eventually([&] { return go.load(); });
    peer.status(request.id, sftp_errc::failure);
    peer.expect_end();
  });
  sftp::Requests requests(played.dispatcher);
  requests.send(sftp::Stat{.path = "x"}, 3, late());
  BOOST_CHECK_THROW(requests.next(at_once()), amiko::TimeoutError);
  go = true;
  BOOST_TEST(requests.next(late()).tag == 3u);
  played.finish();
}

BOOST_AUTO_TEST_CASE(a_handle_that_comes_too_late_is_closed) {
  std::string closed;
  Played played([&closed](SftpPeer& peer) {
    const auto slow = peer.next();
    const auto quick = peer.next();
    peer.answer(slow.id, sftp::Handle{.handle = "late handle"});
    peer.status(quick.id, sftp_errc::failure);
    const auto close = peer.next();
    closed = close.as<sftp::Close>().handle.str();
    peer.ok(close.id);
    peer.expect_end();
  });
  {
    sftp::Requests requests(played.dispatcher);
    requests.send(sftp::Open{.filename = "x", .flags = amiko::sftp_read}, 0, late());
    BOOST_CHECK_THROW(requests.next(at_once()), amiko::TimeoutError);
  }
  sftp::Requests requests(played.dispatcher);
  requests.send(sftp::Stat{.path = "y"}, 0, late());
  requests.next(late());
  played.finish();
  BOOST_TEST(closed == "late handle");
}

BOOST_AUTO_TEST_CASE(a_handle_that_nobody_took_is_closed) {
  std::string closed;
  Played played([&closed](SftpPeer& peer) {
    const auto open = peer.next(), stat = peer.next();
    peer.answer(open.id, sftp::Handle{.handle = "untaken"});
    peer.status(stat.id, sftp_errc::failure);
    closed = peer.next().as<sftp::Close>().handle.str();
    peer.expect_end();
  });
  {
    sftp::Requests requests(played.dispatcher), others(played.dispatcher);
    requests.send(sftp::Open{.filename = "x", .flags = amiko::sftp_read}, 0, late());
    others.send(sftp::Stat{.path = "x"}, 0, late());
    others.next(late());
  }
  played.finish();
  BOOST_TEST(closed == "untaken");
}

// --- both ends write

BOOST_AUTO_TEST_CASE(two_ends_that_both_write_do_not_lock_each_other_out) {
  constexpr std::size_t count = 200, size = 32768;
  Played played([](SftpPeer& peer) {
    // It takes nothing more before its own answers have gone, and those are large.
    const std::string data(size, 'd');
    for (std::size_t i = 0; i < count; ++i) {
      const auto request = peer.next();
      if (request.type == PacketType::read)
        peer.answer(request.id, sftp::Data{.data = data});
      else
        peer.ok(request.id);
    }
    peer.expect_end();
  });
  sftp::Requests requests(played.dispatcher);
  std::vector<Bytes> sinks(count / 2, Bytes(size));
  const std::string data(size, 'w');
  for (std::size_t i = 0; i < count / 2; ++i) {
    requests.send(sftp::Read{.handle = "h", .offset = 0, .length = size}, i, late(), sinks[i]);
    requests.send(sftp::Write{.handle = "h", .offset = 0, .data = data}, i, late());
  }
  for (std::size_t i = 0; i < count; ++i)
    requests.next(late());
  for (const Bytes& sink : sinks)
    BOOST_TEST(sink.back() == 'd');
  played.finish();
}

BOOST_AUTO_TEST_CASE(a_full_queue_is_a_timeout) {
  std::atomic<bool> go{false};
  Played played([&go](SftpPeer& peer) {
    amiko::test::eventually([&] { return go.load(); });
    while (peer.next_or_end()) {
    }
  });
  sftp::Requests requests(played.dispatcher);
  const std::string data(256 * 1024, 'w');
  const auto fill = [&] {
    for (int i = 0; i < 100; ++i)
      requests.send(sftp::Write{.handle = "h", .offset = 0, .data = data}, 0, at_once());
  };
  BOOST_CHECK_EXCEPTION(fill(), amiko::TimeoutError, has_code(errc::timed_out));
  go = true;
  requests.send(sftp::Write{.handle = "h", .offset = 0, .data = data}, 0, late());
  played.finish();
}

// --- threads

BOOST_AUTO_TEST_CASE(many_threads_get_their_own_answers) {
  constexpr int threads = 8, each = 300;
  Played played([](SftpPeer& peer) {
    for (int i = 0; i < threads * each; ++i) {
      const auto request = peer.next();
      const std::string path(request.as<sftp::Stat>().path);
      peer.answer(request.id, sftp::Attrs{.attributes = {.size = std::stoull(path)}});
    }
    peer.expect_end();
  });
  std::atomic<int> right{0};
  std::vector<std::thread> running;
  for (int t = 0; t < threads; ++t)
    running.emplace_back([&played, &right, t] {
      for (int i = 0; i < each; ++i) {
        sftp::Requests requests(played.dispatcher);
        const auto number = static_cast<std::uint64_t>(t * each + i);
        requests.send(sftp::Stat{.path = std::to_string(number)}, number, late());
        const auto answer = requests.next(late());
        if (answer.tag == number && sftp::decode<sftp::Attrs>(answer.body).attributes.size == number) ++right;
      }
    });
  for (auto& thread : running)
    thread.join();
  BOOST_TEST(right == threads * each);
  played.finish();
}

// The one that reads is answered last; the others' answers must not wait for it.
BOOST_AUTO_TEST_CASE(a_thread_that_reads_wakes_the_others_and_passes_the_part_on) {
  std::atomic<int> done{0};
  Played played([&done](SftpPeer& peer) {
    std::map<std::string, std::uint32_t> ids;
    while (ids.size() < 3) {
      const auto request = peer.next();
      ids.emplace(request.as<sftp::Stat>().path, request.id);
    }
    int expected = 0;
    for (const auto& [path, id] : ids) {
      peer.status(id, sftp_errc::failure);
      ++expected;
      amiko::test::must(amiko::test::eventually([&] { return done == expected; }), "it is told at once");
    }
    peer.expect_end();
  });
  std::vector<std::thread> running;
  for (int t = 0; t < 3; ++t)
    running.emplace_back([&played, &done, t] {
      sftp::Requests requests(played.dispatcher);
      requests.send(sftp::Stat{.path = std::to_string(t)}, 0, late());
      requests.next(late());
      ++done;
    });
  for (auto& thread : running)
    thread.join();
  BOOST_TEST(done == 3);
  played.finish();
}

BOOST_AUTO_TEST_CASE(close_wakes_everybody) {
  std::atomic<int> waiting{0}, closed{0};
  Played played([&waiting](SftpPeer& peer) {
    for (int i = 0; i < 4; ++i)
      peer.next(), ++waiting;
    peer.expect_end();
  });
  std::vector<std::thread> running;
  for (int t = 0; t < 4; ++t)
    running.emplace_back([&played, &closed] {
      sftp::Requests requests(played.dispatcher);
      requests.send(sftp::Stat{.path = "x"}, 0, late());
      try {
        requests.next(late());
      } catch (const amiko::Disconnected& e) {
        if (e.code() == errc::closed) ++closed;
      }
    });
  BOOST_TEST(amiko::test::eventually([&] { return waiting == 4; }));
  played.dispatcher->close();
  for (auto& thread : running)
    thread.join();
  BOOST_TEST(closed == 4);
  played.finish();
}

BOOST_AUTO_TEST_CASE(a_wait_is_an_interruption_point) {
  std::atomic<bool> asked{false}, interrupted{false};
  Played played([&asked](SftpPeer& peer) {
    peer.next();
    asked = true;
    const auto second = peer.next();
    peer.status(second.id, sftp_errc::failure);
    peer.expect_end();
  });
  boost::thread thread([&] {
    sftp::Requests requests(played.dispatcher);
    requests.send(sftp::Stat{.path = "x"}, 0, late());
    try {
      requests.next(late());
    } catch (const boost::thread_interrupted&) {
      interrupted = true;
    }
  });
  BOOST_TEST(amiko::test::eventually([&] { return asked.load(); }));
  thread.interrupt();
  thread.join();
  BOOST_TEST(interrupted);
  // The part that the thread had is free again.
  sftp::Requests requests(played.dispatcher);
  requests.send(sftp::Stat{.path = "y"}, 4, late());
  BOOST_TEST(requests.next(late()).tag == 4u);
  played.finish();
}

BOOST_AUTO_TEST_SUITE_END()
