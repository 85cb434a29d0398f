// amiko - a channel's life: opening, waiting, closing
#include "channel_impl.hpp"

#include "transport_impl.hpp"

#include <amiko/base/printable.hpp>

#include <utility>

namespace amiko {

using protocol::ChannelEvent;
using protocol::ChannelSide;

ChannelImpl::ChannelImpl(std::shared_ptr<TransportImpl> transport, std::uint32_t id,
                         protocol::ReceiveWindow::Limits window)
    : transport_(std::move(transport)), id_(id), receive_window_(window), name_(std::to_string(id)) {}

ChannelImpl::ChannelImpl(std::shared_ptr<TransportImpl> transport, std::uint32_t id,
                         protocol::ReceiveWindow::Limits window, const wire::ChannelOpen& open)
    : transport_(std::move(transport)),
      id_(id),
      inbound_(true),
      session_(open.type == "session"),
      state_(false),
      remote_id_(open.sender),
      send_window_(open.window, open.max_packet),
      receive_window_(window),
      name_(std::to_string(id)) {}

ChannelImpl::~ChannelImpl() {
  transport_->release_window(window_growth_);
}

void ChannelImpl::wait_open(Deadline deadline) {
  Lock lock(mutex_);
  ++readers_;
  const auto over = [this] {
    return state_.is_open() || state_.finished() || failed_ || open_failure_ || closed_here_;
  };
  bool answered = false;
  try {
    answered = readable_.wait(lock, deadline, over);
  } catch (...) {  // interrupted: nobody will use the channel
    --readers_;
    abandoned_ = true;
    const bool open = state_.is_open();
    lock.unlock();
    if (open) close();
    throw;
  }
  --readers_;
  if (open_failure_) throw_failure(*open_failure_);
  if (failed_) {
    lock.unlock();
    transport_->link().throw_failure_or(errc::closed);
  }
  if (answered) return;
  abandoned_ = true;
  throw_failure({.code = errc::timed_out,
                 .text = "the server did not answer the channel request",
                 .peer = transport_->link().peer()});
}

void ChannelImpl::on_confirmation(const wire::ChannelOpenConfirmation& message) {
  bool abandoned = false;
  {
    Lock lock(mutex_);
    state_.received(ChannelEvent::open_confirmed);
    if (message.max_packet == 0)
      amiko::throw_error(errc::protocol_error, "a channel with a maximum packet size of 0");
    remote_id_ = message.sender;
    send_window_ = protocol::SendWindow(message.window, message.max_packet);
    abandoned = abandoned_;
    wake_everybody(lock);
  }
  if (abandoned) close();
}

void ChannelImpl::confirm() {
  std::uint32_t window = 0;
  std::uint32_t max_packet = 0;
  {
    const support::Guard guard(mutex_);
    if (!state_.sent(ChannelEvent::open_confirmed)) return;
    window = receive_window_.initial();
    max_packet = receive_window_.max_packet();
  }
  transport_->outbound().post_control(encoded(wire::ChannelOpenConfirmation{
      .recipient = remote_id_, .sender = id_, .window = window, .max_packet = max_packet}));
}

void ChannelImpl::on_open_failure(const wire::ChannelOpenFailure& message) {
  Lock lock(mutex_);
  state_.received(ChannelEvent::open_failed);
  OpenFailureDetail detail;
  detail.reason = static_cast<OpenFailureReason>(message.reason);
  detail.text = printable(message.description);
  Failure failure{.code = errc::channel_refused, .phase = Phase::session, .peer = transport_->link().peer()};
  failure.text = std::string(name_of(detail.reason)) + (detail.text.empty() ? "" : ": " + detail.text);
  failure.detail = std::move(detail);
  open_failure_ = std::move(failure);
  wake_everybody(lock);
}

// Why nothing more can be sent, or clear.
error_code ChannelImpl::send_error() const noexcept {
  if (failed_) return errc::connection_lost;  // throw_error() finds the real reason
  if (closed_here_ || state_.remote() == ChannelSide::closed || state_.local() == ChannelSide::closed ||
      state_.local() == ChannelSide::eof)
    return errc::channel_closed;
  return {};
}

// What reading ends with once the buffers are empty: clear for an orderly end.
error_code ChannelImpl::end_of_reading() const noexcept {
  if (read_shut_) return {};
  // The peer's CLOSE that answers ours is not the end of its data.
  if (closed_here_ && remote_at_close_ == ChannelSide::open) return errc::channel_closed;
  if (state_.remote() == ChannelSide::eof || state_.remote() == ChannelSide::closed) return {};
  if (failed_) return errc::connection_lost;
  return errc::channel_closed;
}

bool ChannelImpl::nothing_more_to_read() const noexcept {
  return failed_ || closed_here_ || read_shut_ || state_.remote() == ChannelSide::eof ||
         state_.remote() == ChannelSide::closed;
}

unsigned ChannelImpl::events_now() const noexcept {
  unsigned events = 0;
  if (!out_.empty()) events |= Channel::out;
  if (!err_.empty()) events |= Channel::err;
  if (nothing_more_to_read()) events |= Channel::end;
  if (send_error() || (send_window_.available() > 0 && !outbound_full_)) events |= Channel::room;
  if (exit_status_ || failed_ || closed_here_ || state_.remote() == ChannelSide::closed)
    events |= Channel::status;
  if (woken_) events |= Channel::woken;
  if (failed_ || state_.local() == ChannelSide::closed) events |= Channel::lost;
  return events;
}

unsigned ChannelImpl::ready_events() const {
  const support::Guard guard(mutex_);
  return events_now();
}

unsigned ChannelImpl::wait(unsigned events, Deadline deadline) {
  Lock lock(mutex_);
  const bool for_room = (events & Channel::room) != 0;
  ++readers_;
  if (for_room) ++both_;
  struct Leave {
    ChannelImpl& c;
    bool room;
    ~Leave() {
      --c.readers_;
      if (room) --c.both_;
    }
  } leave{*this, for_room};
  readable_.wait(lock, deadline, [&] { return (events_now() & events) != 0; });
  const unsigned found = events_now() & events;
  if ((found & Channel::woken) != 0) {
    woken_ = false;
    update_level();
  }
  return found;
}

void ChannelImpl::wake() noexcept {
  {
    const support::Guard guard(mutex_);
    woken_ = true;
    update_level();
  }
  readable_.notify_all();
}

void ChannelImpl::update_level() noexcept {
  if (watches_.empty()) return;
  const unsigned now = events_now();
  for (Watch& watch : watches_) {
    if ((now & watch.events) != 0)
      watch.level.set();
    else
      watch.level.clear();
  }
}

int ChannelImpl::fileno(unsigned events) {
  const support::Guard guard(mutex_);
  for (Watch& watch : watches_)
    if (watch.events == events) return watch.level.fd(false);
  Watch& watch = watches_.emplace_back(events);
  try {
    return watch.level.fd((events_now() & events) != 0);
  } catch (...) {
    watches_.pop_back();
    throw;
  }
}

void ChannelImpl::wake_everybody(Lock& lock) {
  update_level();
  readable_.notify_all();
  writable_.notify_all();
  const auto listener = listener_;
  if (!listener) return;
  lock.unlock();
  listener();
}

void ChannelImpl::notify_readers() {
  readable_.notify_all();
}

void ChannelImpl::set_listener(std::function<void()> listener) {
  const support::Guard guard(mutex_);
  listener_ = std::move(listener);
}

void ChannelImpl::send_eof() {
  {
    const support::Guard guard(mutex_);
    if (send_error() || !state_.sent(ChannelEvent::eof)) return;
  }
  post_eof();
}

void ChannelImpl::post_eof() {
  transport::Outbound& outbound = transport_->outbound();
  outbound.post_control(encoded(wire::ChannelEof{.recipient = remote_id_}),
                        [this] { return !sending_.close && !std::exchange(sending_.eof, true); });
  outbound.wake_callers();
}

void ChannelImpl::post_close() {
  transport::Outbound& outbound = transport_->outbound();
  outbound.post_control(encoded(wire::ChannelClose{.recipient = remote_id_}),
                        [this] { return !std::exchange(sending_.close, true); });
  outbound.wake_callers();
}

void ChannelImpl::shutdown_read() {
  Lock lock(mutex_);
  read_shut_ = true;
  const std::size_t dropped = out_.size() + err_.size();
  out_.clear();
  err_.clear();
  wake_everybody(lock);
  if (!lock.owns_lock()) lock.lock();
  consumed(lock, dropped);
}

void ChannelImpl::set_late_close(bool late) {
  const support::Guard guard(mutex_);
  late_close_ = late;
}

bool ChannelImpl::peer_has_closed() const noexcept {
  const support::Guard guard(mutex_);
  return state_.remote() == ChannelSide::closed;
}

void ChannelImpl::close() noexcept {
  bool was_open = false;
  bool answers = false;  // a CLOSE of the peer's that has waited for this
  {
    Lock lock(mutex_);
    if (closed_here_) return;
    answers = state_.remote() == ChannelSide::closed && state_.sent(ChannelEvent::close);
    was_open = state_.is_open();
    remote_at_close_ = state_.remote();
    // An answer that has not come yet: on_confirmation() closes then.
    if (state_.local() == ChannelSide::opening) abandoned_ = true;
    if (was_open && state_.local() == ChannelSide::open) state_.sent(ChannelEvent::eof);
    if (was_open) state_.sent(ChannelEvent::close);
    closed_here_ = true;
    wake_everybody(lock);
  }
  if (!was_open && !answers) return;
  try {
    if (was_open) post_eof();
    // Before the peer can know that it may open another: the channel counts until it is removed.
    if (answers) transport_->remove_channel(id_);
    post_close();
  } catch (const std::exception&) {
    // Out of memory: the connection ends sooner or later and the channel with it.
  }
}

void ChannelImpl::on_eof() {
  Lock lock(mutex_);
  state_.received(ChannelEvent::eof);
  wake_everybody(lock);
}

void ChannelImpl::on_close() {
  {
    Lock lock(mutex_);
    state_.received(ChannelEvent::close);
    const bool answer = !late_close_ || closed_here_;
    if (answer) state_.sent(ChannelEvent::close);
    wake_everybody(lock);
    if (!answer) return;
  }
  post_close();
  transport_->remove_channel(id_);
}

void ChannelImpl::on_failure() {
  Lock lock(mutex_);
  failed_ = true;
  wake_everybody(lock);
}

void ChannelImpl::throw_error(const error_code& ec, const std::string& text) const {
  if (transport_->link().failed() && ec != errc::timed_out && ec != errc::would_block) {
    Failure failure = *transport_->link().failure();
    if (!text.empty()) failure.text += (failure.text.empty() ? "" : "; ") + text;
    throw_failure(std::move(failure));
  }
  throw_failure({.code = ec, .text = text, .phase = Phase::session, .peer = transport_->link().peer()});
}

bool ChannelImpl::closed() const noexcept {
  const support::Guard guard(mutex_);
  return closed_here_ || failed_ || state_.remote() == ChannelSide::closed;
}

bool ChannelImpl::eof_received() const {
  const support::Guard guard(mutex_);
  return state_.remote() == ChannelSide::eof || state_.remote() == ChannelSide::closed;
}

bool ChannelImpl::set_combine_stderr(bool combine) {
  Lock lock(mutex_);
  const bool before = std::exchange(combine_stderr_, combine);
  if (combine && !err_.empty()) {
    while (!err_.empty()) {
      const ByteView piece = err_.front();
      out_.write(piece);
      err_.consume(piece.size());
    }
    wake_everybody(lock);
  }
  return before;
}

void ChannelImpl::set_timeout(Timeout timeout) {
  const support::Guard guard(mutex_);
  timeout_ = timeout;
}

Timeout ChannelImpl::timeout() const {
  const support::Guard guard(mutex_);
  return timeout_;
}

void ChannelImpl::set_name(std::string name) {
  const support::Guard guard(mutex_);
  name_ = std::move(name);
}

std::string ChannelImpl::name() const {
  const support::Guard guard(mutex_);
  return name_;
}

}  // namespace amiko
