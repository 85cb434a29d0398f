// amiko - requests and answers of an SFTP session that many threads share
#include "dispatcher.hpp"

#include "dispatcher_work.hpp"
#include "requests.hpp"

#include <algorithm>
#include <cstring>
#include <new>
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

Dispatcher::Dispatcher(std::shared_ptr<SftpStream> stream, std::size_t packet_limit)
    : stream_(std::move(stream)),
      packet_limit_(packet_limit),
      received_(std::make_unique_for_overwrite<std::uint8_t[]>(packet_limit + 4 + read_size)) {}

Dispatcher::~Dispatcher() {
  stream_->close();
}

bool Dispatcher::is_open() const {
  support::Guard guard(mutex_);
  return !failure_;
}

void Dispatcher::fail(Failure why) noexcept {
  support::Lock lock(mutex_);
  end(lock, std::move(why));
}

void Dispatcher::close() noexcept {
  support::Lock lock(mutex_);
  push(lock);
  Failure why{.code = errc::closed};
  try {
    why.text = "the SFTP session was closed";
  } catch (const std::bad_alloc&) {  // the code says enough
  }
  end(lock, std::move(why));
}

void Dispatcher::end(support::Lock& lock, Failure why) {
  if (failure_) return;
  failure_ = std::move(why);
  wake_all(false);
  lock.unlock();
  stream_->close();
  lock.lock();
}

void Dispatcher::end(support::Lock& lock, const error_code& ec, std::string text) {
  lock.unlock();
  Failure why = stream_->failure(ec);
  why.text = std::move(text);
  lock.lock();
  end(lock, std::move(why));
}

void Dispatcher::throw_if_ended() const {
  if (failure_) throw_failure(*failure_);
}

void Dispatcher::wake_all(bool only_for_room) noexcept {
  for (Requests* one : waiting_)
    if (!only_for_room || one->wants_room_) one->changed_.notify_one();
}

void Dispatcher::hand_over() noexcept {
  if (!reading_ && !waiting_.empty()) waiting_.front()->changed_.notify_one();
}

void Dispatcher::step(support::Lock& lock, Requests& caller, Deadline deadline) {
  if (may_write() && !blocked_) return write_turn(lock);
  if (!reading_) return read_turn(lock, deadline, true);
  if (blocked_ && stream_events_ != 0 && !(stream_events_ & SftpStream::writable)) return nudge_reader(lock);
  Sleeping sleeping(*this, caller);
  caller.changed_.wait_until(lock, deadline);
}

void Dispatcher::push(support::Lock& lock) {
  if (may_write()) write_turn(lock);
  if (blocked_ && stream_events_ != 0 && !(stream_events_ & SftpStream::writable)) nudge_reader(lock);
}

// It waits, and does not know that there is room to wait for.
void Dispatcher::nudge_reader(support::Lock& lock) {
  stream_events_ |= SftpStream::writable;
  lock.unlock();
  stream_->wake();
  lock.lock();
}

void Dispatcher::write_turn(support::Lock& lock) {
  Turn turn(lock, writing_);
  // What others queue meanwhile is written too, but not without end.
  for (int rounds = 0; rounds < 8 && has_output() && !failure_; ++rounds) {
    if (written_ == outgoing_.size()) {
      outgoing_.clear();
      written_ = 0;
      std::swap(outgoing_, queue_);
      wake_all(true);
    }
    const ByteView rest = ByteView(outgoing_).from(written_);
    lock.unlock();
    error_code ec;
    const std::size_t count = stream_->write_some(rest, ec);
    lock.lock();
    written_ += count;
    blocked_ = ec == errc::would_block || (count == 0 && !ec);
    if (blocked_) return;
    if (ec) return end(lock, ec, "an SFTP request could not be sent");
  }
}

void Dispatcher::read_turn(support::Lock& lock, Deadline deadline, bool may_wait) {
  Turn turn(lock, reading_);
  if (drained_ && may_wait) return wait_for_stream(lock, deadline);
  lock.unlock();
  error_code ec;
  const std::size_t count = stream_->read_some({received_.get() + end_, read_size}, ec);
  lock.lock();
  drained_ = count < read_size;
  end_ += count;
  if (ec == errc::would_block) return;
  if (ec) return end(lock, ec, "the SFTP server's answers could not be read");
  if (count == 0) return end(lock, errc::connection_lost, "the SFTP server has ended the session");
  try {
    take_packets();
  } catch (const Error& e) {
    end(lock, e.code(), e.failure().text);
  }
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

void Dispatcher::queue_close(ByteView handle) {
  encode(queue_, pending_.add({.type = PacketType::close}), Close{.handle = handle}, version_);
}

void Dispatcher::post_close(ByteView handle) noexcept {
  support::Lock lock(mutex_);
  if (failure_) return;
  try {
    queue_close(handle);
    push(lock);
  } catch (const std::exception&) {  // no memory for it: it stays open as long as the session
  }
}

}  // namespace amiko::sftp
