// amiko - a TCP relay that does to the bytes what bad networks do
#include "common/relay.hpp"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <deque>
#include <system_error>
#include <vector>

#include "amiko/base/bytes.hpp"

namespace amiko::test {

namespace {

constexpr std::size_t read_size = 65536;

void prepare_socket(int socket) {
  const int on = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  ::fcntl(socket, F_SETFL, O_NONBLOCK);
}

}  // namespace

/// One direction of a connection: bytes read from `from` wait in a queue until they are due at `to`.
class Relay::Flow {
 public:
  Flow(int from, int to, const RelayFaults& faults, std::atomic<std::uint64_t>& passed)
      : from_(from), to_(to), faults_(faults), passed_(passed) {}

  bool wants_input() const { return !ended_ && queued_ < room(); }
  bool wants_output(Clock::time_point now) const { return !queue_.empty() && due() <= now; }
  std::optional<Clock::time_point> next_due() const {
    return queue_.empty() ? std::nullopt : std::optional(due());
  }
  /// The cut of `cut_after` is due, all bytes before it being on their way.
  bool wants_cut() const { return cutting_ && queue_.empty(); }
  bool resets() const { return faults_.reset; }
  /// The end of the stream has been passed on.
  bool finished() const { return finished_; }
  bool broken() const { return broken_; }

  void read_some() {
    Bytes data(read_size);
    const auto size = ::recv(from_, data.data(), data.size(), 0);
    if (size < 0) {
      broken_ = broken_ || (errno != EAGAIN && errno != EINTR);
      return;
    }
    data.resize(static_cast<std::size_t>(size));
    if (size == 0) ended_ = true;
    limit(data);
    Bytes changed = change(data);
    seen_ += data.size();
    if (changed.empty()) return finish();
    queued_ += changed.size();
    queue_.push_back({std::move(changed), 0, Clock::now() + faults_.delay});
  }

  void write_some(Clock::time_point now) {
    while (wants_output(now)) {
      auto& chunk = queue_.front();
      const std::size_t size = faults_.dribble ? 1 : chunk.data.size() - chunk.sent;
      const auto sent = ::send(to_, chunk.data.data() + chunk.sent, size, MSG_NOSIGNAL);
      if (sent < 0) {
        broken_ = broken_ || (errno != EAGAIN && errno != EINTR);
        return;
      }
      passed_ += static_cast<std::uint64_t>(sent);
      queued_ -= static_cast<std::size_t>(sent);
      chunk.sent += static_cast<std::size_t>(sent);
      if (chunk.sent == chunk.data.size()) queue_.pop_front();
      if (faults_.gap.count() > 0) not_before_ = now + faults_.gap;
    }
    finish();
  }

 private:
  struct Chunk {
    Bytes data;
    std::size_t sent;
    Clock::time_point due;
  };

  // A delay must not become a limit on throughput.
  std::size_t room() const { return faults_.delay.count() > 0 ? 64 << 20 : 256 << 10; }
  Clock::time_point due() const { return std::max(queue_.front().due, not_before_); }

  void finish() {
    if (!ended_ || finished_ || cutting_ || stalled_ || !queue_.empty()) return;
    ::shutdown(to_, SHUT_WR);
    finished_ = true;
  }

  // Shortens `data` at the offset where a cut or a stall is wanted.
  void limit(Bytes& data) {
    const auto end = seen_ + data.size();
    if (faults_.cut_after && end >= *faults_.cut_after) cutting_ = ended_ = true;
    if (faults_.stall_after && end >= *faults_.stall_after) stalled_ = ended_ = true;
    const auto last = std::min(faults_.cut_after.value_or(end), faults_.stall_after.value_or(end));
    if (last < end) data.resize(static_cast<std::size_t>(last - seen_));
  }

  Bytes change(const Bytes& data) {
    Bytes result = data;
    if (faults_.flip_bit_at && *faults_.flip_bit_at >= seen_ && *faults_.flip_bit_at - seen_ < data.size()) {
      auto& byte = result[static_cast<std::size_t>(*faults_.flip_bit_at - seen_)];
      byte = static_cast<std::uint8_t>(byte ^ (1U << (faults_.bit % 8)));
    }
    return faults_.drop || faults_.duplicate ? drop_and_duplicate(result) : result;
  }

  Bytes drop_and_duplicate(const Bytes& data) {
    Bytes result;
    for (std::size_t i = 0; i < data.size(); ++i) {
      const auto offset = seen_ + i;
      if (faults_.drop && faults_.drop->contains(offset)) continue;
      result.push_back(data[i]);
      if (!faults_.duplicate || !faults_.duplicate->contains(offset)) continue;
      copy_.push_back(data[i]);
      if (copy_.size() == faults_.duplicate->size) result.insert(result.end(), copy_.begin(), copy_.end());
    }
    return result;
  }

  const int from_, to_;
  const RelayFaults& faults_;
  std::atomic<std::uint64_t>& passed_;
  std::deque<Chunk> queue_;
  std::size_t queued_ = 0;
  std::uint64_t seen_ = 0;
  Bytes copy_;
  Clock::time_point not_before_{};
  bool ended_ = false, finished_ = false, broken_ = false, cutting_ = false, stalled_ = false;
};

/// A client, the server, and the two flows between them.
class Relay::Connection {
 public:
  Connection(UniqueFd client, UniqueFd server, Relay& relay)
      : client_(std::move(client)),
        server_(std::move(server)),
        flows_{Flow(client_.get(), server_.get(), relay.options_.to_server, relay.passed_[0]),
               Flow(server_.get(), client_.get(), relay.options_.to_client, relay.passed_[1])} {}

