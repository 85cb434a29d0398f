// amiko - requests on a channel and their answers, in order
#include "channel_impl.hpp"
#include "transport_impl.hpp"

#include <amiko/base/printable.hpp>

#include <utility>

namespace amiko {

using protocol::ChannelEvent;
using protocol::ChannelSide;

bool ChannelImpl::request(std::string_view type, ByteView body, bool want_reply, Deadline deadline) {
  const auto reply = std::make_shared<Reply>();
  const Bytes payload = encoded(
      wire::ChannelRequest{.recipient = remote_id_, .type = type, .want_reply = want_reply, .body = {body}});
  const auto result = transport_->outbound().send(
      deadline, [this] { return sending_.close; },
      [&](protocol::PacketEncoder& encoder, Bytes& out) {
        encoder.encode(out, payload);  // throws when it is too long: then no answer will come
        if (want_reply) sending_.replies.push_back(reply);
        return true;
      });
  const errc late = timeout().is_zero() ? errc::would_block : errc::timed_out;
  switch (result) {
    case transport::Outbound::Result::sent:
      break;
    case transport::Outbound::Result::refused:
      throw_error(errc::channel_closed, "request " + std::string(type));
    case transport::Outbound::Result::dead:
      throw_error(errc::connection_lost);
    case transport::Outbound::Result::timed_out:
      throw_error(late, "request " + std::string(type));
  }
  if (!want_reply) return true;
  bool answered = false;
  {
    Lock lock(mutex_);
    ++readers_;
    struct Leave {
      unsigned& count;
      ~Leave() { --count; }
    } leave{readers_};
    const auto over = [this] { return failed_ || closed_here_ || state_.remote() == ChannelSide::closed; };
    answered = readable_.wait(lock, deadline, [&] { return reply->done || over(); });
    if (reply->done) return reply->success;
  }
  if (!answered) throw_error(late, "no answer to the request " + std::string(type));
  throw_error(errc::channel_closed, "closed instead of an answer to the request " + std::string(type));
}

void ChannelImpl::on_reply(bool success) {
  const auto reply = transport_->outbound().locked([this]() -> std::shared_ptr<Reply> {
    if (sending_.replies.empty()) return nullptr;
    auto first = std::move(sending_.replies.front());
    sending_.replies.pop_front();
    return first;
  });
  if (!reply) return;  // nobody asked; some answer what wants no answer
  {
    const support::Guard guard(mutex_);
    reply->done = true;
    reply->success = success;
  }
  readable_.notify_all();
}

bool ChannelImpl::on_server_request() {
  if (!inbound_) return false;
  const support::Guard guard(mutex_);
  state_.received(ChannelEvent::request);
  return true;
}

void ChannelImpl::on_request(const wire::ChannelRequest& message) {
  bool known = false;
  if (message.type == "exit-status") {
    take_exit_status(message);
    known = true;
  } else if (message.type == "exit-signal") {
    take_exit_signal(message);
    known = true;
  } else {
    const support::Guard guard(mutex_);
    state_.received(ChannelEvent::request);
    // xon-xoff (RFC 4254 section 6.8) is advice, eow@openssh.com (OpenSSH PROTOCOL 2.1) too: the next data
    // message is answered by CLOSE.
    known = message.type == "xon-xoff" || message.type == "eow@openssh.com";
  }
  if (message.want_reply) answer_request(known);
}

void ChannelImpl::answer_request(bool success) {
  const Bytes payload = success ? encoded(wire::ChannelSuccess{.recipient = remote_id_})
                                : encoded(wire::ChannelFailure{.recipient = remote_id_});
  transport_->outbound().post_control(payload, [this] { return !sending_.close; });
}

void ChannelImpl::take_exit_status(const wire::ChannelRequest& message) {
  wire::Reader reader(message.body.bytes);
  const std::uint32_t code = reader.uint32();
  reader.expect_end();
  Lock lock(mutex_);
  state_.received(ChannelEvent::request);
  if (!exit_status_) exit_status_ = ExitStatus{.code = static_cast<int>(code)};
  wake_everybody(lock);
}

void ChannelImpl::take_exit_signal(const wire::ChannelRequest& message) {
  wire::Reader reader(message.body.bytes);
  ExitStatus status;
  status.signal = printable(reader.text(), false, 64);
  status.core_dumped = reader.boolean();
  status.message = printable(reader.text());
  Lock lock(mutex_);
  state_.received(ChannelEvent::request);
  if (!exit_status_) exit_status_ = std::move(status);
  wake_everybody(lock);
}

ExitStatus ChannelImpl::wait_exit_status(Deadline deadline) {
  const unsigned found = wait(Channel::status, deadline);
  Lock lock(mutex_);
  if (exit_status_) return *exit_status_;
  const bool zero = timeout_.is_zero();
  const bool orderly =
      state_.remote() == ChannelSide::closed && (!closed_here_ || remote_at_close_ == ChannelSide::closed);
  lock.unlock();
  if (found == 0) throw_error(zero ? errc::would_block : errc::timed_out, "the command has not ended");
  if (!orderly) throw_error(errc::channel_closed);
  return {};
}

bool ChannelImpl::exit_status_ready() const {
  return (ready_events() & Channel::status) != 0;
}

}  // namespace amiko
