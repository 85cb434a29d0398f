// amiko - the patterns of AllowUsers and its like
#pragma once

#include <string>
#include <vector>

namespace demo::sshd {

/// '*' and '?' as in a shell; one that begins with '!' and matches decides against.
bool matches_any(const std::string& text, const std::vector<std::string>& patterns);

/// Elements are "user" or "user@host", where the host is a pattern, an address or a block in CIDR form.
/// Throws OptionError for a block that is none.
bool matches_user(const std::string& user, const std::string& address,
                  const std::vector<std::string>& patterns);

}  // namespace demo::sshd
