// amiko - threads that carry data between a channel and our standard streams
#pragma once

#include "descriptors.hpp"

#include <amiko/connection/channel.hpp>

#include <boost/thread/thread_only.hpp>

#include <memory>

namespace demo {

/// One thread for each of the three streams, so that none waits for another: what the channel does not take
/// is not read from standard input, what our output does not take is not read from the channel.
class Pumps {
 public:
  /// `server_knows_eow`: the server can be told that nobody reads its output (OpenSSH's PROTOCOL,
  /// section 2.1).
  Pumps(std::shared_ptr<amiko::Channel> channel, bool no_input, bool server_knows_eow);
  Pumps(const Pumps&) = delete;
  Pumps& operator=(const Pumps&) = delete;
  /// Stops reading standard input and closes the channel.
  ~Pumps();

  /// Returns once both outputs have ended and are written.
  void wait_for_output_end();

 private:
  std::shared_ptr<amiko::Channel> channel_;
  std::shared_ptr<WakeUp> stop_;
  boost::thread input_, output_, errors_;
};

}  // namespace demo
