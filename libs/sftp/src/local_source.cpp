// amiko - a file of this machine that a copy reads
#include "local_source.hpp"

#include "local_directory.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <limits>

namespace amiko::sftp {
namespace {

constexpr std::uint64_t block_of_stat = 512;

}  // namespace

LocalSource::LocalSource(int at, const std::string& name, bool follow, bool sparse) : name_(name) {
  fd_.reset(::openat(at, name.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC | (follow ? 0 : O_NOFOLLOW)));
  if (!fd_) throw_system(errno, "cannot open", name);
  struct stat status;
  if (::fstat(fd_.get(), &status) != 0) throw_system(errno, "cannot look at", name);
  if (S_ISDIR(status.st_mode)) throw_system(EISDIR, "cannot read", name);
  if (!S_ISREG(status.st_mode)) throw_system(EINVAL, "cannot copy what is no regular file:", name);
  attributes_ = SftpAttributes::from(status);
  // Asking for holes takes a system call for each file, which most files can be spared.
  sparse_ = sparse && static_cast<std::uint64_t>(status.st_blocks) * block_of_stat <
                          static_cast<std::uint64_t>(status.st_size);
  if (!sparse_) ::posix_fadvise(fd_.get(), 0, 0, POSIX_FADV_SEQUENTIAL);
}

std::optional<FileRange> LocalSource::read(MutableBytes buffer) {
  if (sparse_ && position_ >= data_end_) skip_hole();
  std::size_t wanted = buffer.size();
  if (sparse_) wanted = static_cast<std::size_t>(std::min<std::uint64_t>(wanted, data_end_ - position_));
  const std::size_t got = read_at(position_, buffer.first(wanted));
  if (got == 0) {
    struct stat status;  // behind the last data may be a hole
    if (sparse_ && ::fstat(fd_.get(), &status) == 0)
      position_ = std::max(position_, static_cast<std::uint64_t>(status.st_size));
    return std::nullopt;
  }
  const FileRange range{position_, got};
  position_ += got;
  return range;
}

// A file system that knows no holes says that all is data.
void LocalSource::skip_hole() {
  const off_t data = ::lseek(fd_.get(), static_cast<off_t>(position_), SEEK_DATA);
  if (data < 0 && errno == ENXIO) {  // no data from here on
    data_end_ = position_;
    return;
  }
  const off_t hole = data < 0 ? -1 : ::lseek(fd_.get(), data, SEEK_HOLE);
  if (hole < 0) {
    sparse_ = false;
    return;
  }
  position_ = static_cast<std::uint64_t>(data);
  data_end_ = static_cast<std::uint64_t>(hole);
}

std::size_t LocalSource::read_at(std::uint64_t offset, MutableBytes buffer) const {
  std::size_t done = 0;
  while (done < buffer.size()) {
    const ssize_t n =
        ::pread(fd_.get(), buffer.data() + done, buffer.size() - done, static_cast<off_t>(offset + done));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) throw_system(errno, "cannot read", name_);
    if (n == 0) break;
    done += static_cast<std::size_t>(n);
  }
  return done;
}

}  // namespace amiko::sftp
