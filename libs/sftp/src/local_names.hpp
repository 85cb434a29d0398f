// amiko - names of users and groups, remembered
#pragma once

#include <amiko/support/mutex.hpp>

#include <cstdint>
#include <string>
#include <unordered_map>

namespace amiko::sftp {

/// Asks the system's user database once for each number, since that may be a network service.  Thread-safe;
/// blocks as long as the database does.
class LocalNames {
 public:
  /// Empty for an unknown number.
  std::string user(std::uint32_t uid);
  std::string group(std::uint32_t gid);

 private:
  using Names = std::unordered_map<std::uint32_t, std::string>;
  template <class Ask>
  std::string remembered(Names& names, std::uint32_t id, Ask ask);

  support::Mutex mutex_;
  Names users_, groups_;
};

/// `user`'s home directory; empty for an unknown user.
std::string home_of(const std::string& user);

}  // namespace amiko::sftp
