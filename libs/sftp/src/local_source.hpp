// amiko - a file of this machine that a copy reads
#pragma once

#include "transfer_plan.hpp"

#include <amiko/base/bytes.hpp>
#include <amiko/sftp/sftp_attributes.hpp>
#include <amiko/support/fd.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace amiko::sftp {

/// Read in sequence to its end, wherever that is by then; holes are passed over.  Throws Error with the
/// system's error number.
class LocalSource {
 public:
  /// `name` in the directory `at`, or a path for AT_FDCWD.  Waits for nobody at a FIFO, which is refused as
  /// everything is that is no regular file.
  LocalSource(int at, const std::string& name, bool follow, bool sparse);

  /// As they were when it was opened.
  const SftpAttributes& attributes() const noexcept { return attributes_; }

  void seek(std::uint64_t offset) noexcept { position_ = offset; }
  /// The next bytes that are not in a hole: as many as fit, up to `length`; where they are.  Nothing at the
  /// end.
  std::optional<FileRange> read(MutableBytes buffer);
  /// What read() has come to; at the end, the file's size, a hole at its end included.
  std::uint64_t position() const noexcept { return position_; }
  /// As pread(2), but less than asked only at the end.
  std::size_t read_at(std::uint64_t offset, MutableBytes buffer) const;

 private:
  void skip_hole();

  const std::string name_;
  support::UniqueFd fd_;
  SftpAttributes attributes_;
  bool sparse_;
  std::uint64_t position_ = 0;
  std::uint64_t data_end_ = 0;  // up to here there is no hole
};

}  // namespace amiko::sftp
