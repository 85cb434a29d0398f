// amiko - moves bytes between a session's channel and a program's descriptors
#pragma once

#include <amiko/base/bytes.hpp>
#include <amiko/connection/channel.hpp>
#include <amiko/support/fd.hpp>

#include <functional>

namespace amiko {

/// The program's side.  All are non-blocking; on a terminal `err` is none and the other two are the same
/// terminal.
struct ProgramEnds {
  support::UniqueFd in, out, err;
  bool terminal = false;
};

/// One thread, one poll().  Never waits for the client to read before it takes what the client writes, nor
/// the other way round.
class SessionPump {
 public:
  enum class End {
    program,  ///< it has ended, and all that it wrote is on its way
    client    ///< the channel is closed or the connection lost
  };

  /// `child` becomes readable when the program ends.
  SessionPump(Channel& channel, ProgramEnds ends, int child);
  /// The client takes no more output; `wake` of the channel ends the present wait.
  void set_output_refused(std::function<bool()> refused) { refused_ = std::move(refused); }
  End run();
  /// Closes the program's side; a terminal hangs up.
  void close();

 private:
  enum class Stream { out, err };
  struct Polled;

  void wait(Polled& polled);
  void feed(const Polled& polled);
  void take_input();
  void write_input();
  void stop_feeding();
  void refuse_output();
  void drain(const Polled& polled);
  void read_output(support::UniqueFd& from, Stream stream);
  void send_pending();
  bool output_ended() const noexcept { return !ends_.out && !ends_.err; }

  Channel& channel_;
  ProgramEnds ends_;
  const int child_;
  std::function<bool()> refused_;

  Bytes input_;  // from the client, not yet taken by the program
  std::size_t input_at_ = 0;
  bool input_ended_ = false;  // the client's EOF
  Bytes output_;              // from the program, not yet taken by the client
  std::size_t output_at_ = 0, output_size_ = 0;
  Stream output_stream_ = Stream::out;
  bool child_ended_ = false;
};

}  // namespace amiko
