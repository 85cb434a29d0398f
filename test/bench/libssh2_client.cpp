// amiko - bulk transfer through libssh2, for the throughput comparison
//
// usage: bench-libssh2 down|up PORT USER KEY CIPHER BYTES
#include <libssh2.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

namespace {

[[noreturn]] void fail(LIBSSH2_SESSION* session, const char* what) {
  char* text = nullptr;
  if (session != nullptr) libssh2_session_last_error(session, &text, nullptr, 0);
  std::fprintf(stderr, "bench-libssh2: %s: %s\n", what, text != nullptr ? text : "");
  std::exit(1);
}

int dial(const char* port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(std::strtoul(port, nullptr, 10)));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) fail(nullptr, "connect");
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return fd;
}

LIBSSH2_SESSION* login(int fd, char** argv) {
  LIBSSH2_SESSION* session = libssh2_session_init();
  libssh2_session_method_pref(session, LIBSSH2_METHOD_CRYPT_CS, argv[5]);
  libssh2_session_method_pref(session, LIBSSH2_METHOD_CRYPT_SC, argv[5]);
  if (libssh2_session_handshake(session, fd) != 0) fail(session, "handshake");
  const std::string public_key = std::string(argv[4]) + ".pub";
  if (libssh2_userauth_publickey_fromfile(session, argv[3], public_key.c_str(), argv[4], nullptr) != 0)
    fail(session, "auth");
  return session;
}

std::uint64_t download(LIBSSH2_CHANNEL* channel, std::vector<char>& buffer) {
  std::uint64_t total = 0;
  for (;;) {
    const ssize_t n = libssh2_channel_read(channel, buffer.data(), buffer.size());
    if (n <= 0) return total;
    total += static_cast<std::uint64_t>(n);
    if (::write(STDOUT_FILENO, buffer.data(), static_cast<std::size_t>(n)) != n) return total;
  }
}

std::uint64_t upload(LIBSSH2_CHANNEL* channel, std::vector<char>& buffer, std::uint64_t bytes) {
  for (std::uint64_t sent = 0; sent < bytes;) {
    const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size(), bytes - sent));
    const ssize_t n = libssh2_channel_write(channel, buffer.data(), wanted);
    if (n <= 0) return sent;
    sent += static_cast<std::uint64_t>(n);
  }
  libssh2_channel_send_eof(channel);
  libssh2_channel_wait_eof(channel);
  return bytes;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 7) return 2;
  const bool down = std::strcmp(argv[1], "down") == 0;
  const std::uint64_t bytes = std::strtoull(argv[6], nullptr, 10);
  libssh2_init(0);
  const int fd = dial(argv[2]);
  LIBSSH2_SESSION* session = login(fd, argv);
  LIBSSH2_CHANNEL* channel = libssh2_channel_open_session(session);
  if (channel == nullptr) fail(session, "channel");
  const std::string command = down ? "head -c " + std::string(argv[6]) + " /dev/zero" : "cat >/dev/null";
  if (libssh2_channel_exec(channel, command.c_str()) != 0) fail(session, "exec");
  std::vector<char> buffer(256 * 1024);
  const std::uint64_t moved = down ? download(channel, buffer) : upload(channel, buffer, bytes);
  libssh2_channel_close(channel);
  libssh2_channel_free(channel);
  libssh2_session_disconnect(session, "done");
  libssh2_session_free(session);
  ::close(fd);
  return moved == bytes ? 0 : 4;
}
