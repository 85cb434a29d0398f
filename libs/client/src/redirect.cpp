// amiko - where a command's input comes from and its output goes
#include <amiko/client/redirect.hpp>

#include <amiko/base/error.hpp>
#include <amiko/client/process.hpp>
#include <amiko/support/fd.hpp>
#include <amiko/support/sigpipe.hpp>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <istream>
#include <ostream>
#include <utility>

namespace amiko {
namespace {

[[noreturn]] void throw_system(const std::string& what, int error) {
  throw_failure({.code = error_code(error, boost::system::system_category()), .text = what});
}

std::size_t read_fd(int fd, MutableBytes buffer, const std::string& what) {
  for (;;) {
    const ssize_t n = ::read(fd, buffer.data(), buffer.size());
    if (n >= 0) return static_cast<std::size_t>(n);
    if (errno == EIO) return 0;  // the terminal's other end is gone
    if (errno != EINTR) throw_system(what, errno);
  }
}

void write_fd(int fd, ByteView data, const std::string& what) {
  support::NoSigpipe no_sigpipe;
  while (!data.empty()) {
    const ssize_t n = ::write(fd, data.data(), data.size());
    if (n >= 0) {
      data = data.from(static_cast<std::size_t>(n));
    } else if (errno == EAGAIN) {
      pollfd entry{fd, POLLOUT, 0};
      ::poll(&entry, 1, -1);
    } else if (errno != EINTR) {
      no_sigpipe.broken = errno == EPIPE;
      throw_system(what, errno);
    }
  }
}

std::shared_ptr<support::UniqueFd> open_file(const std::filesystem::path& path, int flags) {
  auto fd = std::make_shared<support::UniqueFd>(::open(path.c_str(), flags | O_CLOEXEC, 0666));
  if (*fd) return fd;
  const bool writing = (flags & O_ACCMODE) == O_WRONLY;
  const errc failed = writing ? errc::file_unwritable : errc::file_unreadable;
  const errc code = errno == ENOENT ? errc::file_not_found : failed;
  throw_failure({.code = code, .text = path.string() + ": " + std::strerror(errno)});
}

}  // namespace

Input::Input(std::string text) : text_(std::make_shared<const std::string>(std::move(text))), rest_(*text_) {}

Input Input::view(ByteView bytes) {
  Input input;
  input.rest_ = bytes;
  return input;
}

Input Input::file(const std::filesystem::path& path) {
  return source([file = open_file(path, O_RDONLY), name = path.string()](MutableBytes buffer) {
    return read_fd(file->get(), buffer, name);
  });
}

Input Input::fd(int fd) {
  Input input = source([fd](MutableBytes buffer) { return read_fd(fd, buffer, "reading the input"); });
  input.poll_fd_ = fd;
  return input;
}

Input Input::stream(std::istream& stream) {
  return source([&stream](MutableBytes buffer) {
    // One byte may be worth waiting for, more are taken only if they are there: an interactive stream must
    // not be read ahead.
    const auto first = stream.get();
    if (first == std::istream::traits_type::eof()) return std::size_t{0};
    buffer[0] = static_cast<std::uint8_t>(std::istream::traits_type::to_char_type(first));
    const auto more = stream.readsome(reinterpret_cast<char*>(buffer.data() + 1),
                                      static_cast<std::streamsize>(buffer.size() - 1));
    return 1 + static_cast<std::size_t>(std::max<std::streamsize>(more, 0));
  });
}

Input Input::source(std::function<std::size_t(MutableBytes)> read) {
  Input input;
  input.read_ = std::move(read);
  return input;
}

std::size_t Input::read(MutableBytes buffer) {
  if (read_) return read_(buffer);
  const std::size_t n = std::min(buffer.size(), rest_.size());
  std::copy_n(rest_.begin(), n, buffer.begin());
  rest_ = rest_.from(n);
  return n;
}

Redirect Redirect::discard() {
  return sink([](ByteView) {});
}

Redirect Redirect::file(const std::filesystem::path& path) {
  return sink([file = open_file(path, O_WRONLY | O_CREAT | O_TRUNC), name = path.string()](ByteView data) {
    write_fd(file->get(), data, name);
  });
}

Redirect Redirect::append(const std::filesystem::path& path) {
  return sink([file = open_file(path, O_WRONLY | O_CREAT | O_APPEND), name = path.string()](ByteView data) {
    write_fd(file->get(), data, name);
  });
}

Redirect Redirect::fd(int fd) {
  return sink([fd](ByteView data) { write_fd(fd, data, "writing the output"); });
}

Redirect Redirect::stream(std::ostream& stream) {
  Redirect redirect = sink([&stream](ByteView data) {
    if (!stream.write(reinterpret_cast<const char*>(data.data()), static_cast<std::streamsize>(data.size())))
      throw_error(errc::internal_error, "the output stream takes no more");
  });
  redirect.end_ = [&stream] { stream.flush(); };
  return redirect;
}

Redirect Redirect::sink(std::function<void(ByteView)> write) {
  Redirect redirect;
  redirect.write_ = std::move(write);
  return redirect;
}

Redirect Redirect::process(Process& process) {
  Redirect redirect = sink([&process](ByteView data) { process.channel().sendall(data); });
  redirect.end_ = [&process] { process.channel().send_eof(); };
  return redirect;
}

Redirect Redirect::to_stdout() {
  Redirect redirect;
  redirect.to_stdout_ = true;
  return redirect;
}

}  // namespace amiko
