// amiko - a file of this machine that a copy writes
#pragma once

#include "local_directory.hpp"

#include <amiko/base/bytes.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace amiko::sftp {

/// Written under a temporary name and renamed by commit(), so that nobody sees it half; what is not committed
/// is removed.  Except: a device that stands there is written itself, and with `resume` the file that is
/// there, or a ".NAME.amiko-part" from an earlier time, goes on, and what has come stays there.
///
/// Throws Error with the system's error number.
class LocalTarget {
 public:
  struct Options {
    bool resume = false;
    bool sparse = true;
    bool sync = false;
    std::uint32_t permissions = 0666;  ///< of a new file; the umask applies
  };
  LocalTarget(std::shared_ptr<LocalDirectory> directory, std::string name, const Options& options);
  ~LocalTarget();
  LocalTarget(const LocalTarget&) = delete;
  LocalTarget& operator=(const LocalTarget&) = delete;

  /// Bytes that were there before, of those that may be gone on with.
  std::uint64_t existing() const noexcept { return existing_; }
  /// What is there is a part that an earlier copy left: it may be thrown away.
  bool is_own_part() const noexcept { return kind_ == Kind::part; }
  void start_over();

  /// Blocks may come in any order.  Blocks of zeros become holes.
  void write(std::uint64_t offset, ByteView data);
  /// As pread(2), but less than asked only at the end.
  std::size_t read(std::uint64_t offset, MutableBytes buffer) const;

  /// Cuts or stretches the file, so that holes at its end can be read back.
  void set_size(std::uint64_t size);
  /// All is there, `size` bytes: cuts or stretches the file to that, sets attributes, syncs if wanted, and
  /// gives it its name.  Without permissions in `attributes` a file that is replaced leaves it its own.
  void commit(std::uint64_t size, const SftpAttributes& attributes);
  /// The copy failed; up to `contiguous` it is right.  Kept only if it is to be resumed.
  void keep_part(std::uint64_t contiguous) noexcept;

 private:
  enum class Kind { temporary, part, in_place, device };

  bool open_existing();
  void open_temporary();
  void write_all(std::uint64_t offset, ByteView data);

  const std::shared_ptr<LocalDirectory> directory_;
  const std::string name_;
  const Options options_;
  Kind kind_ = Kind::temporary;
  std::string written_name_;
  support::UniqueFd fd_;
  std::uint64_t existing_ = 0;
  std::uint64_t written_end_ = 0;
  std::optional<std::uint32_t> replaced_permissions_;  // of the file that this one replaces
  bool committed_ = false;
  bool keep_ = false;
};

}  // namespace amiko::sftp
