// amiko - names of users and groups, remembered
#include "local_names.hpp"

#include <grp.h>
#include <pwd.h>

#include <array>
#include <cerrno>
#include <vector>

namespace amiko::sftp {
namespace {

constexpr std::size_t max_names = 10'000;   // what a client can make us remember
constexpr std::size_t max_entry = 1 << 20;  // a group with very many members

// One of the get...r() calls, with a buffer that grows until the entry fits.
template <class Entry, class Call>
std::string asked(Call call, char* Entry::*field) {
  Entry entry{};
  Entry* found = nullptr;
  std::vector<char> buffer(1024);
  int error = call(&entry, buffer, &found);
  while (error == ERANGE && buffer.size() < max_entry) {
    buffer.resize(buffer.size() * 4);
    error = call(&entry, buffer, &found);
  }
  return error == 0 && found != nullptr ? std::string(entry.*field) : std::string();
}

}  // namespace

template <class Ask>
std::string LocalNames::remembered(Names& names, std::uint32_t id, Ask ask) {
  {
    const support::Guard guard(mutex_);
    const auto found = names.find(id);
    if (found != names.end()) return found->second;
  }
  std::string name = ask();
  const support::Guard guard(mutex_);
  if (names.size() < max_names) names.emplace(id, name);
  return name;
}

std::string LocalNames::user(std::uint32_t uid) {
  return remembered(users_, uid, [uid] {
    return asked<passwd>(
        [uid](passwd* entry, std::vector<char>& buffer, passwd** found) {
          return ::getpwuid_r(uid, entry, buffer.data(), buffer.size(), found);
        },
        &passwd::pw_name);
  });
}

std::string LocalNames::group(std::uint32_t gid) {
  return remembered(groups_, gid, [gid] {
    return asked<::group>(
        [gid](::group* entry, std::vector<char>& buffer, ::group** found) {
          return ::getgrgid_r(gid, entry, buffer.data(), buffer.size(), found);
        },
        &::group::gr_name);
  });
}

std::string home_of(const std::string& user) {
  return asked<passwd>(
      [&user](passwd* entry, std::vector<char>& buffer, passwd** found) {
        return ::getpwnam_r(user.c_str(), entry, buffer.data(), buffer.size(), found);
      },
      &passwd::pw_dir);
}

}  // namespace amiko::sftp
