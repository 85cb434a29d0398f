// amiko - a server under callers that come and go, and that is changed, asked and closed meanwhile
#include <amiko/client/connect.hpp>
#include <amiko/server/server.hpp>
#include <amiko/server/terminal.hpp>

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "common/joined.hpp"
#include "common/scripted_server.hpp"

namespace {

using namespace amiko;
using namespace amiko::test;
using namespace std::chrono_literals;

constexpr int callers = 6;

ServerOptions storm_options() {
  ServerOptions options;
  options.addresses = {"127.0.0.1"};
  options.port = 0;
  options.host_keys = {joined_host_key()};
  options.per_source_penalties = "no";
  options.max_startups = "1000";
  options.transport.server.failure_delay = 1ms;
  options.password = [](std::string_view user, const Secret&) {
    if (user == "thrower") throw std::runtime_error("a defect of the application");
    return user == "robey" ? Decision::accept : Decision::reject;
  };
  options.process = [](ServerProcess& process) {
    if (process.command() == "throw") throw std::runtime_error("another one");
    if (process.command() == "wait") process.channel().wait(Channel::status, scaled(20'000ms));
    process.out().write("done");
  };
  return options;
}

Connection call(std::uint16_t port, const std::string& user = "robey") {
  ConnectOptions options;
  options.port = port;
  options.user = user;
  options.password = Secret(std::string_view("foo"));
  options.default_keys = false;
  options.host_key = HostKeyPolicy::none();
  options.timeout = scaled(20'000ms);
  return connect("127.0.0.1", options);
}

/// One caller's visit, of a kind that depends on its number.  What the server's end does to it is no matter.
void visit(std::uint16_t port, int number) {
  try {
    if (number % 5 == 0) {
      Transport(std::string("127.0.0.1"), port).close();
      return;
    }
    Connection connection = call(port, number % 7 == 0 ? "thrower" : "robey");
    if (number % 3 == 0) {
      Process process = connection.start("wait");
      return;  // without a goodbye
    }
    connection.run(number % 4 == 0 ? "throw" : "print");
  } catch (const Error&) {
    // refused, or the server has gone
  }
}

struct Visitors {
  Visitors(std::uint16_t port, int visits) {
    for (int c = 0; c < callers; ++c)
      threads.emplace_back([=] {
        for (int i = 0; i < visits; ++i)
          visit(port, c * visits + i);
      });
  }
  ~Visitors() { join(); }
  void join() {
    for (std::thread& thread : threads)
      if (thread.joinable()) thread.join();
  }
  std::vector<std::thread> threads;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(server_storm)

BOOST_AUTO_TEST_CASE(callers_come_and_go_while_it_is_asked_and_changed) {
  const Census before = Census::take();
  {
    Server server = listen(storm_options());
    std::atomic<bool> over{false}, strangers{false};
    std::thread asker([&] {
      while (!over) {
        for (const ServerConnection& connection : server.connections())
          if (connection.authenticated() && connection.identity().user != "robey") strangers = true;
        server.statistics();
        server.update(storm_options());
        std::this_thread::sleep_for(1ms);
      }
    });
    Visitors visitors(server.port(), 20);
    visitors.join();
    BOOST_TEST(eventually([&] { return server.statistics().open == 0; }, 20'000ms));
    BOOST_TEST(server.wait_sessions(scaled(20'000ms)));
    over = true;
    asker.join();
    BOOST_TEST(!strangers);
    BOOST_TEST(server.statistics().accepted >= static_cast<unsigned>(callers * 20));
  }
  BOOST_TEST(eventually([&] { return Census::take().within(before); }, 20'000ms));
}

BOOST_AUTO_TEST_CASE(it_is_closed_in_the_midst_of_everything) {
  const Census before = Census::take();
  for (int round = 0; round < 5; ++round) {
    Server server = listen(storm_options());
    Visitors visitors(server.port(), 4);
    std::this_thread::sleep_for(milliseconds(10 * round));
    server.close();
    BOOST_TEST(server.wait_sessions(scaled(20'000ms)));
  }
  BOOST_TEST(eventually([&] { return Census::take().within(before); }, 20'000ms));
}

BOOST_AUTO_TEST_CASE(many_write_to_one_terminal) {
  std::atomic<Terminal*> shared{nullptr};
  std::atomic<bool> finished{false};
  ServerOptions options = storm_options();
  options.process = [&](ServerProcess& process) {
    Terminal terminal(process);
    shared = &terminal;
    terminal.readline("> ", scaled(20'000ms));
    while (!finished)
      std::this_thread::sleep_for(1ms);
  };
  Server server = listen(std::move(options));
  Connection connection = call(server.port());
  RunOptions run;
  run.pty = PtyRequest{};
  Process process = connection.shell(run);
  BOOST_REQUIRE(eventually([&] { return shared.load() != nullptr; }, 20'000ms));
  std::vector<std::thread> others;
  for (int i = 0; i < 4; ++i)
    others.emplace_back([&] {
      for (int n = 0; n < 50; ++n)
        shared.load()->post("news\n");
    });
  for (std::uint32_t i = 0; i < 50; ++i)
    process.resize_pty(40 + i, 24);
  for (std::thread& other : others)
    other.join();
  process.channel().sendall("line\r");
  finished = true;
  const std::string shown = process.out().read();
  BOOST_TEST(shown.find("news") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