  /// What to poll for: the client, then the server.
  void add_to(std::vector<pollfd>& polls, Clock::time_point now, bool stalled) const {
    short events[2] = {0, 0};
    for (std::size_t i = 0; i < 2 && !stalled && !cut_; ++i) {
      if (flows_[i].wants_input()) events[i] |= POLLIN;
      if (flows_[i].wants_output(now)) events[1 - i] |= POLLOUT;
    }
    // After a FIN what still comes in is read and thrown away: closing with unread bytes would send an RST.
    for (std::size_t i = 0; i < 2 && cut_; ++i)
      events[i] = drained_[i] ? short(0) : short(POLLIN);
    // A descriptor without events is left out, else poll() would report its hang-up again and again.
    polls.push_back({events[0] ? client_.get() : -1, events[0], 0});
    polls.push_back({events[1] ? server_.get() : -1, events[1], 0});
  }

  std::optional<Clock::time_point> next_due() const {
    const auto a = flows_[0].next_due(), b = flows_[1].next_due();
    return a && b ? std::min(a, b) : a ? a : b;
  }

  void work(const pollfd* polls, Clock::time_point now) {
    if (cut_) return drain(polls);
    for (std::size_t i = 0; i < 2; ++i) {
      if ((polls[i].revents & (POLLIN | POLLHUP | POLLERR)) && (polls[i].events & POLLIN))
        flows_[i].read_some();
    }
    for (auto& flow : flows_) {
      flow.write_some(now);
      if (flow.wants_cut()) end(flow.resets() ? Cut::rst : Cut::fin);
    }
    if (flows_[0].broken() || flows_[1].broken()) end(Cut::rst);
  }

  void end(Cut cut) {
    if (cut == Cut::rst) {
      const linger now{1, 0};
      ::setsockopt(client_.get(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
      ::setsockopt(server_.get(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
      drained_ = {true, true};
    } else {
      ::shutdown(client_.get(), SHUT_WR);
      ::shutdown(server_.get(), SHUT_WR);
    }
    cut_ = true;
  }

  bool over() const {
    return cut_ ? drained_[0] && drained_[1] : flows_[0].finished() && flows_[1].finished();
  }

 private:
  void drain(const pollfd* polls) {
    for (std::size_t i = 0; i < 2; ++i) {
      if (polls[i].revents == 0) continue;
      std::array<char, 16384> buffer;
      const auto size = ::recv(polls[i].fd, buffer.data(), buffer.size(), 0);
      if (size == 0 || (size < 0 && errno != EAGAIN && errno != EINTR)) drained_[i] = true;
    }
  }

  UniqueFd client_, server_;
  std::array<Flow, 2> flows_;
  bool cut_ = false;
  std::array<bool, 2> drained_{};
};

Relay::Relay(std::uint16_t server_port, const RelayOptions& options)
    : server_port_(server_port),
      options_(options),
      listener_(listen_on_loopback()),
      wakeup_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (!wakeup_) throw std::system_error(errno, std::generic_category(), "eventfd");
  port_ = local_port(listener_.get());
  thread_ = std::thread([this] { work(); });
}

void Relay::stop() {
  command(stopping_, true);
  if (thread_.joinable()) thread_.join();
  listener_.reset();
}

void Relay::wake() {
  const std::uint64_t one = 1;
  while (::write(wakeup_.get(), &one, sizeof one) < 0 && errno == EINTR) {
  }
}

void Relay::work() {
  std::list<Connection> connections;
  while (!stopping_) {
    auto now = Clock::now();
    std::vector<pollfd> polls{{wakeup_.get(), POLLIN, 0}, {listener_.get(), POLLIN, 0}};
    std::optional<Clock::time_point> due;
    const bool stalled = stalled_;
    for (const auto& connection : connections) {
      connection.add_to(polls, now, stalled);
      const auto next = stalled ? std::nullopt : connection.next_due();
      if (next && *next > now && (!due || *next < *due)) due = next;
    }
    timespec left{};
    if (due) {
      const auto wait = std::chrono::ceil<std::chrono::nanoseconds>(*due - now);
      left = {static_cast<time_t>(wait.count() / 1'000'000'000),
              static_cast<long>(wait.count() % 1'000'000'000)};
    }
    if (::ppoll(polls.data(), polls.size(), due ? &left : nullptr, nullptr) < 0) continue;

    std::uint64_t ignored = 0;
    if (polls[0].revents != 0 && ::read(wakeup_.get(), &ignored, sizeof ignored) < 0) continue;
    now = Clock::now();
    const pollfd* poll = &polls[2];
    const auto cut = cut_.exchange(Cut::none);
    for (auto& connection : connections) {
      if (cut != Cut::none) connection.end(cut);
      if (!stalled) connection.work(poll, now);
      poll += 2;
    }
    connections.remove_if([](const Connection& connection) { return connection.over(); });
    if (polls[1].revents != 0) take_client(connections);
  }
}

void Relay::take_client(std::list<Connection>& connections) {
  UniqueFd client(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
  if (!client) return;
  ++connections_;
  try {
    UniqueFd server = connect_to_loopback(server_port_);
    prepare_socket(client.get());
    prepare_socket(server.get());
    connections.emplace_back(std::move(client), std::move(server), *this);
  } catch (const std::system_error&) {  // nobody listens there: the client sees its connection end
  }
}

}  // namespace amiko::test
