// amiko - reaching a host
#include <amiko/transport/connector.hpp>

#include <amiko/base/error.hpp>
#include <amiko/support/mutex.hpp>

#include <boost/thread/thread.hpp>

#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>
#include <vector>

namespace amiko::transport {
namespace {

using support::UniqueFd;

constexpr auto attempt_delay = std::chrono::milliseconds(250);

struct Address {
  int family = AF_INET;
  sockaddr_storage storage{};
  socklen_t size = 0;
};

int family_of(AddressFamily family) {
  switch (family) {
    case AddressFamily::inet:
      return AF_INET;
    case AddressFamily::inet6:
      return AF_INET6;
    case AddressFamily::any:
      break;
  }
  return AF_UNSPEC;
}

struct Lookup {
  int error = 0;
  int system_error = 0;
  std::vector<Address> addresses{};
};

Lookup look_up(const std::string& host, std::uint16_t port, int family, int flags) {
  addrinfo hints{};
  hints.ai_family = family;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = flags;
  addrinfo* list = nullptr;
  Lookup result;
  result.error = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &list);
  result.system_error = errno;
  for (const addrinfo* a = list; a != nullptr; a = a->ai_next) {
    Address address;
    address.family = a->ai_family;
    std::memcpy(&address.storage, a->ai_addr, a->ai_addrlen);
    address.size = a->ai_addrlen;
    result.addresses.push_back(address);
  }
  if (list != nullptr) ::freeaddrinfo(list);
  return result;
}

// getaddrinfo() knows no deadline: it runs in a thread that is left to itself when it takes too long.
Lookup look_up_until(const std::string& host, std::uint16_t port, int family, Deadline deadline) {
  Lookup numeric = look_up(host, port, family, AI_NUMERICHOST);
  if (numeric.error == 0) return numeric;
  struct Shared {
    support::Mutex mutex;
    support::Condition changed;
    std::optional<Lookup> result;
  };
  const auto shared = std::make_shared<Shared>();
  try {
    boost::thread([shared, host, port, family] {
      Lookup result = look_up(host, port, family, AI_ADDRCONFIG);
      const support::Guard guard(shared->mutex);
      shared->result = std::move(result);
      shared->changed.notify_all();
    }).detach();
  } catch (const boost::thread_resource_error& e) {
    throw_failure({.code = errc::resource_shortage, .text = e.what(), .phase = Phase::resolve, .peer = host});
  }
  support::Lock lock(shared->mutex);
  if (!shared->changed.wait(lock, deadline, [&] { return shared->result.has_value(); }))
    throw_failure({.code = errc::timed_out,
                   .text = "the name server did not answer",
                   .phase = Phase::resolve,
                   .peer = host});
  return std::move(*shared->result);
}

std::vector<Address> resolve(const std::string& host, std::uint16_t port, int family, Deadline deadline) {
  Lookup result = look_up_until(host, port, family, deadline);
  if (result.error != 0)
    throw_failure({.code = errc::name_not_found,
                   .text = result.error == EAI_SYSTEM ? std::strerror(result.system_error)
                                                      : ::gai_strerror(result.error),
                   .phase = Phase::resolve,
                   .peer = host,
                   .hint = "check the spelling and the name server"});
  // The families take turns, so that a broken IPv6 costs one delay and not one for each address.
  std::vector<Address> ordered;
  std::vector<Address> other;
  for (const Address& a : result.addresses)
    (a.family == result.addresses.front().family ? ordered : other).push_back(a);
  for (std::size_t i = 0, at = 1; i < other.size(); ++i, at += 2)
    ordered.insert(ordered.begin() + static_cast<std::ptrdiff_t>(std::min(at, ordered.size())), other[i]);
  return ordered;
}

std::string numeric(const sockaddr_storage& storage, socklen_t size, std::string* port) {
  std::array<char, NI_MAXHOST> host{};
  std::array<char, NI_MAXSERV> service{};
  if (::getnameinfo(reinterpret_cast<const sockaddr*>(&storage), size, host.data(), host.size(),
                    service.data(), service.size(), NI_NUMERICHOST | NI_NUMERICSERV) != 0)
    return {};
  if (port != nullptr) *port = service.data();
  return host.data();
}

int milliseconds_left(Deadline deadline) {
  if (deadline.is_forever()) return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline.left().duration()).count();
  return static_cast<int>(std::min<std::int64_t>(left, 1 << 30));
}

// Attempts in parallel, each started a little after the one before.
class Race {
 public:
  Race(std::vector<Address> addresses, std::string peer)
      : addresses_(std::move(addresses)), peer_(std::move(peer)) {}

