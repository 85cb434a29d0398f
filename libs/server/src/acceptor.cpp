// amiko - a server: the thread that accepts
#include "listen_sockets.hpp"
#include "server_impl.hpp"

#include <amiko/base/error.hpp>

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace amiko {
namespace {

// After an accept() that failed for want of something: trying again at once would burn a processor.
constexpr auto pause_after_shortage = std::chrono::milliseconds(100);
constexpr auto between_complaints = std::chrono::seconds(5);
// What one socket is asked for in a row before the others have their turn.
constexpr int accepts_in_a_row = 64;
// The rest of close()'s time for last words.
constexpr auto close_grace = std::chrono::milliseconds(250);

support::UniqueFd open_spare() {
  return support::UniqueFd(::open("/dev/null", O_RDONLY | O_CLOEXEC));
}

bool is_shortage(int error) {
  return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

}  // namespace

void Server::Impl::run(std::vector<support::UniqueFd> sockets) {
  sockets_ = std::move(sockets);
  spare_ = open_spare();
  {
    const support::Guard guard(mutex_);
    for (const auto& socket : sockets_)
      addresses_.push_back(local_name(socket.get()));
    if (!sockets_.empty()) port_ = local_port(sockets_.front().get());
  }
  try {
    thread_ = boost::thread([self = shared_from_this()] {
      ::pthread_setname_np(::pthread_self(), "amiko-accept");
      self->accept_all();
    });
  } catch (const boost::thread_resource_error& e) {
    throw_error(errc::resource_shortage, std::string("no thread for a server: ") + e.what());
  }
}

void Server::Impl::accept_all() {
  std::optional<Clock::time_point> close_by;
  for (;;) {
    bury();
    {
      const support::Guard guard(mutex_);
      if (stopping_) sockets_.clear();
      if (at_end()) return;
      if (closing_ && !close_by) close_by = Clock::now() + 4 * close_grace;
    }
    if (close_by && Clock::now() >= *close_by) return;  // one that does not end is left to its own thread
    std::vector<pollfd> polled{{wake_.get(), POLLIN, 0}};
    const bool paused = Clock::now() < pause_until_;
    if (!paused)
      for (const auto& socket : sockets_)
        polled.push_back({socket.get(), POLLIN, 0});
    const int timeout = paused || close_by ? static_cast<int>(pause_after_shortage.count()) : -1;
    if (::poll(polled.data(), polled.size(), timeout) <= 0) continue;
    std::uint64_t count = 0;
    if (polled[0].revents != 0 && ::read(wake_.get(), &count, sizeof count) < 0) continue;
    for (std::size_t i = 1; i < polled.size(); ++i)
      if (polled[i].revents != 0) accept_one(polled[i].fd);
  }
}

void Server::Impl::accept_one(int listener) {
  for (int i = 0; i < accepts_in_a_row; ++i) {
    support::UniqueFd socket(::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC));
    if (!socket) {
      if (is_shortage(errno)) out_of_descriptors(listener);
      return;  // nobody there, or gone again: the next poll tells
    }
    const std::string address = endpoints_of(socket.get()).peer_address;
    Refusal refusal = Refusal::full;
    try {
      refusal = admit(address);
      if (refusal != Refusal::none)
        turn_away(socket.get(), refusal, address);
      else
        take(std::move(socket));
    } catch (const std::exception& e) {  // no memory, no thread, an option that turns out to be wrong
      log(LogLevel::error, "a connection from " + address + " could not be served: " + e.what());
      const support::Guard guard(mutex_);
      if (refusal == Refusal::none) startups_.release(address);
      ++refused_;
      pause_until_ = Clock::now() + pause_after_shortage;
    }
  }
}

// The caller learns at once that there is no room, instead of hanging in the backlog.
void Server::Impl::out_of_descriptors(int listener) {
  const std::string reason = std::strerror(errno);
  spare_.reset();
  support::UniqueFd(::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK)).reset();
  spare_ = open_spare();
  pause_until_ = Clock::now() + pause_after_shortage;
  {
    const support::Guard guard(mutex_);
    ++refused_;
  }
  if (Clock::now() - complained_ < between_complaints) return;
  complained_ = Clock::now();
  log(LogLevel::error, "cannot accept: " + reason);
}

Server::Impl::Refusal Server::Impl::admit(const std::string& address) {
  std::uint32_t random = 0;
  [[maybe_unused]] const ssize_t n = ::getrandom(&random, sizeof random, 0);
  const support::Guard guard(mutex_);
  if (options_->max_connections != 0 && table_.size() >= options_->max_connections) return Refusal::full;
  if (penalties_.refused(address, Clock::now())) return Refusal::penalty;
  switch (startups_.admit(address, random)) {
    case StartupLimits::Answer::admitted:
      return Refusal::none;
    case StartupLimits::Answer::too_many_from_source:
      return Refusal::source;
    case StartupLimits::Answer::too_many:
      break;
  }
  return Refusal::startups;
}

// In the clear, before the version exchange, as sshd says it.  A client that does not read loses it.
void Server::Impl::turn_away(int socket, Refusal why, const std::string& address) {
  const std::string_view line =
      why == Refusal::penalty ? "Not allowed at this time\r\n" : "Exceeded MaxStartups\r\n";
  [[maybe_unused]] const ssize_t n = ::send(socket, line.data(), line.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  static constexpr const char* reasons[] = {"", "max_connections", "max_startups", "per_source_max_startups",
                                            "a penalty"};
  {
    const support::Guard guard(mutex_);
    ++refused_;
  }
  log(LogLevel::info, "turned " + address + " away: " + reasons[static_cast<int>(why)]);
}

void Server::Impl::take(support::UniqueFd socket) {
  std::shared_ptr<const ServerOptions> options;
  {
    const support::Guard guard(mutex_);
    options = options_;
  }
  const int on = 1;
  if (options->tcp_keepalive) ::setsockopt(socket.get(), SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
  Endpoints ends = endpoints_of(socket.get());
  start(Transport(socket.release(), options->transport), std::move(ends), true);
}

void Server::Impl::serve(int in, int out) {
  Endpoints ends = endpoints_of(in);
  std::shared_ptr<const ServerOptions> options;
  {
    const support::Guard guard(mutex_);
    options = options_;
  }
  start(Transport::from_descriptors(in, out, options->transport), std::move(ends), false);
}

}  // namespace amiko
