// amiko - who runs this process, and where people live
#include <amiko/support/account.hpp>

#include <amiko/base/error.hpp>
#include <amiko/base/printable.hpp>

#include <cerrno>
#include <cstdlib>
#include <optional>
#include <vector>

#include <pwd.h>
#include <unistd.h>

namespace amiko::support {
namespace {

struct Account {
  std::string name;
  std::string home;
};

// `look_up` calls getpwuid_r or getpwnam_r with what it is given.
template <class LookUp>
std::optional<Account> find_account(LookUp look_up) {
  std::vector<char> buffer(1024);
  for (;;) {
    passwd entry{};
    passwd* found = nullptr;
    const int error = look_up(&entry, buffer.data(), buffer.size(), &found);
    if (error == EINTR) continue;
    if (error == ERANGE && buffer.size() < (1U << 20)) {
      buffer.resize(buffer.size() * 2);
      continue;
    }
    // "No such entry" is reported as any of several errors, so every one is taken for it.
    if (found == nullptr) return std::nullopt;
    return Account{found->pw_name, found->pw_dir};
  }
}

std::optional<Account> own_account() {
  return find_account([](passwd* entry, char* buffer, std::size_t size, passwd** found) {
    return ::getpwuid_r(::getuid(), entry, buffer, size, found);
  });
}

}  // namespace

std::string local_user() {
  if (const auto account = own_account()) return account->name;
  for (const char* variable : {"LOGNAME", "USER"})
    if (const char* value = std::getenv(variable); value != nullptr && *value != '\0') return value;
  throw_error(errc::invalid_argument, "user id " + std::to_string(::getuid()) + " has no name");
}

std::filesystem::path home_directory() {
  if (const char* home = std::getenv("HOME"); home != nullptr && *home == '/') return home;
  if (const auto account = own_account(); account && !account->home.empty()) return account->home;
  throw_error(errc::invalid_argument, "user id " + std::to_string(::getuid()) + " has no home directory");
}

std::filesystem::path home_directory(const std::string& user) {
  const auto account = find_account([&](passwd* entry, char* buffer, std::size_t size, passwd** found) {
    return ::getpwnam_r(user.c_str(), entry, buffer, size, found);
  });
  if (!account) throw_error(errc::invalid_argument, "there is no user \"" + printable(user) + "\"");
  return account->home;
}

}  // namespace amiko::support
