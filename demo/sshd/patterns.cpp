// amiko - the patterns of AllowUsers and its like
#include "patterns.hpp"

#include "options.hpp"

#include <amiko/config/authorized_keys.hpp>

#include <algorithm>
#include <charconv>

#include <arpa/inet.h>
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

void check_address_pattern(std::string_view pattern) {
  if (pattern.starts_with('!')) pattern.remove_prefix(1);
  const std::size_t slash = pattern.find('/');
  if (slash == std::string_view::npos) return;
  const std::string address(pattern.substr(0, slash));
  const std::string_view digits = pattern.substr(slash + 1);
  in6_addr parsed{};  // an IPv4 address is in its first bytes
  const bool v4 = ::inet_pton(AF_INET, address.c_str(), &parsed) == 1;
  unsigned bits = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
  const bool whole = error == std::errc() && end == digits.data() + digits.size();
  const bool known = v4 || ::inet_pton(AF_INET6, address.c_str(), &parsed) == 1;
  if (!known || !whole || bits > (v4 ? 32U : 128U))
    throw OptionError("\"" + std::string(pattern) + "\" is no block of addresses");
  for (unsigned bit = bits; bit < (v4 ? 32U : 128U); ++bit)
    if ((parsed.s6_addr[bit / 8] & (0x80U >> bit % 8)) != 0)
      throw OptionError("\"" + std::string(pattern) + "\" has bits behind its mask");
}

bool matches_any(const std::string& text, const std::vector<std::string>& patterns) {
  return decide(patterns, [&](const std::string& pattern) { return match(text, pattern); });
}

bool any_matches(const std::vector<std::string>& texts, const std::vector<std::string>& patterns) {
  return decide(patterns, [&](const std::string& pattern) {
    return std::ranges::any_of(texts, [&](const std::string& text) { return match(text, pattern); });
  });
}

bool matches_address(const std::string& address, const std::vector<std::string>& patterns) {
  return decide(patterns, [&](const std::string& pattern) { return match_host(address, pattern); });
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
