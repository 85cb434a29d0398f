// amiko - open files and directories of this machine, for clients
#pragma once

#include "local_names.hpp"

#include <amiko/sftp/sftp_filesystem.hpp>
#include <amiko/support/fd.hpp>

#include <dirent.h>

#include <memory>

namespace amiko::sftp {

/// What a client may change of an open file: all or nothing.  Sizes, owner, permissions, times; everything is
/// tried, the first error is thrown.  `fd` must be open for writing if there is a size.
void change_attributes(int fd, const SftpAttributes& attributes);

SftpStatVfs from_statvfs(int fd);

class LocalFile final : public SftpOpenFile {
 public:
  LocalFile(support::UniqueFd fd, bool read_only) : fd_(std::move(fd)), read_only_(read_only) {}

  std::size_t read(std::uint64_t offset, MutableBytes buffer) override;
  void write(std::uint64_t offset, ByteView data) override;
  SftpAttributes stat() override;
  void setstat(const SftpAttributes& attributes) override;
  SftpStatVfs statvfs() override { return from_statvfs(fd_.get()); }
  void fsync() override;
  /// Within the kernel where it can.  A file onto itself is refused, by whatever names: it would grow for
  /// ever.
  void copy_to(std::uint64_t offset, std::uint64_t length, SftpOpenFile& to,
               std::uint64_t to_offset) override;
  void close() override;

 private:
  support::UniqueFd fd_;
  const bool read_only_;
};

class LocalOpenDirectory final : public SftpOpenDirectory {
 public:
  LocalOpenDirectory(support::UniqueFd fd, std::shared_ptr<LocalNames> names);

  std::vector<SftpName> read(std::size_t count) override;

 private:
  struct Closer {
    void operator()(DIR* directory) const noexcept { ::closedir(directory); }
  };
  std::unique_ptr<DIR, Closer> directory_;
  const std::shared_ptr<LocalNames> names_;
};

}  // namespace amiko::sftp
