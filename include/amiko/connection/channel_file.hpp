// amiko - a channel as a buffered file: lines, universal newlines
#pragma once

#include <amiko/base/bytes.hpp>
#include <amiko/base/config.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace amiko {

class ChannelImpl;

/// What Channel::makefile() returns (paramiko's ChannelFile).  Reads one of a channel's streams, writes to
/// its input.  Blocks as the channel's recv and send do and throws what they throw; what had been read stays
/// buffered and is not lost.  It keeps the channel open but its close() only flushes.  Move-only.  One file
/// object is for one thread at a time; different ones may be used at once.
class AMIKO_DECL ChannelFile {
 public:
  enum class Source { out, err };
  /// `mode`: 'r', 'w', 'a', '+' and 'b' are accepted and make no difference; 'U' turns on universal newlines:
  /// CR, LF and CR LF all end a line and are returned as LF.  `bufsize`: 0 writes through, 1 flushes after
  /// each line, larger values are the buffer's size, -1 the default (8192).
  ChannelFile(std::shared_ptr<ChannelImpl> channel, Source source, std::string_view mode, int bufsize);
  ChannelFile(ChannelFile&&) noexcept;
  ChannelFile& operator=(ChannelFile&&) noexcept;
  /// Flushes what can be written without blocking; what is left is lost, so flush() or close() first.
  ~ChannelFile();

  /// The next line without its newline; nothing at the end.  A last line without newline counts.  Lines of
  /// more than `limit` bytes throw errc::output_limit.
  std::optional<std::string> readline(std::size_t limit = 16 * 1024 * 1024);
  /// The next line as it came, its newline included; empty at the end.
  std::string readline_raw(std::size_t limit = 16 * 1024 * 1024);
  std::vector<std::string> readlines();
  /// `size` bytes, fewer only at the end.
  std::string read(std::size_t size);
  /// Everything up to the end.
  std::string read();

  void write(ByteView data);
  void writelines(const std::vector<std::string>& lines);
  void flush();
  /// flush(); the channel stays open.
  void close();
  bool closed() const noexcept;
  /// The newline styles seen so far with 'U': "\n", "\r", "\r\n".
  std::vector<std::string> newlines() const;

  /// for (const std::string& line : file) ... without newlines.
  class iterator {
   public:
    using value_type = std::string;
    using difference_type = std::ptrdiff_t;
    iterator() = default;
    explicit iterator(ChannelFile* file) : file_(file) { ++*this; }
    const std::string& operator*() const { return line_; }
    iterator& operator++() {
      if (auto line = file_->readline())
        line_ = std::move(*line);
      else
        file_ = nullptr;
      return *this;
    }
    void operator++(int) { ++*this; }
    friend bool operator==(const iterator& a, const iterator& b) { return a.file_ == b.file_; }

   private:
    ChannelFile* file_ = nullptr;
    std::string line_;
  };
  iterator begin() { return iterator(this); }
  iterator end() { return {}; }

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace amiko
