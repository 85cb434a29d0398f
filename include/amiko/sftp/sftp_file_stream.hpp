// amiko - an open file on the other side as a std::iostream
#pragma once

#include <amiko/base/config.hpp>
#include <amiko/sftp/sftp_file.hpp>

#include <cstddef>
#include <iostream>
#include <memory>

namespace amiko {

/// Reads and writes an SftpFile with a buffer, at one common position, from where the file stands.  What goes
/// wrong sets badbit, as it does for files; with exceptions(std::ios::badbit) the SftpError or other
/// exception itself comes out.  flush() waits until the server has answered all writes.  One thread at a
/// time.
class AMIKO_DECL SftpFileStream : public std::iostream {
 public:
  /// `buffer_size`: bytes.
  explicit SftpFileStream(SftpFile file, std::size_t buffer_size = 64 * 1024);
  /// Sends what is pending, closes and never waits; errors are lost: call close().
  ~SftpFileStream() override;

  /// Writes what is pending, closes, and throws the first error.
  void close();
  SftpFile& file() noexcept;

 private:
  class Buffer;
  std::unique_ptr<Buffer> buffer_;
};

}  // namespace amiko
