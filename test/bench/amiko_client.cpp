// amiko - bulk transfer through the library, for the throughput comparison
//
// usage: bench-amiko down|up PORT USER KEY CIPHER BYTES
#include <amiko/connection/transport.hpp>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <exception>
#include <string>

namespace {

std::uint64_t number(const char* text) {
  std::uint64_t value = 0;
  std::from_chars(text, text + std::strlen(text), value);
  return value;
}

// Standard output takes what comes, as with the other clients.
std::uint64_t download(amiko::Channel& channel, amiko::Bytes& buffer) {
  std::uint64_t total = 0;
  while (const std::size_t n = channel.recv(buffer)) {
    total += n;
    if (std::fwrite(buffer.data(), 1, n, stdout) != n) break;
  }
  return total;
}

std::uint64_t upload(amiko::Channel& channel, amiko::Bytes& buffer, std::uint64_t bytes) {
  for (std::uint64_t sent = 0; sent < bytes;) {
    const auto n = static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size(), bytes - sent));
    channel.sendall(amiko::ByteView(buffer.data(), n));
    sent += n;
  }
  channel.send_eof();
  return bytes;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 7) return 2;
  try {
    const bool down = std::strcmp(argv[1], "down") == 0;
    const std::uint64_t bytes = number(argv[6]);
    amiko::Transport transport("127.0.0.1", static_cast<std::uint16_t>(number(argv[2])),
                               {.algorithms = {.ciphers = argv[5]}});
    transport.start_client();
    if (!transport.auth_publickey(argv[3], amiko::load_key(argv[4]))) return 3;
    amiko::Channel channel = transport.open_session();
    channel.exec_command(down ? "head -c " + std::string(argv[6]) + " /dev/zero" : "cat >/dev/null");
    std::setvbuf(stdout, nullptr, _IONBF, 0);
    amiko::Bytes buffer(256 * 1024);
    const std::uint64_t moved = down ? download(channel, buffer) : upload(channel, buffer, bytes);
    return moved == bytes && channel.recv_exit_status().ok() ? 0 : 4;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "bench-amiko: %s\n", e.what());
    return 1;
  }
}
