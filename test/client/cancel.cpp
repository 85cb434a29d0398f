// amiko - tests of ending run() from another thread
#include <amiko/client/connection.hpp>

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <string>

#include "common/calls.hpp"
#include "common/scripted_server.hpp"

using amiko::ByteView;
using amiko::CancelToken;
using amiko::Connection;
using amiko::errc;
using amiko::Redirect;
using amiko::test::Call;
using amiko::test::eventually;
using amiko::test::must;
using amiko::test::ScriptedPeer;
using amiko::test::ScriptedSession;
using amiko::test::ServedChannel;
using amiko::test::settle;
using amiko::wire::MessageNumber;
namespace wire = amiko::wire;

namespace {

struct Fixture {
  Fixture() : connection(std::move(session.client)) {
    session.server.run([this](ScriptedPeer& peer) {
      peer.commands["some"] = [](ScriptedPeer& p, ServedChannel& c) { p.write(c, "so far"); };
      peer.on(MessageNumber::channel_open, [this](ScriptedPeer&, ByteView) {
        ++opened;
        return false;
      });
      peer.on(MessageNumber::channel_request, [this](ScriptedPeer&, ByteView payload) {
        const auto m = wire::decode<wire::ChannelRequest>(payload);
        ++requests;
        if (m.type == "signal") ++signals;
        return m.type == "exec" && ignore_exec;
      });
    });
  }
  std::atomic<int> opened{0}, requests{0}, signals{0};
  std::atomic<bool> ignore_exec{false};
  ScriptedSession session;
  Connection connection;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(cancel)

BOOST_AUTO_TEST_CASE(tokens_share_their_state) {
  const CancelToken token;
  const CancelToken copy = token;
  BOOST_TEST(!copy.cancelled());
  token.cancel();
  token.cancel();
  BOOST_TEST(copy.cancelled());
  BOOST_TEST(!CancelToken().cancelled());
}

BOOST_AUTO_TEST_CASE(a_running_command) {
  Fixture f;
  const CancelToken token;
  std::atomic<bool> thrown{false};
  Call call([&] {
    try {
      f.connection.run("some", {.cancel = token});
    } catch (const amiko::CancelledError& e) {
      thrown = true;
      must(e.result().out == "so far", "the output is kept");
      must(e.code() == errc::cancelled, "its code");
    }
  });
  BOOST_REQUIRE(eventually([&] { return f.requests == 1; }));
  settle();
  settle();
  token.cancel();
  BOOST_TEST(!call.failure());
  BOOST_TEST(thrown);
  BOOST_TEST(eventually([&] { return f.signals == 1; }));
  BOOST_TEST(f.connection.run("print still there").out == "still there");
}

BOOST_AUTO_TEST_CASE(many_commands_by_one_token) {
  Fixture f;
  const CancelToken token;
  Call a([&] { f.connection.run("hold", {.cancel = token}); });
  Call b([&] { f.connection.run("hold", {.cancel = token}); });
  Call other([&] { f.connection.run("cat"); });
  BOOST_REQUIRE(eventually([&] { return f.requests == 3; }));
  token.cancel();
  BOOST_TEST((a.code() == errc::cancelled));
  BOOST_TEST((b.code() == errc::cancelled));
  BOOST_TEST(!other.code());
}

BOOST_AUTO_TEST_CASE(before_it_starts) {
  Fixture f;
  const CancelToken token;
  token.cancel();
  BOOST_CHECK_THROW(f.connection.run("print x", {.cancel = token}), amiko::CancelledError);
  BOOST_TEST(f.opened == 0);
}

BOOST_AUTO_TEST_CASE(while_the_server_has_not_answered_exec) {
  Fixture f;
  f.ignore_exec = true;
  const CancelToken token;
  Call call([&] { f.connection.run("print x", {.cancel = token}); });
  BOOST_REQUIRE(eventually([&] { return f.requests == 1; }));
  token.cancel();
  BOOST_TEST((call.code() == errc::cancelled));
}

BOOST_AUTO_TEST_CASE(communicate) {
  Fixture f;
  const CancelToken token;
  amiko::Process process = f.connection.start("hold");
  Call call([&] { process.communicate({.cancel = token}); });
  settle();
  token.cancel();
  BOOST_TEST((call.code() == errc::cancelled));
}

// What has ended does not care any more.
BOOST_AUTO_TEST_CASE(after_the_end) {
  Fixture f;
  const CancelToken token;
  BOOST_TEST(f.connection.run("print x", {.cancel = token}).out == "x");
  token.cancel();
  BOOST_TEST(f.connection.run("print y").out == "y");
}

BOOST_AUTO_TEST_SUITE_END()
