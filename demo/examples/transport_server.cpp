// amiko - example: paramiko 0.1's demo server by hand: socket, Transport, ServerHandler, accept, makefile
#include "server_common.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

#include <system_error>

using namespace std::chrono_literals;

namespace {

class Handler : public amiko::ServerHandler {
 public:
  amiko::Event shell_asked;

  amiko::Decision check_auth_password(std::string_view user, const amiko::Secret& password) override {
    static const amiko::Secret foo(std::string_view("foo"));
    return user == "robey" && password == foo ? amiko::Decision::accept : amiko::Decision::reject;
  }
  bool check_channel_open(std::string_view kind) override { return kind == "session"; }
  bool check_pty_request(amiko::Channel&, const amiko::PtyRequest&) override { return true; }
  bool check_shell_request(amiko::Channel&) override { return true; }
  void session_started(amiko::Channel&, const amiko::SessionStart&) override { shell_asked.set(); }
};

void serve(int socket, const amiko::PrivateKey& host_key) try {
  Handler handler;             // before the transport, which uses it to its end
  amiko::Transport t(socket);  // takes the socket over
  t.add_server_key(host_key);
  t.start_server(handler, 10s);
  std::optional<amiko::Channel> chan = t.accept(60s);
  if (!chan) throw std::runtime_error("*** No channel.");
  std::cout << "Authenticated: " << t.identity().user << std::endl;
  if (!handler.shell_asked.wait(10s)) throw std::runtime_error("*** Client never asked for a shell.");
  chan->sendall("\r\n\r\nWelcome to my dorky little BBS!\r\n\r\n");
  chan->sendall("We are on fire all the time!  Hooray!  Candy corn for everyone!\r\n");
  chan->sendall("Happy birthday to Robot Dave!\r\n\r\n");
  chan->sendall("Username: ");
  const std::string name = chan->makefile("rU").readline().value_or("");
  chan->sendall("\r\nI don't like you, " + name + ".\r\n");
  chan->send_exit_status(0);
  chan->close();
  t.accept(10s);  // until the client has gone: what it has not read yet would be lost otherwise
} catch (const std::exception& e) {
  std::cerr << e.what() << std::endl;
}

int listen_on(std::uint16_t port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  if (::bind(socket, generic, size) != 0 || ::listen(socket, 100) != 0)
    throw std::system_error(errno, std::generic_category(), "*** Bind failed");
  ::getsockname(socket, generic, &size);
  std::cout << "listening on port " << ntohs(address.sin_port) << std::endl;
  return socket;
}

}  // namespace

// One caller after the other, until it is killed.
int main(int argc, char** argv) try {
  const amiko::PrivateKey host_key = host_key_argument(argc, argv);
  const int listener = listen_on(port_argument(argc, argv));
  for (;;) {
    const int socket = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket >= 0) serve(socket, host_key);
  }
} catch (const std::exception& e) {
  std::cerr << e.what() << '\n';
  return 1;
}
