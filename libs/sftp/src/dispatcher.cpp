// amiko - requests and answers of an SFTP session that many threads share
#include "dispatcher.hpp"

#include "dispatcher_work.hpp"
#include "requests.hpp"

#include <algorithm>
#include <new>
#include <utility>

namespace amiko::sftp {

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
