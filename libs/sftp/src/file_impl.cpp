// amiko - what is behind an SftpFile
#include "file_impl.hpp"

#include <algorithm>
#include <exception>
#include <limits>
#include <utility>

namespace amiko {

SftpFile::Impl::Impl(std::shared_ptr<SftpSession> session, Bytes handle, std::string path)
    : session_(std::move(session)),
      handle_(std::move(handle)),
      path_(std::move(path)),
      writer_(*session_, handle_, path_),
      reader_(*session_, handle_, path_) {}

SftpFile::Impl::~Impl() {
  if (!closed_) session_->dispatcher()->post_close(handle_);
}

void SftpFile::Impl::check_open() const {
  if (closed_) throw_error(errc::no_state, "'" + path_ + "' was closed");
}

ByteView SftpFile::Impl::peek(std::uint64_t offset, std::size_t wanted) {
  check_open();
  writer_.drain();
  return reader_.at(offset, wanted);
}

std::size_t SftpFile::Impl::read_some(std::uint64_t offset, MutableBytes buffer) {
  std::size_t count = 0;
  while (count < buffer.size() && (count == 0 || reader_.has(offset + count))) {
    const ByteView part = peek(offset + count, buffer.size() - count);
    if (part.empty()) break;
    std::copy(part.begin(), part.end(), buffer.begin() + static_cast<std::ptrdiff_t>(count));
    count += part.size();
  }
  return count;
}

void SftpFile::Impl::write(std::uint64_t offset, ByteView data) {
  check_open();
  writer_.check();
  reader_.drop();
  writer_.write(offset, data);
}

void SftpFile::Impl::post(ByteView data) noexcept {
  try {
    if (!data.empty()) writer_.post(position_, data);
  } catch (const std::exception&) {  // a close() would have told
  }
}

std::uint64_t SftpFile::Impl::seek(std::int64_t offset, SeekFrom from) {
  check_open();
  writer_.check();
  std::uint64_t base = 0;
  if (from == SeekFrom::current) base = position_;
  if (from == SeekFrom::end) base = stat().size.value_or(0);
  const std::uint64_t distance =
      offset < 0 ? 0 - static_cast<std::uint64_t>(offset) : static_cast<std::uint64_t>(offset);
  if (offset < 0 ? distance > base : distance > std::numeric_limits<std::uint64_t>::max() - base)
    throw_error(errc::invalid_argument,
                "a position before the beginning of '" + path_ + "' or beyond all files");
  return position_ = offset < 0 ? base - distance : base + distance;
}

void SftpFile::Impl::settle() {
  check_open();
  writer_.drain();
  reader_.drop();
}

SftpAttributes SftpFile::Impl::stat() {
  check_open();
  writer_.drain();
  return session_->call_for_attributes(sftp::Fstat{.handle = handle_}, path_);
}

void SftpFile::Impl::setstat(const SftpAttributes& attributes) {
  settle();
  session_->call(sftp::Fsetstat{.handle = handle_, .attributes = attributes}, path_);
}

SftpStatVfs SftpFile::Impl::statvfs() {
  check_open();
  return session_->checked([&] {
    const Bytes reply = session_->call_extended_for_reply(sftp::extension::fstatvfs,
                                                          sftp::OneHandle{.handle = handle_}, path_);
    return sftp::decode<sftp::StatVfsBody>(reply).v;
  });
}

void SftpFile::Impl::fsync() {
  flush();
  session_->call_extended(sftp::extension::fsync, sftp::OneHandle{.handle = handle_}, path_);
}

void SftpFile::Impl::flush() {
  check_open();
  writer_.drain();
  writer_.check();
}

void SftpFile::Impl::close() {
  if (closed_) return;
  try {
    flush();
  } catch (...) {
    closed_ = true;
    session_->dispatcher()->post_close(handle_);
    throw;
  }
  closed_ = true;
  session_->call(sftp::Close{.handle = handle_}, path_);
}

}  // namespace amiko
