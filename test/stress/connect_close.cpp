// amiko - hundreds of short connections leave nothing behind
#include <amiko/connection/transport.hpp>

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

#include "common/calls.hpp"
#include "common/scripted_server.hpp"

using amiko::Channel;
using amiko::Transport;
using amiko::test::Call;
using amiko::test::Census;
using amiko::test::eventually;
using amiko::test::must;
using amiko::test::ScriptedServer;
using amiko::test::ScriptedSession;

namespace {

constexpr int cycles = 200;

void back_to(const Census& before) {
  BOOST_TEST(eventually([&] { return Census::take().within(before); }));
  BOOST_TEST(Census::take().within(before));
}

void connect_run_close(int i) {
  ScriptedSession session;
  Channel channel = session.exec("print hello " + std::to_string(i));
  channel.fileno();
  std::string got;
  for (std::string piece; !(piece = channel.recv(100)).empty();)
    got += piece;
  must(got == "hello " + std::to_string(i), "the output");
  must(channel.recv_exit_status().ok());
  if (i % 2 == 0) session.client.close();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(connect_close)

BOOST_AUTO_TEST_CASE(one_after_the_other) {
  connect_run_close(0);  // whatever is made once
  const Census before = Census::take();
  for (int i = 0; i < cycles; ++i) {
    connect_run_close(i);
    if (i % 50 == 0) back_to(before);
  }
  back_to(before);
}

BOOST_AUTO_TEST_CASE(several_at_a_time) {
  connect_run_close(0);
  const Census before = Census::take();
  {
    std::vector<Call> calls;
    for (int thread = 0; thread < 4; ++thread)
      calls.emplace_back([] {
        for (int i = 0; i < 15; ++i)
          connect_run_close(i);
      });
    for (Call& call : calls)
      BOOST_TEST(!call.failure());
  }
  back_to(before);
}

BOOST_AUTO_TEST_CASE(never_started_or_given_up_at_once) {
  connect_run_close(0);
  const Census before = Census::take();
  for (int i = 0; i < 50; ++i) {
    ScriptedServer server;
    Transport client(server.take_client());
    if (i % 3 == 0) continue;
    amiko::Event event;
    client.start_client(event);
    if (i % 3 == 1) client.close();
  }
  back_to(before);
}

BOOST_AUTO_TEST_SUITE_END()
