// amiko - a command's input and both outputs, moved at once by one thread
#include "run.hpp"

#include "cancel_state.hpp"

#include <boost/thread/thread.hpp>

#include <poll.h>

#include <algorithm>
#include <array>
#include <utility>

namespace amiko {
namespace {

constexpr std::size_t first_piece = 32 * 1024;
constexpr std::size_t largest_piece = 256 * 1024;

// A piece that was filled makes the next one larger: most commands need little memory, bulk needs few calls.
void grow_if_filled(Bytes& piece, std::size_t n) {
  if (n == piece.size() && n < largest_piece) piece.resize(2 * n);
}

class Runner {
 public:
  Runner(Channel& channel, const std::string& command, const RunOptions& options, Deadline deadline)
      : channel_(channel), options_(options), deadline_(deadline), input_(options.input) {
    result_.command = command;
    buffer_.resize(first_piece);
  }

  CompletedProcess run() {
    if (options_.err.goes_to_stdout()) channel_.set_combine_stderr(true);
    struct Restore {  // every step below must not wait: the waiting is done in one place
      Channel& channel;
      Timeout before;
      ~Restore() { channel.settimeout(before); }
    } restore{channel_, channel_.gettimeout()};
    channel_.settimeout(std::chrono::seconds(0));
    // The end wakes the loop; what cancel() finds closed it reports by itself.
    const CancelGuard guard(options_.cancel, [impl = channel_.impl()] { terminate(Channel(impl)); });
    while (!ended_)
      step();
    finish();
    return std::move(result_);
  }

 private:
  void step() {
    const unsigned found = wait();
    if (cancelled()) stop<CancelledError>(errc::cancelled, {});
    if ((found & (outputs_ended_ ? Channel::status : Channel::end)) == 0 && deadline_.passed())
      stop<ProcessTimeout>(errc::timed_out, "the command did not end");
    bool more = false;
    if ((found & Channel::out) != 0) more = drain(true) || more;
    if ((found & Channel::err) != 0) more = drain(false) || more;
    if (over_limit_)
      stop<OutputLimitError>(errc::output_limit,
                             "more than " + std::to_string(options_.output_limit) + " bytes of output");
    if (!input_done_ && (found & Channel::status) == 0) feed();
    if (!more && (found & Channel::end) != 0) end_outputs();
    // A command may close its output and read on: the input is given until its end is known.
    ended_ = outputs_ended_ && (input_done_ || (found & Channel::status) != 0);
  }

  void end_outputs() {
    if (std::exchange(outputs_ended_, true)) return;
    options_.out.end();
    if (!options_.err.goes_to_stdout()) options_.err.end();
  }

  // Waits for output, the end, and for room if there is something to send or to ask the input for.
  unsigned wait() {
    // What holds already would not let it wait.
    unsigned events = outputs_ended_ ? Channel::status : Channel::out | Channel::err | Channel::end;
    const bool poll_input = !input_done_ && input_.poll_fd() >= 0 && pending_.empty();
    if (!input_done_ && !poll_input) events |= Channel::room;
    if (!poll_input) {
      const unsigned found = channel_.wait(events, deadline_.left());
      return found | channel_.wait(Channel::status, std::chrono::seconds(0));
    }
    // One of the two is a descriptor of the caller's: both are polled.
    std::array<pollfd, 2> fds{pollfd{input_.poll_fd(), POLLIN, 0}, pollfd{channel_.fileno(), POLLIN, 0}};
    int milliseconds = -1;
    if (!deadline_.is_forever()) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline_.left().duration()).count();
      milliseconds = static_cast<int>(std::min<std::int64_t>(left, 1 << 30));
    }
    // After the end of output the channel's descriptor stays readable: its status is asked for now and then.
    if (outputs_ended_ && (milliseconds < 0 || milliseconds > 50)) milliseconds = 50;
    ::poll(fds.data(), outputs_ended_ ? 1 : 2, milliseconds);
    input_ready_ = fds[0].revents != 0;
    return channel_.wait(events | Channel::status, std::chrono::seconds(0));
  }

  // What came before the channel was closed.  A target that fails now must not hide why the command was
  // stopped.
  void drain_rest() {
    try {
      for (const bool out : {true, false})
        while (drain(out)) {
        }
    } catch (const std::exception&) {
    }
  }

  bool drain(bool out) {
    error_code ec;
    const std::size_t n = out ? channel_.recv(buffer_, ec) : channel_.recv_stderr(buffer_, ec);
    if (n == 0) return false;
    take(out ? options_.out : options_.err, out ? result_.out : result_.err, ByteView(buffer_.data(), n));
    grow_if_filled(buffer_, n);
    return true;
  }

