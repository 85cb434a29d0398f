// amiko - a session on a server: what the client wants run
#include <amiko/server/server_process.hpp>

#include "server_process_impl.hpp"

#include <amiko/base/error.hpp>

#include <utility>

namespace amiko {
namespace {

constexpr std::size_t kept_events = 64;

}  // namespace

ServerProcess::Impl::Impl(std::shared_ptr<ServerConnectionImpl> caller, Channel session)
    : connection(std::move(caller)),
      channel(std::move(session)),
      in(channel.makefile("rb")),
      out(channel.makefile("wb")),
      err(channel.makefile_stderr("wb")) {}

WindowSize ServerProcess::Impl::size() const {
  const support::Guard guard(mutex_);
  return size_;
}

void ServerProcess::Impl::set_size(const WindowSize& size) {
  const support::Guard guard(mutex_);
  size_ = size;
}

void ServerProcess::Impl::exit_in_place() {
  set_exit({.status = 255});
  close();
}

void ServerProcess::Impl::add_event(ServerEvent event) {
  support::Lock lock(mutex_);
  if (const auto* resized = std::get_if<SizeEvent>(&event)) size_ = resized->size;
  if (events_.size() >= kept_events) events_.pop_front();
  events_.push_back(std::move(event));
  deliver(lock);
  changed_.notify_all();
}

// One thread at a time hands events out, so that they keep their order.
void ServerProcess::Impl::deliver(support::Lock& lock) {
  if (delivering_) return;
  delivering_ = true;
  while (handler_ && !events_.empty()) {
    const ServerEvent event = std::move(events_.front());
    events_.pop_front();
    const auto handler = handler_;
    lock.unlock();
    try {
      handler(event);
    } catch (...) {
      lock.lock();
      delivering_ = false;
      throw;
    }
    lock.lock();
  }
  delivering_ = false;
}

std::optional<ServerEvent> ServerProcess::Impl::next_event(Deadline deadline) {
  support::Lock lock(mutex_);
  changed_.wait(lock, deadline, [this] { return over_ || !events_.empty(); });
  if (events_.empty()) return std::nullopt;
  ServerEvent event = std::move(events_.front());
  events_.pop_front();
  return event;
}

void ServerProcess::Impl::on_event(std::function<void(const ServerEvent&)> handler) {
  support::Lock lock(mutex_);
  handler_ = std::move(handler);
  deliver(lock);
}

void ServerProcess::Impl::end_events() {
  {
    const support::Guard guard(mutex_);
    over_ = true;
  }
  changed_.notify_all();
}

void ServerProcess::Impl::set_exit(Exit exit) {
  const support::Guard guard(mutex_);
  if (!exit_) exit_ = std::move(exit);
}

void ServerProcess::Impl::close() {
  Exit how;
  {
    const support::Guard guard(mutex_);
    if (std::exchange(closed_, true)) return;
    if (exit_) how = *exit_;
  }
  try {
    out.flush();
    err.flush();
  } catch (const ChannelError&) {
    // The client has sent CLOSE and takes no more output, but still how it ended.
  }
  if (how.signal.empty())
    channel.send_exit_status(how.status);
  else
    channel.send_exit_signal(how.signal, how.core_dumped, how.message);
  channel.close();
}

ChannelFile& ServerProcess::in() noexcept {
  return impl_->in;
}

ChannelFile& ServerProcess::out() noexcept {
  return impl_->out;
}

ChannelFile& ServerProcess::err() noexcept {
  return impl_->err;
}

Channel& ServerProcess::channel() noexcept {
  return impl_->channel;
}

ServerConnection& ServerProcess::connection() noexcept {
  return impl_->connection;
}

SessionStart::Kind ServerProcess::kind() const noexcept {
  return impl_->start.kind;
}

const std::string& ServerProcess::command() const noexcept {
  return impl_->start.command;
}

const std::string& ServerProcess::subsystem() const noexcept {
  return impl_->subsystem;
}

const std::optional<std::string>& ServerProcess::original_command() const noexcept {
  return impl_->original_command;
}

const std::string& ServerProcess::user() const noexcept {
  return impl_->user;
}

const std::map<std::string, std::string>& ServerProcess::env() const noexcept {
  return impl_->env;
}

const std::optional<PtyRequest>& ServerProcess::pty() const noexcept {
  return impl_->pty;
}

WindowSize ServerProcess::size() const {
  return impl_->size();
}

std::optional<ServerEvent> ServerProcess::next_event(Timeout timeout) {
  return impl_->next_event(Deadline::after(timeout));
}

void ServerProcess::on_event(std::function<void(const ServerEvent&)> handler) {
  impl_->on_event(std::move(handler));
}

void ServerProcess::exit(std::uint32_t status) {
  impl_->set_exit({.status = status});
}

void ServerProcess::exit_with_signal(std::string_view name, bool core_dumped, std::string_view message) {
  impl_->set_exit({.signal = std::string(name), .core_dumped = core_dumped, .message = std::string(message)});
}

void ServerProcess::close() {
  impl_->close();
}

}  // namespace amiko
