// amiko - tests of reaching a host
#include <amiko/transport/connector.hpp>

#include <amiko/base/error.hpp>

#include <boost/test/unit_test.hpp>
#include <boost/thread/thread.hpp>

#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <atomic>
#include <string>

#include "common/calls.hpp"
#include "common/network.hpp"

using amiko::ConnectError;
using amiko::Deadline;
using amiko::errc;
using amiko::forever;
using amiko::Phase;
using amiko::TimeoutError;
using amiko::support::UniqueFd;
using amiko::test::FullPort;
using amiko::test::has_code;
using amiko::test::listen_on_loopback;
using amiko::test::local_port;
using amiko::test::loopback;
using amiko::test::RefusedPort;
using amiko::test::says;
using amiko::test::settle;
using amiko::transport::AddressFamily;
using amiko::transport::connect_tcp;
using amiko::transport::peer_address;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(connector)

BOOST_AUTO_TEST_CASE(to_an_address_and_to_a_name) {
  const UniqueFd listener = listen_on_loopback();
  const auto port = local_port(listener.get());
  // "localhost" may have ::1 as well, where nobody listens: then 127.0.0.1 is tried next
  for (const char* host : {loopback, "localhost"}) {
    const auto connected = connect_tcp(host, port, Deadline::after(20s));
    BOOST_TEST(connected.socket.get() >= 0);
    BOOST_TEST(connected.address == loopback);
    BOOST_TEST(peer_address(connected.socket.get()) == std::string(loopback) + ":" + std::to_string(port));
  }
}

BOOST_AUTO_TEST_CASE(refused) {
  const RefusedPort nobody;
  const auto peer = "127.0.0.1:" + std::to_string(nobody.port());
  BOOST_CHECK_EXCEPTION(connect_tcp(loopback, nobody.port(), forever), ConnectError,
                        says(errc::connection_refused, peer));
  BOOST_CHECK_EXCEPTION(connect_tcp("localhost", nobody.port(), forever), ConnectError,
                        says(errc::connection_refused, "127.0.0.1"));
}

BOOST_AUTO_TEST_CASE(unknown_names) {
  try {
    connect_tcp(amiko::test::unknown_host, 22, Deadline::after(20s));
    BOOST_ERROR("connected");
  } catch (const ConnectError& e) {
    BOOST_TEST((e.code() == errc::name_not_found));
    BOOST_TEST((e.phase() == Phase::resolve));
    BOOST_TEST(std::string(e.what()).find(amiko::test::unknown_host) != std::string::npos);
  } catch (const TimeoutError&) {
    // a resolver that does not answer: nothing to be learnt here
  }
}

BOOST_AUTO_TEST_CASE(unreachable) {
  BOOST_CHECK_EXCEPTION(connect_tcp(amiko::test::unreachable_address, 22, Deadline::after(20s)), ConnectError,
                        says(errc::unreachable, amiko::test::unreachable_address));
}

BOOST_AUTO_TEST_CASE(nobody_answers) {
  const FullPort full;
  BOOST_CHECK_EXCEPTION(connect_tcp(loopback, full.port(), Deadline::after(50ms)), TimeoutError,
                        says(errc::timed_out, loopback));
  BOOST_CHECK_EXCEPTION(connect_tcp(loopback, full.port(), Deadline::after(0ms)), TimeoutError,
                        has_code(errc::timed_out));
}

BOOST_AUTO_TEST_CASE(waiting_can_be_interrupted) {
  const FullPort full;
  std::atomic<bool> interrupted = false;
  boost::thread thread([&] {
    try {
      connect_tcp(loopback, full.port(), forever);
    } catch (const boost::thread_interrupted&) {
      interrupted = true;
    }
  });
  settle();
  thread.interrupt();
  thread.join();
  BOOST_TEST(interrupted.load());
}

BOOST_AUTO_TEST_CASE(families) {
  const UniqueFd listener = listen_on_loopback();
  const auto port = local_port(listener.get());
  BOOST_TEST(connect_tcp("localhost", port, Deadline::after(20s), AddressFamily::inet).address == loopback);
  BOOST_CHECK_THROW(connect_tcp(loopback, port, Deadline::after(20s), AddressFamily::inet6), ConnectError);
}

BOOST_AUTO_TEST_CASE(version_6) {
  const UniqueFd listener(::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in6 address{};
  address.sin6_family = AF_INET6;
  address.sin6_addr = in6addr_loopback;
  socklen_t size = sizeof address;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  if (!listener || ::bind(listener.get(), generic, size) != 0) {
    BOOST_TEST_MESSAGE("skipped: no IPv6 here");
    return;
  }
  BOOST_REQUIRE(::listen(listener.get(), 5) == 0);
  BOOST_REQUIRE(::getsockname(listener.get(), generic, &size) == 0);
  const auto port = ntohs(address.sin6_port);
  const auto connected = connect_tcp("::1", port, Deadline::after(20s));
  BOOST_TEST(connected.address == "::1");
  BOOST_TEST(peer_address(connected.socket.get()) == "[::1]:" + std::to_string(port));
}

BOOST_AUTO_TEST_CASE(addresses_of_other_sockets) {
  const UniqueFd lonely(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  BOOST_TEST(peer_address(lonely.get()).empty());
  BOOST_TEST(peer_address(-1).empty());
  std::array<int, 2> fds{};
  BOOST_REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds.data()) == 0);
  const UniqueFd one(fds[0]);
  const UniqueFd other(fds[1]);
  BOOST_TEST(peer_address(one.get()).empty());
}

BOOST_AUTO_TEST_SUITE_END()
