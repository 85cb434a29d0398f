// amiko - how an SFTP session begins
#include "dispatcher.hpp"

#include <amiko/base/printable.hpp>

#include <algorithm>

namespace amiko::sftp {

std::uint32_t Dispatcher::start(std::uint32_t wanted, Extensions& extensions, Deadline deadline) {
  Bytes packet;
  encode_version(packet, PacketType::init, wanted, {});
  write_start(packet, deadline);
  const std::uint32_t theirs = read_version(extensions, deadline);
  version_ = std::min(wanted, theirs);
  if (version_ < version_3)
    throw_error(errc::protocol_error,
                "the server speaks SFTP version " + std::to_string(theirs) + ", and version 3 is needed");
  return version_;
}

void Dispatcher::write_start(ByteView packet, Deadline deadline) {
  while (!packet.empty()) {
    error_code ec;
    const std::size_t count = stream_->write_some(packet, ec);
    packet = packet.from(count);
    if (ec == errc::would_block)
      wait_start(SftpStream::writable, deadline);
    else if (ec)
      return;  // what the server has said before it went tells more
  }
}

std::uint32_t Dispatcher::read_version(Extensions& extensions, Deadline deadline) {
  for (;;) {
    error_code ec;
    const std::size_t count = stream_->read_some({received_.get() + end_, read_size}, ec);
    end_ += count;
    if (ec == errc::would_block) {
      wait_start(SftpStream::readable, deadline);
      continue;
    }
    if (ec) throw_failure(not_sftp(ec));
    if (count == 0) throw_failure(not_sftp(end_ == 0 ? errc::connection_lost : errc::protocol_error));
    std::size_t size = 0;
    std::optional<Packet> packet;
    try {
      packet = first_packet({received_.get(), end_}, packet_limit_, size);
    } catch (const Error&) {
      throw_failure(not_sftp(errc::protocol_error));
    }
    if (!packet) continue;
    if (packet->type != PacketType::version) throw_failure(not_sftp(errc::protocol_error));
    if (end_ > size)
      throw_error(errc::protocol_error, "the SFTP server answers before it was asked for anything");
    extensions = decode_extensions(packet->body);
    end_ = 0;
    return packet->id;
  }
}

void Dispatcher::wait_start(unsigned event, Deadline deadline) {
  if (stream_->wait(event, deadline) == 0) throw_failure(not_sftp(errc::timed_out));
}

Failure Dispatcher::not_sftp(const error_code& ec) const {
  constexpr std::size_t shown = 200;
  Failure failure = stream_->failure(ec);
  failure.text = "the server does not start SFTP";
  if (end_ > 0) {
    const ByteView said(received_.get(), std::min(end_, shown));
    failure.text += "; it said '" + printable(said.text()) + "'";
    failure.hint = "start-up files of the shell must print nothing when it is not interactive";
  }
  return failure;
}

}  // namespace amiko::sftp
