// amiko - example: three ways to stop waiting: a time limit, a channel's timeout, cancelling from elsewhere
#include "common.hpp"

#include <array>
#include <iostream>
#include <thread>

using namespace std::chrono_literals;

int main(int argc, char** argv) try {
  const Server server = first_server(argc, argv);
  amiko::Connection conn = amiko::connect(server.host, server.options);

  try {
    conn.run("echo started; sleep 60", {.timeout = 2s});
  } catch (const amiko::ProcessTimeout& e) {  // the output so far is kept
    std::cout << "timeout after: " << e.result().out;
  }

  amiko::Channel chan = conn.open_session();
  chan.exec_command("cat");
  chan.settimeout(100ms);
  std::array<std::uint8_t, 1024> buffer{};
  amiko::error_code ec;
  chan.recv(buffer, ec);
  if (ec == amiko::errc::timed_out) std::cout << "nothing yet\n";
  chan.sendall("hello\n");
  chan.settimeout(amiko::forever);
  std::cout << chan.recv(1024);

  const amiko::CancelToken token;
  const std::jthread other([&token] {
    std::this_thread::sleep_for(200ms);
    token.cancel();
  });
  try {
    conn.run("sleep 60", {.cancel = token});
  } catch (const amiko::CancelledError&) {
    std::cout << "cancelled\n";
  }
  return 0;
} catch (const std::exception& e) {
  std::cerr << e.what() << '\n';
  return 1;
}
