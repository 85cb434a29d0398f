// amiko - many light clients on one thread
#include "crowd.hpp"

#include <sys/epoll.h>

#include <cerrno>
#include <exception>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace amiko::bench {

Crowd::Crowd() : epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
  if (!epoll_) throw std::system_error(errno, std::system_category(), "epoll_create1");
}

LightClient& Crowd::add(std::unique_ptr<LightClient> client) {
  const int fd = client->fd();
  epoll_event event{.events = EPOLLIN | EPOLLOUT, .data = {.fd = fd}};
  if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) != 0)
    throw std::system_error(errno, std::system_category(), "epoll_ctl");
  return *(members_[fd] = Member{.client = std::move(client)}).client;
}

void Crowd::remove(LightClient& client) {
  members_.erase(client.fd());  // closing takes it out of the epoll set
}

void Crowd::run_once(int milliseconds, const std::function<void(LightClient&)>& done) {
  epoll_event events[64];
  const int n = ::epoll_wait(epoll_.get(), events, 64, milliseconds);
  for (int i = 0; i < n; ++i)
    handle(events[i].data.fd, done);
}

void Crowd::handle(int fd, const std::function<void(LightClient&)>& done) {
  const auto found = members_.find(fd);
  if (found == members_.end()) return;
  LightClient& client = *found->second.client;
  try {
    client.on_ready();
  } catch (const std::exception& e) {
    if (errors_++ == 0) first_error_ = e.what();
    members_.erase(found);
    return;
  }
  if (found->second.writes != client.wants_write()) {
    found->second.writes = client.wants_write();
    epoll_event event{.events = EPOLLIN, .data = {.fd = fd}};
    if (client.wants_write()) event.events |= EPOLLOUT;
    ::epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, fd, &event);
  }
  if (client.done() && !std::exchange(found->second.told, true) && done) done(client);
}

void Crowd::fill(std::size_t count, std::size_t at_a_time,
                 const std::function<std::unique_ptr<LightClient>()>& make) {
  std::size_t under_way = 0;
  const std::size_t errors_before = errors_;
  for (std::size_t arrived = 0; arrived < count;) {
    for (; under_way < at_a_time && arrived + under_way < count; ++under_way)
      add(make());
    run_once(1000, [&](LightClient&) {
      ++arrived;
      --under_way;
    });
    if (errors_ != errors_before) throw std::runtime_error("a client could not get in: " + first_error_);
  }
}

}  // namespace amiko::bench
