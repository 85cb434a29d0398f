// amiko - where a command's input comes from and its output goes
#pragma once

#include <amiko/base/bytes.hpp>
#include <amiko/base/config.hpp>

#include <filesystem>
#include <functional>
#include <iosfwd>
#include <memory>
#include <string>
#include <string_view>

namespace amiko {

class Process;

/// What a remote command reads: nothing, text, a file, a descriptor, a stream.  A value.  Views, streams,
/// descriptors and functions belong to the caller and must stay good until the command has ended.
class AMIKO_DECL Input {
 public:
  /// The end of input at once.
  Input() = default;
  /// A copy of `text`.
  Input(const char* text) : Input(std::string(text)) {}
  Input(std::string text);
  /// Bytes that are not copied.
  static Input view(ByteView bytes);
  /// A file, read as fast as the command takes it.  Throws errc::file_not_found or file_unreadable.
  static Input file(const std::filesystem::path& path);
  /// A descriptor: a pipe, a terminal, a socket.  It is polled, never blocked on, and not closed.
  static Input fd(int fd);
  /// A stream, read in the thread that runs the command whenever the command takes more: one that blocks
  /// delays the output meanwhile.
  static Input stream(std::istream& stream);
  /// Called for more in the same way; 0 is the end.
  static Input source(std::function<std::size_t(MutableBytes)> read);

  /// For run(): the descriptor to poll, or -1.
  int poll_fd() const noexcept { return poll_fd_; }
  bool empty() const noexcept { return !read_ && rest_.empty(); }
  /// Fills `buffer`; 0 at the end.
  std::size_t read(MutableBytes buffer);

 private:
  std::function<std::size_t(MutableBytes)> read_;
  std::shared_ptr<const std::string> text_;
  ByteView rest_;
  int poll_fd_ = -1;
};

/// Where a remote command's standard output or error goes.  A value.  What is named by reference belongs to
/// the caller and must stay good until the command has ended.  A target that cannot take more (a full disk, a
/// closed pipe) throws out of run(), which then ends the command.
class AMIKO_DECL Redirect {
 public:
  /// Kept, and returned with the result.
  static Redirect capture() { return {}; }
  static Redirect discard();
  /// Written to a file, made anew or emptied, without a buffer; closed with the last copy of this value.
  /// Throws errc::file_unwritable when it cannot be opened.
  static Redirect file(const std::filesystem::path& path);
  static Redirect append(const std::filesystem::path& path);
  /// Written to a descriptor, which may block; not closed.
  static Redirect fd(int fd);
  static Redirect stream(std::ostream& stream);
  /// Called with each piece in the thread that runs the command.
  static Redirect sink(std::function<void(ByteView)> write);
  /// The input of another remote process, on the same or another connection, which gets the end of its input
  /// when this output ends.
  static Redirect process(Process& process);
  /// For standard error: into the same place as standard output, in the order of arrival.
  static Redirect to_stdout();

  bool captures() const noexcept { return !write_ && !to_stdout_; }
  bool goes_to_stdout() const noexcept { return to_stdout_; }
  void write(ByteView data) const { write_(data); }
  /// The output has ended.
  void end() const {
    if (end_) end_();
  }

 private:
  std::function<void(ByteView)> write_;
  std::function<void()> end_;
  bool to_stdout_ = false;
};

}  // namespace amiko
