// amiko - an open file on the other side
#pragma once

#include <amiko/base/bytes.hpp>
#include <amiko/base/config.hpp>
#include <amiko/sftp/sftp_attributes.hpp>
#include <amiko/sftp/sftp_error.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace amiko {

enum class SeekFrom { start, current, end };

/// A remote file with a position, as SftpClient::open() returns it.  Reading in sequence reads ahead: more
/// and more requests are under way while it goes on.  write() returns before the server has answered: an
/// error shows in a later write(), flush(), seek() or in close(), which is why a file that matters is to be
/// closed and not merely dropped.
///
/// One thread at a time uses a file; different files of one client may be used by different threads.  Blocks
/// and throws as SftpClient says.  A move-only handle; the destructor sends what is pending, closes and never
/// waits.
class AMIKO_DECL SftpFile {
 public:
  SftpFile(SftpFile&&) noexcept;
  SftpFile& operator=(SftpFile&&) noexcept;
  ~SftpFile();

  // --- at the position, which moves on

  /// 1 to `size` bytes; empty at the end of the file.
  std::string read(std::size_t size);
  std::size_t read(MutableBytes buffer);
  /// Everything up to the end.
  std::string read_all(std::size_t limit = std::size_t{1} << 30);
  /// A line with its newline, the last one perhaps without; nothing at the end.
  std::optional<std::string> readline();
  /// All of `data`.  In append mode always at the end, whatever the position is.
  void write(ByteView data);
  std::uint64_t seek(std::int64_t offset, SeekFrom from = SeekFrom::start);
  std::uint64_t tell() const;

  // --- elsewhere; the position stays

  /// As many bytes as there are, up to the buffer's size: less only at the end of the file.
  std::size_t pread(MutableBytes buffer, std::uint64_t offset);
  void pwrite(ByteView data, std::uint64_t offset);

  // --- the file
  SftpAttributes stat();
  void setstat(const SftpAttributes& attributes);
  void chmod(std::uint32_t mode);
  void chown(std::uint32_t uid, std::uint32_t gid);
  void utime(FileTime atime, FileTime mtime);
  void truncate(std::uint64_t size);
  SftpStatVfs statvfs();
  /// "fsync@openssh.com"; errc::unsupported without it.
  void fsync();
  /// Waits until everything written has been answered; throws the first error, once.
  void flush();
  /// flush(), then closes; the file is closed even if that throws.  Once closed, it does nothing.
  void close();
  bool closed() const noexcept;

  const std::string& path() const noexcept;
  /// The handle as the server named it.
  ByteView handle() const;

  class Impl;
  explicit SftpFile(std::unique_ptr<Impl> impl) noexcept;
  Impl& impl() const;

 private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace amiko
