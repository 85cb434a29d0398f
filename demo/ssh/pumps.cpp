// amiko - threads that carry data between a channel and our standard streams
#include "pumps.hpp"

#include <amiko/base/error.hpp>

#include <utility>

#include <unistd.h>

namespace demo {
namespace {

constexpr std::size_t buffer_size = 256 * 1024;
// How long the input thread may take to see that it is to stop.
constexpr boost::chrono::milliseconds patience{200};

using ChannelPtr = std::shared_ptr<amiko::Channel>;

void pump_input(const ChannelPtr& channel, const std::shared_ptr<WakeUp>& stop) {
  amiko::Bytes buffer(buffer_size);
  for (;;) {
    const Read read = read_some(STDIN_FILENO, stop->fd(), buffer);
    if (read.result == ReadResult::stopped) return;
    if (read.result == ReadResult::end) return channel->send_eof();
    channel->sendall(amiko::ByteView(buffer).first(read.size));
  }
}

// Nobody reads our output any more.  The remote command should notice, as it would without us in between.
void tell_broken_pipe(amiko::Channel& channel, bool server_knows_eow) {
  if (server_knows_eow)
    channel.request("eow@openssh.com", {}, false);
  else
    channel.close();
}

void pump_output(const ChannelPtr& channel, bool server_knows_eow) {
  amiko::Bytes buffer(buffer_size);
  bool writable = true;
  for (;;) {
    amiko::error_code ended;
    const std::size_t n = channel->recv(buffer, ended);
    if (n == 0) return;
    if (!writable || write_all(STDOUT_FILENO, amiko::ByteView(buffer).first(n))) continue;
    writable = false;  // what still comes is dropped
    tell_broken_pipe(*channel, server_knows_eow);
  }
}

void pump_errors(const ChannelPtr& channel) {
  amiko::Bytes buffer(buffer_size);
  for (;;) {
    amiko::error_code ended;
    const std::size_t n = channel->recv_stderr(buffer, ended);
    if (n == 0) return;
    write_all(STDERR_FILENO, amiko::ByteView(buffer).first(n));
  }
}

// A thread's errors are those of the channel or the connection, and the session's exit status tells of them.
template <class Function>
boost::thread start(Function function) {
  return boost::thread([function = std::move(function)] {
    try {
      function();
    } catch (const amiko::Error&) {
    }
  });
}

}  // namespace

Pumps::Pumps(ChannelPtr channel, bool no_input, bool server_knows_eow)
    : channel_(std::move(channel)), stop_(std::make_shared<WakeUp>()) {
  if (no_input)
    channel_->send_eof();
  else
    input_ = start([c = channel_, s = stop_] { pump_input(c, s); });
  output_ = start([c = channel_, server_knows_eow] { pump_output(c, server_knows_eow); });
  errors_ = start([c = channel_] { pump_errors(c); });
}

Pumps::~Pumps() {
  stop_->set();
  channel_->close();  // wakes those that wait for room or for data
  wait_for_output_end();
  if (!input_.joinable()) return;
  // Another process may have taken what poll() had seen; then the thread is left in its read().
  if (!input_.try_join_for(patience)) input_.detach();
}

void Pumps::wait_for_output_end() {
  if (output_.joinable()) output_.join();
  if (errors_.joinable()) errors_.join();
}

}  // namespace demo
