// amiko - copies of one file by SFTP through libssh2, for the comparison
//
// usage: bench-sftp-libssh2 get|put PORT USER KEY CIPHER REMOTE LOCAL
#include <libssh2.h>
#include <libssh2_sftp.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

namespace {

[[noreturn]] void fail(const char* what) {
  std::fprintf(stderr, "bench-sftp-libssh2: %s\n", what);
  std::exit(1);
}

int dial(const char* port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(std::strtoul(port, nullptr, 10)));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) fail("connect");
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return fd;
}

bool get(LIBSSH2_SFTP_HANDLE* from, std::FILE* to, std::vector<char>& buffer) {
  ssize_t n;
  while ((n = libssh2_sftp_read(from, buffer.data(), buffer.size())) > 0)
    if (std::fwrite(buffer.data(), 1, static_cast<std::size_t>(n), to) != static_cast<std::size_t>(n))
      return false;
  return n == 0;
}

bool put(std::FILE* from, LIBSSH2_SFTP_HANDLE* to, std::vector<char>& buffer) {
  std::size_t kept = 0;
  for (;;) {
    kept += std::fread(buffer.data() + kept, 1, buffer.size() - kept, from);
    if (kept == 0) return true;
    const ssize_t n = libssh2_sftp_write(to, buffer.data(), kept);
    if (n < 0) return false;
    kept -= static_cast<std::size_t>(n);
    std::memmove(buffer.data(), buffer.data() + n, kept);
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 8) return 2;
  const bool gets = std::strcmp(argv[1], "get") == 0;
  libssh2_init(0);
  const int fd = dial(argv[2]);
  LIBSSH2_SESSION* session = libssh2_session_init();
  libssh2_session_method_pref(session, LIBSSH2_METHOD_CRYPT_CS, argv[5]);
  libssh2_session_method_pref(session, LIBSSH2_METHOD_CRYPT_SC, argv[5]);
  if (libssh2_session_handshake(session, fd) != 0) fail("handshake");
  const std::string public_key = std::string(argv[4]) + ".pub";
  if (libssh2_userauth_publickey_fromfile(session, argv[3], public_key.c_str(), argv[4], nullptr) != 0)
    fail("auth");
  LIBSSH2_SFTP* sftp = libssh2_sftp_init(session);
  if (sftp == nullptr) fail("sftp");
  const unsigned long flags =
      gets ? LIBSSH2_FXF_READ : LIBSSH2_FXF_WRITE | LIBSSH2_FXF_CREAT | LIBSSH2_FXF_TRUNC;
  LIBSSH2_SFTP_HANDLE* handle = libssh2_sftp_open_ex(
      sftp, argv[6], static_cast<unsigned>(std::strlen(argv[6])), flags, 0644, LIBSSH2_SFTP_OPENFILE);
  if (handle == nullptr) fail("open");
  std::FILE* file = std::fopen(argv[7], gets ? "wb" : "rb");
  if (file == nullptr) fail("local file");
  std::vector<char> buffer(std::size_t{1} << 20);
  const bool ok = gets ? get(handle, file, buffer) : put(file, handle, buffer);
  if (std::fclose(file) != 0 || libssh2_sftp_close(handle) != 0) fail("close");
  libssh2_sftp_shutdown(sftp);
  libssh2_session_disconnect(session, "done");
  libssh2_session_free(session);
  ::close(fd);
  return ok ? 0 : 4;
}
