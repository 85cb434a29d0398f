// amiko - the byte stream under a connection
#pragma once

#include <amiko/base/bytes.hpp>
#include <amiko/base/errc.hpp>

#include <cstddef>
#include <string>

namespace boost::asio {
class io_context;
}

namespace amiko::transport {

/// Told about a stream's progress, on the worker thread.
class StreamEvents {
 public:
  virtual ~StreamEvents() = default;
  /// The read that was asked for ended: `n` bytes arrived, or an error; 0 bytes without an error is the end
  /// of the stream.
  virtual void on_read(error_code error, std::size_t n) = 0;
  /// The stream takes bytes again, or has failed.
  virtual void on_writable(error_code error) = 0;
};

/// A reliable, ordered byte stream: a socket, or a channel of another connection.  Owned by a Link;
/// write_some() and shutdown() may be called from any thread, everything else by the worker only.
class Stream {
 public:
  virtual ~Stream() = default;

  /// Before anything else: the worker's io_context, on which `events` will be called.
  virtual void attach(boost::asio::io_context& io, StreamEvents& events) = 0;
  /// Asks for bytes; one read is under way at a time.  Ends in on_read().
  virtual void start_read(MutableBytes into) = 0;
  /// Reads what has come already, with no read under way; errc::would_block when that is nothing, or cannot
  /// be told.  0 bytes without an error is the end of the stream.
  virtual std::size_t read_some(MutableBytes /*into*/, error_code& error) noexcept {
    error = errc::would_block;
    return 0;
  }
  /// Asks to be told when write_some() makes sense again.  Ends in on_writable().
  virtual void wait_writable() = 0;
  /// Writes what can be written without blocking; errc::would_block when that is nothing.
  virtual std::size_t write_some(ByteView data, error_code& error) noexcept = 0;
  /// Makes reads and writes in progress, and all later ones, fail.
  virtual void shutdown() noexcept = 0;
  /// Gives the descriptor back.  Nobody may use the stream at that time or after.
  virtual void close() noexcept = 0;
};

}  // namespace amiko::transport
