// amiko - the server's end of an SFTP session, played by a test
#pragma once

#include <amiko/sftp/sftp_client.hpp>

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "../../libs/sftp/src/messages.hpp"
#include "common/deadline.hpp"
#include "common/joined.hpp"

namespace amiko::test {

using ExtensionPairs = std::vector<std::pair<std::string, std::string>>;

/// Reads requests and writes answers, right or wrong ones.  For one thread.  Throws std::runtime_error when
/// nothing comes for long.
class SftpPeer {
 public:
  struct Request {
    sftp::PacketType type{};
    std::uint32_t id = 0;
    Bytes body{};
    template <class Message>
    Message as() const {
      if (type != Message::type)
        throw std::runtime_error("the client asked for " + std::to_string(sftp::to_byte(type)));
      return sftp::decode<Message>(body);
    }
  };

  explicit SftpPeer(int fd) noexcept : fd_(fd) {}
  ~SftpPeer() { ::close(fd_); }
  SftpPeer(const SftpPeer&) = delete;
  SftpPeer& operator=(const SftpPeer&) = delete;

  /// Nothing once the client has ended the session.
  std::optional<Request> next_or_end(milliseconds limit = milliseconds(20'000)) {
    for (;;) {
      if (std::optional<Request> request = buffered()) return request;
      if (!wait(limit)) throw std::runtime_error("the client asks for nothing");
      if (!read_more()) return std::nullopt;
    }
  }
  Request next() {
    std::optional<Request> request = next_or_end();
    if (!request) throw std::runtime_error("the client has ended the session");
    return std::move(*request);
  }
  /// A request that has come already.
  std::optional<Request> next_if_there() {
    while (wait(milliseconds(0)) && read_more()) {
    }
    return buffered();
  }
  void expect_end() {
    if (next_or_end()) throw std::runtime_error("the client asks for more");
  }

  void send(ByteView bytes) {
    while (!bytes.empty()) {
      const ssize_t n = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (n <= 0) return;  // the client is gone
      bytes = bytes.from(static_cast<std::size_t>(n));
    }
  }
  template <class Message>
  void answer(std::uint32_t id, const Message& message) {
    Bytes out;
    sftp::encode(out, id, message);
    send(out);
  }
  void status(std::uint32_t id, sftp_errc code, std::string_view text = {}) {
    answer(id, sftp::Status{.code = static_cast<std::uint32_t>(code), .message = text});
  }
  void ok(std::uint32_t id) { status(id, sftp_errc::ok); }
  void names(std::uint32_t id, const std::vector<SftpName>& names) {
    Bytes out;
    sftp::encode_names(out, id, names);
    send(out);
  }
  void name(std::uint32_t id, std::string name) { names(id, {{.filename = std::move(name)}}); }

  /// INIT and VERSION.
  void greet(const ExtensionPairs& extensions = {}, std::uint32_t version = 3) {
    if (next().type != sftp::PacketType::init) throw std::runtime_error("no INIT");
    Bytes out;
    sftp::encode_version(out, sftp::PacketType::version, version, {extensions});
    send(out);
  }
  void hang_up() { ::shutdown(fd_, SHUT_RDWR); }

 private:
  std::optional<Request> buffered() {
    std::size_t size = 0;
    const auto packet = sftp::first_packet(received_, std::size_t{1} << 24, size);
    if (!packet) return std::nullopt;
    Request request{packet->type, packet->id, packet->body.bytes()};
    received_.erase(received_.begin(), received_.begin() + static_cast<std::ptrdiff_t>(size));
    return request;
  }
  bool wait(milliseconds limit) {
    pollfd fd{fd_, POLLIN, 0};
    return ::poll(&fd, 1, static_cast<int>(scaled(limit).count())) > 0;
  }
  bool read_more() {
    std::array<std::uint8_t, 65536> part;
    const ssize_t n = ::recv(fd_, part.data(), part.size(), 0);
    if (n > 0) received_.insert(received_.end(), part.begin(), part.begin() + n);
    return n > 0;
  }

  const int fd_;
  Bytes received_;
};

/// A script that runs in a thread of its own.
class PlayedServer {
 public:
  using Script = std::function<void(SftpPeer&)>;