  Connected run(Deadline deadline) {
    for (;;) {
      boost::this_thread::interruption_point();
      if (next_ < addresses_.size() && (attempts_.empty() || next_start_.passed())) start();
      if (attempts_.empty() && next_ == addresses_.size()) give_up();
      if (attempts_.empty()) continue;
      if (auto winner = poll_once(deadline)) return std::move(*winner);
      if (deadline.passed())
        throw_failure({.code = errc::timed_out,
                       .text = "no answer from " + tried_,
                       .phase = Phase::connect,
                       .peer = peer_});
    }
  }

 private:
  struct Attempt {
    UniqueFd socket;
    std::string address;
  };

  void start() {
    const Address& address = addresses_[next_++];
    next_start_ = Deadline::after(attempt_delay);
    std::string text = numeric(address.storage, address.size, nullptr);
    tried_ += (tried_.empty() ? "" : ", ") + text;
    UniqueFd socket(::socket(address.family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!socket) return note(errno);
    const int result =
        ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address.storage), address.size);
    if (result != 0 && errno != EINPROGRESS) return note(errno);
    attempts_.push_back({std::move(socket), std::move(text)});
  }

  // Also an interruption point every so often: the wait is cut into pieces for that.
  std::optional<Connected> poll_once(Deadline deadline) {
    std::vector<pollfd> fds;
    for (const Attempt& a : attempts_)
      fds.push_back({a.socket.get(), POLLOUT, 0});
    Deadline until = earlier(deadline, Deadline::after(attempt_delay));
    if (next_ < addresses_.size()) until = earlier(until, next_start_);
    support::assert_no_lock_held();
    ::poll(fds.data(), fds.size(), milliseconds_left(until));
    for (std::size_t i = fds.size(); i-- > 0;) {
      if (fds[i].revents == 0) continue;
      int error = 0;
      socklen_t size = sizeof error;
      ::getsockopt(fds[i].fd, SOL_SOCKET, SO_ERROR, &error, &size);
      if (error == 0) return Connected{std::move(attempts_[i].socket), std::move(attempts_[i].address)};
      note(error);
      attempts_.erase(attempts_.begin() + static_cast<std::ptrdiff_t>(i));
    }
    return std::nullopt;
  }

  void note(int error) { last_error_ = error; }

  [[noreturn]] void give_up() const {
    errc code = errc::connect_failed;
    std::string hint;
    if (last_error_ == ECONNREFUSED) {
      code = errc::connection_refused;
      hint = "nothing listens there: check the port and that the server runs";
    } else if (last_error_ == EHOSTUNREACH || last_error_ == ENETUNREACH || last_error_ == ENETDOWN ||
               last_error_ == EADDRNOTAVAIL) {
      code = errc::unreachable;
      hint = "check the address and the network";
    }
    if (last_error_ == ETIMEDOUT) code = errc::timed_out;
    throw_failure({.code = code,
                   .text = tried_ + ": " + std::strerror(last_error_),
                   .phase = Phase::connect,
                   .peer = peer_,
                   .hint = std::move(hint)});
  }

  std::vector<Address> addresses_;
  std::string peer_;
  std::vector<Attempt> attempts_;
  std::string tried_;
  std::size_t next_ = 0;
  Deadline next_start_ = forever;
  int last_error_ = ECONNREFUSED;
};

}  // namespace

Connected connect_tcp(const std::string& host, std::uint16_t port, Deadline deadline, AddressFamily family) {
  support::assert_no_lock_held();
  const std::string peer = host + ":" + std::to_string(port);
  auto addresses = resolve(host, port, family_of(family), deadline);
  return Race(std::move(addresses), peer).run(deadline);
}

UniqueFd connect_unix(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path)
    throw_failure({.code = errc::invalid_argument,
                   .text = "the socket's path is too long",
                   .phase = Phase::connect,
                   .peer = path});
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!socket) throw_failure({.code = errc::resource_shortage, .text = std::strerror(errno), .peer = path});
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    throw_failure({.code = errno == ECONNREFUSED ? errc::connection_refused : errc::connect_failed,
                   .text = std::strerror(errno),
                   .phase = Phase::connect,
                   .peer = path});
  return socket;
}

std::string peer_address(int socket) {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  if (::getpeername(socket, reinterpret_cast<sockaddr*>(&storage), &size) != 0) return {};
  if (storage.ss_family != AF_INET && storage.ss_family != AF_INET6) return {};
  std::string port;
  const std::string host = numeric(storage, size, &port);
  return storage.ss_family == AF_INET6 ? "[" + host + "]:" + port : host + ":" + port;
}

}  // namespace amiko::transport
