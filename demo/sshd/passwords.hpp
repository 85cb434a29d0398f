// amiko - passwords: the shadow database, or a file of Argon2 hashes
#pragma once

#include "server_log.hpp"

#include <amiko/base/secret.hpp>
#include <amiko/server/local_account.hpp>

#include <optional>
#include <semaphore>
#include <string>

namespace demo::sshd {

/// Thread-safe.
class Passwords {
 public:
  /// With a `file` of lines "user:$argon2id$..." that is asked, otherwise the shadow database.  The log
  /// outlives it.
  Passwords(std::string file, const ServerLog& log) : file_(std::move(file)), log_(log) {}

  /// Whether there is anything to compare with.
  bool available() const;
  /// Blocks for as long as the hash asks (a tenth of a second or so), and that is the same for those who do
  /// not exist; only a few are computed at a time, since each takes memory.
  bool check(const std::optional<amiko::LocalAccount>& account, const amiko::Secret& password) const;

  /// Whether the account's password has expired.  Blocks on the shadow database.
  bool must_be_changed(const amiko::LocalAccount& account) const;

 private:
  bool check_in_file(const std::optional<amiko::LocalAccount>& account, const amiko::Secret& password) const;

  const std::string file_;
  const ServerLog& log_;
  mutable std::counting_semaphore<> free_{4};
};

/// What stands behind the user's name in such a file.
std::string hash_password(const amiko::Secret& password);

/// Reads a password from the terminal (twice), or a line of standard input, and prints its hash.
int print_password_hash();

}  // namespace demo::sshd
