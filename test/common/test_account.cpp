// amiko - the account that servers under test let in
#include "common/test_account.hpp"

#include <fcntl.h>
#include <pwd.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <stdexcept>
#include <system_error>
#include <vector>

#include "common/peer_process.hpp"
#include "common/temp_dir.hpp"

namespace amiko::test {

namespace fs = std::filesystem;

namespace {

constexpr const char* account_name = "amikotest";
constexpr const char* state_directory = "/run/amiko-test";

bool look_up(const char* name, TestAccount& account) {
  std::vector<char> buffer(16384);
  passwd entry{}, *found = nullptr;
  if (name) {
    ::getpwnam_r(name, &entry, buffer.data(), buffer.size(), &found);
  } else {
    ::getpwuid_r(::geteuid(), &entry, buffer.data(), buffer.size(), &found);
  }
  if (!found) return false;
  account.name = found->pw_name;
  account.home = found->pw_dir;
  account.uid = found->pw_uid;
  account.gid = found->pw_gid;
  return true;
}

void write_private(const fs::path& file, const std::string& contents) {
  const UniqueFd fd(::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  const auto size = static_cast<ssize_t>(contents.size());
  if (!fd || ::write(fd.get(), contents.data(), contents.size()) != size)
    throw std::system_error(errno, std::generic_category(), file.string());
}

TestAccount make_account() {
  TestAccount account;
  if (!is_root()) {
    if (!look_up(nullptr, account)) throw std::runtime_error("the invoking user is not in the user database");
    return account;
  }
  const AccountLock lock;
  const auto password_file = fs::path(state_directory) / "password";
  const bool existed = look_up(account_name, account);
  if (!existed) run_checked({"useradd", "--create-home", "--shell", "/bin/bash", account_name});
  if (!look_up(account_name, account)) throw std::runtime_error("useradd made no account");
  if (existed) account.password = read_file(password_file);
  if (account.password.empty()) {
    account.password = random_text();
    run_checked({"chpasswd"}, account.name + ":" + account.password + "\n");
    write_private(password_file, account.password);
  }
  return account;
}

}  // namespace

const TestAccount& TestAccount::get() {
  static const TestAccount account = make_account();
  return account;
}

AccountLock::AccountLock() {
  ::mkdir(state_directory, 0700);
  const auto name = fs::path(state_directory) / "lock";
  file_.reset(::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!file_ || ::flock(file_.get(), LOCK_EX) != 0)
    throw std::system_error(errno, std::generic_category(), name.string());
}

std::string random_text(std::size_t bytes) {
  std::vector<unsigned char> random(bytes);
  if (::getrandom(random.data(), random.size(), 0) != static_cast<ssize_t>(random.size()))
    throw std::system_error(errno, std::generic_category(), "getrandom");
  std::string text;
  for (const unsigned char byte : random) {
    text += "0123456789abcdef"[byte >> 4];
    text += "0123456789abcdef"[byte & 15];
  }
  return text;
}

}  // namespace amiko::test
