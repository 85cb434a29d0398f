// amiko - one SSH connection below authentication: life cycle and errors
#include <amiko/transport/link.hpp>

#include <amiko/base/printable.hpp>
#include <amiko/wire/transport_messages.hpp>

#include <boost/asio/error.hpp>
#include <boost/thread/thread.hpp>

#include <utility>

namespace amiko::transport {
namespace {

constexpr std::size_t auth_mailbox_size = 8;
// What close() and the last words after an error may take to be written.
constexpr auto close_grace = std::chrono::milliseconds(250);
// After a failed write the reader usually finds the reason (DISCONNECT, end of stream) by itself.
constexpr auto write_failure_grace = std::chrono::milliseconds(500);

}  // namespace

Link::Link(std::unique_ptr<Stream> stream, LinkSettings settings, LinkHandler& handler)
    : settings_(std::move(settings)),
      handler_(handler),
      stream_(std::move(stream)),
      outbound_(
          *stream_, settings_.rekey,
          {.flush_later = [this] { worker_.post([this] { outbound_.flush_from_worker(); }); },
           .wait_writable = [this] { worker_.post([this] { stream_->wait_writable(); }); },
           .rekey_due = [this] { worker_.post([this] { start_kex(); }); },
           .write_failed = [this](error_code error) { worker_.post([this, error] { write_failed(error); }); },
           .drained = [this] { worker_.post([this] { end_worker(); }); }}),
      versions_(settings_.role),
      random_(crypto::make_random()),
      rekey_timer_(worker_),
      keepalive_timer_(worker_),
      close_timer_(worker_),
      login_timer_(worker_),
      packet_timer_(worker_),
      auth_mailbox_(auth_mailbox_size) {
  info_.local_version = settings_.version;
}

Link::~Link() = default;

void Link::serve(ServeSettings settings) {
  settings_.role = protocol::Role::server;
  versions_ = protocol::VersionExchange(settings_.role);
  settings_.algorithms = std::move(settings.algorithms);
  if (!settings.version.empty()) {
    const support::Guard guard(mutex_);
    info_.local_version = settings_.version = settings.version;
  }
  serve_ = std::move(settings);
}

void Link::start() {
  {
    const support::Guard guard(mutex_);
    if (started_)
      throw_failure({.code = errc::invalid_argument, .text = "started already", .peer = settings_.peer});
    if (failure_) throw_failure(*failure_);
    started_ = true;
  }
  stream_->attach(worker_.io(), *this);
  worker_.post([this] {
    arm_keepalive();
    arm_login_timer();
    read_more();
  });
  // Before the worker runs: if the peer's line is here already, the worker sends KEXINIT at once.
  outbound_.send_raw(settings_.version + "\r\n");
  try {
    worker_.start("amiko-" + settings_.peer, [this] {
      outbound_.worker_ended();
      handler_.on_ended();
    });
  } catch (...) {
    const support::Guard guard(mutex_);
    started_ = false;
    throw;
  }
}

bool Link::wait_ready_or_failed(Deadline deadline) {
  support::Lock lock(mutex_);
  return changed_.wait(lock, deadline, [this] { return failure_ || info_.exchanges > 0; });
}

void Link::wait_ready(Deadline deadline) {
  if (!wait_ready_or_failed(deadline))
    throw_failure({.code = errc::timed_out,
                   .text = phase_ == Phase::version ? "the peer has not sent its identification"
                                                    : "the first key exchange is not done",
                   .phase = phase_,
                   .peer = settings_.peer});
  if (failed()) throw_failure_or(errc::closed);
}

bool Link::renegotiate(Deadline deadline) {
  std::uint64_t before = 0;
  {
    const support::Guard guard(mutex_);
    if (!started_) throw_failure({.code = errc::no_state, .text = "not started yet", .peer = settings_.peer});
    before = info_.exchanges;
  }
  worker_.post([this] { start_kex(); });
  support::Lock lock(mutex_);
  const bool done = changed_.wait(lock, deadline, [&] { return failure_ || info_.exchanges > before; });
  lock.unlock();
  if (failed()) throw_failure_or(errc::closed);
  return done;
}

std::optional<Bytes> Link::receive_auth(Deadline deadline) {
  auto payload = auth_mailbox_.pop(deadline);
  if (!payload && failed()) throw_failure_or(errc::closed);
  return payload;
}

void Link::send_auth(ByteView payload, bool expects_success, Deadline deadline) {
  phase_ = Phase::authentication;
  success_expected_ = expects_success;
  const auto result = outbound_.send_payload(deadline, payload);
  if (result == Outbound::Result::timed_out)
    throw_failure({.code = errc::timed_out, .phase = Phase::authentication, .peer = settings_.peer});
  if (result == Outbound::Result::dead) throw_failure_or(errc::closed);
}

LinkInfo Link::info() const {
  const support::Guard guard(mutex_);
  return info_;
}

bool Link::ready() const {
  const support::Guard guard(mutex_);
  return info_.exchanges > 0 && !failure_;
}

bool Link::failed() const {
  const support::Guard guard(mutex_);
  return failure_.has_value();
}

std::optional<Failure> Link::failure() const {
  const support::Guard guard(mutex_);
  return failure_;
}

void Link::throw_failure_or(errc otherwise) const {
  const auto failure = this->failure();
  throw_failure(failure ? *failure : Failure{.code = otherwise, .peer = settings_.peer});
}

void Link::set_keepalive(std::chrono::nanoseconds interval, unsigned count) {
  worker_.post([this, interval, count] {
    settings_.keepalive_interval = interval;
    settings_.keepalive_count = count;
    arm_keepalive();
  });
}

void Link::arm_keepalive() {
  if (settings_.keepalive_interval.count() <= 0) return keepalive_timer_.cancel();
  keepalive_timer_.arm(settings_.keepalive_interval, [this] {
    if (failed()) return;
    if (authenticated_) {
      if (unanswered_keepalives_ >= settings_.keepalive_count)
        return fail(
            {.code = errc::peer_unresponsive,
             .text = std::to_string(unanswered_keepalives_) + " keepalive messages were not answered"});
      ++unanswered_keepalives_;
      handler_.on_keepalive_due();
    }
    arm_keepalive();
  });
}

void Link::fail(Failure failure) {
  if (failure.phase == Phase::none) failure.phase = phase();
  if (failure.peer.empty()) failure.peer = settings_.peer;
  {
    const support::Guard guard(mutex_);
    if (failure_) return;
    failure_ = failure;
  }
  settings_.log.write(LogLevel::debug, "ended: " + failure.message());
  changed_.notify_all();
  auth_mailbox_.close();
  handler_.on_failure();
  last_words(failure);
}

// DISCONNECT where it can still arrive, then the end of the worker, at the latest after the grace time.
void Link::last_words(const Failure& failure) {
  const bool peer_is_gone = failure.code == errc::connection_lost || failure.code == errc::disconnected;
  worker_.post([this, peer_is_gone] {
    rekey_timer_.cancel();
    keepalive_timer_.cancel();
    login_timer_.cancel();
    packet_timer_.cancel();
    if (peer_is_gone)
      end_worker();
    else
      close_timer_.arm(close_grace, [this] { end_worker(); });
  });
  const bool before_packets = phase_ == Phase::version;
  if (peer_is_gone || before_packets) {
    outbound_.abort();
    if (before_packets) worker_.post([this] { end_worker(); });
    return;
  }
  DisconnectReason reason = reason_for(failure.code);
  // Whether a number or the message around it was wrong makes no difference to the peer.
  if (failure.code == errc::malformed_packet && in_kex_method_)
    reason = DisconnectReason::key_exchange_failed;
  std::string text = failure.code == errc::closed ? "closed by the application" : failure.code.message();
  if (const auto* own = std::get_if<DisconnectDetail>(&failure.detail); own && failure.code == errc::closed) {
    reason = own->reason;
    if (!own->text.empty()) text = own->text;
  }
  outbound_.finish(
      encoded(wire::Disconnect{.reason = static_cast<std::uint32_t>(reason), .description = text}));
}

void Link::end_worker() {
  stream_->shutdown();
  worker_.stop();
}

void Link::close() {
  fail({.code = errc::closed});
  support::Lock lock(mutex_);
  if (!started_ || worker_.in_thread()) return;
  if (ending_ != Ending::no) {
    const boost::this_thread::disable_interruption no_interruption;
    changed_.wait(lock, forever, [this] { return ending_ == Ending::joined; });
    return;
  }
  ending_ = Ending::joining;
  lock.unlock();
  worker_.join();
  lock.lock();
  ending_ = Ending::joined;
  changed_.notify_all();
}

void Link::write_failed(error_code error) {
  if (error == errc::resource_shortage)
    return fail({.code = error, .text = "the peer does not read what it asked for"});
  if (failed()) return end_worker();  // our last words will not get through
  if (std::exchange(write_has_failed_, true)) return;
  close_timer_.arm(write_failure_grace,
                   [this, error] { fail({.code = errc::connection_lost, .text = error.message()}); });
}

Phase Link::phase() const noexcept {
  return authenticated_ ? Phase::session : phase_.load();
}

}  // namespace amiko::transport
