// amiko - example: as simple_client, written with callbacks
#include "common.hpp"

#include <iostream>

namespace {

// Everything here is called in the thread that called connect() or run().
struct Session {
  void banner_received(const std::string& text) { std::cout << "Banner: " << text; }
  void auth_completed() { std::cout << "Authentication successful.\n"; }
  void data_received(amiko::ByteView data) { std::cout << data.text(); }
  void error_received(amiko::ByteView data) { std::cerr << data.text(); }
  void connection_lost(const amiko::Error& error) {
    std::cerr << "SSH session error: " << error.what() << '\n';
  }
};

}  // namespace

int main(int argc, char** argv) try {
  const Server server = first_server(argc, argv);
  Session session;
  amiko::ConnectOptions options = server.options;
  options.banner = [&](const std::string& text) { session.banner_received(text); };
  amiko::Connection conn = amiko::connect(server.host, options);
  session.auth_completed();
  try {
    const auto result =
        conn.run("ls abc",
                 {.out = amiko::Redirect::sink([&](amiko::ByteView data) { session.data_received(data); }),
                  .err = amiko::Redirect::sink([&](amiko::ByteView data) { session.error_received(data); })});
    std::cout << result.status.to_string() << '\n';
    return result.ok() ? 0 : 1;
  } catch (const amiko::Disconnected& e) {
    session.connection_lost(e);
    return 1;
  }
} catch (const std::exception& e) {
  std::cerr << e.what() << '\n';
  return 1;
}
