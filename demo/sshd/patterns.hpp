// amiko - the patterns of AllowUsers and its like
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace demo::sshd {

/// '*' and '?' as in a shell; one that begins with '!' and matches decides against.
bool matches_any(const std::string& text, const std::vector<std::string>& patterns);

/// Whether any of them matches; one that a negated pattern matches decides against all.
bool any_matches(const std::vector<std::string>& texts, const std::vector<std::string>& patterns);

/// Throws OptionError for what has a slash and is no block in CIDR form, or one with bits behind its mask.
void check_address_pattern(std::string_view pattern);

/// Elements are patterns, addresses or blocks in CIDR form; one that is malformed matches nobody.
bool matches_address(const std::string& address, const std::vector<std::string>& patterns);

/// Elements are "user" or "user@host", where the host is a pattern, an address or a block in CIDR form.
bool matches_user(const std::string& user, const std::string& address,
                  const std::vector<std::string>& patterns);

}  // namespace demo::sshd
