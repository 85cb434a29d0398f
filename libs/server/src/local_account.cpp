// amiko - the system's users, and acting as one of them
#include <amiko/server/local_account.hpp>

#include "identity_calls.hpp"

#include <amiko/base/error.hpp>

#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <exception>

namespace amiko {
namespace {

constexpr auto unchanged_uid = static_cast<uid_t>(-1);
constexpr auto unchanged_gid = static_cast<gid_t>(-1);

std::vector<gid_t> groups_of(const passwd& entry) {
  std::vector<gid_t> groups(32);
  for (;;) {
    int count = static_cast<int>(groups.size());
    const bool all = ::getgrouplist(entry.pw_name, entry.pw_gid, groups.data(), &count) >= 0;
    if (all || static_cast<std::size_t>(count) <= groups.size()) {
      groups.resize(static_cast<std::size_t>(count));
      return groups;
    }
    groups.resize(static_cast<std::size_t>(count));
  }
}

std::string text_of(const char* field) {
  return field == nullptr ? std::string() : std::string(field);
}

// `look_up` calls getpwuid_r or getpwnam_r with what it is given.
template <class LookUp>
std::optional<LocalAccount> find_account(LookUp look_up) {
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
    if (error == EMFILE || error == ENFILE || error == ENOMEM)
      throw_error(errc::resource_shortage, std::string("the user database: ") + std::strerror(error));
    if (found == nullptr) return std::nullopt;  // "no such user" is reported as any of several errors
    return LocalAccount{.name = text_of(found->pw_name),
                        .uid = found->pw_uid,
                        .gid = found->pw_gid,
                        .groups = groups_of(*found),
                        .home = text_of(found->pw_dir),
                        .shell = text_of(found->pw_shell)};
  }
}

std::vector<gid_t> groups_now() {
  std::vector<gid_t> groups(static_cast<std::size_t>(std::max(::getgroups(0, nullptr), 0)));
  const int count = ::getgroups(static_cast<int>(groups.size()), groups.data());
  if (count < 0) throw_error(errc::no_state, std::string("getgroups: ") + std::strerror(errno));
  groups.resize(static_cast<std::size_t>(count));
  return groups;
}

}  // namespace

std::optional<LocalAccount> LocalAccount::find(const std::string& name) {
  if (name.empty() || name.find('\0') != std::string::npos) return std::nullopt;
  return find_account([&](passwd* entry, char* buffer, std::size_t size, passwd** found) {
    return ::getpwnam_r(name.c_str(), entry, buffer, size, found);
  });
}

std::optional<LocalAccount> LocalAccount::find(uid_t uid) {
  return find_account([&](passwd* entry, char* buffer, std::size_t size, passwd** found) {
    return ::getpwuid_r(uid, entry, buffer, size, found);
  });
}

// The real user stays root, or those whom we act for could send signals to this thread.
ActingAs::ActingAs(const LocalAccount& account) {
  if (::geteuid() == account.uid) return;
  groups_before_ = groups_now();
  gid_before_ = ::getegid();
  const bool changed = thread_setgroups(account.groups) &&
                       thread_setresgid(unchanged_gid, account.gid, unchanged_gid) &&
                       thread_setresuid(unchanged_uid, account.uid, unchanged_uid);
  const int error = errno;
  active_ = true;
  if (changed) return;
  restore();
  throw_error(errc::no_state, "cannot act as " + account.name + ": " + std::strerror(error));
}

ActingAs::~ActingAs() {
  restore();
}

void ActingAs::restore() noexcept {
  if (!active_) return;
  active_ = false;
  if (::geteuid() != 0 && !thread_setresuid(unchanged_uid, ::getuid(), unchanged_uid)) std::terminate();
  if (!thread_setresgid(unchanged_gid, gid_before_, unchanged_gid)) std::terminate();
  if (!thread_setgroups(groups_before_) && ::geteuid() == 0) std::terminate();
}

}  // namespace amiko
