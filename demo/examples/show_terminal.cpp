// amiko - example: a server that shows the terminal's type and size, and each new size as the window changes
#include "server_common.hpp"

namespace {

std::string text_of(const amiko::WindowSize& size) {
  return std::to_string(size.columns) + "x" + std::to_string(size.rows) + "\r\n";
}

// Waits for the window and for the keyboard at once.  q, Ctrl-C, Ctrl-D and the end of the input end it.
void show(amiko::ServerProcess& process) {
  if (!process.pty()) {
    process.err().write("No terminal was asked for: try ssh -t.\n");
    return process.exit(1);
  }
  amiko::Channel& channel = process.channel();
  process.on_event([&channel](const amiko::ServerEvent&) { channel.wake(); });
  amiko::WindowSize shown = process.size();
  channel.sendall("Terminal type: " + amiko::printable(process.pty()->term) + "\r\nSize: " + text_of(shown));
  for (;;) {
    const unsigned found = channel.wait(amiko::Channel::out | amiko::Channel::end | amiko::Channel::woken);
    if (const amiko::WindowSize now = process.size(); now != shown) {
      shown = now;
      channel.sendall("New size: " + text_of(shown));
    }
    if ((found & amiko::Channel::out) != 0) {
      if (channel.recv(256).find_first_of("q\x03\x04") != std::string::npos) return;
    } else if ((found & amiko::Channel::end) != 0) {
      return;
    }
  }
}

}  // namespace

int main(int argc, char** argv) try {
  amiko::ServerOptions options = server_arguments(argc, argv);
  options.process = show;
  amiko::Server server = amiko::listen(options);
  return run_until_stopped(server);
} catch (const std::exception& e) {
  std::cerr << e.what() << '\n';
  return 1;
}
