// amiko - the two-way stream of bytes that SFTP runs over
#pragma once

#include <amiko/base/bytes.hpp>
#include <amiko/base/config.hpp>
#include <amiko/base/error.hpp>
#include <amiko/base/time.hpp>
#include <amiko/connection/channel.hpp>

#include <cstddef>
#include <memory>

namespace amiko {

/// A channel, a pair of pipes, or something of the user's own.  read_some() is called by one thread at a time
/// and write_some() by one, which may be another; wait() by both of them at once; wake() and close() by any.
class AMIKO_DECL SftpStream {
 public:
  virtual ~SftpStream();

  /// Never waits.  0 with errc::would_block: nothing is there now; 0 with `ec` clear: the end.
  virtual std::size_t read_some(MutableBytes buffer, error_code& ec) = 0;
  /// Never waits.  0 with errc::would_block: no room now.
  virtual std::size_t write_some(ByteView data, error_code& ec) = 0;

  /// What a wait() was asked for, and what it found: a combination.
  enum Wait : unsigned {
    readable = 1,  ///< read_some() has something to say: data, the end, an error
    writable = 2,  ///< write_some() has: room, an error
    woken = 4      ///< another thread has called wake(); taken back by the wait() that finds it
  };
  /// Blocks until at least one of `events` holds or the deadline has passed (then 0).  An interruption point
  /// of Boost.Thread.
  virtual unsigned wait(unsigned events, Deadline deadline) = 0;
  /// Ends a wait() for `woken`, the present one or the next.
  virtual void wake() noexcept = 0;

  /// Ends our direction; reading goes on.  Called by the thread that writes.
  virtual void end_writing() noexcept = 0;
  /// Ends both, and every wait().  Does not wait.
  virtual void close() noexcept = 0;
  /// Why reading or writing ended with the error `ec`, in words and with the peer where there is one.
  virtual Failure failure(const error_code& ec) const = 0;
};

/// Takes over the channel.  What comes as standard error is read and dropped, so that it cannot block.
AMIKO_DECL std::shared_ptr<SftpStream> sftp_stream(Channel channel);
/// The same on a channel that stays the caller's, outlives the stream, and is used by nobody else meanwhile.
AMIKO_DECL std::shared_ptr<SftpStream> borrowed_sftp_stream(Channel& channel);
/// Takes over descriptors, which may be the same, and makes them non-blocking.  A pipe whose reader is gone
/// is an error, not a SIGPIPE.
AMIKO_DECL std::shared_ptr<SftpStream> sftp_stream(int in, int out);

}  // namespace amiko
