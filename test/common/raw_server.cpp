// amiko - servers that say what they like
#include "common/raw_server.hpp"

#include <sys/socket.h>

#include <cerrno>
#include <exception>

namespace amiko::test {

bool RawConnection::say(ByteView data) {
  while (!data.empty()) {
    const auto sent = ::send(socket_.get(), data.data(), data.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno != EINTR) return false;
    if (sent > 0) data = data.from(static_cast<std::size_t>(sent));
  }
  return true;
}

Bytes RawConnection::listen(std::size_t most) {
  Bytes data(most);
  ssize_t size = 0;
  while ((size = ::recv(socket_.get(), data.data(), data.size(), 0)) < 0 && errno == EINTR) {
  }
  data.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
  return data;
}

std::string RawConnection::listen_line() {
  std::string line;
  for (Bytes byte; !line.ends_with('\n') && !(byte = listen(1)).empty();)
    line += static_cast<char>(byte[0]);
  return line;
}

Bytes RawConnection::listen_for(std::size_t size) {
  Bytes all;
  while (all.size() < size) {
    const auto more = listen(size - all.size());
    if (more.empty()) break;
    append(all, more);
  }
  return all;
}

void RawConnection::silence() {
  while (!listen().empty()) {
  }
}

void RawConnection::half_close() {
  ::shutdown(socket_.get(), SHUT_WR);
}

// The descriptor is closed at once only for an RST: close() with unread bytes would make one of a FIN.
void RawConnection::close() {
  half_close();
  silence();
}

void RawConnection::reset() {
  const linger now{1, 0};
  const std::lock_guard lock(mutex_);
  ::setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
  socket_.reset();
}

void RawConnection::shut_down() {
  const std::lock_guard lock(mutex_);
  if (socket_) ::shutdown(socket_.get(), SHUT_RDWR);
}

RawServer::RawServer(RawScript script) : script_(std::move(script)), listener_(listen_on_loopback(0, 1024)) {
  port_ = local_port(listener_.get());
  thread_ = std::thread([this] { accept_all(); });
}

void RawServer::stop() {
  std::list<Visit> visits;
  ::shutdown(listener_.get(), SHUT_RDWR);  // wakes accept()
  if (thread_.joinable()) thread_.join();
  {
    const std::lock_guard lock(mutex_);
    visits.swap(visits_);
  }
  for (auto& visit : visits)
    visit.connection.shut_down();
  for (auto& visit : visits)
    visit.thread.join();
}

void RawServer::accept_all() {
  for (;;) {
    UniqueFd socket(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (!socket && (errno == EINTR || errno == ECONNABORTED)) continue;
    if (!socket) return;
    ++connections_;
    const std::lock_guard lock(mutex_);
    auto& visit = visits_.emplace_back(std::move(socket));
    visit.thread = std::thread([this, &visit] { serve(visit.connection); });
  }
}

void RawServer::serve(RawConnection& connection) {
  try {
    script_(connection);
  } catch (const std::exception&) {  // the client sees the end; what the test expects of it, it checks itself
  }
  if (connection.socket_) connection.half_close();
  {
    const std::lock_guard lock(connection.mutex_);
    connection.socket_.reset();
  }
  ++finished_;
}

namespace raw {

Bytes uint32(std::uint32_t value) {
  return {static_cast<std::uint8_t>(value >> 24), static_cast<std::uint8_t>(value >> 16),
          static_cast<std::uint8_t>(value >> 8), static_cast<std::uint8_t>(value)};
}

Bytes string(ByteView data) {
  Bytes result = uint32(static_cast<std::uint32_t>(data.size()));
  append(result, data);
  return result;
}

Bytes packet(ByteView payload) {
  std::size_t padding = 8 - (5 + payload.size()) % 8;
  if (padding < 4) padding += 8;
  Bytes result = uint32(static_cast<std::uint32_t>(1 + payload.size() + padding));
  result.push_back(static_cast<std::uint8_t>(padding));
  append(result, payload);
  result.resize(result.size() + padding);
  return result;
}

Bytes KexInit::payload() const {
  Bytes result{20};                   // SSH_MSG_KEXINIT
  result.resize(result.size() + 16);  // cookie
  for (const auto& list : {kex, host_keys, ciphers, ciphers, macs, macs, compression, compression}) {
    append(result, string(list));
  }
  result.resize(result.size() + 8);  // two empty lists of languages
  result.push_back(first_kex_packet_follows ? 1 : 0);
  result.resize(result.size() + 4);
  return result;
}

RawScript silent() {
  return [](RawConnection& connection) { connection.silence(); };
}

RawScript says(Bytes data) {
  return [data = std::move(data)](RawConnection& connection) {
    connection.say(data);
    connection.silence();
  };
}

RawScript garbage() {
  Bytes data(65536);
  for (std::size_t i = 0; i < data.size(); ++i)
    data[i] = static_cast<std::uint8_t>(128 + i * 7 % 128);
  return says(std::move(data));
}

RawScript http() {
  return [](RawConnection& connection) {
    connection.say("HTTP/1.1 400 Bad Request\r\nContent-Type: text/html\r\n\r\n<h1>Bad Request</h1>\r\n");
    connection.close();
  };
}

RawScript overlong_ident() {
  return says(ByteView("SSH-2.0-" + std::string(65536, 'x') + "\r\n").bytes());
}

RawScript ssh1_only() {
  return says(ByteView("SSH-1.5-old\r\n").bytes());
}

RawScript endless_banner() {
  return [](RawConnection& connection) {
    while (connection.say("Please wait until the server is ready for you.\r\n")) {
    }
  };
}

RawScript closes_at_once() {
  return [](RawConnection&) {};
}

RawScript resets_at_once() {
  return [](RawConnection& connection) { connection.reset(); };
}

namespace {

RawScript says_and_closes(Bytes data) {
  return [data = std::move(data)](RawConnection& connection) {
    connection.say(data);
    connection.close();
  };
}

Bytes ident_and(ByteView more) {
  return ByteView(std::string(ident) + more.str()).bytes();
}

}  // namespace

RawScript closes_after_ident() {
  return says_and_closes(ident_and({}));
}

RawScript ident_only() {
  return says(ident_and({}));
}

RawScript ident_then_garbage() {
  Bytes nonsense(251, 0xa5);
  nonsense[0] = 200;  // a message number for private use, before any key exchange
  return says(ident_and(packet(nonsense)));
}

RawScript ident_then_oversized() {
  return says(ident_and(Bytes(64, 0xff)));
}

RawScript ident_then_truncated() {
  const Bytes whole = packet(KexInit().payload());
  return says_and_closes(ident_and(ByteView(whole).first(whole.size() / 2)));
}

RawScript ident_then_no_common_kex() {
  KexInit kexinit;
  kexinit.kex = "no-such-kex@example.com";
  return ident_then_kexinit(kexinit);
}

RawScript ident_then_kexinit(const KexInit& kexinit) {
  return says(ident_and(packet(kexinit.payload())));
}

}  // namespace raw

}  // namespace amiko::test
