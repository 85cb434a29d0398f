// amiko - a client's paths in a directory of this machine, out of which none of them leads
#pragma once

#include <amiko/support/fd.hpp>

#include <atomic>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

namespace amiko::sftp {

/// How paths under a root are looked up.  Both give the same results.
enum class Lookup {
  kernel,  ///< openat2(2) with RESOLVE_BENEATH, and the walk for what that will not decide
  walk,    ///< component by component with O_NOFOLLOW
};

/// Looks up paths as chroot(2) would: the root is "/" for the client, ".." stays in it, and symbolic links
/// that are absolute count from it.  Results are descriptors, so what another process swaps meanwhile cannot
/// lead out.  Without a root it is just the system's own lookup from a start directory.
///
/// Throws std::system_error with the errno, whose text names no path.  Thread-safe.
class LocalTree {
 public:
  /// `start`: where relative paths count from, as the client sees it.  Throws errc::file_unreadable for a
  /// root or a start that cannot be opened.
  LocalTree(const std::string& root, const std::string& start, Lookup lookup);

  bool confined() const noexcept { return confined_; }
  const std::string& start() const noexcept { return start_; }

  /// As open(2), which follows links at the end unless `flags` has O_NOFOLLOW.
  support::UniqueFd open(std::string_view path, int flags, mode_t mode = 0) const;

  /// Where a name is or is to be, for the calls that do not follow a link there: unlinkat(2) and so on.
  struct Place {
    support::UniqueFd owned{};
    int directory = -1;  ///< `owned`, or the start directory's
    std::string name{};
  };
  Place place(std::string_view path) const;

  /// The absolute path without links, "." and ".." as the client sees it.  The last name may be missing.
  std::string real(std::string_view path) const;

  /// The text of a symbolic link as the client sees it: an absolute one that leads into the root loses the
  /// root's own path, which is nobody's business.
  std::string seen_target(std::string target) const;

 private:
  class Walk;

  std::string absolute(std::string_view path) const;
  support::UniqueFd open_beneath(const std::string& path, int flags, mode_t mode) const;

  const bool confined_;
  std::string root_path_{};  // canonical; empty without a root
  std::string start_{};
  support::UniqueFd root_{};
  support::UniqueFd base_{};  // the start directory, without a root
  mutable std::atomic<bool> kernel_;
};

}  // namespace amiko::sftp
