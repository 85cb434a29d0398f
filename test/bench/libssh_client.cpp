// amiko - bulk transfer through libssh, for the throughput comparison
//
// usage: bench-libssh down|up PORT USER KEY CIPHER BYTES
#include <libssh/libssh.h>

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

namespace {

[[noreturn]] void fail(ssh_session session, const char* what) {
  std::fprintf(stderr, "bench-libssh: %s: %s\n", what, ssh_get_error(session));
  std::exit(1);
}

ssh_session login(char** argv) {
  ssh_session session = ssh_new();
  unsigned port = static_cast<unsigned>(std::strtoul(argv[2], nullptr, 10));
  const int no = 0;
  ssh_options_set(session, SSH_OPTIONS_HOST, "127.0.0.1");
  ssh_options_set(session, SSH_OPTIONS_PORT, &port);
  ssh_options_set(session, SSH_OPTIONS_USER, argv[3]);
  ssh_options_set(session, SSH_OPTIONS_PROCESS_CONFIG, &no);
  ssh_options_set(session, SSH_OPTIONS_CIPHERS_C_S, argv[5]);
  ssh_options_set(session, SSH_OPTIONS_CIPHERS_S_C, argv[5]);
  if (ssh_connect(session) != SSH_OK) fail(session, "connect");
  ssh_key key = nullptr;
  if (ssh_pki_import_privkey_file(argv[4], nullptr, nullptr, nullptr, &key) != SSH_OK) fail(session, "key");
  if (ssh_userauth_publickey(session, nullptr, key) != SSH_AUTH_SUCCESS) fail(session, "auth");
  ssh_key_free(key);
  return session;
}

std::uint64_t download(ssh_channel channel, std::vector<char>& buffer) {
  std::uint64_t total = 0;
  for (;;) {
    const int n = ssh_channel_read(channel, buffer.data(), static_cast<std::uint32_t>(buffer.size()), 0);
    if (n <= 0) return total;
    total += static_cast<std::uint64_t>(n);
    if (::write(STDOUT_FILENO, buffer.data(), static_cast<std::size_t>(n)) != n) return total;
  }
}

std::uint64_t upload(ssh_channel channel, std::vector<char>& buffer, std::uint64_t bytes) {
  for (std::uint64_t sent = 0; sent < bytes;) {
    const auto wanted = static_cast<std::uint32_t>(std::min<std::uint64_t>(buffer.size(), bytes - sent));
    const int n = ssh_channel_write(channel, buffer.data(), wanted);
    if (n <= 0) return sent;
    sent += static_cast<std::uint64_t>(n);
  }
  ssh_channel_send_eof(channel);
  char end = 0;
  while (ssh_channel_read(channel, &end, 1, 0) > 0) {
  }
  return bytes;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 7) return 2;
  const bool down = std::strcmp(argv[1], "down") == 0;
  const std::uint64_t bytes = std::strtoull(argv[6], nullptr, 10);
  ssh_session session = login(argv);
  ssh_channel channel = ssh_channel_new(session);
  if (ssh_channel_open_session(channel) != SSH_OK) fail(session, "channel");
  const std::string command = down ? "head -c " + std::string(argv[6]) + " /dev/zero" : "cat >/dev/null";
  if (ssh_channel_request_exec(channel, command.c_str()) != SSH_OK) fail(session, "exec");
  std::vector<char> buffer(256 * 1024);
  const std::uint64_t moved = down ? download(channel, buffer) : upload(channel, buffer, bytes);
  ssh_channel_close(channel);
  ssh_channel_free(channel);
  ssh_disconnect(session);
  ssh_free(session);
  return moved == bytes ? 0 : 4;
}
