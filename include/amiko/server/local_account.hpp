// amiko - the system's users, and acting as one of them
#pragma once

#include <amiko/base/config.hpp>

#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace amiko {

/// A user of this system (passwd(5)), with all groups that they are in.  A value.
struct AMIKO_DECL LocalAccount {
  std::string name{};
  uid_t uid = 0;
  gid_t gid = 0;
  std::vector<gid_t> groups{};  ///< gid among them
  std::string home{};
  std::string shell{};  ///< as the database has it; empty stands for /bin/sh

  /// Nothing if there is no such user.  They block on the user database (files, or a network service behind
  /// NSS).  Throw errc::resource_shortage when it cannot be asked.
  static std::optional<LocalAccount> find(const std::string& name);
  static std::optional<LocalAccount> find(uid_t uid);
};

/// While it lives, the thread that made it, and no other, opens files and sends signals with the rights of
/// `account`: its effective user, group and groups are theirs.  To be destroyed in the same thread; threads
/// and processes must not be started meanwhile.  Does nothing where the process runs as that user already.
/// Linux keeps such identities per thread (setresuid(2), NOTES); the C library's own functions would change
/// all threads.
class AMIKO_DECL ActingAs {
 public:
  /// Throws errc::no_state when the process may not: only root may.
  explicit ActingAs(const LocalAccount& account);
  ActingAs(const ActingAs&) = delete;
  ActingAs& operator=(const ActingAs&) = delete;
  /// Ends the program if the old identity cannot be had back.
  ~ActingAs();

 private:
  void restore() noexcept;

  bool active_ = false;
  std::vector<gid_t> groups_before_;
  gid_t gid_before_ = 0;
};

}  // namespace amiko
