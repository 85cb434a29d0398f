// amiko - reading the answers of an SFTP session
#include "dispatcher.hpp"

#include "dispatcher_work.hpp"
#include "requests.hpp"

#include <boost/thread/thread.hpp>

#include <algorithm>
#include <cstring>
#include <utility>

namespace amiko::sftp {
namespace {

constexpr std::uint32_t status_ok = 0;

/// What a request asks for, where it is more than a STATUS.  (What an extension asks for is known to its
/// caller alone.)
std::optional<PacketType> result_of(PacketType request) noexcept {
  switch (request) {
    case PacketType::open:
    case PacketType::opendir:
      return PacketType::handle;
    case PacketType::read:
      return PacketType::data;
    case PacketType::readdir:
    case PacketType::realpath:
    case PacketType::readlink:
      return PacketType::name;
    case PacketType::stat:
    case PacketType::lstat:
    case PacketType::fstat:
      return PacketType::attrs;
    default:
      return std::nullopt;
  }
}

bool is_possible(PacketType request, const Packet& answer) {
  if (request == PacketType::extended)
    return answer.type == PacketType::extended_reply ||
           (answer.type >= PacketType::status && answer.type <= PacketType::attrs);
  const std::optional<PacketType> result = result_of(request);
  if (answer.type != PacketType::status) return answer.type == result;
  return !result || decode_status(answer.body).code != status_ok;
}

}  // namespace

void Dispatcher::read_turn(support::Lock& lock, Deadline deadline, bool may_wait) {
  Turn turn(lock, reading_);
  if (drained_ && may_wait) return wait_for_stream(lock, deadline);
  const MutableBytes room = where_to_read();
  error_code ec;
  std::size_t count = 0;
  {
    const Filling filling(*this, lock);
    lock.unlock();
    count = stream_->read_some(room, ec);
  }
  drained_ = count < room.size();
  if (ec == errc::would_block) return;
  if (ec) return end(lock, ec, "the SFTP server's answers could not be read");
  if (count == 0) return end(lock, errc::connection_lost, "the SFTP server has ended the session");
  try {
    took(count);
  } catch (const Error& e) {
    end(lock, e.code(), e.failure().text);
  }
}

// With large answers under way no more than a head is read ahead: what follows it has a better place to go
// to.
MutableBytes Dispatcher::where_to_read() noexcept {
  if (direct_) return direct_->rest;
  if (unwanted_ > 0) return {received_.get(), std::min(unwanted_, read_size)};
  std::size_t size = read_size;
  if (pending_.large_sinks() > 0) size = std::clamp(missing_, head_size, read_size);
  return {received_.get() + end_, size};
}

void Dispatcher::took(std::size_t count) {
  if (direct_) {
    direct_->rest = direct_->rest.subspan(count);
    if (direct_->rest.empty()) end_direct();
  } else if (unwanted_ > 0) {
    unwanted_ -= count;
  } else {
    end_ += count;
    take_packets();
    begin_direct();
  }
}

void Dispatcher::begin_direct() {
  const std::optional<DataHead> head = data_head({received_.get(), end_});
  if (!head) return;
  const PendingRequest* request = pending_.find(head->id);
  if (request == nullptr || request->owner == nullptr || request->type != PacketType::read ||
      request->sink.size() < std::max(head->size, PendingRequests::large_sink))
    return;
  std::vector<Answer>& arrived = request->owner->arrived_;
  if (arrived.size() == arrived.capacity())
    arrived.reserve(2 * arrived.size() + 1);  // end_direct() must not fail
  std::copy(head->begun.begin(), head->begun.end(), request->sink.begin());
  direct_ = {head->id, head->size,
             request->sink.subspan(head->begun.size(), head->size - head->begun.size())};
  end_ = missing_ = 0;
}

void Dispatcher::end_direct() noexcept {
  const PendingRequest request = *pending_.find(direct_->id);
  request.owner->arrived_.push_back({.tag = request.tag, .type = PacketType::data, .filled = direct_->size});
  if (std::exchange(request.owner->sleeping_, false)) request.owner->changed_.notify_one();
  pending_.remove(direct_->id);
  direct_.reset();
}

// Whoever reads into the owner's memory does not wait meanwhile, so this takes as long as copying.
void Dispatcher::abandon_direct(support::Lock& lock, const Requests& owner) noexcept {
  const auto is_mine = [&] { return direct_ && pending_.find(direct_->id)->owner == &owner; };
  if (!is_mine()) return;
  const boost::this_thread::disable_interruption no_interruption;
  while (filling_ && is_mine())
    filled_.wait(lock);
  if (!is_mine()) return;
  unwanted_ = direct_->rest.size();
  pending_.remove(direct_->id);
  direct_.reset();
}

void Dispatcher::wait_for_stream(support::Lock& lock, Deadline deadline) {
  stream_events_ = SftpStream::readable | SftpStream::woken | (blocked_ ? SftpStream::writable : 0u);
  const unsigned asked = stream_events_;
  lock.unlock();
  unsigned found;
  try {
    found = stream_->wait(asked, deadline);
  } catch (...) {
    lock.lock();
    stream_events_ = 0;
    throw;
  }
  lock.lock();
  stream_events_ = 0;
  if (found & SftpStream::writable) blocked_ = false;
  if (found & SftpStream::readable) drained_ = false;
}

void Dispatcher::take_packets() {
  std::size_t size = 0;
  while (const std::optional<Packet> packet =
             first_packet({received_.get() + begin_, end_ - begin_}, packet_limit_, size)) {
    take(*packet);
    begin_ += size;
  }
  if (begin_ > 0) std::memmove(received_.get(), received_.get() + begin_, end_ - begin_);
  end_ -= begin_;
  begin_ = 0;
  missing_ = end_ < length_size ? 0 : size - end_;
}

void Dispatcher::take(const Packet& packet) {
  const PendingRequest* found = pending_.find(packet.id);
  if (found == nullptr)
    throw_error(errc::protocol_error,
                "the SFTP server answered request " + std::to_string(packet.id) + ", which is not under way");
  const PendingRequest request = *found;
  if (!is_possible(request.type, packet))
    throw_error(errc::protocol_error, "the SFTP server answered a request of type " +
                                          std::to_string(to_byte(request.type)) + " by a message of type " +
                                          std::to_string(to_byte(packet.type)));
  if (request.owner != nullptr)
    deliver(request, packet);
  else if (packet.type == PacketType::handle)
    queue_close(decode<Handle>(packet.body, version_).handle);
  pending_.remove(packet.id);
}

void Dispatcher::deliver(const PendingRequest& request, const Packet& packet) {
  Answer answer{.tag = request.tag, .type = packet.type};
  if (packet.type == PacketType::data && !request.sink.empty()) {
    const ByteView data = decode<Data>(packet.body, version_).data;
    if (data.size() > request.sink.size())
      throw_error(errc::protocol_error, "the SFTP server sent " + std::to_string(data.size()) +
                                            " bytes where " + std::to_string(request.sink.size()) +
                                            " were asked for");
    std::copy(data.begin(), data.end(), request.sink.begin());
    answer.filled = data.size();
  } else {
    answer.body = packet.body.bytes();
  }
  Requests& owner = *request.owner;
  owner.arrived_.push_back(std::move(answer));
  if (std::exchange(owner.sleeping_, false)) owner.changed_.notify_one();
}

}  // namespace amiko::sftp
