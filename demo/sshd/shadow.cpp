// amiko - the shadow database (shadow(5))
#include "shadow.hpp"

#include <array>
#include <cerrno>
#include <ctime>
#include <memory>
#include <vector>

#include <crypt.h>
#include <shadow.h>
#include <unistd.h>

namespace demo::sshd {
namespace {

struct Entry {
  std::string hash;
  long last_change = -1, longest = -1, expires = -1;  // days
};

std::optional<Entry> find_entry(const std::string& user) {
  std::vector<char> buffer(4096);
  for (;;) {
    spwd entry{};
    spwd* found = nullptr;
    const int error = ::getspnam_r(user.c_str(), &entry, buffer.data(), buffer.size(), &found);
    if (error == ERANGE && buffer.size() < (1U << 20)) {
      buffer.resize(buffer.size() * 2);
      continue;
    }
    std::optional<Entry> result;
    if (found != nullptr)
      result = Entry{.hash = found->sp_pwdp != nullptr ? found->sp_pwdp : "",
                     .last_change = found->sp_lstchg,
                     .longest = found->sp_max,
                     .expires = found->sp_expire};
    amiko::wipe(buffer.data(), buffer.size());
    return result;
  }
}

long today() {
  return static_cast<long>(std::time(nullptr) / 86400);
}

// A salt of the system's favourite method, for those whose hash is not known.
std::string own_salt() {
  static const std::string salt = [] {
    std::array<char, CRYPT_GENSALT_OUTPUT_SIZE> made{};
    const char* result = ::crypt_gensalt_rn(nullptr, 0, nullptr, 0, made.data(), made.size());
    return std::string(result != nullptr ? result : "$6$amiko$");
  }();
  return salt;
}

}  // namespace

bool shadow_readable() {
  return ::geteuid() == 0 || ::access("/etc/shadow", R_OK) == 0;
}

std::string reason_by_shadow(const std::string& user) {
  const auto entry = find_entry(user);
  if (!entry) return {};
  if (entry->hash.starts_with('!')) return "account is locked";
  if (entry->expires > 0 && today() >= entry->expires) return "account has expired";
  return {};
}

std::optional<std::string> password_hash_of(const std::string& user) {
  const auto entry = find_entry(user);
  if (!entry || entry->hash.empty() || entry->hash.starts_with('!') || entry->hash.starts_with('*'))
    return std::nullopt;
  return entry->hash;
}

bool password_expired(const std::string& user) {
  const auto entry = find_entry(user);
  if (!entry) return false;
  const bool overdue = entry->longest >= 0 && entry->longest < 99999 && entry->last_change >= 0 &&
                       today() > entry->last_change + entry->longest;
  return entry->last_change == 0 || overdue;
}

bool crypt_matches(const amiko::Secret& password, const std::optional<std::string>& hash) {
  const std::string setting = hash ? *hash : own_salt();
  std::string text = password.view().str();
  const bool has_nul = text.find('\0') != std::string::npos;
  const auto scratch = std::make_unique<crypt_data>();
  const char* result = ::crypt_r(text.c_str(), setting.c_str(), scratch.get());
  const bool matches = hash && !has_nul && result != nullptr && result[0] != '*' &&
                       amiko::Secret(std::string(result)) == amiko::Secret(*hash);
  amiko::wipe(scratch.get(), sizeof(crypt_data));
  amiko::wipe(text.data(), text.size());
  return matches;
}

}  // namespace demo::sshd
