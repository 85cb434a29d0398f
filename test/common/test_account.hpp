// amiko - the account that servers under test let in
#pragma once

#include <filesystem>
#include <string>

#include "common/network.hpp"

namespace amiko::test {

/// As root: "amikotest", made when it is missing and never removed, with /bin/bash, a home of its own and a
/// random password that is kept in a file only root can read.  Else the invoking user, without a password.
struct TestAccount {
  std::string name;
  std::string password;  ///< empty when it is not known
  std::filesystem::path home;
  unsigned uid = 0, gid = 0;

  bool has_password() const noexcept { return !password.empty(); }

  /// Throws std::runtime_error when it cannot be made.
  static const TestAccount& get();
};

/// Keeps other test programs of the machine from changing the account or its files meanwhile.  Root only.
class AccountLock {
 public:
  AccountLock();

 private:
  UniqueFd file_;
};

/// Hexadecimal digits of so many random bytes.
std::string random_text(std::size_t bytes = 12);

}  // namespace amiko::test
