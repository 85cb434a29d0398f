// amiko - the shadow database (shadow(5))
#pragma once

#include <amiko/base/secret.hpp>

#include <optional>
#include <string>

namespace demo::sshd {

/// Whether this process can read it.
bool shadow_readable();

/// Why the user may not log in although somebody knows the password or has a key: the account is locked or
/// has expired.  Empty if nothing is against it, or nothing is known.
std::string reason_by_shadow(const std::string& user);

/// The hash of a password that may still be used; nothing for users without one, and for one that has
/// expired (`why` tells).
std::optional<std::string> password_hash_of(const std::string& user, std::string& why);

/// Whether `password` has the crypt(5) hash; without one it takes the same time and says no.
bool crypt_matches(const amiko::Secret& password, const std::optional<std::string>& hash);

}  // namespace demo::sshd