  explicit PlayedServer(Script script)
      : fds_(stream_pair()), thread_([this, script = std::move(script)] {
          try {
            SftpPeer peer(fds_[0]);
            script(peer);
          } catch (...) {
            error_ = std::current_exception();
          }
        }) {}
  ~PlayedServer() {
    if (thread_.joinable()) thread_.join();
  }
  PlayedServer(const PlayedServer&) = delete;
  PlayedServer& operator=(const PlayedServer&) = delete;

  std::shared_ptr<SftpStream> stream() { return sftp_stream(fds_[1], fds_[1]); }
  /// Waits for the script's end and throws what it threw.
  void finish() {
    if (thread_.joinable()) thread_.join();
    if (error_) std::rethrow_exception(std::exchange(error_, nullptr));
  }

 private:
  const std::array<int, 2> fds_;
  std::exception_ptr error_;
  std::thread thread_;
};

inline SftpOptions patient() {
  return {.timeout = scaled(milliseconds(20'000))};
}

/// A client whose server is played by `script`, once the session has begun.
struct PlayedSession {
  explicit PlayedSession(PlayedServer::Script script, const ExtensionPairs& extensions = {},
                         const SftpOptions& options = patient())
      : server([script = std::move(script), extensions](SftpPeer& peer) {
          peer.greet(extensions);
          script(peer);
        }),
        client(server.stream(), options) {}
  /// Ends the session, and waits for the script.
  void finish() {
    client.close();
    server.finish();
  }

  PlayedServer server;
  SftpClient client;
};

/// Serves one file, under any name, until the client goes away.
struct PlayedFile {
  std::string content{};
  std::size_t most_per_read = std::size_t{1} << 20;
  bool reversed = false;                      ///< what has come together is answered in the reverse order
  std::optional<std::uint64_t> fails_from{};  ///< offset from which reading and writing fail
  std::size_t reads = 0, writes = 0, closes = 0;
  std::size_t most_at_once = 0;  ///< requests that had come together

  void operator()(SftpPeer& peer) {
    while (std::optional<SftpPeer::Request> first = peer.next_or_end()) {
      std::vector<SftpPeer::Request> all{std::move(*first)};
      while (std::optional<SftpPeer::Request> more = peer.next_if_there())
        all.push_back(std::move(*more));
      most_at_once = std::max(most_at_once, all.size());
      if (reversed) std::reverse(all.begin(), all.end());
      for (const SftpPeer::Request& request : all)
        serve(peer, request);
    }
  }

 private:
  void serve(SftpPeer& peer, const SftpPeer::Request& request) {
    switch (request.type) {
      case sftp::PacketType::open:
        return peer.answer(request.id, sftp::Handle{.handle = "the handle"});
      case sftp::PacketType::fstat:
        return peer.answer(request.id, sftp::Attrs{.attributes = {.size = content.size()}});
      case sftp::PacketType::read:
        return read(peer, request.id, request.as<sftp::Read>());
      case sftp::PacketType::write:
        return write(peer, request.id, request.as<sftp::Write>());
      case sftp::PacketType::close:
        ++closes;
        return peer.ok(request.id);
      default:
        return peer.status(request.id, sftp_errc::op_unsupported);
    }
  }
  void read(SftpPeer& peer, std::uint32_t id, const sftp::Read& asked) {
    ++reads;
    if (fails_from && asked.offset >= *fails_from) return peer.status(id, sftp_errc::failure, "bad sector");
    if (asked.offset >= content.size()) return peer.status(id, sftp_errc::eof);
    const auto offset = static_cast<std::size_t>(asked.offset);
    const std::size_t size = std::min({std::size_t{asked.length}, most_per_read, content.size() - offset});
    peer.answer(id, sftp::Data{.data = ByteView(content).slice(offset, size)});
  }
  void write(SftpPeer& peer, std::uint32_t id, const sftp::Write& asked) {
    ++writes;
    if (fails_from && asked.offset >= *fails_from)
      return peer.status(id, sftp_errc::no_space_on_filesystem, "disk full");
    const auto end = static_cast<std::size_t>(asked.offset) + asked.data.size();
    if (content.size() < end) content.resize(end);
    content.replace(static_cast<std::size_t>(asked.offset), asked.data.size(), asked.data.text());
    peer.ok(id);
  }
};

}  // namespace amiko::test
