// amiko - a client of an SFTP server that says exactly what a test tells it
#pragma once

#include <amiko/base/error.hpp>
#include <amiko/sftp/sftp_server.hpp>
#include <amiko/support/fd.hpp>

#include <sys/socket.h>
#include <unistd.h>

#include <future>
#include <stdexcept>
#include <string>
#include <thread>

#include "../../libs/sftp/src/messages.hpp"
#include "common/deadline.hpp"

namespace amiko::test {

struct SftpReply {
  sftp::PacketType type{};
  std::uint32_t id = 0;
  Bytes body{};

  sftp_errc status() const {
    if (type != sftp::PacketType::status)
      throw std::runtime_error("no STATUS but type " + std::to_string(sftp::to_byte(type)));
    return static_cast<sftp_errc>(sftp::decode_status(body).code);
  }
  std::string text() const { return std::string(sftp::decode_status(body).message); }
  Bytes handle() const {
    if (type != sftp::PacketType::handle) throw std::runtime_error("no HANDLE: " + text());
    return sftp::decode<sftp::Handle>(body).handle.bytes();
  }
  std::string data() const {
    if (type != sftp::PacketType::data) throw std::runtime_error("no DATA: " + text());
    return sftp::decode<sftp::Data>(body).data.str();
  }
};

/// Runs serve_sftp() in a thread, over one end of a socket; this is the other end.
class SftpScript {
 public:
  explicit SftpScript(std::shared_ptr<SftpFilesystem> filesystem, SftpServerOptions options = {},
                      bool greet = true) {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
      throw std::runtime_error("socketpair");
    socket_.reset(ends[0]);
    const auto limit = scaled(milliseconds(20'000)).count();
    const timeval timeout{limit / 1000, 0};
    ::setsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
    stream_ = sftp_stream(ends[1], ends[1]);
    std::promise<error_code> ended;
    ended_ = ended.get_future();
    server_ = std::thread([stream = stream_, filesystem = std::move(filesystem), options = std::move(options),
                           promise = std::move(ended)]() mutable {
      error_code how;
      try {
        serve_sftp(stream, filesystem, options);
      } catch (const Error& e) {
        how = e.code();
      }
      filesystem.reset();
      stream->close();
      stream.reset();
      promise.set_value(how);
    });
    if (greet) this->greet();
  }
  ~SftpScript() {
    socket_.reset();
    stream_->close();
    server_.join();
  }

  sftp::Extensions greet() {
    Bytes init;
    sftp::encode_version(init, sftp::PacketType::init, 3, {});
    send(init);
    const SftpReply reply = next();
    if (reply.type != sftp::PacketType::version || reply.id != 3) throw std::runtime_error("no VERSION 3");
    return sftp::decode_extensions(reply.body);
  }

  void send(ByteView bytes) {
    while (!bytes.empty()) {
      const ssize_t n = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (n <= 0) throw std::runtime_error("the server takes nothing more");
      bytes = bytes.from(static_cast<std::size_t>(n));
    }
  }
  template <class Message>
  std::uint32_t request(const Message& message) {
    Bytes packet;
    sftp::encode(packet, ++last_id_, message);
    send(packet);
    return last_id_;
  }
  template <class Message>
  SftpReply ask(const Message& message) {
    const std::uint32_t id = request(message);
    SftpReply reply = next();
    if (reply.id != id) throw std::runtime_error("an answer to something else");
    return reply;
  }
  template <class Body>
  SftpReply extended(std::string_view name, const Body& body) {
    const Bytes fields = sftp::encoded_body(body);
    return ask(sftp::Extended{name, wire::Rest{fields}});
  }
  Bytes open(std::string_view path, std::uint32_t flags = sftp_read) {
    return ask(sftp::Open{path, flags, {}}).handle();
  }

  SftpReply next() {
    const Bytes length = receive(4);
    const std::uint32_t size = wire::Reader(length).uint32();
    const Bytes packet = receive(size);
    wire::Reader reader(packet);
    SftpReply reply{static_cast<sftp::PacketType>(reader.byte()), reader.uint32()};
    reply.body = reader.rest().bytes();
    return reply;
  }

  void end_requests() { ::shutdown(socket_.get(), SHUT_WR); }
  void close_stream() { stream_->close(); }
  /// How serve_sftp() ended: what it threw, or nothing.
  error_code outcome() {
    if (ended_.wait_for(scaled(milliseconds(20'000))) != std::future_status::ready)
      throw std::runtime_error("the server goes on");
    return ended_.get();
  }

 private:
  Bytes receive(std::size_t size) {
    Bytes bytes(size);
    for (std::size_t done = 0; done < size;) {
      const ssize_t n = ::recv(socket_.get(), bytes.data() + done, size - done, 0);
      if (n <= 0) throw std::runtime_error("no answer");
      done += static_cast<std::size_t>(n);
    }
    return bytes;
  }

  support::UniqueFd socket_;
  std::shared_ptr<SftpStream> stream_;
  std::future<error_code> ended_;
  std::thread server_;
  std::uint32_t last_id_ = 0;
};

}  // namespace amiko::test
