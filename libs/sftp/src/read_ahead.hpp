// amiko - reading of a remote file ahead of the caller
#pragma once

#include "requests.hpp"
#include "session.hpp"

#include <amiko/base/bytes.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

namespace amiko::sftp {

/// READ requests of one file, in the order of their offsets.  At first as much is asked for as the caller
/// wants; from the third read in sequence on, more and more is under way before it is wanted, up to 8 MiB.
/// Used by one thread.
class ReadAhead {
 public:
  /// What is referred to must outlive the object.
  ReadAhead(SftpSession& session, const Bytes& handle, const std::string& path)
      : session_(session), handle_(handle), path_(path), block_size_(session.read_size()) {}

  /// What is there at `position`, 1 to `wanted` bytes, or nothing at the end of the file.  Waits for it.
  /// Valid until the next call.  Throws SftpError, and as Requests.
  ByteView at(std::uint64_t position, std::size_t wanted);
  /// Whether at() would not have to wait, and has data.
  bool has(std::uint64_t position);
  /// Forgets all that was read: the file has changed, or may have.
  void drop() noexcept;

 private:
  struct Block {
    std::uint64_t offset = 0;
    std::size_t size = 0;         // asked for
    std::size_t filled = 0;       // so far
    bool at_end = false;          // the file ends behind `filled`
    std::optional<Answer> error;  // behind `filled`
    Bytes buffer;

    std::uint64_t end() const noexcept { return offset + size; }
    bool settled() const noexcept { return filled == size || at_end || error; }
  };

  void follow(std::uint64_t position);
  void advance(std::uint64_t position);
  void ask(std::uint64_t position, std::size_t wanted);
  std::size_t next_size(std::uint64_t missing) const noexcept;
  void add_block(std::uint64_t offset, std::size_t size);
  void request_rest(std::size_t index);
  std::size_t wait_for(std::uint64_t position);
  void take(Answer answer);
  void go_on_behind_front();
  ByteView end_of_data();
  std::size_t depth_limit() const noexcept;

  SftpSession& session_;
  const Bytes& handle_;
  const std::string& path_;

  std::uint64_t expected_ = 0;  // where a read in sequence begins
  unsigned in_sequence_ = 0;    // reads
  std::size_t depth_ = 0;       // blocks that are to be under way unasked
  bool serial_ = false;         // the last answer was short
  std::size_t block_size_;      // what the server gives at once

  std::deque<Block> blocks_;     // without a gap
  std::uint64_t first_tag_ = 0;  // of blocks_.front(); the others' follow
  std::vector<Bytes> spare_;
  std::optional<Requests> requests_;  // last: it goes before the buffers that it fills
};

}  // namespace amiko::sftp
