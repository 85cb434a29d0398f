// amiko - the patterns of AllowUsers and its like
#include "patterns.hpp"

#include <amiko/config/authorized_keys.hpp>

#include <string_view>

#include <fnmatch.h>

namespace demo::sshd {
namespace {

bool match(const std::string& text, const std::string& pattern) {
  return ::fnmatch(pattern.c_str(), text.c_str(), FNM_NOESCAPE) == 0;
}

// The library has sshd's way to match hosts where authorized_keys' from="" needs it.
bool match_host(const std::string& address, const std::string& pattern) {
  amiko::KeyOptions options;
  options.from = pattern;
  return options.applies(address, {}, std::chrono::system_clock::now());
}

template <class Matches>
bool decide(const std::vector<std::string>& patterns, Matches matches) {
  bool found = false;
  for (const std::string& pattern : patterns) {
    const bool negated = pattern.starts_with('!');
    if (!matches(negated ? pattern.substr(1) : pattern)) continue;
    if (negated) return false;
    found = true;
  }
  return found;
}

}  // namespace

bool matches_any(const std::string& text, const std::vector<std::string>& patterns) {
  return decide(patterns, [&](const std::string& pattern) { return match(text, pattern); });
}

bool matches_user(const std::string& user, const std::string& address,
                  const std::vector<std::string>& patterns) {
  return decide(patterns, [&](const std::string& pattern) {
    const std::size_t at = pattern.rfind('@');
    if (at == std::string::npos) return match(user, pattern);
    return match(user, pattern.substr(0, at)) && match_host(address, pattern.substr(at + 1));
  });
}

}  // namespace demo::sshd
