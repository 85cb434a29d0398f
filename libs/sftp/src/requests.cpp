// amiko - the requests of one caller of an SFTP session
#include "requests.hpp"

#include "dispatcher_work.hpp"

#include <utility>

namespace amiko::sftp {
namespace {

// Answers that have come are handed out first, so that the requests which follow them leave together; but not
// more than this waits for it, in bytes.
constexpr std::size_t enough_to_write = 64 * 1024;

// What others want may come first, but not without end.
constexpr int most_turns = 64;

}  // namespace

Requests::Requests(std::shared_ptr<Dispatcher> dispatcher) : dispatcher_(std::move(dispatcher)) {}

Requests::~Requests() {
  if (outstanding_ == 0) return;
  Dispatcher& d = *dispatcher_;
  support::Lock lock(d.mutex_);
  d.abandon_direct(lock, *this);
  const std::size_t untaken = arrived_.size() - first_;
  if (outstanding_ > untaken) d.pending_.abandon(*this);
  try {
    for (; first_ < arrived_.size(); ++first_)
      if (arrived_[first_].type == PacketType::handle)
        d.queue_close(decode<Handle>(arrived_[first_].body).handle);
    d.push(lock);
  } catch (const std::exception&) {  // the session is over, or a handle stays open until it is
  }
}

support::Lock Requests::wait_for_room(Deadline deadline) {
  Dispatcher& d = *dispatcher_;
  support::Lock lock(d.mutex_);
  d.throw_if_ended();
  if (d.has_room()) return lock;
  wants_room_ = true;
  const bool room = d.work(lock, *this, deadline, [&d] { return d.has_room(); });
  wants_room_ = false;
  if (!room) throw_error(errc::timed_out, "the SFTP server takes no more requests");
  d.throw_if_ended();
  return lock;
}

void Requests::push() {
  support::Lock lock(dispatcher_->mutex_);
  dispatcher_->push(lock);
}

Answer Requests::next(Deadline deadline) {
  if (outstanding_ == 0) throw_error(errc::no_state, "no SFTP request is under way");
  Dispatcher& d = *dispatcher_;
  support::Lock lock(d.mutex_);
  if (has_answer() && d.queue_.size() >= enough_to_write) d.push(lock);
  if (!d.work(lock, *this, deadline, [this] { return has_answer(); }))
    throw_error(errc::timed_out, "the SFTP server has not answered");
  return take_answer();
}

std::optional<Answer> Requests::poll() {
  if (outstanding_ == 0) return std::nullopt;
  Dispatcher& d = *dispatcher_;
  support::Lock lock(d.mutex_);
  if (!has_answer()) {
    d.push(lock);
    const Deadline now = Deadline::after(std::chrono::seconds(0));
    for (int turns = 0; turns < most_turns && !has_answer() && !d.reading_ && !d.failure_; ++turns) {
      d.read_turn(lock, now, false);
      if (d.drained_) break;
    }
    d.hand_over();
  }
  if (has_answer()) return take_answer();
  d.throw_if_ended();
  return std::nullopt;
}

Answer Requests::take_answer() {
  Answer answer = std::move(arrived_[first_]);
  ++first_;
  if (first_ == arrived_.size()) {
    arrived_.clear();
    first_ = 0;
  } else if (first_ >= 256 && first_ * 2 >= arrived_.size()) {
    arrived_.erase(arrived_.begin(), arrived_.begin() + static_cast<std::ptrdiff_t>(first_));
    first_ = 0;
  }
  --outstanding_;
  return answer;
}

}  // namespace amiko::sftp
