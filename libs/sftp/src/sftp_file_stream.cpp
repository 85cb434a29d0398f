// amiko - an open file on the other side as a std::iostream
#include <amiko/sftp/sftp_file_stream.hpp>

#include "file_impl.hpp"

#include <amiko/base/error.hpp>

#include <algorithm>
#include <streambuf>
#include <utility>
#include <vector>

namespace amiko {

// One buffer for both directions: at most one of the get area and the put area is in use.
class SftpFileStream::Buffer final : public std::streambuf {
 public:
  Buffer(SftpFile file, std::size_t size) : file_(std::move(file)), bytes_(std::max<std::size_t>(size, 1)) {}

  ~Buffer() override {
    if (!file_.closed()) file_.impl().post(pending());
  }

  SftpFile& file() noexcept { return file_; }
  void send() {
    const ByteView data = pending();
    setp(nullptr, nullptr);
    if (!data.empty()) file_.write(data);
  }

 protected:
  int_type underflow() override {
    send();
    const std::size_t count =
        file_.read(MutableBytes(reinterpret_cast<std::uint8_t*>(bytes_.data()), bytes_.size()));
    setg(bytes_.data(), bytes_.data(), bytes_.data() + count);
    return count == 0 ? traits_type::eof() : traits_type::to_int_type(*gptr());
  }

  std::streamsize xsgetn(char* to, std::streamsize size) override {
    std::streamsize count = std::min<std::streamsize>(size, egptr() - gptr());
    std::copy_n(gptr(), count, to);
    setg(eback(), gptr() + count, egptr());
    if (count < size) send();
    while (count < size) {
      const std::size_t more = file_.read(
          MutableBytes(reinterpret_cast<std::uint8_t*>(to + count), static_cast<std::size_t>(size - count)));
      if (more == 0) break;
      count += static_cast<std::streamsize>(more);
    }
    return count;
  }

  int_type overflow(int_type c) override {
    unread();
    send();
    setp(bytes_.data(), bytes_.data() + bytes_.size());
    if (!traits_type::eq_int_type(c, traits_type::eof())) sputc(traits_type::to_char_type(c));
    return traits_type::not_eof(c);
  }

  std::streamsize xsputn(const char* from, std::streamsize size) override {
    if (size <= epptr() - pptr() || size < static_cast<std::streamsize>(bytes_.size()))
      return std::streambuf::xsputn(from, size);
    unread();
    send();
    file_.write(ByteView(reinterpret_cast<const std::uint8_t*>(from), static_cast<std::size_t>(size)));
    return size;
  }

  int sync() override {
    unread();
    send();
    file_.flush();
    return 0;
  }

  pos_type seekoff(off_type offset, std::ios_base::seekdir from, std::ios_base::openmode) override {
    unread();
    send();
    const SeekFrom base = from == std::ios_base::beg   ? SeekFrom::start
                          : from == std::ios_base::cur ? SeekFrom::current
                                                       : SeekFrom::end;
    try {
      return static_cast<off_type>(file_.seek(offset, base));
    } catch (const Error& error) {
      if (error.code() == errc::invalid_argument) return pos_type(off_type(-1));
      throw;
    }
  }

  pos_type seekpos(pos_type position, std::ios_base::openmode mode) override {
    return seekoff(off_type(position), std::ios_base::beg, mode);
  }

 private:
  ByteView pending() const noexcept {
    return {reinterpret_cast<const std::uint8_t*>(pbase()), static_cast<std::size_t>(pptr() - pbase())};
  }

  // The file stands behind what was read into the buffer.
  void unread() {
    const std::ptrdiff_t left = egptr() - gptr();
    setg(nullptr, nullptr, nullptr);
    if (left > 0) file_.seek(-static_cast<std::int64_t>(left), SeekFrom::current);
  }

  SftpFile file_;
  std::vector<char> bytes_;
};

SftpFileStream::SftpFileStream(SftpFile file, std::size_t buffer_size)
    : std::iostream(nullptr), buffer_(std::make_unique<Buffer>(std::move(file), buffer_size)) {
  rdbuf(buffer_.get());
}

SftpFileStream::~SftpFileStream() = default;

void SftpFileStream::close() {
  buffer_->send();
  buffer_->file().close();
}

SftpFile& SftpFileStream::file() noexcept {
  return buffer_->file();
}

}  // namespace amiko
