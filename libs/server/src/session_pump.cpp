// amiko - moves bytes between a session's channel and a program's descriptors
#include "session_pump.hpp"

#include <amiko/base/error.hpp>
#include <amiko/support/sigpipe.hpp>

#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <utility>

namespace amiko {
namespace {

constexpr std::size_t block = 64 * 1024;
constexpr auto at_once = std::chrono::seconds(0);

}  // namespace

// What is waited for, with its answers.  A descriptor of -1 is one that does not matter now.
struct SessionPump::Polled {
  enum Index { control, room, client, in, out, err, child, count };

  void watch(Index index, int fd, short events = POLLIN) { items[index] = {fd, events, 0}; }
  bool ready(Index index) const { return items[index].fd >= 0 && items[index].revents != 0; }
  bool broken(Index index) const {
    return items[index].fd >= 0 && (items[index].revents & (POLLERR | POLLHUP | POLLNVAL)) != 0;
  }

  bool after_end = false;  // all that the program wrote before its end was there to be seen
  std::array<pollfd, count> items = [] {
    std::array<pollfd, count> none{};
    none.fill({-1, 0, 0});
    return none;
  }();
};

SessionPump::SessionPump(Channel& channel, ProgramEnds ends, int child)
    : channel_(channel), ends_(std::move(ends)), child_(child) {
  output_.resize(block);
}

void SessionPump::close() {
  ends_.in.reset();
  ends_.out.reset();
  ends_.err.reset();
}

// The client is not told before the program has ended that its output has: OpenSSH's answers EOF with CLOSE,
// after which nobody would hear of the exit status.
SessionPump::End SessionPump::run() {
  support::NoSigpipe no_sigpipe;
  no_sigpipe.broken = true;  // whether one was raised is not known for each write
  try {
    for (;;) {
      Polled polled;
      wait(polled);
      const unsigned now = channel_.wait(Channel::status | Channel::woken, at_once);
      if ((now & Channel::status) != 0) return End::client;
      if (polled.ready(Polled::child)) child_ended_ = true;
      if (refused_ && refused_()) refuse_output();
      feed(polled);
      drain(polled);
      if (output_size_ > 0) continue;
      // On a terminal nobody waits for what runs in the background: what was there at the end is all.
      const bool nothing_left = ends_.terminal && polled.after_end && !polled.ready(Polled::out);
      if (child_ended_ && (output_ended() || nothing_left)) return End::program;
    }
  } catch (const ChannelError&) {
    return End::client;
  } catch (const Disconnected&) {
    return End::client;
  }
}

void SessionPump::wait(Polled& polled) {
  polled.watch(Polled::control, channel_.fileno(Channel::status | Channel::woken));
  if (!input_ended_ && input_at_ == input_.size())
    polled.watch(Polled::client, channel_.fileno(Channel::out | Channel::end));
  // Without POLLOUT it still tells when the program reads no more.
  if (ends_.in) polled.watch(Polled::in, ends_.in.get(), input_at_ < input_.size() ? POLLOUT : 0);
  if (output_size_ > 0) {
    polled.watch(Polled::room, channel_.fileno(Channel::room));
  } else {
    if (ends_.out) polled.watch(Polled::out, ends_.out.get());
    if (ends_.err) polled.watch(Polled::err, ends_.err.get());
  }
  if (!child_ended_) polled.watch(Polled::child, child_);
  polled.after_end = child_ended_ && output_size_ == 0;
  const int timeout = polled.after_end && ends_.terminal ? 0 : -1;
  while (::poll(polled.items.data(), polled.items.size(), timeout) < 0)
    if (errno != EINTR) throw_error(errc::resource_shortage, "poll");
}

// --- from the client

void SessionPump::feed(const Polled& polled) {
  if (polled.ready(Polled::in)) {
    if (polled.broken(Polled::in))
      stop_feeding();
    else
      write_input();
  }
  if (polled.ready(Polled::client)) take_input();
}

void SessionPump::take_input() {
  const unsigned now = channel_.wait(Channel::out | Channel::end, at_once);
  if ((now & Channel::out) == 0) {
    if ((now & Channel::end) == 0) return;
    input_ended_ = true;
    if (!ends_.terminal) ends_.in.reset();
    return;
  }
  input_.resize(block);
  input_at_ = 0;
  input_.resize(channel_.recv(MutableBytes(input_)));
  if (ends_.in)
    write_input();
  else
    input_.clear();  // the program reads no more: what comes is dropped
}

void SessionPump::write_input() {
  while (input_at_ < input_.size()) {
    const ssize_t n = ::write(ends_.in.get(), input_.data() + input_at_, input_.size() - input_at_);
    if (n >= 0) {
      input_at_ += static_cast<std::size_t>(n);
    } else if (errno == EAGAIN) {
      return;
    } else if (errno != EINTR) {
      return stop_feeding();
    }
  }
}

void SessionPump::stop_feeding() {
  ends_.in.reset();
  input_.clear();
  input_at_ = 0;
  // OpenSSH PROTOCOL, section 2.1: a client that knows it stops reading its own input.
  if (!ends_.terminal && !input_ended_ && !child_ended_) channel_.request("eow@openssh.com", {}, false);
}

// --- to the client

void SessionPump::refuse_output() {
  ends_.out.reset();
  if (output_stream_ == Stream::out) output_at_ = output_size_ = 0;
}

void SessionPump::drain(const Polled& polled) {
  if (polled.ready(Polled::room)) send_pending();
  if (polled.ready(Polled::out) && ends_.out) read_output(ends_.out, Stream::out);
  if (polled.ready(Polled::err) && ends_.err && output_size_ == 0) read_output(ends_.err, Stream::err);
}

void SessionPump::read_output(support::UniqueFd& from, Stream stream) {
  const ssize_t n = ::read(from.get(), output_.data(), output_.size());
  if (n > 0) {
    output_stream_ = stream;
    output_at_ = 0;
    output_size_ = static_cast<std::size_t>(n);
    send_pending();
  } else if (n == 0 || (errno != EAGAIN && errno != EINTR)) {  // a terminal without programs: EIO
    from.reset();
  }
}

void SessionPump::send_pending() {
  while (output_at_ < output_size_ && (channel_.wait(Channel::room, at_once) & Channel::room) != 0) {
    const ByteView rest = ByteView(output_).slice(output_at_, output_size_ - output_at_);
    output_at_ += output_stream_ == Stream::out ? channel_.send(rest) : channel_.send_stderr(rest);
  }
  if (output_at_ == output_size_) output_at_ = output_size_ = 0;
}

}  // namespace amiko
