// amiko - what is behind an SftpFile
#pragma once

#include "read_ahead.hpp"
#include "session.hpp"
#include "write_behind.hpp"

#include <amiko/sftp/sftp_file.hpp>

#include <cstdint>
#include <memory>
#include <string>

namespace amiko {

class SftpFile::Impl {
 public:
  /// `path` is for errors.
  Impl(std::shared_ptr<SftpSession> session, Bytes handle, std::string path);
  ~Impl();
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  std::uint64_t position() const noexcept { return position_; }
  void set_position(std::uint64_t position) noexcept { position_ = position; }
  const std::string& path() const noexcept { return path_; }
  const Bytes& handle() const noexcept { return handle_; }
  bool closed() const noexcept { return closed_; }
  const std::shared_ptr<SftpSession>& session() const noexcept { return session_; }

  /// At least one byte, or none at the end; valid until the next call.
  ByteView peek(std::uint64_t offset, std::size_t wanted);
  /// What is there, at least one byte, or none at the end.
  std::size_t read_some(std::uint64_t offset, MutableBytes buffer);
  void write(std::uint64_t offset, ByteView data);
  /// Sends `data`, to the position, as far as that goes without waiting.  Errors are lost.
  void post(ByteView data) noexcept;
  std::uint64_t seek(std::int64_t offset, SeekFrom from);
  SftpAttributes stat();
  void setstat(const SftpAttributes& attributes);
  SftpStatVfs statvfs();
  void fsync();
  void flush();
  void close();
  /// What was written has been answered, what was read ahead is forgotten: before the file is used otherwise.
  void settle();

 private:
  void check_open() const;

  const std::shared_ptr<SftpSession> session_;
  const Bytes handle_;
  const std::string path_;
  std::uint64_t position_ = 0;
  bool closed_ = false;
  sftp::WriteBehind writer_;
  sftp::ReadAhead reader_;
};

}  // namespace amiko