  void take(const Redirect& target, std::string& kept, ByteView data) {
    if (!target.captures() && !target.goes_to_stdout()) return target.write(data);
    const std::size_t room =
        options_.output_limit - std::min(options_.output_limit, result_.out.size() + result_.err.size());
    kept.append(data.first(std::min(room, data.size())).text());
    over_limit_ = over_limit_ || data.size() > room;
  }

  void feed() {
    if (pending_.empty()) {
      const bool polled = input_.poll_fd() >= 0;
      if (polled && !std::exchange(input_ready_, false)) return;
      if (!polled && !channel_.send_ready()) return;
      if (input_buffer_.empty()) input_buffer_.resize(first_piece);
      grow_if_filled(input_buffer_, input_read_);
      input_read_ = input_.read(input_buffer_);
      pending_ = ByteView(input_buffer_.data(), input_read_);
      if (pending_.empty()) {
        channel_.send_eof();
        input_done_ = true;
        return;
      }
    }
    error_code ec;
    // A little patience: the window is open, but a key exchange or a full socket may be in the way.
    const std::size_t n = send_some(ec);
    pending_ = pending_.from(n);
    if (ec && ec != errc::would_block && ec != errc::timed_out)
      input_done_ = true;  // the command reads no more; its end tells the rest
  }

  std::size_t send_some(error_code& ec) {
    if (!channel_.send_ready()) {
      ec = errc::would_block;
      return 0;
    }
    channel_.settimeout(std::chrono::milliseconds(20));
    const std::size_t n = channel_.send(pending_, ec);
    channel_.settimeout(std::chrono::seconds(0));
    return n;
  }

  bool cancelled() const { return options_.cancel && options_.cancel->cancelled(); }

  // No more output will come: why?
  void finish() {
    if (channel_.wait(Channel::status, deadline_.left()) == 0) {
      if (cancelled()) stop<CancelledError>(errc::cancelled, {});
      stop<ProcessTimeout>(errc::timed_out, "the command closed its output but did not end");
    }
    if (cancelled()) stop<CancelledError>(errc::cancelled, {});
    try {
      // An exit status alone does not say that the output is complete.
      if (!channel_.eof_received()) channel_.recv(1);
      result_.status = channel_.recv_exit_status(std::chrono::seconds(0));
    } catch (const Error& e) {
      fail<ProcessLost>(e.failure());
    }
    channel_.close();
    if (options_.check && !result_.ok()) {
      Failure failure{
          .code = errc::process_failed, .text = result_.status.to_string(), .phase = Phase::session};
      const std::string tail =
          result_.err.substr(result_.err.size() - std::min<std::size_t>(result_.err.size(), 500));
      if (!tail.empty()) failure.text += ", and said: " + tail;
      fail<ProcessError>(std::move(failure));
    }
  }

  template <class Exception>
  [[noreturn]] void fail(Failure failure) {
    failure = described(std::move(failure));  // before result_ moves: it names the command
    throw Exception(std::move(failure), std::move(result_));
  }

  Failure described(Failure failure) const {
    if (failure.peer.empty()) failure.peer = channel_.getpeername();
    if (!result_.command.empty())
      failure.text += (failure.text.empty() ? "" : "; ") + ("command: " + result_.command.substr(0, 200));
    return failure;
  }

  // Its timeout is 0 while the command runs, so this does not wait.
  static void terminate(Channel channel) {
    const boost::this_thread::disable_interruption no_interruption;
    try {
      if (!channel.closed()) channel.send_signal("TERM");
    } catch (const Error&) {
      // the channel is gone already, or a key exchange is in the way: closing is what is left
    }
  }

  template <class Exception>
  [[noreturn]] void stop(errc code, std::string text) {
    terminate(Channel(channel_.impl()));
    drain_rest();
    fail<Exception>({.code = code, .text = std::move(text), .phase = Phase::session});
  }

  Channel& channel_;
  const RunOptions& options_;
  const Deadline deadline_;
  Input input_;
  CompletedProcess result_;
  Bytes buffer_, input_buffer_;
  std::size_t input_read_ = 0;  // into input_buffer_, the last time
  ByteView pending_;            // what of it is not sent yet
  bool input_ready_ = false;
  bool input_done_ = false;
  bool over_limit_ = false;
  bool outputs_ended_ = false;
  bool ended_ = false;
};

}  // namespace

CompletedProcess run_to_end(Channel& channel, const std::string& command, const RunOptions& options,
                            Deadline deadline) {
  return Runner(channel, command, options, deadline).run();
}

}  // namespace amiko
