// amiko - what a served file system does unless it is overridden
#include <amiko/sftp/sftp_filesystem.hpp>

#include <algorithm>

namespace amiko {
namespace {

// Enough for a disk to stream, small beside what a session holds anyway.
constexpr std::size_t copy_piece = 256 * 1024;

[[noreturn]] void unsupported() {
  throw SftpError(sftp_errc::op_unsupported);
}

}  // namespace

SftpOpenFile::~SftpOpenFile() = default;

SftpStatVfs SftpOpenFile::statvfs() {
  unsupported();
}

void SftpOpenFile::fsync() {
  unsupported();
}

void SftpOpenFile::copy_to(std::uint64_t offset, std::uint64_t length, SftpOpenFile& to,
                           std::uint64_t to_offset) {
  const bool to_end = length == 0;
  Bytes buffer(copy_piece);
  while (to_end || length > 0) {
    const std::size_t wanted =
        to_end ? buffer.size() : static_cast<std::size_t>(std::min<std::uint64_t>(length, buffer.size()));
    const std::size_t n = read(offset, MutableBytes(buffer).first(wanted));
    if (n == 0 && to_end) return;
    if (n == 0) throw SftpError(sftp_errc::eof, "the file is shorter than what was to be copied");
    to.write(to_offset, ByteView(buffer.data(), n));
    offset += n;
    to_offset += n;
    if (!to_end) length -= n;
  }
}

void SftpOpenFile::close() {}

SftpOpenDirectory::~SftpOpenDirectory() = default;

SftpFilesystem::~SftpFilesystem() = default;

void SftpFilesystem::setstat(std::string_view, const SftpAttributes&) {
  unsupported();
}

void SftpFilesystem::lsetstat(std::string_view, const SftpAttributes&) {
  unsupported();
}

void SftpFilesystem::remove(std::string_view) {
  unsupported();
}

void SftpFilesystem::mkdir(std::string_view, const SftpAttributes&) {
  unsupported();
}

void SftpFilesystem::rmdir(std::string_view) {
  unsupported();
}

void SftpFilesystem::rename(std::string_view, std::string_view) {
  unsupported();
}

void SftpFilesystem::posix_rename(std::string_view, std::string_view) {
  unsupported();
}

std::string SftpFilesystem::readlink(std::string_view) {
  unsupported();
}

void SftpFilesystem::symlink(std::string_view, std::string_view) {
  unsupported();
}

void SftpFilesystem::link(std::string_view, std::string_view) {
  unsupported();
}

SftpStatVfs SftpFilesystem::statvfs(std::string_view) {
  unsupported();
}

std::string SftpFilesystem::expand_path(std::string_view) {
  unsupported();
}

std::string SftpFilesystem::home_directory(std::string_view) {
  unsupported();
}

std::string SftpFilesystem::user_name(std::uint32_t) {
  return {};
}

std::string SftpFilesystem::group_name(std::uint32_t) {
  return {};
}

}  // namespace amiko
