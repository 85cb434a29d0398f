// amiko - an open file on the other side
#include <amiko/sftp/sftp_file.hpp>

#include "file_impl.hpp"

#include <algorithm>
#include <utility>

namespace amiko {

SftpFile::SftpFile(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}
SftpFile::SftpFile(SftpFile&&) noexcept = default;
SftpFile& SftpFile::operator=(SftpFile&&) noexcept = default;
SftpFile::~SftpFile() = default;

SftpFile::Impl& SftpFile::impl() const {
  if (!impl_) throw_error(errc::no_state, "a moved-from SftpFile");
  return *impl_;
}

std::string SftpFile::read(std::size_t size) {
  // What a caller would take "at most" may be far more than there is.
  constexpr std::size_t at_once = std::size_t{1} << 20;
  std::string data(std::min(size, at_once), '\0');
  data.resize(read(MutableBytes(reinterpret_cast<std::uint8_t*>(data.data()), data.size())));
  return data;
}

std::size_t SftpFile::read(MutableBytes buffer) {
  Impl& file = impl();
  const std::size_t count = file.read_some(file.position(), buffer);
  file.set_position(file.position() + count);
  return count;
}

std::string SftpFile::read_all(std::size_t limit) {
  Impl& file = impl();
  std::string data;
  for (;;) {
    const ByteView part = file.peek(file.position(), std::size_t{1} << 20);
    if (part.empty()) return data;
    if (part.size() > limit - data.size())
      throw_error(errc::output_limit,
                  "'" + file.path() + "' has more than " + std::to_string(limit) + " bytes");
    data += part.text();
    file.set_position(file.position() + part.size());
  }
}

std::optional<std::string> SftpFile::readline() {
  Impl& file = impl();
  std::string line;
  for (;;) {
    const ByteView part = file.peek(file.position(), 4096);
    const std::size_t newline = part.text().find('\n');
    const bool found = newline != std::string_view::npos;
    const std::size_t count = found ? newline + 1 : part.size();
    line += part.text().substr(0, count);
    file.set_position(file.position() + count);
    if (found) return line;
    if (part.empty()) return line.empty() ? std::nullopt : std::optional(std::move(line));
  }
}

void SftpFile::write(ByteView data) {
  Impl& file = impl();
  file.write(file.position(), data);
  file.set_position(file.position() + data.size());
}

std::uint64_t SftpFile::seek(std::int64_t offset, SeekFrom from) {
  return impl().seek(offset, from);
}

std::uint64_t SftpFile::tell() const {
  return impl().position();
}

std::size_t SftpFile::pread(MutableBytes buffer, std::uint64_t offset) {
  Impl& file = impl();
  std::size_t count = 0;
  while (count < buffer.size()) {
    const std::size_t more = file.read_some(offset + count, buffer.subspan(count));
    if (more == 0) break;
    count += more;
  }
  return count;
}

void SftpFile::pwrite(ByteView data, std::uint64_t offset) {
  impl().write(offset, data);
}

SftpAttributes SftpFile::stat() {
  return impl().stat();
}

void SftpFile::setstat(const SftpAttributes& attributes) {
  impl().setstat(attributes);
}

void SftpFile::chmod(std::uint32_t mode) {
  setstat({.permissions = mode});
}

void SftpFile::chown(std::uint32_t uid, std::uint32_t gid) {
  setstat({.uid = uid, .gid = gid});
}

void SftpFile::utime(FileTime atime, FileTime mtime) {
  setstat({.atime = atime, .mtime = mtime});
}

void SftpFile::truncate(std::uint64_t size) {
  setstat({.size = size});
}

SftpStatVfs SftpFile::statvfs() {
  return impl().statvfs();
}

void SftpFile::fsync() {
  impl().fsync();
}

void SftpFile::flush() {
  impl().flush();
}

void SftpFile::close() {
  impl().close();
}

bool SftpFile::closed() const noexcept {
  return !impl_ || impl_->closed();
}

const std::string& SftpFile::path() const noexcept {
  static const std::string none;
  return impl_ ? impl_->path() : none;
}

ByteView SftpFile::handle() const {
  return impl().handle();
}

}  // namespace amiko
