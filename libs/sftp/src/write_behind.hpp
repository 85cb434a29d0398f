// amiko - writing of a remote file without waiting for each answer
#pragma once

#include "requests.hpp"
#include "session.hpp"

#include <amiko/base/bytes.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace amiko::sftp {

/// WRITE requests of one file: at most 8 MiB unanswered.  The first error is kept until somebody asks.  Used
/// by one thread.
class WriteBehind {
 public:
  /// What is referred to must outlive the object.
  WriteBehind(SftpSession& session, const Bytes& handle, const std::string& path) noexcept
      : session_(session), handle_(handle), path_(path) {}

  /// Sends all of `data`; waits where too much is unanswered, or where it lies upon what is.  Throws as
  /// Requests.
  void write(std::uint64_t offset, ByteView data);
  /// The same for the last data of a file that is given up: never waits, errors are not told.
  void post(std::uint64_t offset, ByteView data);
  /// Waits until everything is answered.
  void drain();
  /// Throws the first error that the server has answered, once.
  void check();
  bool busy() const noexcept { return requests_ && requests_->outstanding() > 0; }

 private:
  void send(std::uint64_t offset, ByteView part, Deadline deadline);
  void take(const Answer& answer);

  SftpSession& session_;
  const Bytes& handle_;
  const std::string& path_;
  std::optional<Answer> error_;
  std::size_t unanswered_ = 0;  // bytes
  std::uint64_t begin_ = 0;     // what is unanswered lies between
  std::uint64_t end_ = 0;
  std::optional<Requests> requests_;
};

}  // namespace amiko::sftp
